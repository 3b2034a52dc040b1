//! Jobs started again here, each by `runner jobs run` in a process of its own.
//!
//! Decides the order and what is recorded of a worker that ends without having recorded anything; the
//! worker itself does all the rest. A request to stop is passed on to the worker, and the jobs after it
//! are as they were.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::cli::failure::{Failure, exit};
use crate::cli::{logging, sweep};
use crate::experiment::StopFlag;
use crate::launch::{Job, JobOutcome, JobRecord, JobReport, JobState, PutBack, local, undo};
use crate::runs::{Liveness, ProcessStamp};
use crate::train::StopSignal;

use super::select::Selection;

const PAUSE: Duration = Duration::from_millis(50);

/// Runs jobs that were put back, one after the other.
pub(super) fn run_in_order(selection: &Selection, back: Vec<PutBack>) -> Result<ExitCode, Failure> {
    let stop = StopFlag::install().map_err(Failure::failed)?;
    let count = back.len();
    let (mut failed, mut is_stopped) = (Vec::new(), false);
    for (at, own) in back.into_iter().enumerate() {
        let number = own.number();
        let name = selection.job_name(number);
        let state = match stop.stop_requested() {
            true => JobState::Queued,
            false => {
                say!("job {name}, {} of {count}", at + 1);
                let ended = start(selection, number).and_then(|child| wait(child, &stop));
                record(selection, number, ended, &stop)?
            }
        };
        match state {
            JobState::Completed => {}
            JobState::Queued => {
                undo(&selection.ledger, own)?;
                is_stopped = true;
            }
            state => {
                say!("job {name} is {state}");
                failed.extend((state == JobState::Failed).then_some(name));
                is_stopped |= stop.stop_requested();
            }
        }
    }
    ended(selection, count, &failed, is_stopped)
}

/// Runs jobs that were put back as the launcher of their sweep says, several at a time.
pub(super) fn run_as_launched(
    selection: &Selection,
    back: Vec<PutBack>,
) -> Result<ExitCode, Failure> {
    let stop = StopFlag::install().map_err(Failure::failed)?;
    let _log = logging::install();
    let count = back.len();
    let reports = match launched(selection, &back, &stop) {
        Ok(reports) => reports,
        Err(failure) => {
            back.into_iter().try_for_each(|own| undo(&selection.ledger, own))?;
            return Err(failure);
        }
    };
    let (mut failed, mut is_stopped) = (Vec::new(), false);
    for (own, report) in back.into_iter().zip(reports) {
        match report.outcome {
            JobOutcome::Completed | JobOutcome::Cancelled => {}
            JobOutcome::Failed { .. } => failed.push(selection.job_name(own.number())),
            JobOutcome::Preempted | JobOutcome::Skipped { .. } => {
                is_stopped = true;
                undo(&selection.ledger, own)?;
            }
        }
    }
    ended(selection, count, &failed, is_stopped)
}

fn launched(
    selection: &Selection,
    back: &[PutBack],
    stop: &StopFlag,
) -> Result<Vec<JobReport>, Failure> {
    let ledger = &selection.ledger;
    let settings = sweep::local_settings_of(ledger)?;
    let job = |own: &PutBack| -> Result<Job, Failure> {
        let record = ledger.job(own.number())?;
        let overrides = record.overrides.unwrap_or_default();
        Ok(Job { number: record.number, overrides, directory: record.directory })
    };
    let jobs = back.iter().map(job).collect::<Result<_, _>>()?;
    Ok(local::launch(&settings, ledger, jobs, &|| stop.stop_requested())?)
}

fn ended(
    selection: &Selection,
    count: usize,
    failed: &[String],
    is_stopped: bool,
) -> Result<ExitCode, Failure> {
    if is_stopped {
        say!("stopped; `runner jobs resubmit {}` goes on", selection.name);
        return Ok(ExitCode::from(exit::PREEMPTED));
    }
    if failed.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    let names = failed.join(", ");
    Err(Failure::failed(format!("{} of {count} jobs failed: {names}", failed.len())))
}

fn start(selection: &Selection, number: usize) -> io::Result<Child> {
    Command::new(std::env::current_exe()?)
        .args(["jobs", "run"])
        .arg(selection.ledger.sweep())
        .arg(number.to_string())
        .current_dir(&selection.ledger.head().cwd)
        .stdin(Stdio::null())
        .spawn()
}

/// Waits for a worker. Ctrl-C reaches it without us, any other request does not.
fn wait(mut child: Child, stop: &StopFlag) -> io::Result<ExitStatus> {
    let worker = ProcessStamp::of(child.id());
    let mut is_told = false;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if stop.stop_requested() && !is_told {
            worker.terminate()?;
            is_told = true;
        }
        sleep(PAUSE);
    }
}

/// What became of a job; one whose worker left no word is recorded as failed, unless it was told to stop
/// before it began.
fn record(
    selection: &Selection,
    number: usize,
    ended: io::Result<ExitStatus>,
    stop: &StopFlag,
) -> Result<JobState, Failure> {
    let how = match ended {
        Ok(status) => match (status.signal(), status.code()) {
            (Some(signal), _) => format!("its worker was ended by signal {signal}"),
            (None, Some(code)) => format!("its worker ended with exit code {code}"),
            (None, None) => "its worker ended".to_owned(),
        },
        Err(error) => format!("its worker could not be run: {error}"),
    };
    let left = |job: &JobRecord| match job.state {
        JobState::Queued => !stop.stop_requested(),
        // Somebody else may have been faster.
        JobState::Running => {
            job.process.as_ref().is_none_or(|process| process.liveness() == Liveness::Gone)
        }
        JobState::Submitted
        | JobState::Completed
        | JobState::Failed
        | JobState::Preempted
        | JobState::Cancelled => false,
    };
    let now = selection.ledger.update(number, |job| {
        if left(job) {
            job.state = JobState::Failed;
            job.error = Some(format!("{how} and left no word"));
        }
    })?;
    Ok(now.state)
}
