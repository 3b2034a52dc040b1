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
use crate::experiment::StopFlag;
use crate::launch::{JobState, PutBack, undo};
use crate::runs::ProcessStamp;
use crate::train::StopSignal;

use super::select::Selection;

const PAUSE: Duration = Duration::from_millis(50);

/// Runs jobs that were put back, one after the other.
pub(super) fn run_in_order(
    selection: &Selection,
    numbers: &[usize],
    back: Vec<PutBack>,
) -> Result<ExitCode, Failure> {
    let stop = StopFlag::install().map_err(Failure::failed)?;
    let mut waiting = back.into_iter();
    let mut failed = Vec::new();
    for (at, number) in numbers.iter().enumerate() {
        let Some(own) = waiting.next() else { break };
        if stop.stop_requested() {
            undo(&selection.ledger, own)?;
            continue;
        }
        let name = selection.job_name(*number);
        eprintln!("job {name}, {} of {}", at + 1, numbers.len());
        let ended = start(selection, *number).and_then(|child| wait(child, &stop));
        match record(selection, *number, ended)? {
            JobState::Completed => {}
            state => {
                eprintln!("job {name} is {state}");
                failed.extend((state == JobState::Failed).then_some(name));
            }
        }
    }
    if stop.stop_requested() {
        eprintln!("stopped; `runner jobs resubmit {}` goes on", selection.name);
        return Ok(ExitCode::from(exit::PREEMPTED));
    }
    match failed.is_empty() {
        true => Ok(ExitCode::SUCCESS),
        false => Err(Failure::failed(format!(
            "{} of {} jobs failed: {}",
            failed.len(),
            numbers.len(),
            failed.join(", ")
        ))),
    }
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

/// What became of a job; one whose worker left no word is recorded as failed.
fn record(
    selection: &Selection,
    number: usize,
    ended: io::Result<ExitStatus>,
) -> Result<JobState, Failure> {
    let how = match ended {
        Ok(status) => match (status.signal(), status.code()) {
            (Some(signal), _) => format!("its worker was ended by signal {signal}"),
            (None, Some(code)) => format!("its worker ended with exit code {code}"),
            (None, None) => "its worker ended".to_owned(),
        },
        Err(error) => format!("its worker could not be run: {error}"),
    };
    let now = selection.ledger.update(number, |job| {
        if matches!(job.state, JobState::Queued | JobState::Running) {
            job.state = JobState::Failed;
            job.error = Some(format!("{how} and left no word"));
        }
    })?;
    Ok(now.state)
}
