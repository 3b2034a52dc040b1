//! A cluster's queue that is not asked more often than it likes.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::launch::slurm::Cluster;
use crate::launch::{LaunchError, Ledger, Queue, QueueWord, SlurmTask};
use crate::runs::{Liveness, Manifest};

use super::super::runs::elsewhere;

/// How long an answer is good.
const GOOD: Duration = Duration::from_secs(30);

type Asked = (Instant, Vec<SlurmTask>, Option<Vec<QueueWord>>);

/// The cluster's queue; a question that was just asked has the same answer.
#[derive(Default)]
pub(super) struct Seldom {
    last: Mutex<Option<Asked>>,
}

impl Queue for Seldom {
    fn ask(&self, tasks: &[SlurmTask]) -> Result<Vec<QueueWord>, LaunchError> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let known = last.as_ref().filter(|(at, of, _)| of == tasks && at.elapsed() < GOOD);
        if let Some((_, _, words)) = known {
            return Ok(words.clone().unwrap_or_else(|| vec![QueueWord::NotAsked; tasks.len()]));
        }
        let answer = Cluster.ask(tasks);
        *last = Some((Instant::now(), tasks.to_vec(), answer.as_ref().ok().cloned()));
        answer
    }

    fn cancel(&self, _tasks: &[SlurmTask]) -> Result<(), LaunchError> {
        Err(LaunchError::NoQueue { doing: "cancel jobs" })
    }

    fn resubmit(&self, _ledger: &Ledger, _numbers: &[usize]) -> Result<u64, LaunchError> {
        Err(LaunchError::NoQueue { doing: "submit jobs" })
    }
}

/// How runs on other machines stand, asked anew when the answer is old.
pub(super) struct Word {
    since: Instant,
    word: Box<dyn Fn(&Manifest) -> Liveness + Sync + Send>,
}

impl Word {
    pub(super) fn new() -> Self {
        Self { since: Instant::now(), word: Box::new(elsewhere::word()) }
    }

    /// The word, which may be renewed.
    pub(super) fn get(&mut self) -> &(dyn Fn(&Manifest) -> Liveness + Sync) {
        if self.since.elapsed() >= GOOD {
            *self = Self::new();
        }
        &*self.word
    }
}
