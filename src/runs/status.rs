//! The life of a run as a state machine.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a manifest says of its run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// A process works on it (or died without a word).
    Running,
    /// All done.
    Completed,
    /// Ended with an error.
    Failed,
    /// Ended on request after a checkpoint; continues when started again.
    Preempted,
}

/// What happens to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A process takes it up, again or for the first time.
    Start,
    /// The task returned.
    Complete,
    /// The task failed.
    Fail,
    /// The task stopped after a checkpoint because it was told to.
    Preempt,
}

impl Status {
    /// All of them, in the order of the contract.
    pub const ALL: [Status; 4] =
        [Status::Running, Status::Completed, Status::Failed, Status::Preempted];

    /// The status after `event`; `None` when it cannot happen.
    ///
    /// | from | start | complete | fail | preempt |
    /// |---|---|---|---|---|
    /// | running | running (its process died) | completed | failed | preempted |
    /// | completed, failed, preempted | running | - | - | - |
    pub fn after(self, event: Event) -> Option<Status> {
        match (self, event) {
            (_, Event::Start) => Some(Status::Running),
            (Status::Running, Event::Complete) => Some(Status::Completed),
            (Status::Running, Event::Fail) => Some(Status::Failed),
            (Status::Running, Event::Preempt) => Some(Status::Preempted),
            (
                Status::Completed | Status::Failed | Status::Preempted,
                Event::Complete | Event::Fail | Event::Preempt,
            ) => None,
        }
    }

    /// As written in a manifest.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Running => "running",
            Status::Completed => "completed",
            Status::Failed => "failed",
            Status::Preempted => "preempted",
        }
    }
}

impl Event {
    /// The status this event leads to where it can happen.
    pub(super) fn target(self) -> Status {
        match self {
            Event::Start => Status::Running,
            Event::Complete => Status::Completed,
            Event::Fail => Status::Failed,
            Event::Preempt => Status::Preempted,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_running_run_ends() {
        for event in [Event::Complete, Event::Fail, Event::Preempt] {
            assert_eq!(Status::Running.after(event), Some(event.target()));
            for ended in [Status::Completed, Status::Failed, Status::Preempted] {
                assert_eq!(ended.after(event), None);
            }
        }
        for status in Status::ALL {
            assert_eq!(status.after(Event::Start), Some(Status::Running));
        }
    }
}
