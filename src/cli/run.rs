//! `runner OVERRIDE...`: one run.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::config::{Composed, Composer, RunMode, Value, VersionBase};
use crate::experiment::{self, Finished, Request, RunLog, RunReport, StopFlag, Take};

use super::args::Args;
use super::compose::{self, Prepared};
use super::delegate::delegate_if_needed;
use super::failure::{Failure, exit};
use super::logging;
use super::out;
use super::pipeline;

pub(super) fn run(args: &Args, argv: &[OsString]) -> Result<ExitCode, Failure> {
    let overrides = compose::overrides(&args.compose)?;
    let request = compose::request(&args.compose, overrides, Some(RunMode::Run))?;
    start(compose::prepare_with(&Composer::new(request), None)?, args, argv)
}

/// Runs what was composed, with what it needs where that is asked for.
fn start(prepared: Prepared, args: &Args, argv: &[OsString]) -> Result<ExitCode, Failure> {
    if !pipeline::is_asked(&prepared.config) {
        return alone(prepared, args, argv);
    }
    compose::warn(&prepared.composed);
    warn_of_chdir(&prepared.composed);
    pipeline::start(prepared, args, argv)
}

/// Runs the task of what was composed.
pub(super) fn alone(
    prepared: Prepared,
    args: &Args,
    argv: &[OsString],
) -> Result<ExitCode, Failure> {
    compose::warn(&prepared.composed);
    warn_of_chdir(&prepared.composed);
    if args.dry_run {
        let warnings = compose::unavailable(&prepared.config, &prepared.resolved);
        warnings.iter().for_each(|warning| say!("{warning}"));
        return Ok(ExitCode::SUCCESS);
    }
    compose::refuse_unavailable(&prepared)?;
    delegate_if_needed(&prepared.config.run.device, &argv[1..])?;
    let stop = StopFlag::install().map_err(Failure::failed)?;
    let log = logging::install();
    let dir = PathBuf::from(prepared.composed.text_at("hydra.run.dir")?);
    ended(&experiment::run(&experiment_request(&prepared, argv, dir, &stop, &log))?)
}

/// Prints where a run lies, says how it stopped, and tells the exit code.
pub(super) fn ended(report: &RunReport) -> Result<ExitCode, Failure> {
    if report.is_first {
        out::line(shown(&report.dir))?;
    }
    let (code, said) = match report.finished {
        Finished::Completed => return Ok(ExitCode::SUCCESS),
        Finished::Stopped { resumable: true } => {
            (exit::PREEMPTED, "stopped after a checkpoint; the same command goes on from there")
        }
        Finished::Stopped { resumable: false } => {
            (exit::INTERRUPTED, "stopped before the first checkpoint")
        }
    };
    if report.is_first {
        say!("{said}");
    }
    Ok(ExitCode::from(code))
}

/// Says that a run stays where it was started, where Hydra would go to the run directory.
fn warn_of_chdir(composed: &Composed) {
    let chdir = composed.hydra().get("job.chdir").map(|node| &node.value);
    let is_old = composed.version_base() < VersionBase::V1_2;
    if chdir == Some(&Value::Bool(true)) || (is_old && chdir == Some(&Value::Null)) {
        say!(
            "warning: hydra.job.chdir: a run stays in the directory it was started in; \
             hydra.job.chdir=false says so"
        );
    }
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
        reuse: false,
        take: Take::Unfinished,
        taken: &|_| (),
        begun: &|_| (),
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
