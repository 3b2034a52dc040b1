//! Slurm as the rest of the program speaks to a queue.
//!
//! Where its programs are not installed nobody is asked, and the records alone tell.

use super::{QueueState, SlurmError, cancel, queue, resubmit};
use crate::files;
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
        Ok(resubmit(ledger, numbers, at_once(ledger, numbers.len()))?.job_id)
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

/// How many tasks may run at once, as the job file of the sweep has it: `#SBATCH --array=0-3%2`.
fn at_once(ledger: &Ledger, count: usize) -> u64 {
    let file = ledger.head().job_file.as_ref().and_then(|file| files::read_to_string(file).ok());
    let cap = file.as_deref().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("#SBATCH --array="))?;
        line.split_once('%')?.1.split_whitespace().next()?.parse().ok()
    });
    cap.unwrap_or(count as u64).max(1)
}
