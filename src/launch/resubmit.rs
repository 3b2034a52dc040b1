//! Starting again what ended without a result.
//!
//! Decides which jobs may be put back into the line and what their records say then; who runs them is
//! the caller's business. Invariant: a job that somebody works on, or that has moved on since it was
//! looked at, is left alone.

use super::settle::Reason;
use super::{JobRecord, JobState, LaunchError, Ledger, Standing};

/// Why a job is not started again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It has not ended, or has its result.
    Stands(JobState),
    /// It was cancelled and has not stopped yet.
    Stopping,
    /// Somebody else was faster.
    Changed,
}

/// Whether a job may be started again.
pub fn may_restart(job: &Standing) -> Result<(), Kept> {
    match (job.settled.state, &job.settled.reason) {
        (JobState::Cancelled, Reason::Stopping) => Err(Kept::Stopping),
        (JobState::Failed | JobState::Preempted | JobState::Cancelled, _) => Ok(()),
        (
            state @ (JobState::Queued
            | JobState::Submitted
            | JobState::Running
            | JobState::Completed),
            _,
        ) => Err(Kept::Stands(state)),
    }
}

/// A job that was put back, with the record it had.
#[derive(Clone, Debug)]
pub struct PutBack(JobRecord);

impl PutBack {
    /// The job.
    pub fn number(&self) -> usize {
        self.0.number
    }
}

/// Puts a job back into the line: its directory, its attempts and its point stay.
pub fn put_back(ledger: &Ledger, job: &Standing) -> Result<Result<PutBack, Kept>, LaunchError> {
    if let Err(kept) = may_restart(job) {
        return Ok(Err(kept));
    }
    let mut before = None;
    ledger.update(job.record.number, |now| {
        if now.state == job.record.state && now.updated == job.record.updated {
            before = Some(PutBack(now.clone()));
            now.state = JobState::Queued;
            (now.error, now.process, now.slurm) = (None, None, None);
        }
    })?;
    Ok(before.ok_or(Kept::Changed))
}

/// Undoes [`put_back`] where the job could not be started, unless somebody has.
pub fn undo(ledger: &Ledger, back: PutBack) -> Result<(), LaunchError> {
    ledger.update(back.number(), |now| {
        if now.state == JobState::Queued && now.attempts == back.0.attempts {
            *now = back.0;
        }
    })?;
    Ok(())
}

#[cfg(test)]
mod tests;
