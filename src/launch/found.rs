//! The sweeps below `outputs/`, whatever state their ledgers are in.
//!
//! Decides where sweeps are looked for: two levels deep, `outputs/<experiment>/<NNNN>` and a directory
//! of its own name. It only reads; a directory that cannot be read is one broken entry among the
//! others.

use std::path::{Path, PathBuf};

use super::{LaunchError, Ledger};
use crate::files::{self, Entry, Kind};

/// A directory in which a sweep was begun.
#[derive(Debug)]
pub struct FoundSweep {
    /// The directory.
    pub path: PathBuf,
    /// What it is called: its path below `outputs/`.
    pub name: String,
    /// Its ledger, or why there is none to be read.
    pub ledger: Result<Ledger, LaunchError>,
}

impl FoundSweep {
    /// The sweep in `path`, where one was begun.
    pub fn at(outputs: &Path, path: &Path) -> Option<Self> {
        let below = path.strip_prefix(outputs).unwrap_or(path);
        Ledger::was_begun_in(path).then(|| Self {
            path: path.to_owned(),
            name: below.to_string_lossy().into_owned(),
            ledger: Ledger::open(path),
        })
    }

    /// The experiment, from the ledger or else from the path.
    pub fn experiment(&self) -> &str {
        match &self.ledger {
            Ok(ledger) => &ledger.head().experiment,
            Err(_) => self.name.split('/').next().unwrap_or_default(),
        }
    }
}

/// Every sweep below `outputs`, newest first, those that cannot be read at the end; no `outputs` means
/// no sweeps.
pub fn sweeps(outputs: &Path) -> Result<Vec<FoundSweep>, LaunchError> {
    if files::kind(outputs).is_none() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in directories(outputs)? {
        match FoundSweep::at(outputs, &entry.path) {
            Some(sweep) => found.push(sweep),
            None => found.extend(of_experiment(outputs, &entry)),
        }
    }
    let created =
        |sweep: &FoundSweep| sweep.ledger.as_ref().ok().map(|ledger| ledger.head().created.clone());
    // Within one second by name, so that 0002 stands above 0001.
    found.sort_by(|a, b| (created(b), &b.name).cmp(&(created(a), &a.name)));
    Ok(found)
}

fn of_experiment(outputs: &Path, entry: &Entry) -> Vec<FoundSweep> {
    match directories(&entry.path) {
        Ok(entries) => {
            entries.iter().filter_map(|entry| FoundSweep::at(outputs, &entry.path)).collect()
        }
        Err(error) => {
            let (path, name) = (entry.path.clone(), entry.name.clone());
            vec![FoundSweep { path, name, ledger: Err(error) }]
        }
    }
}

/// Visible directories; a link, as `latest`, is another name for one of them.
fn directories(path: &Path) -> Result<Vec<Entry>, LaunchError> {
    let mut entries = files::list(path)?;
    entries.retain(|entry| {
        entry.kind == Kind::Dir && entry.name != "latest" && !entry.name.starts_with('.')
    });
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::super::{JobRecord, SweepRecord};
    use super::*;

    fn begin(dir: &Path, experiment: &str, created: &str) {
        let head = SweepRecord { created: created.into(), ..SweepRecord::example(experiment, 1) };
        let job = JobRecord::queued(0, None, dir.join("0"));
        Ledger::create(dir, head, &[job]).unwrap();
    }

    #[test]
    fn every_sweep_is_found_the_newest_first() {
        let dir = tempfile::tempdir().unwrap();
        let outputs = dir.path();
        assert!(sweeps(&outputs.join("none")).unwrap().is_empty());
        begin(&outputs.join("a/0001"), "a", "2026-01-01T00:00:00Z");
        begin(&outputs.join("b/0001"), "b", "2026-01-03T00:00:00Z");
        begin(&outputs.join("a/0002"), "a", "2026-01-02T00:00:00Z");
        begin(&outputs.join("mine"), "c", "2026-01-02T00:00:00Z");
        files::create_dir_all(&outputs.join("a/0003/ledger")).unwrap();
        files::create_dir_all(&outputs.join("a/0004/0")).unwrap();
        files::write_atomic(&outputs.join("stray"), b"").unwrap();
        files::link_latest(Path::new("0002"), &outputs.join("a/latest")).unwrap();
        let found = sweeps(outputs).unwrap();
        let names: Vec<_> = found.iter().map(|sweep| (&*sweep.name, sweep.experiment())).collect();
        let expected =
            [("b/0001", "b"), ("mine", "c"), ("a/0002", "a"), ("a/0001", "a"), ("a/0003", "a")];
        assert_eq!(names, expected);
        assert!(found[4].ledger.is_err(), "its launch was not finished");
    }
}
