//! `runner runs rerun`: the record of a run as a new run, and whether its numbers come again.
//!
//! What differs from the record is said as early as it is known: code, version and device before the
//! run, data as soon as it has been read. At the end the metrics are compared with those of the record,
//! digit by digit; a difference is said, and is no failure.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use crate::analysis::{Apart, environment, metrics_apart, short};
use crate::config::{self, Runtime};
use crate::experiment::{self, Finished, Request, StopFlag, Take, numbered};
use crate::runs::{Manifest, RunEntry, find_run, read_run};

use super::super::delegate::delegate_if_needed;
use super::super::failure::Failure;
use super::super::{compose, logging, run as runs, say};
use super::diff::beside;

#[derive(Debug, Args)]
pub(super) struct RerunArgs {
    /// Which run: EXPERIMENT/NUMBER, EXPERIMENT/latest or a directory
    #[arg(value_name = "RUN")]
    name: String,
    /// Directory that holds the runs
    #[arg(long, default_value = "outputs")]
    outputs: PathBuf,
    /// Compose and check without running
    #[arg(long)]
    dry_run: bool,
}

/// What has to be the same for the same numbers.
const MATTERS: [&str; 7] =
    ["git.commit", "git.dirty", "crate_version", "device", "backend", "data", "data_fingerprint"];

pub(super) fn run(args: &RerunArgs, argv: &[OsString]) -> Result<ExitCode, Failure> {
    let original = read_run(&find_run(&args.outputs, &args.name)?);
    let prepared = recorded(&original.path)?;
    compose::warn(&prepared.composed);
    compose::refuse_unavailable(&prepared)?;
    if args.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    delegate_if_needed(&prepared.config.run.device, &argv[1..])?;
    let stop = StopFlag::install().map_err(Failure::failed)?;
    let log = logging::install();
    let dir = new_dir(Path::new(&prepared.composed.text_at("hydra.run.dir")?), &original, args);
    let begun = |manifest: &Manifest| warn_of_changes(&original, manifest);
    let request = runs::experiment_request(&prepared, argv, dir, &stop, &log);
    let report = experiment::run(&Request { take: Take::New, begun: &begun, ..request })?;
    if report.finished == Finished::Completed {
        say_whether_equal(&original, &Manifest::read(&report.dir)?);
    }
    runs::ended(&report)
}

/// The config that a run directory records, ready to run.
pub(in super::super) fn recorded(dir: &Path) -> Result<compose::Prepared, Failure> {
    let cwd = env::current_dir()
        .map_err(|e| Failure::wrong_input(format!("failed to find the working directory: {e}")))?;
    compose::prepare(config::stored(dir, &Runtime::new(cwd))?)
}

/// Where a new run goes: as the record says, unless that is one certain directory.
fn new_dir(recorded: &Path, original: &RunEntry, args: &RerunArgs) -> PathBuf {
    match numbered(recorded) {
        Some(_) => recorded.to_owned(),
        None => args.outputs.join(&original.experiment).join("NNNN"),
    }
}

/// Says what matters for the numbers and is not as the record says.
pub(super) fn warn_of_changes(original: &RunEntry, now: &Manifest) {
    let Some(then) = &original.manifest else {
        say!("warning: {} has no manifest to compare with", original.id());
        return;
    };
    let is_other = |row: &Apart| !row.is_same() && MATTERS.contains(&row.name.as_str());
    for row in environment(then, now).iter().filter(|row| is_other(row)) {
        let (then, now) = (short(Some(&row.a)), short(Some(&row.b)));
        say!("warning: {} is not that of the record: {then} then, {now} now", row.name);
    }
    if then.git.as_ref().is_some_and(|git| git.dirty) {
        say!("warning: the record is of a working tree with changes that are in no commit");
    }
}

fn say_whether_equal(original: &RunEntry, now: &Manifest) {
    let Some(then) = &original.manifest else { return };
    let rows = metrics_apart(then, now);
    let apart: Vec<Apart> = rows.iter().filter(|row| !row.is_same()).cloned().collect();
    let (id, all) = (original.id(), rows.len());
    if rows.iter().all(|row| row.a.is_null()) {
        say!("{id} has no metrics to compare with ({})", original.state);
    } else if apart.is_empty() {
        say!("all {all} metrics equal those of {id}");
    } else {
        say!("{} of {all} metrics differ from those of {id}:", apart.len());
        say::text(beside("METRIC", &apart));
    }
}
