//! Who may do what alone, and for how long others wait.

use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::Ledger;
use crate::launch::LaunchError;
use crate::runs::{RunError, RunLock};

/// Held by whoever launches the jobs of the sweep.
const LAUNCHING: &str = "launching.lock";
const PAUSE: Duration = Duration::from_millis(5);

impl Ledger {
    /// How long a record may be held by others: a change takes milliseconds, a slow network file system
    /// some more.
    pub const PATIENCE: Duration = Duration::from_secs(60);

    /// Keeps everybody else who asks for the same word waiting, until the lock is dropped.
    ///
    /// # Errors
    /// What the file system says, and that somebody else has held it for as long as the patience lasts.
    pub fn alone(&self, word: &str, patience: Duration) -> Result<RunLock, LaunchError> {
        lock_within(&self.folder().join(word).with_extension("lock"), patience)
    }

    /// Makes this process the one that launches jobs of the sweep, until the lock is dropped.
    ///
    /// # Errors
    /// Who else does so.
    pub fn launching(&self) -> Result<RunLock, LaunchError> {
        let lock = self.folder().join(LAUNCHING);
        RunLock::acquire(&lock).map_err(|error| match error {
            RunError::Locked { holder, .. } => {
                LaunchError::Launching { path: self.sweep.clone(), lock, holder }
            }
            other => other.into(),
        })
    }
}

/// Waits for a lock that is only ever held for a moment.
pub(super) fn lock(path: &Path) -> Result<RunLock, LaunchError> {
    lock_within(path, Ledger::PATIENCE)
}

fn lock_within(path: &Path, patience: Duration) -> Result<RunLock, LaunchError> {
    let started = Instant::now();
    loop {
        match RunLock::acquire(path) {
            Err(RunError::Locked { .. }) if started.elapsed() < patience => sleep(PAUSE),
            other => return Ok(other?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::ledger;
    use super::*;

    #[test]
    fn one_process_launches() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = ledger(dir.path(), 1);
        let held = ledger.launching().unwrap();
        let error = ledger.launching().unwrap_err();
        assert!(matches!(error, LaunchError::Launching { .. }), "{error}");
        drop(held);
        ledger.launching().unwrap();
    }

    #[test]
    fn a_word_keeps_others_waiting() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = ledger(dir.path(), 1);
        let held = ledger.alone("draw", Ledger::PATIENCE).unwrap();
        assert!(ledger.alone("draw", Duration::ZERO).is_err());
        ledger.alone("stages", Duration::ZERO).unwrap();
        drop(held);
        ledger.alone("draw", Duration::ZERO).unwrap();
    }
}
