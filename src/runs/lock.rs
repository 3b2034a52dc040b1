//! One process at a time in a run directory.
//!
//! The lock is a file made by exclusive creation that says who holds it; it is removed when the
//! holder drops it. A holder that is gone for certain is recognised and replaced. Replacing is
//! itself guarded by a lock named after the dead holder, and looks again once inside, so that of
//! many processes that find the same dead holder exactly one gets in. Advisory locks of the
//! kernel are not used: many cluster file systems accept them and keep them per machine.

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{Liveness, ProcessStamp, RunError};
use crate::files;

/// How often and how long to wait for a lock file whose content is still being written.
const SETTLE: (u32, Duration) = (20, Duration::from_millis(25));

/// How long to wait for a neighbour who has something to do in a moment.
const PATIENCE: Duration = Duration::from_secs(10);

/// A held lock.
#[derive(Debug)]
pub struct RunLock {
    path: PathBuf,
    stamp: ProcessStamp,
}

impl RunLock {
    /// Takes the lock file `path`, replacing a dead holder.
    ///
    /// # Errors
    /// When a process that lives, or may live, holds it.
    pub fn acquire(path: &Path) -> Result<Self, RunError> {
        let stamp = ProcessStamp::current();
        // A holder that lets go between our attempts leads back to the start; nobody can do
        // that forever without making progress.
        loop {
            match files::create_new(path, &encode(&stamp)) {
                Ok(()) => return Ok(Self { path: path.to_owned(), stamp }),
                Err(e) if !e.is_already_there() => return Err(e.into()),
                Err(_) => {}
            }
            let Some(holder) = read_holder(path)? else { continue };
            if let Found::Stamp(holder) = &holder
                && holder.liveness() != Liveness::Gone
            {
                return Err(RunError::Locked {
                    path: path.to_owned(),
                    holder: Box::new(holder.clone()),
                });
            }
            if let Some(lock) = take_over(path, &holder, &stamp)? {
                return Ok(lock);
            }
        }
    }

    /// The same for a lock that is only ever held for a moment: waits for its holder.
    ///
    /// # Errors
    /// When somebody holds it for longer than that.
    pub(super) fn acquire_soon(path: &Path) -> Result<Self, RunError> {
        let started = Instant::now();
        loop {
            match Self::acquire(path) {
                Err(RunError::Locked { .. }) if started.elapsed() < PATIENCE => {
                    sleep(Duration::from_millis(10));
                }
                other => return other,
            }
        }
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        // Only what is still ours: somebody may have removed the file by hand and taken it.
        if let Ok(Some(Found::Stamp(holder))) = read_holder(&self.path)
            && holder == self.stamp
        {
            let _ = files::remove_file(&self.path);
        }
    }
}

#[derive(Debug, PartialEq)]
enum Found {
    Stamp(ProcessStamp),
    /// Its writer died between creating and writing.
    Unfinished,
}

impl Found {
    fn token(&self) -> String {
        match self {
            Found::Stamp(stamp) => stamp.token(),
            Found::Unfinished => "unfinished".into(),
        }
    }
}

/// Replaces a dead holder; `None` when somebody else was faster.
fn take_over(path: &Path, dead: &Found, stamp: &ProcessStamp) -> Result<Option<RunLock>, RunError> {
    let guard = RunLock::acquire(&beside(path, &dead.token()))?;
    let won = read_holder(path)?.as_ref() == Some(dead);
    if won {
        files::write_atomic(path, &encode(stamp))?;
    }
    drop(guard);
    Ok(won.then(|| RunLock { path: path.to_owned(), stamp: stamp.clone() }))
}

/// Who holds `path`; `None` when the file is gone.
fn read_holder(path: &Path) -> Result<Option<Found>, RunError> {
    for _ in 0..SETTLE.0 {
        match files::read(path) {
            Ok(bytes) => {
                if let Ok(stamp) = serde_json::from_slice(&bytes) {
                    return Ok(Some(Found::Stamp(stamp)));
                }
            }
            Err(e) if e.is_not_found() => return Ok(None),
            Err(e) => return Err(e.into()),
        }
        sleep(SETTLE.1);
    }
    Ok(Some(Found::Unfinished))
}

fn encode(stamp: &ProcessStamp) -> Vec<u8> {
    serde_json::to_vec(stamp).expect("a stamp has only strings and numbers")
}

fn beside(path: &Path, token: &str) -> PathBuf {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!("{name}.{token}"))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Barrier};
    use std::thread;

    use super::*;

    fn dead() -> ProcessStamp {
        ProcessStamp { ticks: Some(1), ..ProcessStamp::current() }
    }

    #[test]
    fn a_held_lock_is_refused_and_free_after_drop() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("run.lock");
        let lock = RunLock::acquire(&path).unwrap();
        let error = RunLock::acquire(&path).unwrap_err();
        assert!(error.to_string().contains(&format!("process {}", std::process::id())), "{error}");
        drop(lock);
        assert!(RunLock::acquire(&path).is_ok());
    }

    #[test]
    fn another_machine_is_never_declared_dead() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("run.lock");
        let far = ProcessStamp { host: "elsewhere".into(), ..dead() };
        files::create_new(&path, &encode(&far)).unwrap();
        assert!(matches!(RunLock::acquire(&path), Err(RunError::Locked { .. })));
    }

    #[test]
    fn a_lock_without_content_is_taken_over() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("run.lock");
        files::create_new(&path, b"").unwrap();
        let _lock = RunLock::acquire(&path).unwrap();
    }

    #[test]
    fn one_of_many_replaces_a_dead_holder() {
        let dir = tempfile::tempdir().unwrap();
        let path = Arc::new(dir.path().join("run.lock"));
        files::create_new(&path, &encode(&dead())).unwrap();
        let barrier = Arc::new(Barrier::new(16));
        let contenders: Vec<_> = (0..16)
            .map(|_| {
                let (path, barrier) = (path.clone(), barrier.clone());
                thread::spawn(move || {
                    barrier.wait();
                    RunLock::acquire(&path).ok()
                })
            })
            .collect();
        let held: Vec<_> = contenders.into_iter().filter_map(|t| t.join().unwrap()).collect();
        assert_eq!(held.len(), 1);
        drop(held);
        assert!(files::list(dir.path()).unwrap().is_empty(), "no lock files are left");
    }
}
