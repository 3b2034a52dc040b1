//! The cluster in the words in which the rest of the program asks.
//!
//! | Slurm | word |
//! |---|---|
//! | there is none here | not asked |
//! | pending | waiting |
//! | running, suspended, completing | running |
//! | completed | ended, completed |
//! | failed, timed out | ended, failed |
//! | cancelled, preempted | ended, so |
//! | any other word | not asked: the records tell |
//! | it does not know the task | forgotten |

use std::collections::HashMap;

use super::{QueueState, SlurmError, cancel, queue, resubmit};
use crate::launch::{LaunchError, Ledger, Queue, QueueEnd, QueueWord, SlurmTask};

/// Slurm, where this machine has it.
#[derive(Clone, Copy, Debug)]
pub struct Cluster;

impl Queue for Cluster {
    fn ask(&self, tasks: &[SlurmTask]) -> Result<Vec<QueueWord>, LaunchError> {
        match queue(tasks) {
            Ok(states) => Ok(words(tasks, &states)),
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

fn words(tasks: &[SlurmTask], states: &HashMap<SlurmTask, QueueState>) -> Vec<QueueWord> {
    tasks.iter().map(|task| states.get(task).map_or(QueueWord::Forgotten, word)).collect()
}

fn word(state: &QueueState) -> QueueWord {
    let ended = |how| QueueWord::Ended { how, word: state.to_string() };
    match state {
        QueueState::Pending { reason } => QueueWord::Waiting { reason: reason.clone() },
        QueueState::Running | QueueState::Suspended | QueueState::Completing => QueueWord::Running,
        QueueState::Completed => ended(QueueEnd::Completed),
        QueueState::Failed { .. } | QueueState::TimedOut => ended(QueueEnd::Failed),
        QueueState::Cancelled => ended(QueueEnd::Cancelled),
        QueueState::Preempted => ended(QueueEnd::Preempted),
        QueueState::Other { .. } => QueueWord::NotAsked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_forgotten_and_order_is_kept() {
        let task = |n| SlurmTask { job_id: 7, task: Some(n) };
        let states = HashMap::from([
            (task(0), QueueState::Pending { reason: "Priority".into() }),
            (task(1), QueueState::TimedOut),
            (task(3), QueueState::Completing),
        ]);
        let said = words(&[task(3), task(2), task(1), task(0)], &states);
        assert_eq!(said[0], QueueWord::Running);
        assert_eq!(said[1], QueueWord::Forgotten);
        assert!(matches!(said[2], QueueWord::Ended { how: QueueEnd::Failed, .. }));
        assert_eq!(said[3], QueueWord::Waiting { reason: "Priority".into() });
    }
}
