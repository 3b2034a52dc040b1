//! Checkpoints: `last`, the one before it, `best`, and those that are kept.
//!
//! Invariant: from the first save on there is always a whole newest state. A new `last` is written
//! in full as `last.incoming`, then the old one steps back to `last.previous`, then the new one
//! takes its name; between any two of these steps the newest is whole under one of the names.
//! Every file carries the config's fingerprint; a file that is broken or carries another is
//! reported and the next older one is used.

use std::path::{Path, PathBuf};

use super::{CheckpointName, RunDir, RunError};
use crate::files::{self, TensorFile};

pub(super) const EXTENSION: &str = "safetensors";
pub(super) const PREVIOUS: &str = "last.previous";
pub(super) const INCOMING: &str = "last.incoming";
const FINGERPRINT: &str = "config_hash";

/// A checkpoint that was read.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// File stem: `last`, `last.previous`, `epoch_0003`, `best`.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// Its arrays and metadata.
    pub file: TensorFile,
    /// Newer ones that could not be used.
    pub refused: Vec<Refused>,
}

/// A checkpoint that was not used.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub reason: String,
}

/// The checkpoints of one run.
#[derive(Clone, Debug)]
pub struct CheckpointStore {
    dir: PathBuf,
    config_hash: String,
}

impl CheckpointStore {
    /// Folder name in a run directory.
    pub const DIR: &str = "checkpoints";

    /// The store of `run`, for the config with fingerprint `config_hash`.
    pub fn new(run: &RunDir, config_hash: &str) -> Result<Self, RunError> {
        let dir = run.file(Self::DIR);
        files::create_dir_all(&dir)?;
        if run.is_resumed() {
            remove_unfinished(&dir)?;
        }
        Ok(Self { dir, config_hash: config_hash.to_owned() })
    }

    /// Where a checkpoint lies.
    pub fn path(&self, name: CheckpointName) -> PathBuf {
        self.named(&name.to_string())
    }

    /// Writes a checkpoint atomically, stamping the config's fingerprint into its metadata.
    ///
    /// An older `last` stays as `last.previous`.
    pub fn save(&self, name: CheckpointName, file: &mut TensorFile) -> Result<PathBuf, RunError> {
        file.metadata.insert(FINGERPRINT.into(), self.config_hash.clone());
        let path = self.path(name);
        match name {
            CheckpointName::Last => {
                let incoming = self.named(INCOMING);
                file.write(&incoming)?;
                if files::is_file(&path) {
                    files::rename(&path, &self.named(PREVIOUS))?;
                }
                files::rename(&incoming, &path)?;
            }
            CheckpointName::Best | CheckpointName::Epoch(_) | CheckpointName::Within { .. } => {
                file.write(&path)?;
            }
        }
        Ok(path)
    }

    /// Reads one checkpoint of this run.
    pub fn load(&self, name: CheckpointName) -> Result<TensorFile, RunError> {
        self.read(&self.path(name))
    }

    /// Reads the newest usable state: `last` (also where it has not got its name yet), the one
    /// before it, the epochs backwards, `best`.
    ///
    /// `None` when there is no checkpoint; an error when there are and none can be used, so that
    /// a run never starts over silently.
    pub fn load_latest(&self) -> Result<Option<Loaded>, RunError> {
        let mut refused = Vec::new();
        for name in self.candidates()? {
            let path = self.named(&name);
            match self.read(&path) {
                Ok(file) => return Ok(Some(Loaded { name, path, file, refused })),
                Err(e) => refused.push(Refused { path, reason: e.to_string() }),
            }
        }
        if refused.is_empty() {
            return Ok(None);
        }
        Err(RunError::NoUsableCheckpoint { path: self.dir.clone(), refused })
    }

    /// The states that are kept, from the first to the last.
    pub fn kept(&self) -> Result<Vec<CheckpointName>, RunError> {
        let names = self.stems()?.into_iter().filter_map(|stem| stem.parse().ok());
        let mut kept: Vec<CheckpointName> =
            names.filter(|name: &CheckpointName| name.time().is_some()).collect();
        kept.sort_unstable_by_key(|name| name.time());
        Ok(kept)
    }

    fn candidates(&self) -> Result<Vec<String>, RunError> {
        let present = self.stems()?;
        let kept = self.kept()?.into_iter().rev().map(|name| name.to_string());
        let newest = [INCOMING, "last", PREVIOUS].map(str::to_owned);
        let order = newest.into_iter().chain(kept).chain(["best".to_owned()]);
        Ok(order.filter(|name| present.contains(name)).collect())
    }

    fn stems(&self) -> Result<Vec<String>, RunError> {
        let suffix = format!(".{EXTENSION}");
        let entries = files::list(&self.dir)?;
        Ok(entries.iter().filter_map(|e| Some(e.name.strip_suffix(&suffix)?.to_owned())).collect())
    }

    fn read(&self, path: &Path) -> Result<TensorFile, RunError> {
        let file = TensorFile::read(path)?;
        let found = file.metadata.get(FINGERPRINT);
        if found != Some(&self.config_hash) {
            return Err(RunError::ForeignCheckpoint {
                path: path.to_owned(),
                found: found.cloned(),
                expected: self.config_hash.clone(),
            });
        }
        Ok(file)
    }

