//! Removing runs: first a plan that only reads, then one run after the other.
//!
//! A run goes only when all of this holds, looked at again under its lock:
//!
//! | condition | else |
//! |---|---|
//! | it lies in `outputs` itself, not behind a link | [`Refusal::Linked`] |
//! | no process and no queue has it | [`Refusal::Running`], [`Refusal::Queued`] |
//! | without a manifest: nothing happened there for a while | [`Refusal::Young`] |
//! | every file is the program's, unless all may go | [`Refusal::Foreign`] |
//! | it stands as it stood when the plan was made | [`Refusal::Changed`] |
//!
//! The manifest goes first, so that half a run never looks like a whole one. A number is remembered
//! before its directory goes, and `latest` points to what is left.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::dir::{LOCK, mend_latest, number, remember};
use super::index::Elsewhere;
use super::lock::RunLock;
use super::own::{is_own, is_own_dir};
use super::{Liveness, Manifest, RunEntry, RunError, RunState, Status, read_run_with};
use crate::files::{self, Found, Own};

/// What the program writes into a sweep's directory beside its ledger and its jobs.
const SWEEP_FILES: [&str; 2] = ["multirun.yaml", "report.html"];

/// What may go.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Whether files that the program did not make go too.
    pub all_files: bool,
    /// How long a directory without a manifest must have been left alone.
    pub young: Duration,
}

impl Default for Rules {
    fn default() -> Self {
        Self { all_files: false, young: Duration::from_secs(600) }
    }
}

/// Why a run stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A process works on it, or may do so.
    Running,
    /// A cluster has it in its queue.
    Queued,
    /// It was made a moment ago and has no manifest yet.
    Young,
    /// Files that the program did not make.
    Foreign(Vec<PathBuf>),
    /// It lies outside of `outputs`, or behind a link.
    Linked,
    /// It is not as it was when the plan was made.
    Changed,
    /// It cannot be looked into.
    Unreadable(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Running => f.write_str("it is running"),
            Refusal::Queued => f.write_str("it is in the queue of the cluster"),
            Refusal::Young => f.write_str("it was made a moment ago and may be starting"),
            Refusal::Foreign(files) => {
                let shown: Vec<String> =
                    files.iter().take(5).map(|file| file.display().to_string()).collect();
                let more = if files.len() > 5 { ", ..." } else { "" };
                write!(f, "it holds files of others: {}{more}", shown.join(", "))
            }
            Refusal::Linked => f.write_str("it lies elsewhere, or behind a link"),
            Refusal::Changed => f.write_str("it has changed meanwhile"),
            Refusal::Unreadable(reason) => f.write_str(reason),
        }
    }
}

/// A run that would go.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The run as it stands.
    pub run: RunEntry,
    /// Bytes.
    pub size: u64,
    /// Number of files.
    pub files: usize,
}

/// What would go and what would stay.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Runs that would go.
    pub goes: Vec<Planned>,
    /// Runs that were asked for and stay.
    pub stays: Vec<(RunEntry, Refusal)>,
}

/// What became of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pruned {
    /// It is gone.
    Removed,
    /// It was left as it is.
    Kept(Refusal),
}

/// Looks at the runs that are to go; changes nothing.
pub fn plan(outputs: &Path, runs: Vec<RunEntry>, rules: Rules, word: Elsewhere<'_>) -> Plan {
    let mut plan = Plan::default();
    for run in runs {
        match look(outputs, &run, rules, word) {
            Ok(found) => plan.goes.push(Planned {
                size: found.iter().map(|one| one.size).sum(),
                files: found.iter().filter(|one| one.kind != Own::Dir).count(),
                run,
            }),
            Err(refusal) => plan.stays.push((run, refusal)),
        }
    }
    plan
}

/// Removes one run of a plan, if everything still holds.
///
/// # Errors
/// A file that cannot be removed; what was removed before it is gone.
pub fn remove(
    outputs: &Path,
    planned: &RunEntry,
    rules: Rules,
    word: Elsewhere<'_>,
) -> Result<Pruned, RunError> {
    let path = &planned.path;
    if let Err(refusal) = look(outputs, planned, rules, word) {
        return Ok(Pruned::Kept(refusal));
    }
    let lock = match RunLock::acquire(&path.join(LOCK)) {
        Ok(lock) => lock,
        Err(RunError::Locked { .. }) => return Ok(Pruned::Kept(Refusal::Running)),
        Err(error) => return Err(error),
    };
    let now = read_run_with(path, word);
    if now.state != planned.state || now.manifest != planned.manifest {
        return Ok(Pruned::Kept(Refusal::Changed));
    }
    // Taking the lock has made the directory young.
    let found = match look(outputs, &now, Rules { young: Duration::ZERO, ..rules }, word) {
        Ok(found) => found,
        Err(refusal) => return Ok(Pruned::Kept(refusal)),
    };
    keep_number(path)?;
    remove_files(path, &found)?;
    drop(lock);
    files::remove_empty_dir(path)?;
    tidy_up(path)?;
    Ok(Pruned::Removed)
}

