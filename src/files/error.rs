//! The error of the room: which path, which operation, what the system said.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// What was attempted on a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Open for reading.
    Open,
    /// Read content or metadata.
    Read,
    /// Write or replace content.
    Write,
    /// Create a file or directory that must not exist yet.
    Create,
    /// List a directory.
    List,
    /// Remove a file.
    Remove,
    /// Replace a symbolic link.
    Link,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Operation::Open => "open",
            Operation::Read => "read",
            Operation::Write => "write",
            Operation::Create => "create",
            Operation::List => "list",
            Operation::Remove => "remove",
            Operation::Link => "link",
        })
    }
}

/// A failed file operation.
#[derive(Debug, thiserror::Error)]
#[error("failed to {operation} `{}`: {source}", path.display())]
pub struct FileError {
    /// What was attempted.
    pub operation: Operation,
    /// On which path.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl FileError {
    /// Joins an io error with its path.
    pub fn new(operation: Operation, path: &Path, source: io::Error) -> Self {
        Self { operation, path: path.to_owned(), source }
    }

    /// Whether the path does not exist.
    pub fn is_not_found(&self) -> bool {
        self.source.kind() == io::ErrorKind::NotFound
    }

    /// Whether the path exists already.
    pub fn is_already_there(&self) -> bool {
        self.source.kind() == io::ErrorKind::AlreadyExists
    }
}
