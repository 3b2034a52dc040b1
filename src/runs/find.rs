//! Which run a name stands for.
//!
//! | name | run |
//! |---|---|
//! | a run directory | itself |
//! | `E/0001`, `E/1`, `E/0001/3` | that number below `outputs/E` |
//! | `E/latest` | the one that the link points to |
//! | the start of only one run's `E/NNNN[/N]` | that one |
//!
//! A directory is a run when a manifest or a `.hydra` lies in it, or when its number was taken and
//! nothing is there yet.

use std::path::{Path, PathBuf};

use super::dir::{LATEST, number};
use super::index::{is_sweep, places};
use super::{Manifest, RunError};
use crate::files;

/// The directory of the run called `name`.
///
/// # Errors
/// None or several runs of that name, with those that there are; a sweep; a link to nothing.
pub fn find_run(outputs: &Path, name: &str) -> Result<PathBuf, RunError> {
    let below = outputs.join(numbered(name));
    for path in [Path::new(name), &below] {
        if is_run(path) {
            return Ok(files::canonical(path)?);
        }
        dangling(path)?;
    }
    let known = names(outputs)?;
    let start = |wanted: &str| -> Vec<&(String, PathBuf)> {
        let begins = |id: &str| !wanted.is_empty() && id.starts_with(wanted);
        known.iter().filter(|(id, _)| begins(id)).collect()
    };
    match start(&numbered(name)).as_slice() {
        [] => Err(RunError::NoRun {
            name: name.to_owned(),
            outputs: outputs.to_owned(),
            runs: known.len(),
            known: known.into_iter().map(|(id, _)| id).collect(),
        }),
        [(_, path)] => Ok(files::canonical(path)?),
        several => Err(RunError::SeveralRuns {
            name: name.to_owned(),
            found: several.iter().map(|(id, _)| id.clone()).collect(),
        }),
    }
}

/// `E/1` as the directory is called: `E/0001`.
pub fn numbered(name: &str) -> String {
    let mut parts: Vec<String> = name.trim_end_matches('/').split('/').map(str::to_owned).collect();
    if let [_, version, ..] = parts.as_mut_slice()
        && let (Some(found), false) = (number(version), version.is_empty())
    {
        *version = format!("{found:04}");
    }
    parts.join("/")
}

/// The run that `E/latest` names, as `E/NNNN`; any other name as it is.
///
/// # Errors
/// A link to nothing.
pub fn through_latest(outputs: &Path, name: &str) -> Result<String, RunError> {
    let Some((experiment, LATEST)) = name.split_once('/') else { return Ok(name.to_owned()) };
    let link = outputs.join(name);
    dangling(&link)?;
    let target = files::link_target(&link);
    let target = target.and_then(|t| Some(t.file_name()?.to_string_lossy().into_owned()));
    Ok(target.map_or_else(|| name.to_owned(), |target| format!("{experiment}/{target}")))
}

fn dangling(path: &Path) -> Result<(), RunError> {
    match files::link_target(path) {
        Some(target) if files::kind(path).is_none() => {
            Err(RunError::Dangling { path: path.to_owned(), target })
        }
        _ => Ok(()),
    }
}

fn is_run(path: &Path) -> bool {
    let has = |name: &str| files::kind(&path.join(name)).is_some();
    let is_taken = || {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let taken = name.is_some_and(|name| name == LATEST || number(&name).is_some());
        taken && !is_sweep(path)
    };
    files::is_dir(path) && (has(Manifest::FILE) || has(".hydra") || is_taken())
}

/// Every run as `E/NNNN[/N]`, or by its directory's name, with where it lies.
fn names(outputs: &Path) -> Result<Vec<(String, PathBuf)>, RunError> {
    let found = places(outputs)?.into_iter().map(|path| {
        let name = path.strip_prefix(outputs).unwrap_or(&path).display().to_string();
        (name, path)
    });
    Ok(found.collect())
}

#[cfg(test)]
mod tests {
    use super::super::{RunDir, SweepDir};
    use super::*;

    #[test]
    fn names_and_what_is_near() {
        let dir = tempfile::tempdir().unwrap();
        let outputs = files::canonical(dir.path()).unwrap();
        for _ in 0..2 {
            RunDir::create(&outputs, "ek55_bert").unwrap();
        }
        RunDir::create(&outputs, "only").unwrap();
        let sweep = SweepDir::create(&outputs, "swept").unwrap();
        for job in [1, 12] {
            RunDir::at(&sweep.job(job)).unwrap();
        }
        for (name, expected) in [
            ("ek55_bert/0001", "ek55_bert/0001"),
            ("ek55_bert/1", "ek55_bert/0001"),
            ("ek55_bert/0001/", "ek55_bert/0001"),
            ("ek55_bert/latest", "ek55_bert/0002"),
            ("onl", "only/0001"),
            ("swept/1/1", "swept/0001/1"),
            ("swept/0001/12", "swept/0001/12"),
        ] {
            let found = find_run(&outputs, name).unwrap();
            assert_eq!(found, outputs.join(expected), "{name}");
        }
        let path = outputs.join("only/0001");
        assert_eq!(find_run(Path::new("/none"), path.to_str().unwrap()).unwrap(), path);
        for (name, told) in [
            ("ek55_bert", "several runs: ek55_bert/0001, ek55_bert/0002"),
            ("swept/0001", "several runs: swept/0001/1, swept/0001/12"),
            ("ek55_brt/0001", "no run of that name"),
            ("", "no run of that name"),
            ("/", "no run of that name"),
            ("../..", "no run of that name"),
        ] {
            let error = find_run(&outputs, name).unwrap_err().to_string();
            assert!(error.contains(told), "{name}: {error}");
        }
    }

    #[test]
    fn a_link_to_nothing_is_said() {
        let dir = tempfile::tempdir().unwrap();
        files::create_dir_all(&dir.path().join("e")).unwrap();
        files::link_latest(Path::new("0007"), &dir.path().join("e/latest")).unwrap();
        let error = find_run(dir.path(), "e/latest").unwrap_err().to_string();
        assert!(error.contains("`0007`, which is not there"), "{error}");
    }
}
