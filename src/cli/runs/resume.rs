//! `runner runs resume`: goes on with a run in its own directory, from its own record.
//!
//! | the run is | what happens |
//! |---|---|
//! | completed | that is said, exit code 0 |
//! | running | refused |
//! | preempted, stale, failed after a checkpoint | it goes on |
//! | failed before any checkpoint, without a manifest, broken | refused |
//!
//! A job of a sweep goes on as well; its sweep finds the result there.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use crate::experiment::{self, Request, StopFlag, Take};
use crate::runs::{
    CheckpointName, RunEntry, RunState, Status, checkpoint_file, find_run, read_run_with,
};

use super::super::delegate::delegate_if_needed;
use super::super::failure::Failure;
use super::super::{compose, logging, out, run as runs};
use super::elsewhere;
use super::rerun::recorded;

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
        eprintln!("{} is complete already", entry.id());
        out::line(runs::shown(&entry.path))?;
        return Ok(ExitCode::SUCCESS);
    }
    check(&entry)?;
    let prepared = recorded(&entry.path)?;
    compose::warn(&prepared.composed);
    compose::refuse_unavailable(&prepared)?;
    delegate_if_needed(&prepared.config.run.device, &argv[1..])?;
    let stop = StopFlag::install().map_err(Failure::failed)?;
    let log = logging::install();
    let request = runs::experiment_request(&prepared, argv, entry.path.clone(), &stop, &log);
    let report = experiment::run(&Request { take: Take::Recorded, ..request })
        .map_err(|error| explained(error.into()))?;
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

fn has_checkpoint(run: &Path) -> bool {
    checkpoint_file(run, CheckpointName::Last).is_ok()
}

/// A record that comes to another config has been composed in another place.
fn explained(failure: Failure) -> Failure {
    let is_other = failure.to_string().contains("another configuration");
    let hint = "a run is resumed in the directory where it was started";
    if is_other { failure.hint(hint) } else { failure }
}
