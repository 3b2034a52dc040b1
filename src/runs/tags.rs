//! `tags.json`: what people say of a run. A file of its own, since the manifest is the run's.
//!
//! Whoever changes it holds `tags.lock` for that moment, so that no tag is lost between two
//! commands. A run may be tagged in any state.

use std::collections::BTreeSet;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{RunError, RunLock};
use crate::files;

const LOCK: &str = "tags.lock";
const LONGEST: usize = 100;

/// Tags and a note.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tags {
    /// Version of this layout.
    schema: u64,
    /// The tags, in alphabetical order.
    pub tags: BTreeSet<String>,
    /// A remark; `null` without.
    pub note: Option<String>,
}

/// A change of tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagChange {
    /// Adds a tag.
    Add(String),
    /// Takes a tag away.
    Remove(String),
    /// Replaces the note; an empty one takes it away.
    Note(String),
}

impl Tags {
    /// File name in a run directory.
    pub const FILE: &str = "tags.json";
    const SCHEMA: u64 = 1;

    /// Reads the tags of a run directory; none where nobody gave any.
    ///
    /// # Errors
    /// A file that cannot be read or holds something else.
    pub fn read(run: &Path) -> Result<Self, RunError> {
        let path = run.join(Self::FILE);
        if files::kind(&path).is_none() {
            return Ok(Self { schema: Self::SCHEMA, ..Self::default() });
        }
        let tags: Self = serde_json::from_slice(&files::read(&path)?)
            .map_err(|e| RunError::Tags { path: path.clone(), reason: e.to_string() })?;
        match tags.schema > Self::SCHEMA {
            true => Err(RunError::Schema { path, found: tags.schema, known: Self::SCHEMA }),
            false => Ok(tags),
        }
    }

    /// Changes the tags of a run directory and returns what holds now.
    ///
    /// # Errors
    /// A word that is no tag, a tag to take away that the run has not; nothing is changed then.
    pub fn change(run: &Path, changes: &[TagChange]) -> Result<Self, RunError> {
        let _lock = RunLock::acquire_soon(&run.join(LOCK))?;
        let mut tags = Self::read(run)?;
        for change in changes {
            tags.apply(run, change)?;
        }
        let mut text = serde_json::to_vec_pretty(&tags).expect("tags are texts");
        text.push(b'\n');
        files::write_atomic(&run.join(Self::FILE), &text)?;
        Ok(tags)
    }

    fn apply(&mut self, run: &Path, change: &TagChange) -> Result<(), RunError> {
        match change {
            TagChange::Add(tag) => {
                check(tag)?;
                self.tags.insert(tag.clone());
            }
            TagChange::Remove(tag) if self.tags.remove(tag) => {}
            TagChange::Remove(tag) => {
                return Err(RunError::NoTag {
                    path: run.to_owned(),
                    tag: tag.clone(),
                    found: self.tags.iter().cloned().collect(),
                });
            }
            TagChange::Note(note) => self.note = (!note.is_empty()).then(|| note.clone()),
        }
        Ok(())
    }
}

fn check(tag: &str) -> Result<(), RunError> {
    let is_allowed = |c: char| c.is_alphanumeric() || "._-=:/".contains(c);
    let reason = if tag.is_empty() {
        "it is empty"
    } else if tag.len() > LONGEST {
        "it is longer than 100 bytes"
    } else if tag.starts_with(['-', '+']) {
        "it starts with `-` or `+`"
    } else if !tag.chars().all(is_allowed) {
        "only letters, digits and `._-=:/` are allowed"
    } else {
        return Ok(());
    };
    Err(RunError::TagName { tag: tag.to_owned(), reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(tag: &str) -> TagChange {
        TagChange::Add(tag.to_owned())
    }

    #[test]
    fn added_taken_away_and_noted() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Tags::read(dir.path()).unwrap().tags.is_empty());
        assert!(files::list(dir.path()).unwrap().is_empty(), "reading writes nothing");
        let note = TagChange::Note("line\n\"two\"".into());
        Tags::change(dir.path(), &[add("good"), add("paper"), note]).unwrap();
        let tags = Tags::change(dir.path(), &[TagChange::Remove("good".into())]).unwrap();
        assert_eq!(Tags::read(dir.path()).unwrap(), tags);
        assert_eq!(tags.tags.iter().collect::<Vec<_>>(), ["paper"]);
        assert_eq!(tags.note.as_deref(), Some("line\n\"two\""));
        let without = Tags::change(dir.path(), &[TagChange::Note(String::new())]).unwrap();
        assert_eq!(without.note, None);
    }

    #[test]
    fn what_is_refused_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        for wrong in ["", "-x", "+x", "a b", "a\n", "$(x)", &"x".repeat(101)] {
            let error = Tags::change(dir.path(), &[add("fine"), add(wrong)]).unwrap_err();
            assert!(matches!(error, RunError::TagName { .. }), "{wrong:?}: {error}");
        }
        let error = Tags::change(dir.path(), &[TagChange::Remove("none".into())]).unwrap_err();
        assert!(error.to_string().contains("it has no tags"), "{error}");
        assert!(files::list(dir.path()).unwrap().is_empty());
        for text in ["{", "[]", r#"{"schema":1,"tags":[1],"note":null}"#] {
            files::write_atomic(&dir.path().join(Tags::FILE), text.as_bytes()).unwrap();
            assert!(matches!(Tags::read(dir.path()), Err(RunError::Tags { .. })), "{text}");
        }
    }

    #[test]
    fn no_tag_is_lost_between_neighbours() {
        let dir = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for n in 0..16 {
                let place = dir.path();
                scope.spawn(move || Tags::change(place, &[add(&format!("t{n}"))]).unwrap());
            }
        });
        assert_eq!(Tags::read(dir.path()).unwrap().tags.len(), 16);
    }
}
