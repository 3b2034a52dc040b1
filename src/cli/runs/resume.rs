//! `runner runs resume`: goes on with a run in its own directory, from its own record.
//!
//! | the run is | what happens |
//! |---|---|
//! | completed | that is said, exit code 0 |
//! | running | refused |
//! | preempted, stale, failed after a checkpoint | it goes on |
//! | failed before any checkpoint, without a manifest, broken | refused |
//!
//! A job whose sweep has a ledger goes on by `runner jobs run`, so that the ledger stays true.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use crate::experiment::{self, Request, StopFlag, Take};
use crate::launch::Ledger;
use crate::runs::{
    CheckpointName, Manifest, RunEntry, RunState, Status, checkpoint_file, find_run, read_run_with,
};

use super::super::delegate::delegate_if_needed;
use super::super::failure::Failure;
use super::super::{compose, logging, out, run as runs};
use super::elsewhere;
use super::rerun::{recorded, warn_of_changes};

#[derive(Debug, Args)]
pub(super) struct ResumeArgs {
    /// Which run: EXPERIMENT/NUMBER, EXPERIMENT/latest or a directory
    #[arg(value_name = "RUN")]
    name: String,
    /// Directory that holds the runs
    #[arg(long, default_value = "outputs")]
    outputs: PathBuf,
}

pub(super) fn run(args: &ResumeArgs, argv: &[OsString]) -> Result<ExitCode, Failure> {
    let entry = read_run_with(&find_run(&args.outputs, &args.name)?, &elsewhere::word());
    if entry.state == RunState::Known(Status::Completed) {
        say!("{} is complete already", entry.id());
        out::line(runs::shown(&entry.path))?;
        return Ok(ExitCode::SUCCESS);
    }
    check(&entry)?;
    refuse_job(&entry)?;
    let prepared = recorded(&entry.path)?;
    compose::warn(&prepared.composed);
    compose::refuse_unavailable(&prepared)?;
    delegate_if_needed(&prepared.config.run.device, &argv[1..])?;
    let stop = StopFlag::install().map_err(Failure::failed)?;
    let log = logging::install();
    let begun = |manifest: &Manifest| warn_of_changes(&entry, manifest);
    let request = runs::experiment_request(&prepared, argv, entry.path.clone(), &stop, &log);
    // The command that made the run remains that of the run.
    let command = entry.manifest.as_ref().map_or(request.command.clone(), |m| m.command.clone());
    let request = Request { take: Take::Recorded, begun: &begun, command, ..request };
    let report = experiment::run(&request).map_err(|error| explained(error.into()))?;
    runs::ended(&report)
}

/// Refuses what cannot go on.
fn check(entry: &RunEntry) -> Result<(), Failure> {
    let id = entry.id();
    let refuse = |reason: String| Failure::wrong_input(format!("failed to resume {id}: {reason}"));
    let rerun = format!("`runner runs rerun {id}` starts anew");
    match &entry.state {
        RunState::Known(Status::Running) => {
            let process = entry.manifest.as_ref().map(|m| m.process.to_string());
            Err(refuse(format!("it is running: {}", process.unwrap_or_default())))
        }
        RunState::Known(Status::Failed) if !has_checkpoint(&entry.path) => {
            Err(refuse("it failed before its first checkpoint".into()).hint(rerun))
        }
        RunState::Known(_) | RunState::Stale => Ok(()),
        RunState::Incomplete => Err(refuse("it never began: there is no manifest".into())),
        RunState::Broken { reason } => Err(refuse(reason.clone())),
    }
}

/// A job that a ledger knows of goes on by the command that tells the ledger.
fn refuse_job(entry: &RunEntry) -> Result<(), Failure> {
    let sweep = entry.path.parent().filter(|sweep| Ledger::is_in(sweep));
    let number = entry.path.file_name().map(|name| name.to_string_lossy().into_owned());
    let (Some(sweep), Some(number)) = (sweep, number) else { return Ok(()) };
    let message = format!("failed to resume {}: it is a job of a sweep with a ledger", entry.id());
    let command = format!("`runner jobs run {} {number}` goes on with it", runs::shown(sweep));
    Err(Failure::wrong_input(message).hint(command))
}

fn has_checkpoint(run: &Path) -> bool {
    checkpoint_file(run, CheckpointName::Last).is_ok()
}

/// What to do where the run cannot be taken up.
fn explained(failure: Failure) -> Failure {
    let text = failure.to_string();
    if text.contains("another configuration") {
        // A record that comes to another config is resolved in another place.
        failure.hint("a run is resumed in the directory where it was started")
    } else if text.contains("it is in use by") {
        failure.hint("if that process is gone for certain, remove the lock file")
    } else {
        failure
    }
}
