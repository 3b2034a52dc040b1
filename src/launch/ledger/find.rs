//! How a sweep that is started again finds its ledger.

use std::path::Path;

use super::Ledger;
use super::locks::lock;
use crate::files::{self, Kind, sha256_bytes};
use crate::launch::LaunchError;
use crate::runs::RunLock;

/// Held while somebody looks for a sweep's directory or makes one, so that of many who start the same
/// sweep one makes it and the others find it.
const CHOOSING: &str = ".sweep.lock";

/// What two commands for the same sweep share: where they were given, and the fingerprints of its
/// jobs' configs in any order.
pub fn identity<'h>(cwd: &Path, config_hashes: impl IntoIterator<Item = &'h str>) -> String {
    let mut hashes: Vec<&str> = config_hashes.into_iter().collect();
    hashes.sort_unstable();
    sha256_bytes(format!("{}\n{}", cwd.display(), hashes.join("\n")).as_bytes())
}

impl Ledger {
    /// The newest sweep of an experiment with this identity; one whose record cannot be read is none.
    ///
    /// # Errors
    /// A directory that cannot be listed.
    pub fn newest(experiment: &Path, identity: &str) -> Result<Option<Self>, LaunchError> {
        if !files::is_dir(experiment) {
            return Ok(None);
        }
        let number = |name: &str| name.parse::<u32>().ok();
        let mut sweeps: Vec<_> = files::list(experiment)?
            .into_iter()
            .filter(|entry| entry.kind == Kind::Dir)
            .filter_map(|entry| Some((number(&entry.name)?, entry.path)))
            .collect();
        sweeps.sort();
        let paths = sweeps.into_iter().rev().map(|(_, path)| path);
        let mut ledgers = paths.filter(|path| Self::is_in(path)).filter_map(|path| {
            let path = files::canonical(&path).ok()?;
            Self::open(&path).ok()
        });
        Ok(ledgers.find(|ledger| ledger.head().identity == identity))
    }

    /// Keeps others from looking for, or making, sweeps of an experiment, until the lock is dropped.
    ///
    /// # Errors
    /// What the file system says, and that somebody else has held it for a minute.
    pub fn choosing(experiment: &Path) -> Result<RunLock, LaunchError> {
        files::create_dir_all(experiment)?;
        lock(&experiment.join(CHOOSING))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::ledger;
    use super::*;

    #[test]
    fn an_identity_is_of_a_set_of_configs_in_a_place() {
        let here = Path::new("/here");
        let one = identity(here, ["a", "b"]);
        assert_eq!(one, identity(here, ["b", "a"]));
        for (other, hashes) in [(here, vec!["a"]), (here, vec!["a", "b", "b"]), (here, vec![])] {
            assert_ne!(one, identity(other, hashes));
        }
        assert_ne!(one, identity(Path::new("/there"), ["a", "b"]));
    }

    #[test]
    fn the_newest_sweep_is_found_and_broken_ones_are_passed_by() {
        let dir = tempfile::tempdir().unwrap();
        let experiment = dir.path().join("e");
        assert!(Ledger::newest(&experiment, "i").unwrap().is_none());
        for number in ["0002", "0010", "0011", "mine"] {
            files::create_dir_all(&experiment.join(number)).unwrap();
            ledger(&experiment.join(number), 1);
        }
        let broken = experiment.join("0011/ledger/sweep.json");
        files::write_atomic(&broken, b"{").unwrap();
        files::create_dir_all(&experiment.join("0012/ledger")).unwrap();
        let found = Ledger::newest(&experiment, "i").unwrap().unwrap();
        assert!(found.sweep().ends_with("e/0010"), "{}", found.sweep().display());
        assert!(Ledger::newest(&experiment, "other").unwrap().is_none());
    }
}
