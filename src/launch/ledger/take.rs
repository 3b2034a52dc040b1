//! How a worker takes a job and how it gives it back.

use super::{JobRecord, JobState, Ledger};
use crate::launch::{Interruption, LaunchError};
use crate::runs::{Liveness, ProcessStamp};

/// What a worker finds when it comes for a job.
#[derive(Clone, Debug, PartialEq)]
pub enum Taken {
    /// The job is the worker's.
    Started(JobRecord),
    /// There is nothing left to do.
    Completed(JobRecord),
    /// Somebody took it back.
    Cancelled(JobRecord),
}

/// How a job ended that a worker had taken.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// With its result, which reached so much by the metric that is searched by.
    Completed {
        /// The metric.
        value: Option<f64>,
    },
    /// With an error.
    Failed {
        /// The error.
        error: String,
    },
    /// On request, to go on when it is started again.
    Interrupted(Interruption),
}

impl Ledger {
    /// Takes a job for this process.
    ///
    /// | record | |
    /// |---|---|
    /// | queued, submitted, failed, preempted | started |
    /// | running, the process is gone or is this one | started |
    /// | running otherwise | refused |
    /// | completed, cancelled | left as it is |
    ///
    /// # Errors
    /// Who runs it already; what the file system says.
    pub fn take(&self, number: usize) -> Result<Taken, LaunchError> {
        let me = ProcessStamp::current();
        let (job, is_left) = self.update_if(number, |job| match job.state {
            JobState::Completed | JobState::Cancelled => Ok(true),
            JobState::Running if let Some(holder) = others(job, &me) => Err(LaunchError::Busy {
                path: self.sweep().to_owned(),
                number,
                holder: Box::new(holder.clone()),
            }),
            JobState::Queued
            | JobState::Submitted
            | JobState::Running
            | JobState::Failed
            | JobState::Preempted => {
                job.state = JobState::Running;
                job.attempts += 1;
                job.process = Some(me.clone());
                job.error = None;
                Ok(false)
            }
        })?;
        Ok(match (is_left, job.state) {
            (true, JobState::Cancelled) => Taken::Cancelled(job),
            (true, _) => Taken::Completed(job),
            (false, _) => Taken::Started(job),
        })
    }

    /// Says how a job of this process ended. One that was cancelled meanwhile stays so unless it has its
    /// result; one that another process has taken is that one's.
    ///
    /// # Errors
    /// What the file system says.
    pub fn end(&self, number: usize, ending: Ending) -> Result<JobRecord, LaunchError> {
        let me = ProcessStamp::current();
        self.update(number, |job| {
            let is_mine = job.process.as_ref().is_some_and(|process| process.is_same_process(&me));
            let is_cancelled = job.state == JobState::Cancelled;
            match ending {
                Ending::Completed { value } if is_mine => {
                    (job.state, job.value, job.error) = (JobState::Completed, value, None);
                }
                Ending::Failed { error } if is_mine && !is_cancelled => {
                    (job.state, job.error) = (JobState::Failed, Some(error));
                }
                Ending::Interrupted(why) if is_mine => {
                    match why {
                        Interruption::Timeout => job.timeouts += 1,
                        Interruption::Preemption => job.preemptions += 1,
                        Interruption::Withdrawal => {}
                    }
                    if !is_cancelled {
                        job.state = JobState::Preempted;
                    }
                }
                Ending::Completed { .. } | Ending::Failed { .. } | Ending::Interrupted(_) => {}
            }
        })
    }
}

/// Who else may be running the job.
fn others<'j>(job: &'j JobRecord, me: &ProcessStamp) -> Option<&'j ProcessStamp> {
    let process = job.process.as_ref()?;
    (!process.is_same_process(me) && process.liveness() != Liveness::Gone).then_some(process)
}

#[cfg(test)]
mod tests {
    use super::super::tests::ledger;
    use super::*;

