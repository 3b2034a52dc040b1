//! What the ledger remembers of a sweep and of each of its jobs.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::JobState;
use crate::runs::{ProcessStamp, now};

/// `sweep.json`: what was asked for, once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SweepRecord {
    /// Version of this layout.
    pub schema: u64,
    /// Name of the experiment.
    pub experiment: String,
    /// What two commands for the same sweep share.
    pub identity: String,
    /// The arguments that compose it, overrides and flags of composition, without `--multirun`.
    pub arguments: Vec<String>,
    /// Where the command was given; relative paths of the arguments start there.
    pub cwd: PathBuf,
    /// `hydra/sweeper`.
    pub sweeper: String,
    /// `hydra/launcher`.
    pub launcher: String,
    /// Number of jobs.
    pub jobs: usize,
    /// The job file that was written for it, where there is one.
    pub job_file: Option<PathBuf>,
    /// When it was started first, RFC 3339, UTC.
    pub created: String,
}

/// Which task of a cluster's queue a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlurmTask {
    /// The number that `sbatch` gave.
    pub job_id: u64,
    /// Its place in the array; `None` for a job that is no array.
    pub task: Option<u64>,
}

/// `<number>.json`: one job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobRecord {
    /// Version of this layout.
    pub schema: u64,
    /// Its place in the sweep, from 0: `hydra.job.num`.
    pub number: usize,
    /// Overrides of its task; `None` for a point that is drawn when the job starts.
    pub overrides: Option<Vec<String>>,
    /// Fingerprint of its config; `None` as long as `overrides` is.
    pub config_hash: Option<String>,
    /// Where it stands.
    pub state: JobState,
    /// How often it was started.
    pub attempts: u64,
    /// How often its time ran out.
    pub timeouts: u64,
    /// How often it was told to stop for another reason.
    pub preemptions: u64,
    /// Where it works, or where its result was found.
    pub directory: PathBuf,
    /// Whether the result is that of an earlier run.
    pub reused: bool,
    /// The process of the latest attempt.
    pub process: Option<ProcessStamp>,
    /// Where a cluster has it.
    pub slurm: Option<SlurmTask>,
    /// Where what it printed is kept, stderr included; `None` when it ran in the launching process.
    pub log: Option<PathBuf>,
    /// The metric that a sweeper searches by, once completed.
    pub value: Option<f64>,
    /// What went wrong, of a failed job.
    pub error: Option<String>,
    /// When the record last changed.
    pub updated: String,
}

impl SweepRecord {
    /// Version written and the newest one read.
    pub const SCHEMA: u64 = 1;
}

#[cfg(test)]
impl SweepRecord {
    /// A sweep for tests, of so many jobs.
    pub(crate) fn example(experiment: &str, jobs: usize) -> Self {
        Self {
            schema: Self::SCHEMA,
            experiment: experiment.into(),
            identity: "i".into(),
            arguments: vec!["distill=0,1".into()],
            cwd: "/".into(),
            sweeper: "basic".into(),
            launcher: "local".into(),
            jobs,
            job_file: None,
            created: now(),
        }
    }
}

impl JobRecord {
    /// Version written and the newest one read.
    pub const SCHEMA: u64 = 1;

    /// A job that waits. Without overrides its point is drawn when it starts.
    pub fn queued(number: usize, overrides: Option<Vec<String>>, directory: PathBuf) -> Self {
        Self {
            schema: Self::SCHEMA,
            number,
            overrides,
            config_hash: None,
            state: JobState::Queued,
            attempts: 0,
            timeouts: 0,
            preemptions: 0,
            directory,
            reused: false,
            process: None,
            slurm: None,
            log: None,
            value: None,
            error: None,
            updated: now(),
        }
    }
}
