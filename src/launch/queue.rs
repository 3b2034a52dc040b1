//! What a cluster's queue is asked and told.
//!
//! Decides the few words in which a queue speaks to the rest; which programs are called and how their
//! output reads is the business of whoever implements [`Queue`]. Invariant: a queue is asked about
//! many tasks at once, since every question costs the cluster.

use super::{LaunchError, Ledger, SlurmTask};

/// What the queue says of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueueWord {
    /// There is no queue here, it gives no answer, or the job was never given to one.
    NotAsked,
    /// It waits, for the reason that the queue gives: `Priority`, `JobArrayTaskLimit`, ...
    Waiting {
        /// The queue's own word.
        reason: String,
    },
    /// It runs, starts or ends at this moment.
    Running,
    /// It is over.
    Ended {
        /// What that means for the job.
        how: QueueEnd,
        /// The queue's own words: `TIMEOUT`, `OUT_OF_MEMORY`, `FAILED, exit code 1`, ...
        word: String,
    },
    /// The queue has never heard of it, or has forgotten it: that takes minutes after its end.
    Forgotten,
}

/// How a task ended in the eyes of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueEnd {
    /// Its exit code was 0.
    Completed,
    /// It failed, or its node, its memory or its time did.
    Failed,
    /// Somebody took it out of the queue.
    Cancelled,
    /// Its place was given to another.
    Preempted,
}

/// A cluster's queue.
pub trait Queue: Sync {
    /// What it says of each task, in their order.
    ///
    /// # Errors
    /// Where there is a queue that does not answer.
    fn ask(&self, tasks: &[SlurmTask]) -> Result<Vec<QueueWord>, LaunchError>;

    /// Takes tasks out of it, and stops those that run.
    ///
    /// # Errors
    /// Where there is no queue, or it refuses; then no task was taken out.
    fn cancel(&self, tasks: &[SlurmTask]) -> Result<(), LaunchError>;

    /// Hands in some jobs of a sweep again, by the job file that it has, and notes so in their records;
    /// gives the new number.
    ///
    /// # Errors
    /// Where there is no job file or no queue, or it refuses; then nothing was handed in or noted.
    fn resubmit(&self, ledger: &Ledger, numbers: &[usize]) -> Result<u64, LaunchError>;
}

/// Where no cluster is.
#[derive(Clone, Copy, Debug)]
pub struct NoQueue;

impl Queue for NoQueue {
    fn ask(&self, tasks: &[SlurmTask]) -> Result<Vec<QueueWord>, LaunchError> {
        Ok(vec![QueueWord::NotAsked; tasks.len()])
    }

    fn cancel(&self, _tasks: &[SlurmTask]) -> Result<(), LaunchError> {
        Err(LaunchError::NoQueue { doing: "cancel jobs" })
    }

    fn resubmit(&self, _ledger: &Ledger, _numbers: &[usize]) -> Result<u64, LaunchError> {
        Err(LaunchError::NoQueue { doing: "submit jobs" })
    }
}

#[cfg(test)]
pub(super) mod fake {
    use std::sync::Mutex;

    use super::*;

    /// A queue that says of every task what it was told to, and remembers what it was told.
    pub(in super::super) struct FakeQueue {
        pub(in super::super) word: QueueWord,
        pub(in super::super) refuses: bool,
        pub(in super::super) told: Mutex<Vec<String>>,
    }

    impl FakeQueue {
        pub(in super::super) fn saying(word: QueueWord) -> Self {
            Self { word, refuses: false, told: Mutex::default() }
        }

        pub(in super::super) fn refusing() -> Self {
            Self { refuses: true, ..Self::saying(QueueWord::Running) }
        }

        fn hear(&self, told: String) -> Result<(), LaunchError> {
            if self.refuses {
                return Err(LaunchError::NoQueue { doing: "reach the controller" });
            }
            self.told.lock().unwrap().push(told);
            Ok(())
        }
    }

    impl Queue for FakeQueue {
        fn ask(&self, tasks: &[SlurmTask]) -> Result<Vec<QueueWord>, LaunchError> {
            self.hear(format!("ask {}", tasks.len()))?;
            Ok(vec![self.word.clone(); tasks.len()])
        }

        fn cancel(&self, tasks: &[SlurmTask]) -> Result<(), LaunchError> {
            let tasks: Vec<_> = tasks.iter().map(|task| (task.job_id, task.task)).collect();
            self.hear(format!("cancel {tasks:?}"))
        }

        fn resubmit(&self, _ledger: &Ledger, numbers: &[usize]) -> Result<u64, LaunchError> {
            self.hear(format!("resubmit {numbers:?}"))?;
            Ok(77)
        }
    }
}
