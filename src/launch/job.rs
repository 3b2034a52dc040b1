//! A job of a sweep and how it ended.

use std::path::PathBuf;

/// One point of a sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Position in the sweep, from 0: `hydra.job.num`.
    pub number: usize,
    /// Its overrides as the sweeper rendered them.
    pub overrides: Vec<String>,
    /// Where it works.
    pub directory: PathBuf,
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobOutcome {
    /// It did what it should.
    Completed,
    /// It ended with an error.
    Failed {
        /// The error.
        message: String,
    },
    /// It was told to stop, and so is the sweep; starting again continues it.
    Preempted,
    /// It was taken back before it was started.
    Cancelled,
    /// It was never started.
    Skipped {
        /// Number of the job that is the reason.
        because_of: usize,
    },
}

/// A job with its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobReport {
    /// The job.
    pub job: Job,
    /// How it ended.
    pub outcome: JobOutcome,
}

/// What became of the sweep as a whole: the worst outcome, by job.
///
/// `Preempted` wins over `Failed`: there is something to continue. Skipped jobs follow from
/// the former; one that was taken back is nobody's failure.
pub fn tally(reports: &[JobReport]) -> JobOutcome {
    let failed: Vec<&JobReport> =
        reports.iter().filter(|r| matches!(r.outcome, JobOutcome::Failed { .. })).collect();
    if reports.iter().any(|r| r.outcome == JobOutcome::Preempted) {
        return JobOutcome::Preempted;
    }
    if failed.is_empty() {
        return JobOutcome::Completed;
    }
    let numbers: Vec<String> = failed.iter().map(|r| r.job.number.to_string()).collect();
    let message =
        format!("{} of {} jobs failed: {}", failed.len(), reports.len(), numbers.join(", "));
    JobOutcome::Failed { message }
}
