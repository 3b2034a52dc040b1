//! What can be wrong with a config: what, which key, where it was written, what was expected.
//!
//! Texts are lower case and complete "failed to ..."; hints ("did you mean") are the command
//! layer's business, which finds the misspelt word in [`ConfigError::word`] and the alternatives
//! in [`ConfigError::expected`].

use std::collections::HashSet;
use std::fmt;
use std::path::{Path, PathBuf};

use super::origin::Origin;

/// What is wrong.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ErrorKind {
    /// A config directory that is not there.
    #[error("find the config directory `{}`", .path.display())]
    NoConfigDir {
        /// The directory.
        path: PathBuf,
    },
    /// A file that cannot be read.
    #[error("read config `{config}`: {cause}")]
    Unreadable {
        /// Its path in the search path.
        config: String,
        /// What the system said.
        cause: String,
    },
    /// Text that is not YAML, or YAML that is not a config.
    #[error("read YAML: {problem}")]
    Yaml {
        /// What the parser said.
        problem: String,
    },
    /// A malformed `# @package` line.
    #[error("read the header of config `{config}`: {problem}")]
    Header {
        /// The config.
        config: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A malformed item or keyword in a defaults list.
    #[error("read the defaults list of `{config}`: {problem}")]
    DefaultsItem {
        /// The config that holds the list.
        config: String,
        /// What is wrong with it.
        problem: String,
    },
    /// An override that does not follow the grammar.
    #[error("parse override `{text}`: {problem} at column {column}")]
    OverrideSyntax {
        /// The override.
        text: String,
        /// What is wrong with it.
        problem: String,
        /// Where, from 1, in characters.
        column: usize,
    },
    /// A function of the override grammar that refused its arguments.
    #[error("evaluate `{call}`: {problem}")]
    Function {
        /// The call.
        call: String,
        /// What it said.
        problem: String,
    },
    /// An override that the defaults list or the config cannot take.
    #[error("apply override `{text}`: {problem}")]
    Override {
        /// The override.
        text: String,
        /// Why.
        problem: String,
    },
    /// The primary config is not in the search path.
    #[error("find primary config `{name}`")]
    NoPrimary {
        /// Its name.
        name: String,
    },
    /// A config that the defaults list names does not exist.
    #[error("find config `{config}`")]
    NoSuchConfig {
        /// Its path in the search path.
        config: String,
    },
    /// `override` or `group=option` without a matching entry in the defaults list.
    #[error("override `{group}`: no match in the defaults list; to append use `+{group}={option}`")]
    NoSuchDefault {
        /// The group, with its package when it has one.
        group: String,
        /// The option.
        option: String,
    },
    /// `~group` without a matching entry in the defaults list.
    #[error("delete `{entry}`: no match in the defaults list")]
    NothingToDelete {
        /// The group or `group=option`.
        entry: String,
    },
    /// A group whose option is `???`.
    #[error("choose an option for group `{group}`: it is required, use `{group}=<OPTION>`")]
    OptionRequired {
        /// The group.
        group: String,
    },
    /// Two entries of the defaults list for one group.
    #[error("compose the defaults list: {problem}")]
    Defaults {
        /// What clashes.
        problem: String,
    },
    /// A key that the tree does not have.
    #[error("set `{key}`: key `{name}` is not in {container}; to add it use `+{key}=...`")]
    NoSuchKey {
        /// Dotted path.
        key: String,
        /// The part of the path that does not exist.
        name: String,
        /// `struct`, or the type that declares the keys.
        container: String,
    },
    /// `+key=value` on a key that exists.
    #[error(
        "add `{key}`: it exists already; use `{key}=...` to change it or `++{key}=...` either way"
    )]
    KeyExists {
        /// Dotted path.
        key: String,
    },
    /// `~key` on a key that does not exist or has another value.
    #[error("delete `{key}`: {problem}")]
    CannotDelete {
        /// Dotted path.
        key: String,
        /// Why.
        problem: String,
    },
    /// A value of the wrong type or shape.
    #[error("use the value of `{key}`: {problem}")]
    WrongValue {
        /// Dotted path.
        key: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A key that the typed config does not know.
    #[error("read `{key}`: unknown key")]
    UnknownKey {
        /// Dotted path.
        key: String,
    },
    /// A key that must be there and is not, or is `???`.
    #[error("read `{key}`: the value is missing")]
    Missing {
        /// Dotted path.
        key: String,
    },
    /// `${...}` that does not follow the grammar.
    #[error("parse interpolation `{text}`: {problem}")]
    InterpolationSyntax {
        /// The text.
        text: String,
        /// What is wrong with it.
        problem: String,
    },
    /// `${...}` that cannot be resolved.
    #[error("resolve `{key}`: {problem}")]
    Interpolation {
        /// Dotted path of the value that holds it.
        key: String,
        /// Why.
        problem: String,
    },
    /// Something nested or repeated beyond what a config can need.
    #[error("compose: {what} exceeds the limit of {limit}")]
    TooMuch {
        /// What.
        what: &'static str,
        /// How much is allowed.
        limit: usize,
    },
    /// A sweep where a single value is needed.
    #[error("use `{text}` in a single run: {problem}")]
    SweepInRun {
        /// The override.
        text: String,
        /// What to write instead.
        problem: String,
    },
}

