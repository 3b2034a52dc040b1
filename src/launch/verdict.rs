//! What becomes of a job when its sweep is started.

use std::path::{Path, PathBuf};

use super::{JobRecord, JobState};
use crate::runs::{Liveness, ProcessStamp};

/// What becomes of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is run for the first time.
    Run,
    /// It is run again, in its own directory: where it stood.
    Again(JobState),
    /// There is a completed run of its config.
    Done {
        /// The run.
        directory: PathBuf,
    },
    /// Somebody else works on it, or is going to.
    Left(JobState),
}

impl Verdict {
    /// Whether the job is run.
    pub fn runs(&self) -> bool {
        match self {
            Verdict::Run | Verdict::Again(_) => true,
            Verdict::Done { .. } | Verdict::Left(_) => false,
        }
    }
}

/// Says what becomes of a job; `result` is a completed run of its config.
///
/// | record | with a result | without |
/// |---|---|---|
/// | running, the process may live | left | left |
/// | submitted | done | left |
/// | queued | done | run |
/// | running, the process is gone | done | again |
/// | failed, preempted, cancelled | done | again |
/// | completed | done | again: somebody removed what it left |
pub fn judge(record: &JobRecord, result: Option<&Path>) -> Verdict {
    let lives = record.process.as_ref().is_some_and(may_live);
    match (record.state, result) {
        (JobState::Running, _) if lives => Verdict::Left(record.state),
        (_, Some(directory)) => Verdict::Done { directory: directory.to_owned() },
        (JobState::Submitted, None) => Verdict::Left(record.state),
        (JobState::Queued, None) => Verdict::Run,
        (
            JobState::Running
            | JobState::Completed
            | JobState::Failed
            | JobState::Preempted
            | JobState::Cancelled,
            None,
        ) => Verdict::Again(record.state),
    }
}

fn may_live(process: &ProcessStamp) -> bool {
    process.liveness() != Liveness::Gone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row() {
        let me = ProcessStamp::current();
        let gone = ProcessStamp { ticks: Some(1), ..me.clone() };
        let far = ProcessStamp { host: "elsewhere".into(), ..me.clone() };
        let left = Verdict::Left;
        let done = || Verdict::Done { directory: "r".into() };
        for (state, process, with, without) in [
            (JobState::Running, &me, left(JobState::Running), left(JobState::Running)),
            (JobState::Running, &far, left(JobState::Running), left(JobState::Running)),
            (JobState::Running, &gone, done(), Verdict::Again(JobState::Running)),
            (JobState::Submitted, &gone, done(), left(JobState::Submitted)),
            (JobState::Queued, &gone, done(), Verdict::Run),
            (JobState::Failed, &gone, done(), Verdict::Again(JobState::Failed)),
            (JobState::Preempted, &gone, done(), Verdict::Again(JobState::Preempted)),
            (JobState::Cancelled, &gone, done(), Verdict::Again(JobState::Cancelled)),
            (JobState::Completed, &gone, done(), Verdict::Again(JobState::Completed)),
        ] {
            let mut record = JobRecord::queued(0, Some(vec![]), "d".into());
            (record.state, record.process) = (state, Some(process.clone()));
            assert_eq!(judge(&record, Some(Path::new("r"))), with, "{state}");
            assert_eq!(judge(&record, None), without, "{state}");
        }
    }
}
