//! Why jobs cannot be launched.

use std::path::PathBuf;

use super::slurm::SlurmError;
use crate::files::FileError;
use crate::runs::RunError;

/// A launch that does not start, or whose record cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    /// No launcher of that name.
    #[error("failed to choose launcher `{name}`: expected one of {}", quoted(expected))]
    Unknown {
        /// The name as given.
        name: String,
        /// The names there are.
        expected: Vec<String>,
    },
    /// The file system refused.
    #[error(transparent)]
    File(#[from] FileError),
    /// A run directory or a lock is not to be had.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Slurm does not do what it was asked for.
    #[error(transparent)]
    Slurm(#[from] SlurmError),
    /// A record of the ledger is none.
    #[error("failed to read the sweep's record `{}`: {reason}", path.display())]
    Record {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")
}
