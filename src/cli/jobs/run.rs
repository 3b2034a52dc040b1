//! `runner jobs run DIR N`: one job of a sweep, as launchers and job files start it.
//!
//! The config is composed from the arguments that the ledger remembers, where the sweep was started; if
//! files have changed since, it is taken as it was then. Invariant: a job that somebody else runs, that
//! is completed or was taken back, is left as it is.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use clap::Args;

use crate::experiment::StopFlag;
use crate::files;
use crate::launch::local::heed_leash;
use crate::launch::{JobRecord, JobState, LaunchError, Ledger};
use crate::runs::{RunError, RunLock};
use crate::train::StopSignal;

use super::super::args::Args as Whole;
use super::super::compose::Prepared;
use super::super::delegate::delegate_if_needed;
use super::super::failure::{Failure, exit};
use super::super::pipeline::{self, Shared};
use super::super::sweep::{self, Ended, Sweep, Worker};
use super::super::{logging, out, run as single};

#[derive(Debug, Args)]
pub struct RunArgs {
    /// Directory of the sweep
    #[arg(value_name = "DIR")]
    dir: PathBuf,

    /// Number of the job, from 0
    #[arg(value_name = "N")]
    number: usize,

    /// The sweep, for a directory that holds none yet: overrides and where configs are
    #[arg(last = true, value_name = "ARGS")]
    sweep: Vec<String>,
}

pub(super) fn run(args: &RunArgs, argv: &[OsString]) -> Result<ExitCode, Failure> {
    heed_leash();
    let ledger = ledger(args)?;
    let record = ledger.job(args.number)?;
    if let Some(code) = nothing_to_do(&record)? {
        return Ok(code);
    }
    sweep::go_to(&ledger.head().cwd)?;
    let whole = sweep::parsed(&ledger.head().arguments)?;
    let sweep = Sweep::new(&whole);
    let prepared = sweep::prepared(&ledger, args.number, sweep.as_ref().ok());
    if let Ok(prepared) = &prepared {
        delegate_if_needed(&prepared.config.run.device, &again(&ledger, args.number))?;
    }
    let stop = StopFlag::install().map_err(Failure::failed)?;
    let log = logging::install();
    let worker = Worker { ledger: &ledger, argv, stop: &stop, log: &log };
    let prepared = match (prepared, sweep) {
        (Ok(prepared), _) => prepared,
        // Why the sweep does not compose says more than that its job does not.
        (Err(_), Err(failure)) | (Err(failure), Ok(_)) => {
            return ended(worker.fail(args.number, failure)?, &record);
        }
    };
    if let Some(code) = stages(&whole, &worker, args.number, &prepared)? {
        return Ok(code);
    }
    let how = worker.work(args.number, &prepared)?;
    ended(how, &ledger.job(args.number)?)
}

/// The ledger that is there, of the sweep that is asked for; or a new one.
fn ledger(args: &RunArgs) -> Result<Ledger, Failure> {
    let there = Ledger::is_in(&args.dir);
    if args.sweep.is_empty() && !there {
        return Err(LaunchError::NoLedger { path: args.dir.clone() }.into());
    }
    if there {
        let ledger = Ledger::open(&files::canonical(&args.dir)?)?;
        if args.sweep.is_empty() || sweep::is_of(&ledger, &args.sweep)? {
            return Ok(ledger);
        }
    }
    sweep::ledger_in(&args.dir, &Sweep::new(&sweep::parsed(&args.sweep)?)?)
}

/// How the command ends where a job is left alone.
fn nothing_to_do(record: &JobRecord) -> Result<Option<ExitCode>, Failure> {
    match record.state {
        JobState::Completed => ended(Ended::Completed, record).map(Some),
        JobState::Cancelled => ended(Ended::Cancelled, record).map(Some),
        JobState::Queued
        | JobState::Submitted
        | JobState::Running
        | JobState::Failed
        | JobState::Preempted => Ok(None),
    }
}

/// The same command for another binary, which starts where this one has gone.
fn again(ledger: &Ledger, number: usize) -> Vec<OsString> {
    let number = number.to_string();
    vec!["jobs".into(), "run".into(), ledger.sweep().into(), number.into()]
}

/// Makes what the job needs and is not there, one worker of the sweep at a time: the launching process
/// has done so, but nobody has where a job file was submitted by hand.
fn stages(
    whole: &Whole,
    worker: &Worker<'_>,
    number: usize,
    prepared: &Prepared,
) -> Result<Option<ExitCode>, Failure> {
    if !pipeline::is_asked(&prepared.config) {
        return Ok(None);
    }
    let Some(_alone) = alone(worker)? else { return Ok(Some(ExitCode::from(exit::INTERRUPTED))) };
    let mut shared = Shared::default();
    let own = sweep::prepared(worker.ledger, number, Some(&Sweep::new(whole)?))?;
    shared.add(number, own, &whole.compose)?;
    shared.check()?;
    shared.run(worker.argv, worker.stop, worker.log)
}

/// Waits until no other worker makes stages; `None` where this one is told to stop before.
fn alone(worker: &Worker<'_>) -> Result<Option<RunLock>, Failure> {
    const PAUSE: Duration = Duration::from_secs(1);
    loop {
        match worker.ledger.alone("stages", Duration::ZERO) {
            Ok(lock) => return Ok(Some(lock)),
            Err(LaunchError::Run(RunError::Locked { .. })) if worker.stop.stop_requested() => {
                return Ok(None);
            }
            Err(LaunchError::Run(RunError::Locked { .. })) => sleep(PAUSE),
            Err(error) => return Err(error.into()),
        }
    }
}

/// How the command ends, with the job's directory on stdout.
fn ended(how: Ended, record: &JobRecord) -> Result<ExitCode, Failure> {
    let number = record.number;
    match how {
        Ended::Failed(failure) => return Err(failure),
        Ended::Cancelled => {
            say!("job {number} was cancelled; `runner jobs resubmit` puts it back");
            return Ok(ExitCode::SUCCESS);
        }
        Ended::Completed | Ended::Stopped { .. } => {
            out::line(single::shown(&record.directory))?;
        }
    }
    Ok(match how {
        Ended::Stopped { resumable: true } => {
            say!("job {number} stopped after a checkpoint; the same command goes on from there");
            ExitCode::from(exit::PREEMPTED)
        }
        Ended::Stopped { resumable: false } => {
            say!("job {number} stopped before the first checkpoint");
            ExitCode::from(exit::INTERRUPTED)
        }
        Ended::Completed | Ended::Cancelled | Ended::Failed(_) => ExitCode::SUCCESS,
    })
}
