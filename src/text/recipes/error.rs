//! What can be wrong with recipes: in which file, at which byte and line, what was expected.

use std::fmt;
use std::path::{Path, PathBuf};

use super::LONGEST;

/// A place in an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which file.
    pub path: PathBuf,
    /// Bytes before it.
    pub byte: u64,
    /// One-based line.
    pub line: u64,
}

impl Place {
    /// A place in `path`.
    pub fn new(path: &Path, byte: u64, line: u64) -> Self {
        Self { path: path.to_owned(), byte, line }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`, line {}, byte {}", self.path.display(), self.line, self.byte)
    }
}

/// Why recipes cannot be made a corpus.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecipesError {
    /// The file is no array.
    #[error("{place}: expected the `[` of an array of recipes, found {found}")]
    NotAnArray {
        /// Where.
        place: Place,
        /// What stands there.
        found: String,
    },
    /// The file ends within the array.
    #[error("{place}: the file ends within the array, expected {expected}; is it truncated?")]
    Truncated {
        /// Where it ends.
        place: Place,
        /// What was expected.
        expected: &'static str,
    },
    /// Something other than a comma or the end between elements, or something behind the end.
    #[error("{place}: expected {expected}, found {found}")]
    Between {
        /// Where.
        place: Place,
        /// What was expected.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// An element that is no JSON, or not one of the expected form; the place is exact.
    #[error("{place}: {what} is not as expected: {message}")]
    Element {
        /// Where.
        place: Place,
        /// A recipe, or a sentence's extraction.
        what: &'static str,
        /// What the reader of JSON says.
        message: String,
    },
    /// A recipe whose `instructions` are missing.
    #[error("{place}: the recipe `{id}` has no `instructions`, expected a list of texts")]
    NoInstructions {
        /// Where the recipe begins.
        place: Place,
        /// Which recipe.
        id: String,
    },
    /// An element, or a recipe's line of the corpus, beyond what any recipe needs.
    #[error("{place}: {what} is longer than {LONGEST} bytes")]
    TooLong {
        /// Where it begins.
        place: Place,
        /// What is.
        what: String,
    },
    /// A recipe, or a sentence of one, that is there twice.
    #[error("{place}: {what} is there already, at line {}, byte {}", first.line, first.byte)]
    Twice {
        /// The second.
        place: Place,
        /// The first.
        first: Place,
        /// What is.
        what: String,
    },
    /// No line to write: such a corpus teaches nothing.
    #[error("none of the {read} elements has an action, so that there is no corpus")]
    NoActions {
        /// Elements read.
        read: u64,
    },
    /// Somebody asked to stop.
    #[error("stopped; nothing was written")]
    Stopped,
}