/// One thing wrong with a config.
#[derive(Clone, Debug)]
pub struct ConfigError(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    kind: ErrorKind,
    origin: Option<Origin>,
    expected: Vec<String>,
    word: Option<String>,
    searched: Vec<String>,
    also: Vec<String>,
}

impl ConfigError {
    /// An error without further circumstances.
    pub fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner {
            kind,
            origin: None,
            expected: Vec::new(),
            word: None,
            searched: Vec::new(),
            also: Vec::new(),
        }))
    }

    /// Adds where the offending text was written.
    #[must_use]
    pub fn at(mut self, origin: &Origin) -> Self {
        self.0.origin = Some(origin.clone());
        self
    }

    /// Adds what would have been right and the word that was wrong.
    #[must_use]
    pub fn expecting(mut self, word: &str, expected: Vec<String>) -> Self {
        self.0.word = Some(word.to_owned());
        self.0.expected = expected;
        self
    }

    pub(crate) fn searching(mut self, places: Vec<String>) -> Self {
        self.0.searched = places;
        self
    }

    pub(crate) fn at_if_unknown(self, origin: &Origin) -> Self {
        if self.0.origin.is_some() { self } else { self.at(origin) }
    }

    /// What is wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The dotted path of the key that it is about, when it is about one.
    pub fn key(&self) -> Option<&str> {
        match &self.0.kind {
            ErrorKind::NoSuchKey { key, .. }
            | ErrorKind::KeyExists { key }
            | ErrorKind::CannotDelete { key, .. }
            | ErrorKind::WrongValue { key, .. }
            | ErrorKind::UnknownKey { key }
            | ErrorKind::Missing { key }
            | ErrorKind::Interpolation { key, .. } => Some(key),
            _ => None,
        }
    }

    /// Where the offending text was written.
    pub fn origin(&self) -> Option<&Origin> {
        self.0.origin.as_ref()
    }

    /// Whether one text was read in two places, through an interpolation, and is wrong in both.
    fn is_same_mistake(&self, other: &Self) -> bool {
        let (Some(origin), Some(a), Some(b)) = (self.origin(), self.key(), other.key()) else {
            return false;
        };
        let last = |key: &str| key.rsplit('.').next().map(str::to_owned);
        let same = match (self.kind(), other.kind()) {
            (
                ErrorKind::WrongValue { problem: a, .. },
                ErrorKind::WrongValue { problem: b, .. },
            )
            | (
                ErrorKind::Interpolation { problem: a, .. },
                ErrorKind::Interpolation { problem: b, .. },
            ) => a == b,
            (ErrorKind::UnknownKey { .. }, ErrorKind::UnknownKey { .. })
            | (ErrorKind::Missing { .. }, ErrorKind::Missing { .. }) => last(a) == last(b),
            _ => false,
        };
        same && a != b && Some(origin) == other.origin()
    }

    /// Adds a key for which the same is wrong; the one that the argument names comes first.
    fn absorb(&mut self, other: Self) {
        let named = |error: &Self| match (error.origin(), error.key()) {
            (Some(Origin::Argument { text, .. }), Some(key)) => text.contains(key),
            _ => false,
        };
        let mut other = other;
        if named(&other) && !named(self) {
            std::mem::swap(self, &mut other);
        }
        self.0.also.extend(other.key().map(str::to_owned));
        self.0.also.append(&mut other.0.also);
    }

    /// Further keys for which the same is wrong.
    pub fn also(&self) -> &[String] {
        &self.0.also
    }

    /// What to sort by: kind of place, file, line, column or argument.
    fn place(&self) -> (u8, &Path, usize, usize) {
        let nowhere = Path::new("");
        match self.origin() {
            Some(Origin::File { path, line, column }) => (0, path, *line, *column),
            Some(Origin::Site { path, line, column }) => (1, path, *line, *column),
            Some(Origin::Argument { index, .. }) => (2, nowhere, *index, 0),
            Some(Origin::Default { config, line }) => (3, Path::new(&**config), *line, 0),
            Some(Origin::Runtime) => (4, nowhere, 0, 0),
            None => (5, nowhere, 0, 0),
        }
    }

    /// What would have been right.
    pub fn expected(&self) -> &[String] {
        &self.0.expected
    }

    /// The word that was wrong, to be compared with [`ConfigError::expected`].
    pub fn word(&self) -> Option<&str> {
        self.0.word.as_deref()
    }
}

