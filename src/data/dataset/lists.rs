//! EK100's lists of validation segments that are reported on their own: those of tail classes, and
//! those of participants who are not in the training set.
//!
//! Decides which segments are in them, by uid; knows no scores. RULSTM keeps the lists beside its
//! annotations, one narration id a line, without header. Source: `notebooks/utils.py`,
//! `epic100_unseen_tail_eval`.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::data::Uid;
use crate::data::error::DataError;
use crate::data::table::{Column, Table};
use crate::files;

use super::Dataset;

const ID: Column = Column::at(0, "narration id");

/// The segments of each list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EvalLists {
    /// Label type, and the segments whose class of that type is a tail class.
    pub tail: Vec<(String, HashSet<Uid>)>,
    /// Segments of participants that training does not see.
    pub unseen: HashSet<Uid>,
}

impl EvalLists {
    /// Reads the lists of a directory; `None`, with a warning, where it has not one of them.
    ///
    /// # Errors
    /// A list that cannot be read, or is missing beside others.
    pub fn read(dir: &Path) -> Result<Option<Self>, DataError> {
        let tails = ["verb", "noun", "action"].map(|label| (label, format!("tail_{label}s")));
        let path = |name: &str| dir.join(format!("validation_{name}_ids.csv"));
        let unseen = path("unseen_participants");
        let paths: Vec<PathBuf> = tails.iter().map(|(_, name)| path(name)).collect();
        if !paths.iter().chain([&unseen]).any(|path| files::is_file(path)) {
            let dir = dir.display();
            tracing::warn!(
                "no lists of tail and unseen segments in {dir}: no AR5_tail, AR5_unseen"
            );
            return Ok(None);
        }
        let tail = tails
            .iter()
            .zip(&paths)
            .map(|((label, _), path)| Ok::<_, DataError>(((*label).to_owned(), list(path)?)));
        Ok(Some(Self { tail: tail.collect::<Result<_, _>>()?, unseen: list(&unseen)? }))
    }

    /// The lists that scores of a label type are reported on, under the names of the metrics.
    pub fn of(&self, label: &str) -> Vec<(&'static str, &HashSet<Uid>)> {
        let tail = self.tail.iter().find(|(name, _)| name == label);
        let tail = tail.map(|(_, segments)| ("AR5_tail", segments));
        tail.into_iter().chain([("AR5_unseen", &self.unseen)]).collect()
    }
}

impl Dataset {
    /// Adds lists of segments that an evaluation reports on their own.
    pub fn with_lists(mut self, lists: Option<EvalLists>) -> Self {
        self.lists = lists;
        self
    }

    /// The lists of segments that an evaluation reports on their own.
    pub fn lists(&self) -> Option<&EvalLists> {
        self.lists.as_ref()
    }
}

fn list(path: &Path) -> Result<HashSet<Uid>, DataError> {
    let table = Table::headerless(path)?;
    let texts = table.rows().map(|row| match row.len() {
        1 => row.text(ID),
        found => Err(DataError::FieldCount {
            place: row.place(),
            found,
            expected: "1 (a narration id such as P01_11_102)".into(),
        }),
    });
    let texts: Vec<&str> = texts.collect::<Result<_, _>>()?;
    Ok(Uid::column(texts.into_iter()).into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [&str; 4] = ["tail_verbs", "tail_nouns", "tail_actions", "unseen_participants"];

    fn written(
        contents: [Option<&str>; 4],
    ) -> (tempfile::TempDir, Result<Option<EvalLists>, DataError>) {
        let dir = tempfile::tempdir().unwrap();
        for (name, content) in FILES.iter().zip(contents) {
            let path = dir.path().join(format!("validation_{name}_ids.csv"));
            content
                .into_iter()
                .for_each(|text| files::write_atomic(&path, text.as_bytes()).unwrap());
        }
        let lists = EvalLists::read(dir.path());
        (dir, lists)
    }

    #[test]
    fn lists_are_of_label_types_or_of_all() {
        let (_dir, lists) = written([
            Some("P01_11_1\nP01_11_2\n"),
            Some("\u{feff}P01_11_3\r\n"),
            Some("P01_11_1\n\nP01_11_1\n"),
            Some(" P18_01_0 \n"),
        ]);
        let lists = lists.unwrap().unwrap();
        let of = |label: &str| -> Vec<(&str, Vec<String>)> {
            let sorted = |set: &HashSet<Uid>| {
                let mut uids: Vec<String> = set.iter().map(Uid::to_string).collect();
                uids.sort_unstable();
                uids
            };
            lists.of(label).into_iter().map(|(name, set)| (name, sorted(set))).collect()
        };
        let texts = |uids: &[&str]| uids.iter().map(|uid| (*uid).to_owned()).collect::<Vec<_>>();
        let unseen = ("AR5_unseen", texts(&["P18_01_0"]));
        let verbs = ("AR5_tail", texts(&["P01_11_1", "P01_11_2"]));
        assert_eq!(of("verb"), [verbs, unseen.clone()]);
        assert_eq!(of("noun"), [("AR5_tail", texts(&["P01_11_3"])), unseen.clone()]);
        assert_eq!(of("action"), [("AR5_tail", texts(&["P01_11_1"])), unseen.clone()]);
        assert_eq!(of("scene"), [unseen]);
    }

    #[test]
    fn no_list_is_none_and_a_missing_or_other_one_is_an_error() {
        let (_dir, none) = written([None; 4]);
        assert_eq!(none.unwrap(), None);
        let id = Some("P01_11_1\n");
        let (_dir, missing) = written([id, None, id, id]);
        let error = missing.unwrap_err();
        assert!(error.is_missing_file() && error.to_string().contains("tail_nouns"), "{error}");
        let (_dir, other) = written([id, id, Some("P01_11_1\n3,P01_11_2\n"), id]);
        let error = other.unwrap_err().to_string();
        assert!(error.contains("tail_actions_ids.csv:2") && error.contains("2 fields"), "{error}");
    }
}
