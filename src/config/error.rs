//! What can be wrong with a config: what, which key, where it was written, what was expected.
//!
//! Texts are lower case and complete "failed to ..."; hints ("did you mean") are the command
//! layer's business, which finds the misspelt word in [`ConfigError::word`] and the alternatives
//! in [`ConfigError::expected`].

use std::fmt;
use std::path::PathBuf;

use super::origin::Origin;

mod all;

pub use all::ConfigErrors;

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

    /// Further keys for which the same is wrong.
    pub fn also(&self) -> &[String] {
        &self.0.also
    }

    /// What would have been right.
    pub fn expected(&self) -> &[String] {
        &self.0.expected
    }

    /// Where it was looked for in vain.
    pub fn searched(&self) -> &[String] {
        &self.0.searched
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
