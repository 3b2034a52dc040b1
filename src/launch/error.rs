//! Why jobs cannot be launched.

use std::io;
use std::path::PathBuf;

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
    /// A record of the ledger is none.
    #[error("failed to read the sweep's record `{}`: {reason}", path.display())]
    Record {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A key asks for what the launcher cannot give.
    #[error("failed to launch: {key}: {problem}")]
    Setting {
        /// The dotted key.
        key: &'static str,
        /// What it asks for, and what was expected.
        problem: String,
    },
    /// The program that runs cannot be found again.
    #[error("failed to find the file of this program: {source}")]
    Program {
        /// What the system said.
        source: io::Error,
    },
    /// A worker cannot be started.
    #[error("failed to start `{}` in `{}`: {source}", program.display(), cwd.display())]
    Worker {
        /// The program.
        program: PathBuf,
        /// Where it was to run.
        cwd: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The system has no room for the threads that attend to the workers.
    #[error("failed to start {count} threads for workers: {source}")]
    Threads {
        /// How many.
        count: usize,
        /// What the system said.
        source: rayon::ThreadPoolBuildError,
    },
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")
}
