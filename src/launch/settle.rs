//! What became of a job, as far as anybody can tell.
//!
//! A record is what the last one to touch a job wrote, and whoever dies writes nothing. Decides from
//! the record, the manifest of the run, the process and the cluster's queue together how the job
//! stands; it reads nothing itself. Invariant: what has a result is completed, whoever says otherwise.
//!
//! | record | run | process | queue | job |
//! |---|---|---|---|---|
//! | any | completed | any | any | completed |
//! | completed | any | any | any | completed |
//! | failed | at work | any | any | running |
//! | failed | any other | any | any | failed: somebody saw how it ended |
//! | cancelled | at work | any | any | cancelled, still stopping |
//! | cancelled | any other | any | waiting, running | cancelled, still stopping |
//! | cancelled | any other | any | any other | cancelled |
//! | queued | at work | any | any | running |
//! | queued | any other | any | any | queued |
//! | submitted, preempted | at work | any | any | running |
//! | submitted, preempted | any other | any | waiting | submitted |
//! | submitted, preempted | any other | any | running | running |
//! | submitted | any other | any | ended | as the queue says; failed, where it says completed |
//! | submitted | any other | any | forgotten | failed, never started |
//! | submitted | any other | any | not asked | submitted |
//! | preempted | any other | any | ended | cancelled, where the queue says so, else preempted |
//! | preempted | any other | any | forgotten, not asked | preempted |
//! | running | failed | any | any | failed |
//! | running | preempted | any | any | as a preempted one |
//! | running | at work | any | any | running |
//! | running | silent | alive | any | running |
//! | running | silent | gone, elsewhere | waiting | submitted: it was put back |
//! | running | silent | gone, elsewhere | running | running |
//! | running | silent | gone, elsewhere | ended | as the queue says; failed, where it says completed |
//! | running | silent | gone | forgotten, not asked | failed, died without a word |
//! | running | silent | elsewhere | forgotten | failed, died without a word |
//! | running | silent | elsewhere | not asked | running, as far as is known |

use std::fmt;

use super::JobState;
use super::queue::{QueueEnd, QueueWord};
use crate::runs::Liveness;

/// What the manifest of a job's run says of the attempt that the record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunWord {
    /// Nothing: there is none, it is another config's, or it speaks of an earlier attempt.
    Silent,
    /// A process that lives is at work in the directory.
    AtWork,
    /// The result is there.
    Completed,
    /// This attempt failed.
    Failed,
    /// This attempt stopped after a checkpoint.
    Preempted,
}

/// All there is to know of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The state that the record has.
    pub state: JobState,
    /// What the manifest says.
    pub run: RunWord,
    /// Whether the recorded process lives; [`Liveness::Gone`] where none is recorded.
    pub process: Liveness,
    /// What the queue says.
    pub queue: QueueWord,
}

/// How a job stands, and how that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// How it stands.
    pub state: JobState,
    /// How that is known.
    pub reason: Reason,
}

/// How it is known where a job stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The record says so.
    Recorded,
    /// The manifest says so, and nobody lived to record it.
    Manifest,
    /// A process is at work in its directory.
    AtWork,
    /// It was told to stop and has not yet.
    Stopping,
    /// It waits in the queue.
    Waits(String),
    /// The queue says so, in these words.
    Queue(String),
    /// The queue says that all went well, but there is no result.
    NoResult(String),
    /// The queue has forgotten it and it never started.
    NeverStarted,
    /// Its process is gone and left no word.
    Died,
    /// Its process is on another machine, and there is no queue to ask.
    OutOfReach,
    /// It is in a queue that cannot be asked from here.
    NoQueue,
}

impl Reason {
    /// Whether the job's own record tells it all.
    pub fn is_recorded(&self) -> bool {
        *self == Reason::Recorded
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Recorded => f.write_str("recorded"),
            Reason::Manifest => f.write_str("its run says so, nobody lived to record it"),
            Reason::AtWork => f.write_str("a process is at work in its directory"),
            Reason::Stopping => f.write_str("told to stop, which it has not yet"),
            Reason::Waits(why) => write!(f, "waits in the queue ({why})"),
            Reason::Queue(word) => write!(f, "the queue says {word}"),
            Reason::NoResult(word) => {
                write!(f, "the queue says {word}, but there is no result")
            }
            Reason::NeverStarted => f.write_str("the queue does not know it, it never started"),
            Reason::Died => f.write_str("died without a word"),
            Reason::OutOfReach => f.write_str("its process is on another machine"),
            Reason::NoQueue => f.write_str("the queue cannot be asked from here"),
        }
    }
}

