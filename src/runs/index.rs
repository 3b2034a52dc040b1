//! All runs below `outputs/`, whatever state they are in.

use std::fmt;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::dir::{LATEST, has_sweep_name, identify, number};
use super::{Liveness, Manifest, RunError, Status};
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
    /// The name by which commands take it: `experiment/0001`, or its path where it has no number.
    pub fn id(&self) -> String {
        let (experiment, version) = identify(&self.path);
        match version.starts_with(|c: char| c.is_ascii_digit()) {
            true => format!("{experiment}/{version}"),
            false => self.path.display().to_string(),
        }
    }

    /// Whether it is a run of the config with this fingerprint that stopped before its end and
    /// can continue.
    pub(super) fn is_interrupted(&self, config_hash: &str) -> bool {
        let stopped = matches!(self.state, RunState::Known(Status::Preempted) | RunState::Stale);
        stopped && self.manifest.as_ref().is_some_and(|m| m.config_hash == config_hash)
    }
}

/// What somebody else knows of a run whose process is on another machine: Slurm, for one.
pub type Elsewhere<'a> = &'a (dyn Fn(&Manifest) -> Liveness + Sync);

/// Finds all runs below `outputs`, by experiment, then by number; no `outputs` means no runs.
///
/// | directory | is |
/// |---|---|
/// | one with a manifest | a run |
/// | a number, or `slurm-` and one, with numbered directories below, with `multirun.yaml` or a ledger | a sweep: each of them is a run |
/// | a number without either | an incomplete run |
/// | one that cannot be listed | a broken run, with the reason |
/// | any other | an experiment, looked into once |
pub fn list_runs(outputs: &Path) -> Result<Vec<RunEntry>, RunError> {
    list_runs_with(outputs, &|_| Liveness::Unknown)
}

/// The same, where somebody may know how runs on other machines stand.
pub fn list_runs_with(outputs: &Path, word: Elsewhere<'_>) -> Result<Vec<RunEntry>, RunError> {
    Ok(places(outputs)?.par_iter().map(|path| read_run_with(path, word)).collect())
}

/// The directories of [`list_runs`].
pub(super) fn places(outputs: &Path) -> Result<Vec<PathBuf>, RunError> {
    if !files::is_dir(outputs) {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in directories(outputs)? {
        match has_manifest(&entry.path) {
            true => found.push(entry.path),
            false => collect_experiment(&entry.path, &mut found),
        }
    }
    Ok(found)
}

/// The runs of one experiment, by number; none when the directory is not there.
///
/// # Errors
/// A directory that cannot be listed.
pub fn list_experiment(path: &Path) -> Result<Vec<RunEntry>, RunError> {
    let mut found = Vec::new();
    if files::is_dir(path) {
        directories(path)?.iter().for_each(|entry| collect(entry, &mut found));
    }
    Ok(found.par_iter().map(|path| read_run(path)).collect())
}

/// Reads one run directory; what cannot be read is said in its state.
pub fn read_run(path: &Path) -> RunEntry {
    read_run_with(path, &|_| Liveness::Unknown)
}

/// The same, where somebody may know how runs on other machines stand.
pub fn read_run_with(path: &Path, word: Elsewhere<'_>) -> RunEntry {
    let (experiment, version) = identify(path);
    let without_manifest = |state| RunEntry {
        path: path.to_owned(),
        experiment: experiment.clone(),
        version: version.clone(),
        state,
        manifest: None,
    };
    if !has_manifest(path) {
        return without_manifest(match files::list(path) {
            Ok(_) => RunState::Incomplete,
            Err(e) if e.is_not_found() => RunState::Incomplete,
            Err(e) => RunState::Broken { reason: e.to_string() },
        });
    }
    match Manifest::read(path) {
        Err(e) => without_manifest(RunState::Broken { reason: e.to_string() }),
        Ok(manifest) => RunEntry {
            path: path.to_owned(),
            experiment: manifest.experiment.clone(),
            version: manifest.version.clone(),
            state: if manifest.is_stale_by(word) {
                RunState::Stale
            } else {
                RunState::Known(manifest.status)
            },
            manifest: Some(manifest),
        },
    }
}

/// One directory that cannot be listed does not keep the others from being found.
fn collect_experiment(path: &Path, found: &mut Vec<PathBuf>) {
    match directories(path) {
        Ok(entries) => entries.iter().for_each(|entry| collect(entry, found)),
        Err(_) => found.push(path.to_owned()),
    }
}

fn collect(entry: &Entry, found: &mut Vec<PathBuf>) {
    if has_manifest(&entry.path) {
        found.push(entry.path.clone());
    } else if has_sweep_name(&entry.name) {
        let jobs = jobs(&entry.path);
        if jobs.is_empty() && !is_sweep(&entry.path) {
            found.push(entry.path.clone());
        }
        found.extend(jobs);
    }
}

/// The job directories of a sweep; none where they cannot be listed.
pub(super) fn jobs(path: &Path) -> Vec<PathBuf> {
    let entries = directories(path).unwrap_or_default().into_iter();
    entries.filter(|entry| number(&entry.name).is_some()).map(|entry| entry.path).collect()
}

/// Whether a number was taken for a sweep, with or without jobs yet.
pub(super) fn is_sweep(path: &Path) -> bool {
    let has = |name: &str| files::kind(&path.join(name)).is_some();
    has("multirun.yaml") || has("ledger") || !jobs(path).is_empty()
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

    #[test]
    fn somebody_may_know_how_a_run_elsewhere_stands() {
        let dir = tempfile::tempdir().unwrap();
        let run = RunDir::create(dir.path(), "a").unwrap();
        begin(&run);
        let path = run.file("run.json");
        let text = files::read_to_string(&path).unwrap();
        let far = text.replace("\"host\": \"", "\"host\": \"far-");
        files::write_atomic(&path, far.as_bytes()).unwrap();
        let state = |word| list_runs_with(dir.path(), &|_| word).unwrap()[0].state.as_str();
        assert_eq!(state(Liveness::Unknown), "running");
        assert_eq!(state(Liveness::Alive), "running");
        assert_eq!(state(Liveness::Gone), "stale");
        // Nobody needs to be asked about a process of this machine.
        files::write_atomic(&path, text.as_bytes()).unwrap();
        assert_eq!(state(Liveness::Gone), "running");
    }

    #[test]
    fn a_sweep_without_jobs_is_no_run() {
        let dir = tempfile::tempdir().unwrap();
        let sweep = SweepDir::create(dir.path(), "a").unwrap();
        assert_eq!(list_runs(dir.path()).unwrap().len(), 1, "a number that was taken");
        sweep.write_multirun("x: 1\n").unwrap();
        assert!(list_runs(dir.path()).unwrap().is_empty());
    }
}