/// Everything that would go with a run, or why it stays.
fn look(
    outputs: &Path,
    run: &RunEntry,
    rules: Rules,
    word: Elsewhere<'_>,
) -> Result<Vec<Found>, Refusal> {
    if !lies_in(outputs, &run.path) {
        return Err(Refusal::Linked);
    }
    if run.state == RunState::Known(Status::Running) {
        return Err(Refusal::Running);
    }
    let slurm = run.manifest.as_ref().filter(|manifest| manifest.slurm.is_some());
    if slurm.is_some_and(|manifest| word(manifest) == Liveness::Alive) {
        return Err(Refusal::Queued);
    }
    let is_young = || files::age(&run.path).is_none_or(|age| age < rules.young);
    if run.state == RunState::Incomplete && !rules.young.is_zero() && is_young() {
        return Err(Refusal::Young);
    }
    let found = files::tree(&run.path).map_err(|e| Refusal::Unreadable(e.to_string()))?;
    let foreign: Vec<PathBuf> = found
        .iter()
        .filter_map(|one| Some((one.kind, one.path.strip_prefix(&run.path).ok()?)))
        .filter(|(kind, path)| match kind {
            Own::File => !is_own(path),
            Own::Dir => !is_own_dir(path),
            Own::Link | Own::Other => true,
        })
        .map(|(_, path)| path.to_owned())
        .collect();
    match foreign.is_empty() || rules.all_files {
        true => Ok(found),
        false => Err(Refusal::Foreign(foreign)),
    }
}

/// Whether a directory lies below `outputs` without a link on the way.
fn lies_in(outputs: &Path, path: &Path) -> bool {
    let (Ok(outputs), Ok(found)) = (files::canonical(outputs), files::canonical(path)) else {
        return false;
    };
    let Ok(below) = found.strip_prefix(&outputs) else { return false };
    // As many components from the end of the path as given are its way from `outputs`.
    let mut way = path.ancestors().take(below.iter().count());
    below.iter().next().is_some()
        && path.ends_with(below)
        && way.all(|part| files::own_kind(part) == Some(Own::Dir))
}

/// The manifest first, then files, then directories from the inside out; the lock is its holder's.
fn remove_files(run: &Path, found: &[Found]) -> Result<(), RunError> {
    let is_first = |one: &&Found| one.path == run.join(Manifest::FILE);
    let is_lock = |one: &&Found| one.path == run.join(LOCK);
    let rest = found.iter().rev().filter(|one| !is_first(one) && !is_lock(one));
    for one in found.iter().filter(is_first).chain(rest) {
        match one.kind {
            Own::Dir => files::remove_empty_dir(&one.path)?,
            Own::File | Own::Link | Own::Other => files::remove_file(&one.path)?,
        }
    }
    Ok(())
}

/// Remembers a number before its directory goes: it is never given again.
fn keep_number(path: &Path) -> Result<(), RunError> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let is_job = path.parent().is_some_and(|parent| {
        let name = parent.file_name().map(|name| name.to_string_lossy().into_owned());
        name.is_some_and(|name| number(&name).is_some())
    });
    match (path.parent(), name.as_deref().and_then(number)) {
        (Some(parent), Some(number)) if !is_job => remember(parent, number),
        _ => Ok(()),
    }
}

/// Removes a sweep that has lost its last job, unless a ledger is kept there, and mends `latest`.
fn tidy_up(gone: &Path) -> Result<(), RunError> {
    let Some(parent) = gone.parent() else { return Ok(()) };
    let name = parent.file_name().map(|name| name.to_string_lossy().into_owned());
    if name.as_deref().and_then(number).is_none() {
        return mend_latest(parent);
    }
    let left = files::tree(parent)?;
    let is_of_sweep = |one: &Found| SWEEP_FILES.iter().any(|name| one.path == parent.join(name));
    let is_bare = left.iter().all(|one| one.kind == Own::File && is_of_sweep(one));
    if is_bare {
        keep_number(parent)?;
        left.iter().try_for_each(|one| files::remove_file(&one.path))?;
        files::remove_empty_dir(parent)?;
    }
    parent.parent().map_or(Ok(()), mend_latest)
}

#[cfg(test)]
mod tests;