/// The table above.
pub fn settle(evidence: &Evidence) -> Settled {
    use RunWord::{AtWork, Completed, Failed, Preempted, Silent};
    let queue = &evidence.queue;
    match (evidence.state, evidence.run) {
        (JobState::Completed, _)
        | (JobState::Failed, Silent | Failed | Preempted)
        | (JobState::Queued, Silent | Failed | Preempted) => {
            settled(evidence.state, Reason::Recorded)
        }
        (
            JobState::Queued
            | JobState::Submitted
            | JobState::Running
            | JobState::Failed
            | JobState::Preempted
            | JobState::Cancelled,
            Completed,
        ) => settled(JobState::Completed, Reason::Manifest),
        (
            JobState::Queued | JobState::Submitted | JobState::Failed | JobState::Preempted,
            AtWork,
        ) => settled(JobState::Running, Reason::AtWork),
        (JobState::Cancelled, AtWork) => settled(JobState::Cancelled, Reason::Stopping),
        (JobState::Cancelled, Silent | Failed | Preempted) => cancelled(queue),
        (JobState::Submitted, Silent | Failed | Preempted) => submitted(queue),
        (JobState::Preempted, Silent | Failed | Preempted) => preempted(queue, Reason::Recorded),
        (JobState::Running, AtWork) => settled(JobState::Running, Reason::Recorded),
        (JobState::Running, Failed) => settled(JobState::Failed, Reason::Manifest),
        (JobState::Running, Preempted) => preempted(queue, Reason::Manifest),
        (JobState::Running, Silent) => running(evidence.process, queue),
    }
}

fn settled(state: JobState, reason: Reason) -> Settled {
    Settled { state, reason }
}

fn cancelled(queue: &QueueWord) -> Settled {
    let reason = match queue {
        QueueWord::Waiting { .. } | QueueWord::Running => Reason::Stopping,
        QueueWord::NotAsked | QueueWord::Ended { .. } | QueueWord::Forgotten => Reason::Recorded,
    };
    settled(JobState::Cancelled, reason)
}

fn submitted(queue: &QueueWord) -> Settled {
    match queue {
        QueueWord::NotAsked => settled(JobState::Submitted, Reason::NoQueue),
        QueueWord::Waiting { reason } => waiting(reason),
        QueueWord::Running => started(),
        QueueWord::Ended { how, word } => ended(*how, word),
        QueueWord::Forgotten => settled(JobState::Failed, Reason::NeverStarted),
    }
}

fn preempted(queue: &QueueWord, told_by: Reason) -> Settled {
    match queue {
        QueueWord::Waiting { reason } => waiting(reason),
        QueueWord::Running => started(),
        QueueWord::Ended { how: QueueEnd::Cancelled, word } => ended(QueueEnd::Cancelled, word),
        // A worker that stopped after a checkpoint ends with an exit code that is not 0.
        QueueWord::Ended {
            how: QueueEnd::Completed | QueueEnd::Failed | QueueEnd::Preempted,
            ..
        }
        | QueueWord::Forgotten
        | QueueWord::NotAsked => settled(JobState::Preempted, told_by),
    }
}

fn running(process: Liveness, queue: &QueueWord) -> Settled {
    match (process, queue) {
        (Liveness::Alive, _) => settled(JobState::Running, Reason::Recorded),
        (Liveness::Gone | Liveness::Unknown, QueueWord::Waiting { reason }) => waiting(reason),
        (Liveness::Gone | Liveness::Unknown, QueueWord::Running) => started(),
        (Liveness::Gone | Liveness::Unknown, QueueWord::Ended { how, word }) => ended(*how, word),
        (Liveness::Gone, QueueWord::Forgotten | QueueWord::NotAsked)
        | (Liveness::Unknown, QueueWord::Forgotten) => settled(JobState::Failed, Reason::Died),
        (Liveness::Unknown, QueueWord::NotAsked) => settled(JobState::Running, Reason::OutOfReach),
    }
}

fn waiting(reason: &str) -> Settled {
    settled(JobState::Submitted, Reason::Waits(reason.to_owned()))
}

fn started() -> Settled {
    settled(JobState::Running, Reason::Queue("it runs".to_owned()))
}

fn ended(how: QueueEnd, word: &str) -> Settled {
    let word = word.to_owned();
    match how {
        QueueEnd::Completed => settled(JobState::Failed, Reason::NoResult(word)),
        QueueEnd::Failed => settled(JobState::Failed, Reason::Queue(word)),
        QueueEnd::Cancelled => settled(JobState::Cancelled, Reason::Queue(word)),
        QueueEnd::Preempted => settled(JobState::Preempted, Reason::Queue(word)),
    }
}

#[cfg(test)]
mod tests;
