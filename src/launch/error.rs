//! Why jobs cannot be launched.

use std::io;
use std::path::PathBuf;

use super::slurm::SlurmError;
use crate::files::FileError;
use crate::runs::{ProcessStamp, RunError};

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
    /// A job without overrides, of a sweeper that has its jobs in a list.
    #[error("failed to draw job {number}: sweeper `{sweeper}` draws nothing")]
    DrawsNothing {
        /// Which job.
        number: usize,
        /// `hydra/sweeper`
        sweeper: String,
    },
    /// A directory that holds no sweep.
    #[error("failed to find the ledger of a sweep in `{}`", path.display())]
    NoLedger {
        /// The directory.
        path: PathBuf,
    },
    /// A sweep without such a job.
    #[error("failed to find job {number} of `{}`: it has {}", path.display(), numbers(*jobs))]
    NoJob {
        /// The sweep directory.
        path: PathBuf,
        /// The number as given.
        number: usize,
        /// How many jobs there are.
        jobs: usize,
    },
    /// A directory that holds another sweep.
    #[error("failed to go on in `{}`: it holds another sweep ({})", path.display(), arguments.join(" "))]
    OtherSweep {
        /// The directory.
        path: PathBuf,
        /// What composes the sweep that is there.
        arguments: Vec<String>,
    },
    /// A directory whose sweep is to stay as it is.
    #[error("failed to start a new sweep in `{}`: there is one already", path.display())]
    Taken {
        /// The directory.
        path: PathBuf,
    },
    /// Somebody else launches the sweep's jobs.
    #[error("failed to launch the jobs of `{}`: that is being done by {holder}", path.display())]
    Launching {
        /// The sweep directory.
        path: PathBuf,
        /// The file that says so.
        lock: PathBuf,
        /// Who does.
        holder: Box<ProcessStamp>,
    },
    /// Somebody else runs the job.
    #[error("failed to start job {number} of `{}`: it is being run by {holder}", path.display())]
    Busy {
        /// The sweep directory.
        path: PathBuf,
        /// Which job.
        number: usize,
        /// Who runs it.
        holder: Box<ProcessStamp>,
    },
    /// Something for a cluster, where there is none.
    #[error("failed to {doing}: there is no Slurm here")]
    NoQueue {
        /// What was to be done.
        doing: &'static str,
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

fn numbers(jobs: usize) -> String {
    match jobs {
        0 => "no jobs".into(),
        1 => "job 0 alone".into(),
        _ => format!("jobs 0 to {}", jobs - 1),
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")
}