impl From<ErrorKind> for ConfigError {
    fn from(kind: ErrorKind) -> Self {
        Self::new(kind)
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.kind)?;
        if let Some(origin) = &self.0.origin {
            write!(f, "\n  at {origin}")?;
        }
        if !self.0.also.is_empty() {
            write!(f, "\n  the same goes for: {}", self.0.also.join(", "))?;
        }
        if !self.0.expected.is_empty() {
            write!(f, "\n  expected one of: {}", self.0.expected.join(", "))?;
        }
        if !self.0.searched.is_empty() {
            write!(f, "\n  searched: {}", self.0.searched.join(", "))?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

/// Everything found wrong at once; never empty.
#[derive(Clone, Debug)]
pub struct ConfigErrors {
    first: ConfigError,
    rest: Vec<ConfigError>,
}

impl ConfigErrors {
    /// Collects errors; `None` when there are none.
    pub fn from_vec(mut errors: Vec<ConfigError>) -> Option<Self> {
        if errors.is_empty() {
            return None;
        }
        let first = errors.remove(0);
        Some(Self { first, rest: errors })
    }

    /// The same errors, each once and in the order in which they can be put right: by file, line
    /// and column, then the command line's arguments, then what has no place.
    #[must_use]
    pub fn in_order(self) -> Self {
        let mut errors = self.into_vec();
        errors.sort_by(|a, b| a.place().cmp(&b.place()));
        let mut told = HashSet::new();
        errors.retain(|error| told.insert(error.to_string()));
        let mut kept: Vec<ConfigError> = Vec::with_capacity(errors.len());
        for error in errors {
            match kept.iter_mut().find(|known| known.is_same_mistake(&error)) {
                Some(known) => known.absorb(error),
                None => kept.push(error),
            }
        }
        Self::from_vec(kept).expect("there was one at least")
    }

    /// The first error.
    pub fn first(&self) -> &ConfigError {
        &self.first
    }

    /// Every error, in the order found.
    pub fn into_vec(self) -> Vec<ConfigError> {
        std::iter::once(self.first).chain(self.rest).collect()
    }

    /// Every error, in the order found.
    pub fn iter(&self) -> impl Iterator<Item = &ConfigError> {
        std::iter::once(&self.first).chain(&self.rest)
    }
}

impl From<ConfigError> for ConfigErrors {
    fn from(first: ConfigError) -> Self {
        Self { first, rest: Vec::new() }
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}
