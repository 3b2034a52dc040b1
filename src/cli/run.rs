//! `runner OVERRIDE...`: one run.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::config::{self, RunMode};
use crate::experiment::{self, Finished, Request, RunLog, StopFlag};

use super::args::Args;
use super::compose::{self, Prepared};
use super::delegate::delegate_if_needed;
use super::failure::{Failure, exit};
use super::logging;

pub(super) fn run(args: &Args, argv: &[OsString]) -> Result<ExitCode, Failure> {
    let overrides = compose::overrides(&args.compose)?;
    let request = compose::request(&args.compose, overrides, Some(RunMode::Run))?;
    let prepared = compose::prepare(config::compose(&request))?;
    compose::warn(&prepared.composed);
    if args.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    delegate_if_needed(&prepared.config.run.device, &argv[1..])?;
    let stop = StopFlag::install().map_err(Failure::failed)?;
    let log = logging::install();
    let dir = PathBuf::from(prepared.composed.text_at("hydra.run.dir")?);
    let report = experiment::run(&experiment_request(&prepared, argv, dir, &stop, &log))?;
    println!("{}", shown(&report.dir));
    Ok(match report.finished {
        Finished::Completed => ExitCode::SUCCESS,
        Finished::Stopped { resumable: true } => {
            eprintln!("stopped after a checkpoint; the same command goes on from there");
            ExitCode::from(exit::PREEMPTED)
        }
        Finished::Stopped { resumable: false } => {
            eprintln!("stopped before the first checkpoint");
            ExitCode::from(exit::INTERRUPTED)
        }
    })
}

/// What to run, in which directory.
pub(super) fn experiment_request<'a>(
    prepared: &'a Prepared,
    argv: &[OsString],
    dir: PathBuf,
    stop: &'a StopFlag,
    log: &'a RunLog,
) -> Request<'a> {
    Request {
        composed: &prepared.composed,
        resolved: &prepared.resolved,
        config: &prepared.config,
        command: argv.iter().map(|arg| arg.to_string_lossy().into_owned()).collect(),
        dir,
        stop,
        log,
    }
}

/// A path as short as it can be typed here.
pub(super) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().and_then(std::path::absolute).ok();
    let here = here.and_then(|here| crate::files::canonical(&here).ok());
    let relative = here.as_deref().and_then(|here| path.strip_prefix(here).ok());
    relative.unwrap_or(path).display().to_string()
}