    fn named(&self, stem: &str) -> PathBuf {
        self.dir.join(format!("{stem}.{EXTENSION}"))
    }
}

/// Removes what a killed process was writing; under the run's lock nobody else writes here.
fn remove_unfinished(dir: &Path) -> Result<(), RunError> {
    for entry in files::list(dir)? {
        if entry.name.starts_with('.') && entry.name.ends_with(".tmp") {
            files::remove_file(&entry.path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{RunFacts, RunManifest};
    use super::*;
    use crate::files::HostTensor;

    fn state(step: i64) -> TensorFile {
        let mut file = TensorFile::default();
        file.tensors.insert("step".into(), HostTensor::i64([1], vec![step]));
        file
    }

    fn step(loaded: &Loaded) -> i64 {
        loaded.file.tensors["step"].as_i64().unwrap()[0]
    }

    fn store(dir: &Path, hash: &str) -> CheckpointStore {
        CheckpointStore::new(&RunDir::at(dir).unwrap(), hash).unwrap()
    }

    fn tear(path: &Path) {
        let whole = files::read(path).unwrap();
        files::write_atomic(path, &whole[..whole.len() / 2]).unwrap();
    }

    #[test]
    fn a_broken_last_falls_back_to_the_previous_one() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(dir.path(), "a");
        assert!(store.load_latest().unwrap().is_none());
        store.save(CheckpointName::Epoch(1), &mut state(0)).unwrap();
        let last = store.save(CheckpointName::Last, &mut state(1)).unwrap();
        store.save(CheckpointName::Last, &mut state(2)).unwrap();
        let loaded = store.load_latest().unwrap().unwrap();
        assert_eq!((loaded.name.as_str(), step(&loaded), loaded.refused.len()), ("last", 2, 0));

        tear(&last);
        let loaded = store.load_latest().unwrap().unwrap();
        assert_eq!((loaded.name.as_str(), step(&loaded)), ("last.previous", 1));
        assert!(loaded.refused[0].reason.contains("last.safetensors"), "{:?}", loaded.refused);

        tear(&store.named(PREVIOUS));
        let loaded = store.load_latest().unwrap().unwrap();
        assert_eq!((loaded.name.as_str(), step(&loaded)), ("epoch_0001", 0));

        tear(&store.path(CheckpointName::Epoch(1)));
        let error = store.load_latest().unwrap_err();
        assert!(
            matches!(error, RunError::NoUsableCheckpoint { ref refused, .. } if refused.len() == 3)
        );
    }

    #[test]
    fn a_crash_between_any_two_steps_of_a_save_loses_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(dir.path(), "a");
        let newest = || step(&store.load_latest().unwrap().unwrap());
        let last = store.save(CheckpointName::Last, &mut state(1)).unwrap();
        store.save(CheckpointName::Last, &mut state(2)).unwrap();
        files::rename(&last, &store.named(INCOMING)).unwrap();
        assert_eq!(newest(), 2, "before the new one got its name");
        store.save(CheckpointName::Last, &mut state(3)).unwrap();
        assert_eq!(newest(), 3);
    }

    #[test]
    fn what_a_killed_process_was_writing_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let torn = dir.path().join("checkpoints/.last.incoming.safetensors.12.0.tmp");
        let last = store(dir.path(), "a").save(CheckpointName::Last, &mut state(1)).unwrap();
        files::write_atomic(&torn, b"half").unwrap();
        store(dir.path(), "a");
        assert!(files::is_file(&torn), "only a resumed run has leftovers");
        files::write_atomic(&dir.path().join("run.json"), &manifest()).unwrap();
        store(dir.path(), "a");
        assert!(!files::is_file(&torn) && files::is_file(&last));
    }

    fn manifest() -> Vec<u8> {
        let run = tempfile::tempdir().unwrap();
        let dir = RunDir::at(run.path()).unwrap();
        RunManifest::begin(&dir, RunFacts::example("e", "a")).unwrap();
        files::read(&run.path().join("run.json")).unwrap()
    }

    #[test]
    fn another_config_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        store(dir.path(), "a").save(CheckpointName::Last, &mut state(1)).unwrap();
        let other = store(dir.path(), "b");
        assert!(matches!(
            other.load(CheckpointName::Last),
            Err(RunError::ForeignCheckpoint { found: Some(_), .. })
        ));
        assert!(matches!(other.load_latest(), Err(RunError::NoUsableCheckpoint { .. })));
        state(1).write(&other.path(CheckpointName::Best)).unwrap();
        let error = other.load(CheckpointName::Best).unwrap_err().to_string();
        assert!(error.contains("carries no configuration fingerprint"), "{error}");
    }

    #[test]
    fn kept_states_are_taken_from_the_newest_on() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(dir.path(), "a");
        let within = |epoch, part| CheckpointName::Within { epoch, part };
        let names = [within(0, 50_000_000), CheckpointName::Epoch(1), within(1, 5_000_000)];
        for (name, step) in names.iter().rev().zip([2, 1, 0]) {
            store.save(*name, &mut state(step)).unwrap();
        }
        assert_eq!(store.kept().unwrap(), names);
        let stems: Vec<String> = names.iter().map(ToString::to_string).collect();
        assert!(stems.is_sorted(), "{stems:?}");
        assert_eq!(step(&store.load_latest().unwrap().unwrap()), 2);
    }
}
