//! Whose turn it is to make a product: of several processes that are to, one does and the others wait.
//!
//! A lock stands beside the product while it is made, and says who makes it. Who had to wait looks
//! again: most often there is nothing left to do. Invariant: a product is written by the holder of its
//! lock alone.

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use crate::runs::{RunError, RunLock};
use crate::train::StopSignal;

use super::SetupError;

/// How long to wait before looking again.
const PAUSE: Duration = Duration::from_millis(500);

/// What waiting for a product came to.
#[derive(Debug)]
pub(super) enum Turn {
    /// It may be made, as long as this is held.
    Ours(RunLock),
    /// Another process held it, and let go: it has to be looked at again.
    After(RunLock),
    /// Asked to stop while another process made it.
    Stopped,
}

impl Turn {
    /// Waits until nobody else makes `product`.
    ///
    /// # Errors
    /// A directory in which no lock can be made.
    pub(super) fn wait(product: &Path, stop: &dyn StopSignal) -> Result<Self, SetupError> {
        let path = lock_of(product);
        let mut told = None;
        loop {
            let holder = match RunLock::acquire(&path) {
                Ok(lock) if told.is_none() => return Ok(Self::Ours(lock)),
                Ok(lock) => return Ok(Self::After(lock)),
                Err(RunError::Locked { holder, .. }) => holder,
                Err(error) => return Err(error.into()),
            };
            if told.as_ref() != Some(&holder) {
                tracing::info!(
                    "`{}` is being made by {holder}; waiting. If that is gone for good, remove `{}`",
                    product.display(),
                    path.display()
                );
                told = Some(holder);
            }
            if stop.stop_requested() {
                return Ok(Self::Stopped);
            }
            sleep(PAUSE);
        }
    }
}

fn lock_of(product: &Path) -> PathBuf {
    let mut name = product.file_name().unwrap_or_default().to_owned();
    name.push(".making");
    product.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::NeverStop;

    struct Stop;

    impl StopSignal for Stop {
        fn stop_requested(&self) -> bool {
            true
        }
    }

    #[test]
    fn one_makes_it_and_the_other_waits() {
        let dir = tempfile::tempdir().unwrap();
        let product = dir.path().join("bert.safetensors");
        let first = Turn::wait(&product, &NeverStop).unwrap();
        assert!(matches!(first, Turn::Ours(_)));
        assert!(matches!(Turn::wait(&product, &Stop).unwrap(), Turn::Stopped));
        let other = dir.path().join("albert.safetensors");
        assert!(matches!(Turn::wait(&other, &Stop).unwrap(), Turn::Ours(_)));
        std::thread::scope(|scope| {
            let second = scope.spawn(|| Turn::wait(&product, &NeverStop).unwrap());
            sleep(Duration::from_millis(50));
            assert!(!second.is_finished());
            drop(first);
            assert!(matches!(second.join().unwrap(), Turn::After(_)));
        });
        assert!(crate::files::list(dir.path()).unwrap().is_empty(), "no lock is left");
    }
}
