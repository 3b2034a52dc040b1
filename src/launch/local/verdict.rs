//! What the end of a worker means for its job.
//!
//! The record that the worker kept says more than its exit code, and is believed first:
//!
//! | record | exit | told | verdict |
//! |---|---|---|---|
//! | completed | any | any | completed: it has its result, whatever happened on the way out |
//! | cancelled | any | any | cancelled |
//! | failed | any | any | failed, as the record says |
//! | other | 0 | any | completed |
//! | other | 75 | of its time | out of time, goes on |
//! | other | 75 | otherwise | preempted |
//! | other | any other | of its time | failed: nothing was saved that a next attempt could go on from |
//! | other | 130 | otherwise | interrupted before a checkpoint: it waits again |
//! | other | `SIGINT`, `SIGTERM` | to stop | the same |
//! | other | any other | any | failed |
//!
//! Then the record is made to say so where it does not.

use signal_hook::consts::{SIGINT, SIGKILL, SIGTERM};
use signal_hook::low_level::signal_name;

use super::TimeLimit;
use super::worker::{Ending, Exit, Told};
use crate::launch::{JobRecord, JobState};

/// Exit code of a run that stopped after a checkpoint.
const EXIT_PREEMPTED: i32 = 75;
/// Exit code of a run that stopped before any.
const EXIT_INTERRUPTED: i32 = 130;

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Completed,
    Failed(String),
    Preempted,
    /// Its time was over, and a next attempt goes on from its checkpoint.
    OutOfTime,
    /// The same, once too often.
    TooOften(String),
    Interrupted,
    Cancelled,
}

/// The table above.
pub(super) fn judge(record: &JobRecord, ending: Ending, time: &TimeLimit) -> Verdict {
    match record.state {
        JobState::Completed => return Verdict::Completed,
        JobState::Cancelled => return Verdict::Cancelled,
        JobState::Failed => {
            let error = record.error.clone();
            return Verdict::Failed(error.unwrap_or_else(|| failure(ending, time)));
        }
        JobState::Queued | JobState::Submitted | JobState::Running | JobState::Preempted => {}
    }
    match (ending.exit, ending.told) {
        (Exit::Code(0), _) => Verdict::Completed,
        (Exit::Code(EXIT_PREEMPTED), Told::Time) => Verdict::OutOfTime,
        (Exit::Code(EXIT_PREEMPTED), Told::Nothing | Told::Stop) => Verdict::Preempted,
        (Exit::Code(EXIT_INTERRUPTED), Told::Nothing | Told::Stop)
        | (Exit::Signal(SIGINT | SIGTERM), Told::Stop) => Verdict::Interrupted,
        (Exit::Code(_) | Exit::Signal(_), _) => Verdict::Failed(failure(ending, time)),
    }
}

fn failure(ending: Ending, time: &TimeLimit) -> String {
    let waited = time.notice.as_secs_f64();
    match (ending.told, ending.killed) {
        (Told::Time, true) => {
            let limit = minutes(time);
            format!("time limit of {limit} min: the worker did not end when told, and was killed")
        }
        (Told::Time, false) => {
            let limit = minutes(time);
            let how = words(ending.exit);
            format!("time limit of {limit} min: the worker ended without a checkpoint ({how})")
        }
        (Told::Stop, true) => {
            format!("the worker did not end within {waited} s of being told, and was killed")
        }
        (Told::Stop, false) | (Told::Nothing, _) => {
            format!("the worker ended {}", words(ending.exit))
        }
    }
}

/// A time limit as the config gives it.
pub(super) fn minutes(time: &TimeLimit) -> f64 {
    time.limit.as_secs_f64() / 60.0
}

fn words(exit: Exit) -> String {
    match exit {
        Exit::Code(101) => "with exit code 101, a panic".to_owned(),
        Exit::Code(code) => format!("with exit code {code}"),
        Exit::Signal(SIGKILL) => "by SIGKILL: somebody killed it, or memory ran out".to_owned(),
        Exit::Signal(number) => match signal_name(number) {
            Some(name) => format!("by {name}"),
            None => format!("by signal {number}"),
        },
    }
}

impl Verdict {
    /// Makes the record say so. `before` is what it was when the attempt began.
    pub(super) fn write(&self, job: &mut JobRecord, before: &JobRecord) {
        match self {
            Verdict::Completed => {
                job.state = JobState::Completed;
                job.error = None;
            }
            Verdict::Failed(error) => {
                job.state = JobState::Failed;
                job.error = Some(error.clone());
            }
            Verdict::Preempted => {
                job.state = JobState::Preempted;
                count(job, before, (0, 1));
            }
            Verdict::OutOfTime => {
                job.state = JobState::Preempted;
                count(job, before, (1, 0));
            }
            Verdict::TooOften(error) => {
                job.state = JobState::Failed;
                job.error = Some(error.clone());
                count(job, before, (1, 0));
            }
            Verdict::Interrupted => job.state = JobState::Queued,
            Verdict::Cancelled => {}
        }
    }
}

