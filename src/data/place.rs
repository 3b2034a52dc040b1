//! Where in an input file something stands.

use std::fmt;
use std::path::{Path, PathBuf};

/// A line of an input file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which file.
    pub path: PathBuf,
    /// One-based line; for a record that spans lines, its first; in a pickle, the row.
    pub line: u64,
}

impl Place {
    /// The given line of a file.
    pub fn new(path: &Path, line: u64) -> Self {
        Self { path: path.to_owned(), line }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path.display(), self.line)
    }
}
