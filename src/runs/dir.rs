//! A run's own directory: claimed, found, locked.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::index::list_experiment;
use super::lock::RunLock;
use super::{ExperimentName, Manifest, RunEntry, RunError, RunState, Status, read_run};
use crate::files;

pub(super) const LOCK: &str = "run.lock";
/// The link to the newest run of an experiment.
pub(super) const LATEST: &str = "latest";
/// Remembers the highest number ever claimed, so that removing a run never frees its number.
const HIGHEST: &str = ".highest";
/// Remembers the highest number whose directory was removed. A file of its own: a neighbour who claims
/// at that moment may write an older highest number.
const PRUNED: &str = ".pruned";

/// A run directory in which this process, and no other, works.
///
/// The lock goes when the last clone is dropped.
#[derive(Clone, Debug)]
pub struct RunDir {
    path: PathBuf,
    experiment: String,
    version: String,
    resumed: bool,
    _lock: Arc<RunLock>,
}

impl RunDir {
    /// Claims the next number under `outputs/<experiment>/` and points `latest` at it.
    pub fn create(outputs: &Path, experiment: &str) -> Result<Self, RunError> {
        let claimed = claim(outputs, &ExperimentName::new(experiment)?)?;
        Self::at(&claimed)
    }

    /// Continues the newest interrupted run of the same config, or claims the next number.
    ///
    /// Interrupted is a run that was preempted, or whose process died without a word; a run that
    /// another process has taken up meanwhile is not.
    pub fn open(outputs: &Path, experiment: &str, config_hash: &str) -> Result<Self, RunError> {
        let name = ExperimentName::new(experiment)?;
        let parent = outputs.join(name.as_str());
        let mut interrupted = list_experiment(&parent)?;
        // Not the jobs of a sweep: those are continued by their sweep.
        interrupted
            .retain(|run| run.path.parent() == Some(&parent) && run.is_interrupted(config_hash));
        for found in interrupted.iter().rev() {
            match Self::at(&found.path) {
                // Looked at again under the lock: it may have been finished since.
                Ok(run) if read_run(run.path()).is_interrupted(config_hash) => return Ok(run),
                Ok(_) | Err(RunError::Locked { .. }) => {}
                Err(e) => return Err(e),
            }
        }
        Self::create(outputs, experiment)
    }

    /// The newest complete run of this config on these data; jobs of sweeps are not looked at.
    pub fn completed(
        outputs: &Path,
        experiment: &str,
        config_hash: &str,
        data: &str,
    ) -> Result<Option<PathBuf>, RunError> {
        let parent = outputs.join(ExperimentName::new(experiment)?.as_str());
        let is_same = |run: &RunEntry| {
            let same = |found: &Manifest| {
                found.config_hash == config_hash && found.data_fingerprint.as_deref() == Some(data)
            };
            run.path.parent() == Some(&parent)
                && run.state == RunState::Known(Status::Completed)
                && run.manifest.as_ref().is_some_and(same)
        };
        let newest = list_experiment(&parent)?.into_iter().rfind(is_same);
        Ok(newest.map(|run| files::canonical(&run.path)).transpose()?)
    }

    /// Uses `path` as given: created when absent, resumed when a manifest lies there.
    ///
    /// Fails when another live process works there, or when a manifest is there that is none.
    pub fn at(path: &Path) -> Result<Self, RunError> {
        files::create_dir_all(path)?;
        let path = files::canonical(path)?;
        let lock = RunLock::acquire(&path.join(LOCK))?;
        let manifest = path.join(Manifest::FILE);
        let found = files::is_file(&manifest).then(|| Manifest::read(&path)).transpose()?;
        let resumed = found.is_some();
        let (experiment, version) =
            found.map(|m| (m.experiment, m.version)).unwrap_or_else(|| identify(&path));
        Ok(Self { path, experiment, version, resumed, _lock: Arc::new(lock) })
    }

    /// The directory, absolute and without links.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A path inside the directory.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Name of the experiment, from the manifest or the path.
    pub fn experiment(&self) -> &str {
        &self.experiment
    }

    /// `0001`, or `0001/3` for a job of a sweep; the directory's name where it is no number.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Whether a run lay here before.
    pub fn is_resumed(&self) -> bool {
        self.resumed
    }
}

/// Makes `outputs/<experiment>/<NNNN>` with the next free number and moves `latest`.
pub(super) fn claim(outputs: &Path, experiment: &ExperimentName) -> Result<PathBuf, RunError> {
    let parent = outputs.join(experiment.as_str());
    files::create_dir_all(&parent)?;
    let mut number = highest(&parent)? + 1;
    let path = loop {
        let path = parent.join(format!("{number:04}"));
        match files::create_dir_new(&path) {
            Ok(()) => break path,
            Err(e) if e.is_already_there() => number += 1,
            Err(e) => return Err(e.into()),
        }
    };
    files::write_atomic(&parent.join(HIGHEST), highest(&parent)?.to_string().as_bytes())?;
    link_newest(&parent, number)?;
    Ok(path)
}

/// Points `latest` at the newest run, however many processes do so at once: whoever links last
/// looks again afterwards.
fn link_newest(parent: &Path, claimed: u32) -> Result<(), RunError> {
    let mut newest = claimed;
    loop {
        files::link_latest(Path::new(&format!("{newest:04}")), &parent.join(LATEST))?;
        match highest_present(parent)? {
            n if n > newest => newest = n,
            _ => return Ok(()),
        }
    }
}

