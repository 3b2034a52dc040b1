//! The life of a job of a sweep as the ledger tells it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// It waits for somebody to start it.
    Queued,
    /// A cluster has it.
    Submitted,
    /// A process works on it, or died without a word.
    Running,
    /// It has its result.
    Completed,
    /// It ended with an error.
    Failed,
    /// It stopped on request, or at its time limit, and goes on when it is started again.
    Preempted,
    /// Somebody took it back.
    Cancelled,
}

impl JobState {
    /// All of them, in the order of a job's life.
    pub const ALL: [JobState; 7] = [
        JobState::Queued,
        JobState::Submitted,
        JobState::Running,
        JobState::Completed,
        JobState::Failed,
        JobState::Preempted,
        JobState::Cancelled,
    ];

    /// As written in a record.
    pub fn as_str(self) -> &'static str {
        match self {
            JobState::Queued => "queued",
            JobState::Submitted => "submitted",
            JobState::Running => "running",
            JobState::Completed => "completed",
            JobState::Failed => "failed",
            JobState::Preempted => "preempted",
            JobState::Cancelled => "cancelled",
        }
    }

    /// Whether nobody works on it and nobody is going to, unless it is started again.
    pub fn is_ended(self) -> bool {
        match self {
            JobState::Queued | JobState::Submitted | JobState::Running => false,
            JobState::Completed | JobState::Failed | JobState::Preempted | JobState::Cancelled => {
                true
            }
        }
    }
}

impl fmt::Display for JobState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