    fn with(state: JobState, process: Option<ProcessStamp>) -> (tempfile::TempDir, Ledger) {
        let dir = tempfile::tempdir().unwrap();
        let ledger = ledger(dir.path(), 1);
        ledger.update(0, |job| (job.state, job.process) = (state, process)).unwrap();
        (dir, ledger)
    }

    #[test]
    fn who_may_take_a_job() {
        let me = ProcessStamp::current();
        let gone = ProcessStamp { ticks: Some(1), ..me.clone() };
        let far = ProcessStamp { host: "elsewhere".into(), ..me.clone() };
        for (id, state, process, expected) in [
            ("new", JobState::Queued, None, "started"),
            ("in a queue", JobState::Submitted, None, "started"),
            ("stale", JobState::Running, Some(gone.clone()), "started"),
            ("mine", JobState::Running, Some(me), "started"),
            ("without a process", JobState::Running, None, "started"),
            ("elsewhere", JobState::Running, Some(far), "busy"),
            ("failed", JobState::Failed, Some(gone.clone()), "started"),
            ("preempted", JobState::Preempted, Some(gone), "started"),
            ("completed", JobState::Completed, None, "completed"),
            ("cancelled", JobState::Cancelled, None, "cancelled"),
        ] {
            let (_dir, ledger) = with(state, process);
            let before = ledger.job(0).unwrap();
            let found = match ledger.take(0) {
                Ok(Taken::Started(job)) => {
                    assert_eq!((job.state, job.attempts), (JobState::Running, 1), "{id}");
                    "started"
                }
                Ok(Taken::Completed(_)) => "completed",
                Ok(Taken::Cancelled(_)) => "cancelled",
                Err(LaunchError::Busy { .. }) => "busy",
                Err(error) => panic!("{id}: {error}"),
            };
            assert_eq!(found, expected, "{id}");
            if found != "started" {
                assert_eq!(ledger.job(0).unwrap(), before, "{id}");
            }
        }
    }

    #[test]
    fn one_of_many_takes_a_job() {
        let (_dir, ledger) = with(JobState::Queued, None);
        // Threads share a process, to which its own job is free: what counts is that no change is lost.
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| ledger.take(0).unwrap());
            }
        });
        assert_eq!(ledger.job(0).unwrap().attempts, 8);
    }

    #[test]
    fn how_a_job_ends() {
        let completed = || Ending::Completed { value: Some(1.5) };
        let failed = || Ending::Failed { error: "x".into() };
        let timeout = || Ending::Interrupted(Interruption::Timeout);
        let preempted = || Ending::Interrupted(Interruption::Preemption);
        for (ending, cancelled, state, counts) in [
            (completed(), false, JobState::Completed, (0, 0)),
            (completed(), true, JobState::Completed, (0, 0)),
            (failed(), false, JobState::Failed, (0, 0)),
            (failed(), true, JobState::Cancelled, (0, 0)),
            (timeout(), false, JobState::Preempted, (1, 0)),
            (preempted(), false, JobState::Preempted, (0, 1)),
            (preempted(), true, JobState::Cancelled, (0, 1)),
        ] {
            let (_dir, ledger) = with(JobState::Queued, None);
            ledger.take(0).unwrap();
            if cancelled {
                ledger.update(0, |job| job.state = JobState::Cancelled).unwrap();
            }
            let job = ledger.end(0, ending.clone()).unwrap();
            assert_eq!((job.state, (job.timeouts, job.preemptions)), (state, counts), "{ending:?}");
        }
    }

    #[test]
    fn what_another_process_has_taken_is_that_ones() {
        let far = ProcessStamp { host: "elsewhere".into(), ..ProcessStamp::current() };
        let (_dir, ledger) = with(JobState::Running, Some(far));
        let before = ledger.job(0).unwrap();
        assert_eq!(ledger.end(0, Ending::Failed { error: "x".into() }).unwrap(), before);
    }
}