fn highest(parent: &Path) -> Result<u32, RunError> {
    let remembered = remembered(parent, HIGHEST).max(remembered(parent, PRUNED));
    Ok(highest_present(parent)?.max(remembered))
}

fn remembered(parent: &Path, name: &str) -> u32 {
    let text = files::read_to_string(&parent.join(name)).ok();
    text.and_then(|text| text.trim().parse().ok()).unwrap_or(0)
}

/// Remembers a number whose directory is about to go.
pub(super) fn remember(parent: &Path, number: u32) -> Result<(), RunError> {
    let lock = parent.join(".pruned.lock");
    let _lock = RunLock::acquire_soon(&lock)?;
    let highest = remembered(parent, PRUNED).max(number);
    Ok(files::write_atomic(&parent.join(PRUNED), highest.to_string().as_bytes())?)
}

/// Points a `latest` that points nowhere at the newest run that is left, or takes it away.
pub(super) fn mend_latest(parent: &Path) -> Result<(), RunError> {
    let latest = parent.join(LATEST);
    if files::link_target(&latest).is_none() || files::kind(&latest).is_some() {
        return Ok(());
    }
    if highest_present(parent)? == 0 {
        match files::remove_file(&latest) {
            Err(e) if !e.is_not_found() => return Err(e.into()),
            Ok(()) | Err(_) => {}
        }
    }
    // A neighbour may have claimed a number, and linked it, since the directory was empty.
    match highest_present(parent)? {
        0 => Ok(()),
        newest => link_newest(parent, newest),
    }
}

fn highest_present(parent: &Path) -> Result<u32, RunError> {
    let numbers = files::list(parent)?.into_iter().filter_map(|e| number(&e.name));
    Ok(numbers.max().unwrap_or(0))
}

/// The number of a run or job directory.
pub(super) fn number(name: &str) -> Option<u32> {
    name.bytes().all(|b| b.is_ascii_digit()).then(|| name.parse().ok())?
}

/// Whether a directory of an experiment may be a sweep by its name: a number, or the number that Slurm
/// gave to a job file that was submitted by hand.
pub(super) fn has_sweep_name(name: &str) -> bool {
    number(name.strip_prefix("slurm-").unwrap_or(name)).is_some()
}

/// Experiment and version as the path tells them.
///
/// | path ends in | experiment | version |
/// |---|---|---|
/// | `E/0001/3` | E | `0001/3` |
/// | `E/slurm-17/3` | E | `slurm-17/3` |
/// | `E/0001` | E | `0001` |
/// | `E` | E | E |
pub(super) fn identify(path: &Path) -> (String, String) {
    let names: Vec<String> =
        path.components().map(|c| c.as_os_str().to_string_lossy().into_owned()).collect();
    match names.as_slice() {
        [.., e, n, job] if has_sweep_name(n) && number(job).is_some() => {
            (e.clone(), format!("{n}/{job}"))
        }
        [.., e, n] if number(n).is_some() => (e.clone(), n.clone()),
        [.., e] => (e.clone(), e.clone()),
        [] => (String::new(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_each_other_and_latest_follows_them() {
        let outputs = tempfile::tempdir().unwrap();
        for expected in ["0001", "0002", "0003"] {
            let run = RunDir::create(outputs.path(), "a").unwrap();
            assert_eq!((run.experiment(), run.version()), ("a", expected));
            assert!(!run.is_resumed());
            let latest = files::canonical(&outputs.path().join("a/latest")).unwrap();
            assert_eq!(latest, run.path());
        }
    }

    #[test]
    fn what_a_path_tells() {
        for (path, experiment, version) in [
            ("outputs/e/0001/3", "e", "0001/3"),
            ("outputs/e/slurm-17/3", "e", "slurm-17/3"),
            ("outputs/e/0001", "e", "0001"),
            ("outputs/e/slurm-x/3", "slurm-x", "3"),
            ("mine", "mine", "mine"),
        ] {
            let expected = (experiment.to_owned(), version.to_owned());
            assert_eq!(identify(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn a_removed_run_keeps_its_number() {
        let outputs = tempfile::tempdir().unwrap();
        let path = RunDir::create(outputs.path(), "a").unwrap().path().to_owned();
        std::process::Command::new("rm").arg("-r").arg(&path).status().unwrap();
        assert_eq!(RunDir::create(outputs.path(), "a").unwrap().version(), "0002");
    }

    #[test]
    fn an_explicit_directory_is_used_as_given() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/my run");
        let run = RunDir::at(&path).unwrap();
        assert_eq!(
            (run.experiment(), run.version(), run.is_resumed()),
            ("my run", "my run", false)
        );
        assert!(matches!(RunDir::at(&path), Err(RunError::Locked { .. })));
        let clone = run.clone();
        drop(run);
        assert!(matches!(RunDir::at(&path), Err(RunError::Locked { .. })));
        drop(clone);
        RunDir::at(&path).unwrap();
    }

    #[test]
    fn what_a_path_says() {
        for (path, experiment, version) in [
            ("/o/e/0001", "e", "0001"),
            ("/o/e/0001/12", "e", "0001/12"),
            ("/o/mine", "mine", "mine"),
            ("/", "/", "/"),
        ] {
            assert_eq!(identify(Path::new(path)), (experiment.into(), version.into()), "{path}");
        }
    }

    #[test]
    fn bad_names_create_nothing() {
        let outputs = tempfile::tempdir().unwrap();
        assert!(RunDir::create(outputs.path(), "../x").is_err());
        assert!(files::list(outputs.path()).unwrap().is_empty());
    }
}
