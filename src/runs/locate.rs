//! Which checkpoint file a path stands for.
//!
//! | path | file |
//! |---|---|
//! | a file | itself |
//! | a file without its ending: `.../checkpoints/best` | that file |
//! | a run directory, or its `checkpoints` | the checkpoint asked for |
//!
//! Of `last`, the newest whole state counts, under whichever of its names it lies.

use std::path::{Path, PathBuf};

use super::checkpoints::{EXTENSION, INCOMING, PREVIOUS};
use super::{CheckpointName, CheckpointStore, RunError};
use crate::files;

/// The checkpoint file that `path` stands for; `name` chooses among those of a run.
///
/// # Errors
/// When there is none, with those that there are.
pub fn checkpoint_file(path: &Path, name: CheckpointName) -> Result<PathBuf, RunError> {
    if files::is_dir(path) {
        return in_run(path, name);
    }
    let mut ended = path.as_os_str().to_owned();
    ended.push(format!(".{EXTENSION}"));
    let ended = PathBuf::from(ended);
    // What is not there is for the reader to say, under the name that was given.
    Ok(if !files::is_file(path) && files::is_file(&ended) { ended } else { path.to_owned() })
}

fn in_run(path: &Path, name: CheckpointName) -> Result<PathBuf, RunError> {
    let below = path.join(CheckpointStore::DIR);
    let dir = if files::is_dir(&below) { below } else { path.to_owned() };
    let stem = name.to_string();
    let stems = match name {
        CheckpointName::Last => vec![INCOMING, &*stem, PREVIOUS],
        CheckpointName::Best | CheckpointName::Epoch(_) | CheckpointName::Within { .. } => {
            vec![&*stem]
        }
    };
    let mut files = stems.iter().map(|stem| dir.join(format!("{stem}.{EXTENSION}")));
    match files.find(|file| files::is_file(file)) {
        Some(file) => Ok(file),
        None => Err(RunError::NoCheckpoint { name: stem, found: checkpoints(&dir)?, path: dir }),
    }
}

fn checkpoints(dir: &Path) -> Result<Vec<String>, RunError> {
    let suffix = format!(".{EXTENSION}");
    let entries = files::list(dir)?;
    Ok(entries.iter().filter_map(|e| Some(e.name.strip_suffix(&suffix)?.to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_runs_and_names_without_ending() {
        let dir = tempfile::tempdir().unwrap();
        let run = dir.path().join("run");
        let checkpoints = run.join("checkpoints");
        files::create_dir_all(&checkpoints).unwrap();
        for name in ["last.previous", "best", "epoch_0002"] {
            files::write_atomic(&checkpoints.join(format!("{name}.safetensors")), b"").unwrap();
        }
        let file = |path: &Path, name| {
            let found = checkpoint_file(path, name).unwrap();
            found.strip_prefix(dir.path()).unwrap().display().to_string()
        };
        let (last, best) = (CheckpointName::Last, CheckpointName::Best);
        assert_eq!(file(&run, last), "run/checkpoints/last.previous.safetensors");
        assert_eq!(file(&checkpoints, best), "run/checkpoints/best.safetensors");
        assert_eq!(file(&checkpoints.join("best"), last), "run/checkpoints/best.safetensors");
        assert_eq!(file(&dir.path().join("other.pth"), last), "other.pth");
        let error = checkpoint_file(&run, CheckpointName::Epoch(3)).unwrap_err().to_string();
        let there = "it holds best, epoch_0002, last.previous";
        assert!(error.contains("`epoch_0003`") && error.contains(there), "{error}");
        let error = checkpoint_file(dir.path(), best).unwrap_err().to_string();
        assert!(error.contains("it holds no checkpoint"), "{error}");
    }
}
