//! All runs below `outputs/`, whatever state they are in.

use std::fmt;
use std::path::{Path, PathBuf};

use super::dir::{LATEST, identify, is_sweep, number};
use super::{Manifest, RunError, Status};
use crate::files::{self, Entry, Kind};

/// How a run stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunState {
    /// As its manifest says.
    Known(Status),
    /// Its manifest says `running`, but the process is gone.
    Stale,
    /// A directory without a manifest: its process has not come that far, or died before.
    Incomplete,
    /// A manifest that cannot be read.
    Broken {
        /// Why.
        reason: String,
    },
}

impl RunState {
    /// One word for tables and filters.
    pub fn as_str(&self) -> &'static str {
        match self {
            RunState::Known(status) => status.as_str(),
            RunState::Stale => "stale",
            RunState::Incomplete => "incomplete",
            RunState::Broken { .. } => "broken",
        }
    }

    /// The words of [`RunState::as_str`].
    pub const WORDS: [&str; 7] =
        ["running", "completed", "failed", "preempted", "stale", "incomplete", "broken"];
}

impl fmt::Display for RunState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A run directory as found.
#[derive(Clone, Debug)]
pub struct RunEntry {
    /// The directory.
    pub path: PathBuf,
    /// Experiment, from the manifest or the path.
    pub experiment: String,
    /// Version, from the manifest or the path.
    pub version: String,
    /// How it stands.
    pub state: RunState,
    /// Its manifest, when it can be read.
    pub manifest: Option<Manifest>,
}

impl RunEntry {
    /// Whether it is a run of the config with this fingerprint that stopped before its end and
    /// can continue.
    pub(super) fn is_interrupted(&self, config_hash: &str) -> bool {
        let stopped = matches!(self.state, RunState::Known(Status::Preempted) | RunState::Stale);
        stopped && self.manifest.as_ref().is_some_and(|m| m.config_hash == config_hash)
    }
}

/// Finds all runs below `outputs`, by experiment, then by number; no `outputs` means no runs.
///
/// | directory | is |
/// |---|---|
/// | one with a manifest | a run |
/// | a number, or `slurm-` and one, with numbered directories below | a sweep: each of them is a run |
/// | a number without either | an incomplete run |
/// | any other | an experiment, looked into once |
pub fn list_runs(outputs: &Path) -> Result<Vec<RunEntry>, RunError> {
    if !files::is_dir(outputs) {
        return Ok(Vec::new());
    }
    let mut runs = Vec::new();
    for entry in directories(outputs)? {
        if has_manifest(&entry.path) {
            runs.push(read_run(&entry.path));
            continue;
        }
        runs.extend(list_experiment(&entry.path)?);
    }
    Ok(runs)
}

/// The runs of one experiment, by number; none when the directory is not there.
pub(super) fn list_experiment(path: &Path) -> Result<Vec<RunEntry>, RunError> {
    let mut runs = Vec::new();
    if files::is_dir(path) {
        for entry in directories(path)? {
            collect(&entry, &mut runs)?;
        }
    }
    Ok(runs)
}

/// Reads one run directory; what cannot be read is said in its state.
pub fn read_run(path: &Path) -> RunEntry {
    let (experiment, version) = identify(path);
    let state = |state| RunEntry {
        path: path.to_owned(),
        experiment: experiment.clone(),
        version: version.clone(),
        state,
        manifest: None,
    };
    if !has_manifest(path) {
        return state(RunState::Incomplete);
    }
    match Manifest::read(path) {
        Err(e) => state(RunState::Broken { reason: e.to_string() }),
        Ok(manifest) => RunEntry {
            path: path.to_owned(),
            experiment: manifest.experiment.clone(),
            version: manifest.version.clone(),
            state: if manifest.is_stale() {
                RunState::Stale
            } else {
                RunState::Known(manifest.status)
            },
            manifest: Some(manifest),
        },
    }
}

fn collect(entry: &Entry, runs: &mut Vec<RunEntry>) -> Result<(), RunError> {
    if has_manifest(&entry.path) {
        runs.push(read_run(&entry.path));
    } else if is_sweep(&entry.name) {
        let mut jobs = directories(&entry.path)?;
        jobs.retain(|job| number(&job.name).is_some());
        if jobs.is_empty() {
            runs.push(read_run(&entry.path));
        }
        runs.extend(jobs.iter().map(|job| read_run(&job.path)));
    }
    Ok(())
}

fn has_manifest(path: &Path) -> bool {
    files::kind(&path.join(Manifest::FILE)).is_some()
}

/// Visible directories, numbers in numeric order.
fn directories(path: &Path) -> Result<Vec<Entry>, RunError> {
    let mut entries = files::list(path)?;
    entries.retain(|e| e.kind == Kind::Dir && e.name != LATEST && !e.name.starts_with('.'));
    entries.sort_by(|a, b| (number(&a.name), &a.name).cmp(&(number(&b.name), &b.name)));
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::super::{RunDir, RunFacts, RunManifest, SweepDir};
    use super::*;

    fn begin(run: &RunDir) -> RunManifest {
        RunManifest::begin(run, RunFacts::example(run.experiment(), "h")).unwrap()
    }

    #[test]
    fn every_state_is_listed() {
        let dir = tempfile::tempdir().unwrap();
        let outputs = dir.path();
        assert!(list_runs(&outputs.join("none")).unwrap().is_empty());

        begin(&RunDir::create(outputs, "a").unwrap()).complete().unwrap();
        let _incomplete = RunDir::create(outputs, "a").unwrap();
        let broken = RunDir::create(outputs, "a").unwrap();
        files::write_atomic(&broken.file("run.json"), b"{").unwrap();
        let running = RunDir::create(outputs, "a").unwrap();
        begin(&running);
        let stale = RunDir::create(outputs, "a").unwrap();
        begin(&stale);
        let text = files::read_to_string(&stale.file("run.json")).unwrap();
        let text = text.replace("\"ticks\": ", "\"ticks\": 9");
        files::write_atomic(&stale.file("run.json"), text.as_bytes()).unwrap();
        let sweep = SweepDir::create(outputs, "b").unwrap();
        for job in [0, 1, 10, 2] {
            begin(&RunDir::at(&sweep.job(job)).unwrap()).preempt().unwrap();
        }
        begin(&RunDir::at(&outputs.join("b/slurm-17/0")).unwrap()).complete().unwrap();
        begin(&RunDir::at(&outputs.join("mine")).unwrap()).fail("x").unwrap();
        files::write_atomic(&outputs.join("stray.txt"), b"").unwrap();

        let found: Vec<(String, String, &str)> = list_runs(outputs)
            .unwrap()
            .into_iter()
            .map(|r| (r.experiment.clone(), r.version.clone(), r.state.as_str()))
            .collect();
        let expected = [
            ("a", "0001", "completed"),
            ("a", "0002", "incomplete"),
            ("a", "0003", "broken"),
            ("a", "0004", "running"),
            ("a", "0005", "stale"),
            ("b", "slurm-17/0", "completed"),
            ("b", "0001/0", "preempted"),
            ("b", "0001/1", "preempted"),
            ("b", "0001/2", "preempted"),
            ("b", "0001/10", "preempted"),
            ("mine", "mine", "failed"),
        ];
        assert_eq!(found, expected.map(|(e, v, s)| (e.to_owned(), v.to_owned(), s)));
    }
}