/// Counts time-outs and preemptions. The worker saw a signal and may have counted it as the one or the
/// other; its launcher knows which it was.
fn count(job: &mut JobRecord, before: &JobRecord, (timeouts, preemptions): (u64, u64)) {
    job.timeouts = before.timeouts + timeouts;
    job.preemptions = before.preemptions + preemptions;
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const TIME: TimeLimit =
        TimeLimit { limit: Duration::from_secs(90), notice: Duration::from_secs(30), restarts: 0 };

    fn record(state: JobState) -> JobRecord {
        JobRecord { state, ..JobRecord::queued(0, None, "d".into()) }
    }

    fn judged(state: JobState, exit: Exit, told: Told) -> Verdict {
        judge(&record(state), Ending { exit, told, killed: false }, &TIME)
    }

    #[test]
    fn the_table() {
        use JobState::{Cancelled, Completed, Preempted, Queued, Running};
        let rows = [
            (Running, Exit::Code(0), Told::Nothing, Verdict::Completed),
            (Running, Exit::Code(0), Told::Stop, Verdict::Completed),
            (Running, Exit::Code(75), Told::Nothing, Verdict::Preempted),
            (Preempted, Exit::Code(75), Told::Stop, Verdict::Preempted),
            (Preempted, Exit::Code(75), Told::Time, Verdict::OutOfTime),
            (Queued, Exit::Signal(15), Told::Stop, Verdict::Interrupted),
            (Running, Exit::Signal(2), Told::Stop, Verdict::Interrupted),
            (Running, Exit::Code(130), Told::Stop, Verdict::Interrupted),
            (Preempted, Exit::Code(130), Told::Nothing, Verdict::Interrupted),
            (Completed, Exit::Signal(11), Told::Nothing, Verdict::Completed),
            (Completed, Exit::Code(0), Told::Time, Verdict::Completed),
            (Cancelled, Exit::Code(75), Told::Nothing, Verdict::Cancelled),
            (Cancelled, Exit::Code(0), Told::Nothing, Verdict::Cancelled),
        ];
        for (state, exit, told, expected) in rows {
            assert_eq!(judged(state, exit, told), expected, "{state} {exit:?} {told:?}");
        }
    }

    #[test]
    fn failures_say_how_it_ended() {
        let rows = [
            (Exit::Code(1), Told::Nothing, "exit code 1"),
            (Exit::Code(2), Told::Stop, "exit code 2"),
            (Exit::Code(101), Told::Nothing, "a panic"),
            (Exit::Signal(9), Told::Nothing, "memory"),
            (Exit::Signal(11), Told::Nothing, "SIGSEGV"),
            (Exit::Signal(15), Told::Nothing, "SIGTERM"),
            (Exit::Signal(63), Told::Nothing, "signal 63"),
            (Exit::Code(130), Told::Time, "time limit of 1.5 min"),
        ];
        for (exit, told, said) in rows {
            let verdict = judged(JobState::Running, exit, told);
            assert!(matches!(&verdict, Verdict::Failed(e) if e.contains(said)), "{verdict:?}");
        }
        let killed = Ending { exit: Exit::Signal(9), told: Told::Stop, killed: true };
        let verdict = judge(&record(JobState::Running), killed, &TIME);
        assert!(matches!(&verdict, Verdict::Failed(e) if e.contains("within 30 s")), "{verdict:?}");
    }

    #[test]
    fn what_the_worker_wrote_of_its_failure_stays() {
        let job =
            JobRecord { error: Some("loss is not finite".into()), ..record(JobState::Failed) };
        let ending = Ending { exit: Exit::Code(1), told: Told::Nothing, killed: false };
        assert_eq!(judge(&job, ending, &TIME), Verdict::Failed("loss is not finite".into()));
    }

    #[test]
    fn time_outs_and_preemptions_are_counted_apart() {
        let before = JobRecord { preemptions: 2, timeouts: 1, ..record(JobState::Queued) };
        // As workers leave it that counted a preemption, a time-out, or nothing.
        for (preemptions, timeouts) in [(3, 1), (2, 2), (2, 1)] {
            let after = JobRecord { preemptions, timeouts, ..before.clone() };
            let mut job = after.clone();
            Verdict::Preempted.write(&mut job, &before);
            assert_eq!((job.preemptions, job.timeouts), (3, 1));
            let mut job = after;
            Verdict::OutOfTime.write(&mut job, &before);
            assert_eq!((job.preemptions, job.timeouts), (2, 2));
        }
    }
}
