//! Slurm as the rest of the program speaks to a queue.
//!
//! Where its programs are not installed nobody is asked, and the records alone tell.

use super::{QueueState, SlurmError, cancel, queue, resubmit};
use crate::launch::{LaunchError, Ledger, Queue, QueueEnd, QueueWord, SlurmTask};

/// The Slurm that this machine belongs to, if any.
#[derive(Clone, Copy, Debug)]
pub struct Slurm;

impl Queue for Slurm {
    fn ask(&self, tasks: &[SlurmTask]) -> Result<Vec<QueueWord>, LaunchError> {
        match queue(tasks) {
            Ok(found) => {
                let word = |task| found.get(task).map_or(QueueWord::Forgotten, word);
                Ok(tasks.iter().map(word).collect())
            }
            Err(LaunchError::Slurm(SlurmError::NoProgram { .. })) => {
                Ok(vec![QueueWord::NotAsked; tasks.len()])
            }
            Err(error) => Err(error),
        }
    }

    fn cancel(&self, tasks: &[SlurmTask]) -> Result<(), LaunchError> {
        cancel(tasks)
    }

    fn resubmit(&self, ledger: &Ledger, numbers: &[usize]) -> Result<u64, LaunchError> {
        Ok(resubmit(ledger, numbers)?.job_id)
    }
}

fn word(state: &QueueState) -> QueueWord {
    let ended = |how| QueueWord::Ended { how, word: state.to_string() };
    match state {
        QueueState::Pending { reason } => QueueWord::Waiting { reason: reason.clone() },
        QueueState::Running | QueueState::Suspended | QueueState::Completing => QueueWord::Running,
        QueueState::Completed => ended(QueueEnd::Completed),
        QueueState::Failed { .. } | QueueState::TimedOut => ended(QueueEnd::Failed),
        QueueState::Preempted => ended(QueueEnd::Preempted),
        QueueState::Cancelled => ended(QueueEnd::Cancelled),
        QueueState::Other { .. } => QueueWord::NotAsked,
    }
}
