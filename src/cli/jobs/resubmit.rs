//! `runner jobs resubmit`: what ended without a result, started again.
//!
//! | launcher of the sweep | how its jobs are started |
//! |---|---|
//! | `slurm`, `submitit_slurm` | its job file again, with an array of these tasks alone |
//! | `local`, `submitit_local` | here and now, several at a time, as the launcher says |
//! | `basic`, `serial` | here and now, each in a process of its own, one after the other |

use std::process::ExitCode;

use clap::Args;

use crate::cli::failure::Failure;
use crate::cli::out;
use crate::launch::{
    JobState, Kept, LauncherKind, PutBack, Queue, Standing, Standings, put_back, undo,
};

use super::select::{Selection, select};
use super::words::quoted;
use super::{Outputs, warn_of, workers};

const EXAMPLES: &str = "\
Examples:
  runner jobs resubmit ek55_ensemble/0003            all that failed, stopped or were cancelled
  runner jobs resubmit ek55_ensemble/0003 --failed   only what failed
  runner jobs resubmit 123_4                         one job

A job goes on in its directory, from its last checkpoint where there is one.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ResubmitArgs {
    /// A job or a sweep: EXPERIMENT/NNNN/N, EXPERIMENT/NNNN, a directory, or 123_4
    selection: String,
    #[command(flatten)]
    outputs: Outputs,
    /// Of a sweep, those that failed; together with the other two, those as well
    #[arg(long)]
    failed: bool,
    /// Of a sweep, those that were cancelled
    #[arg(long)]
    cancelled: bool,
    /// Of a sweep, those that stopped on request or at a time limit
    #[arg(long)]
    preempted: bool,
}

impl ResubmitArgs {
    fn wants(&self, state: JobState) -> bool {
        let all = !(self.failed || self.cancelled || self.preempted);
        match state {
            JobState::Failed => all || self.failed,
            JobState::Cancelled => all || self.cancelled,
            JobState::Preempted => all || self.preempted,
            JobState::Queued | JobState::Submitted | JobState::Running | JobState::Completed => {
                false
            }
        }
    }
}

pub(super) fn run(args: &ResubmitArgs, queue: &dyn Queue) -> Result<ExitCode, Failure> {
    let selection = select(&args.selection, &args.outputs.outputs)?;
    let (standings, silent) = Standings::read(&selection.ledger, &selection.numbers, queue);
    warn_of(silent);
    for (number, error) in standings.broken() {
        say!("warning: job {} is left alone: {error}", selection.job_name(number));
    }
    let wanted: Vec<_> = standings.known().filter(|job| args.wants(job.settled.state)).collect();
    let back = put_all_back(&selection, &wanted)?;
    if back.is_empty() {
        return Err(nothing(&selection, &standings));
    }
    match LauncherKind::of(&selection.ledger.head().launcher)? {
        LauncherKind::Slurm => to_cluster(&selection, back, queue),
        LauncherKind::Local => workers::run_as_launched(&selection, back),
        LauncherKind::Basic => workers::run_in_order(&selection, back),
    }
}

fn put_all_back(selection: &Selection, jobs: &[&Standing]) -> Result<Vec<PutBack>, Failure> {
    let mut all = Vec::new();
    for job in jobs {
        let name = selection.job_name(job.record.number);
        match put_back(&selection.ledger, job)? {
            Ok(back) => all.push(back),
            Err(Kept::Stopping) => say!("job {name} has not stopped yet and is left alone"),
            Err(Kept::Changed) => say!("job {name} has moved on and is left alone"),
            Err(Kept::Stands(state)) => say!("job {name} is {state} and is left alone"),
        }
    }
    Ok(all)
}

fn nothing(selection: &Selection, standings: &Standings) -> Failure {
    let count = |state| standings.known().filter(|job| job.settled.state == state).count();
    let counts = JobState::ALL.map(|state| (count(state), state)).into_iter();
    let counts = counts.filter(|(count, _)| *count > 0);
    let counts: Vec<_> = counts.map(|(count, state)| format!("{count} {state}")).collect();
    let name = match selection.numbers[..] {
        [number] if selection.is_one_job => selection.job_name(number),
        _ => selection.name.clone(),
    };
    let failure = Failure::wrong_input(format!(
        "failed to resubmit `{name}`: no job of it is to be started again ({})",
        counts.join(", ")
    ));
    match standings.known().any(|job| job.settled.state == JobState::Queued) {
        true => failure.hint(format!("what is queued is started by `{}`", command(selection))),
        false => failure,
    }
}

/// The command that the sweep was started with.
pub(super) fn command(selection: &Selection) -> String {
    let arguments = selection.ledger.head().arguments.iter().map(|one| quoted(one));
    ["runner".to_owned(), "-m".to_owned()]
        .into_iter()
        .chain(arguments)
        .collect::<Vec<_>>()
        .join(" ")
}

fn to_cluster(
    selection: &Selection,
    back: Vec<PutBack>,
    queue: &dyn Queue,
) -> Result<ExitCode, Failure> {
    let numbers: Vec<usize> = back.iter().map(PutBack::number).collect();
    match queue.resubmit(&selection.ledger, &numbers) {
        Ok(job_id) => {
            say!("{} jobs of {} are submitted again", numbers.len(), selection.name);
            out::line(job_id)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            for back in back {
                undo(&selection.ledger, back)?;
            }
            Err(error.into())
        }
    }
}
