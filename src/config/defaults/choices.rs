//! What was chosen for the groups: from outside, by `override` entries, and in the end.

use std::collections::{BTreeSet, HashMap};

use indexmap::IndexMap;

use super::element::{Choice, Element, Entry};
use crate::config::error::{ConfigError, ErrorKind};
use crate::config::origin::Origin;
use crate::config::overrides::{Action, Literal, Override, element_unquoted};
use crate::config::repository::Repository;
use crate::config::source::{Source, group_exists};
use crate::config::version::VersionBase;

struct Chosen {
    choice: Choice,
    origin: Origin,
    from_outside: bool,
    used: bool,
}

struct Deletion {
    name: Option<String>,
    origin: Origin,
    used: bool,
}

/// Bookkeeping over one composition.
pub(crate) struct Choices {
    version: VersionBase,
    chosen: IndexMap<String, Chosen>,
    deletions: IndexMap<String, Deletion>,
    known_by_group: HashMap<String, BTreeSet<String>>,
    /// The final option of every group, in the order in which they were settled.
    pub(crate) known: IndexMap<String, Option<String>>,
    /// `+group=option`
    pub(crate) appended: Vec<Element>,
}

/// Whether an override is about a config group and not about a value.
pub(crate) fn is_choice(one: &Override, sources: &[Source]) -> bool {
    !matches!(one.literal(), Some(Literal::Dict(_) | Literal::Edit(_)))
        && group_exists(sources, &one.key)
}

impl Choices {
    /// Sorts overrides of groups into choices, appended entries and deletions.
    pub(crate) fn new(
        overrides: &[&Override],
        version: VersionBase,
    ) -> Result<Self, Vec<ConfigError>> {
        let mut choices = Self {
            version,
            chosen: IndexMap::new(),
            deletions: IndexMap::new(),
            known_by_group: HashMap::new(),
            known: IndexMap::new(),
            appended: Vec::new(),
        };
        let refused = overrides.iter().map(|one| choices.group_override(one));
        let errors: Vec<ConfigError> = refused.filter_map(Result::err).collect();
        if errors.is_empty() { Ok(choices) } else { Err(errors) }
    }

    fn group_override(&mut self, one: &Override) -> Result<(), ConfigError> {
        match one.action {
            Action::ForceAdd => Err(refused(one, "`++` does not apply to config groups")),
            Action::Delete => self.deletion(one),
            Action::Add | Action::Change => self.choice(one),
        }
    }

    fn deletion(&mut self, one: &Override) -> Result<(), ConfigError> {
        let name = match one.literal() {
            None | Some(Literal::Null) => None,
            Some(text @ (Literal::Str(_) | Literal::Quoted { .. })) => Some(element_unquoted(text)),
            Some(_) => return Err(refused(one, "the option to delete must be a text")),
        };
        let deletion = Deletion { name, origin: one.origin.clone(), used: false };
        self.deletions.insert(one.target(), deletion);
        Ok(())
    }

    fn choice(&mut self, one: &Override) -> Result<(), ConfigError> {
        let Some(choice) = one.literal().and_then(choice) else {
            let problem = "the option of a config group must be a text or a list of texts";
            return Err(refused(one, problem));
        };
        let origin = one.origin.clone();
        if one.action == Action::Add {
            let group = one.key.clone();
            let entry = Entry::Group { group, choice, is_override: false, appended: true };
            self.appended.push(Element::new(entry, one.package.clone(), origin));
        } else {
            let chosen = Chosen { choice, origin, from_outside: true, used: false };
            self.chosen.insert(one.target(), chosen);
        }
        Ok(())
    }

    /// Records an `override` entry; choices from outside and earlier ones win.
    pub(crate) fn add_override(&mut self, element: &Element) {
        let Entry::Group { choice, .. } = &element.entry else { return };
        self.chosen.entry(element.override_key(self.version)).or_insert_with(|| Chosen {
            choice: choice.clone(),
            origin: element.origin.clone(),
            from_outside: false,
            used: false,
        });
    }

    /// Replaces the option of an entry that was chosen elsewhere.
    pub(crate) fn apply(&mut self, element: &mut Element) {
        let key = element.override_key(self.version);
        if let Entry::Group { choice, .. } = &mut element.entry
            && let Some(chosen) = self.chosen.get_mut(&key)
        {
            *choice = chosen.choice.clone();
            chosen.used = true;
            element.origin = chosen.origin.clone();
        }
    }

    /// Whether `~group` removes the entry; marks the deletion as used.
    pub(crate) fn deletes(&mut self, element: &Element) -> bool {
        if !element.is_group() {
            return false;
        }
        let Some(deletion) = self.deletions.get_mut(&element.override_key(self.version)) else {
            return false;
        };
        let hit = deletion.name.is_none() || deletion.name.as_deref() == element.name();
        deletion.used |= hit;
        hit
    }

    /// Records the final option of an entry.
    pub(crate) fn settle(&mut self, element: &Element) -> Result<(), ConfigError> {
        if !element.is_group() {
            return Ok(());
        }
        let key = element.override_key(self.version);
        let name = element.name().map(str::to_owned);
        match self.known.get(&key) {
            Some(previous) if *previous != name => {
                let previous = previous.as_deref().unwrap_or("null");
                let problem = format!(
                    "multiple values for `{key}`; to override a value use `override {key}: {previous}`"
                );
                return Err(ConfigError::new(ErrorKind::Defaults { problem }).at(&element.origin));
            }
            Some(_) => {}
            None => {
                self.known.insert(key.clone(), name);
            }
        }
        self.known_by_group.entry(element.group_path()).or_default().insert(key);
        Ok(())
    }

    /// Choices and deletions that met no entry.
    pub(crate) fn unused(&self, repository: &Repository) -> Vec<ConfigError> {
        let chosen = self.chosen.iter().filter(|(_, chosen)| !chosen.used).map(|(key, chosen)| {
            let option = match &chosen.choice {
                Choice::Null => "null".to_owned(),
                Choice::Name(name) => name.clone(),
                Choice::Options(names) => format!("[{}]", names.join(",")),
            };
            let group = key.split('@').next().unwrap_or(key);
            let mut candidates: Vec<String> =
                self.known_by_group.get(group).into_iter().flatten().cloned().collect();
            if candidates.is_empty() && !chosen.from_outside && !repository.group_exists(group) {
                candidates = self.known.keys().cloned().collect();
            }
            let kind = ErrorKind::NoSuchDefault { group: key.clone(), option };
            ConfigError::new(kind).at(&chosen.origin).expecting(key, candidates)
        });
        let deletions = self.deletions.iter().filter(|(_, d)| !d.used).map(|(key, deletion)| {
            let entry = match &deletion.name {
                Some(name) => format!("{key}={name}"),
                None => key.clone(),
            };
            let known = self.known.keys().cloned().collect();
            ConfigError::new(ErrorKind::NothingToDelete { entry })
                .at(&deletion.origin)
                .expecting(key, known)
        });
        chosen.chain(deletions).collect()
    }
}

fn refused(one: &Override, problem: &str) -> ConfigError {
    let kind = ErrorKind::Override { text: one.text.clone(), problem: problem.to_owned() };
    ConfigError::new(kind).at(&one.origin)
}

fn choice(literal: &Literal) -> Option<Choice> {
    let text = |literal: &Literal| match literal {
        Literal::Str(text) | Literal::Quoted { text, .. } => Some(text.clone()),
        _ => None,
    };
    match literal {
        Literal::List(items) => items.iter().map(text).collect::<Option<_>>().map(Choice::Options),
        other => text(other).map(Choice::Name),
    }
}
