//! `runner jobs cancel`: jobs taken back, processes stopped.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use crate::cli::ask::agrees;
use crate::cli::failure::{Failure, exit};
use crate::cli::{out, page};
use crate::launch::{Cancelled, JobState, Queue, Standing, Standings, cancel, settle_cancelled};

use super::select::{Selection, select};
use super::{Outputs, warn_of};

const EXAMPLES: &str = "\
Examples:
  runner jobs cancel ek55_ensemble/0003/4      one job
  runner jobs cancel ek55_ensemble/0003 --yes  all that wait or run, without a question

A job that runs writes a checkpoint first; `runner jobs resubmit` goes on from there.";
/// How long processes may take to stop before the command ends all the same.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CancelArgs {
    /// A job or a sweep: EXPERIMENT/NNNN/N, EXPERIMENT/NNNN, a directory, or 123_4
    selection: String,
    #[command(flatten)]
    outputs: Outputs,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

pub(super) fn run(args: &CancelArgs, queue: &dyn Queue) -> Result<ExitCode, Failure> {
    let selection = select(&args.selection, &args.outputs.outputs)?;
    let (standings, silent) = Standings::read(&selection.ledger, &selection.numbers, queue);
    warn_of(silent);
    let (open, over): (Vec<&Standing>, Vec<_>) =
        standings.known().partition(|job| !is_over(job.settled.state));
    for (number, error) in standings.broken() {
        say!("warning: job {} is left alone: {error}", selection.job_name(number));
    }
    if open.is_empty() {
        say_over(&selection, &over);
        return Ok(ExitCode::SUCCESS);
    }
    say_who_else(&selection, &open);
    if !args.yes && !agrees(&question(&selection, &open))? {
        say!("nothing was cancelled");
        return Ok(ExitCode::SUCCESS);
    }
    let told = cancel(&selection.ledger, &open, queue)?;
    let code = report(&selection, &told)?;
    page::after_job(&selection.ledger);
    Ok(code)
}

fn is_over(state: JobState) -> bool {
    match state {
        JobState::Completed | JobState::Failed | JobState::Cancelled => true,
        JobState::Queued | JobState::Submitted | JobState::Running | JobState::Preempted => false,
    }
}

fn say_over(selection: &Selection, over: &[&Standing]) {
    match over {
        [job] => {
            let name = selection.job_name(job.record.number);
            say!("job {name} is {} already", job.settled.state);
        }
        _ => say!("all {} jobs of {} are over already", over.len(), selection.name),
    }
}

/// Jobs of `basic` share the process of `runner -m`, which ends with the one that runs.
fn say_who_else(selection: &Selection, open: &[&Standing]) {
    let is_shared = matches!(&*selection.ledger.head().launcher, "basic" | "serial");
    let runs = open.iter().any(|job| job.settled.state == JobState::Running);
    if selection.is_one_job && is_shared && runs {
        say!(
            "the jobs of {} run in one process, which stops with this one; the command that \
             started the sweep goes on with the others",
            selection.name
        );
    }
}

fn question(selection: &Selection, open: &[&Standing]) -> String {
    let running = open.iter().filter(|job| job.settled.state == JobState::Running).count();
    match open {
        [job] => {
            let name = selection.job_name(job.record.number);
            format!("cancel job {name}, which is {}?", job.settled.state)
        }
        _ => format!("cancel {} jobs of {}, of which {running} run?", open.len(), selection.name),
    }
}

/// One line a job on stdout; what could not be stopped makes the command fail.
fn report(selection: &Selection, told: &[(usize, Cancelled)]) -> Result<ExitCode, Failure> {
    let stopping: Vec<usize> =
        told.iter().filter(|(_, what)| *what == Cancelled::Told).map(|(n, _)| *n).collect();
    let working = settle_cancelled(&selection.ledger, &stopping, PATIENCE)?;
    for (number, what) in told {
        let name = selection.job_name(*number);
        match what {
            Cancelled::Marked | Cancelled::Dropped => out::line(format_args!("{name} cancelled"))?,
            Cancelled::Told if working.contains(number) => {
                out::line(format_args!("{name} cancelled, still stopping"))?;
            }
            Cancelled::Told => {
                let now = selection.ledger.job(*number)?.state;
                out::line(format_args!("{name} {now}"))?;
            }
            Cancelled::Ended(state) => out::line(format_args!("{name} {state} meanwhile"))?,
            Cancelled::OutOfReach { host } => {
                say!("error: failed to cancel job {name}: it runs on {host}");
                say!("help: give the same command there");
            }
            Cancelled::Refused { reason } => {
                say!("error: failed to cancel job {name}: {reason}");
            }
        }
    }
    let goes_on = told.iter().any(|(_, what)| what.goes_on());
    Ok(if goes_on { ExitCode::from(exit::FAILED) } else { ExitCode::SUCCESS })
}
