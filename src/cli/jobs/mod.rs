//! `runner jobs`: the jobs of sweeps, what became of them, and what to do about them.
//!
//! Decides how sweeps and jobs are named, shown and reached. How a job stands is said by
//! [`crate::launch::settle()`]; only `cancel` and `resubmit` change a record.

mod ask;
mod cancel;
mod facts;
mod list;
mod logs;
mod of_sweep;
mod resubmit;
mod select;
mod show;
mod table;
mod words;
mod workers;

pub(super) use select::complete;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::launch::{LaunchError, NoQueue, Queue};

use super::failure::Failure;

const NAMES: &str = "\
How a job is named:
  ek55_ensemble/0003/4           a job of a sweep; without /4 all of them; latest is the newest sweep
  outputs/ek55_ensemble/0003/4   its directory
  123_4                          its task in the queue of Slurm";

#[derive(Debug, Args)]
#[command(after_help = NAMES)]
pub struct JobsArgs {
    #[command(subcommand)]
    command: JobsCommand,
}

#[derive(Debug, Subcommand)]
enum JobsCommand {
    /// List sweeps, or the jobs of one
    List(list::ListArgs),
    /// Print everything about a job
    Show(show::ShowArgs),
    /// Print what a job printed
    Logs(logs::LogsArgs),
    /// Take back jobs that wait, and stop those that run
    Cancel(cancel::CancelArgs),
    /// Start jobs again that ended without a result
    Resubmit(resubmit::ResubmitArgs),
}

/// Where sweeps are looked for.
#[derive(Clone, Debug, Args)]
struct Outputs {
    /// Directory that holds the sweeps
    #[arg(long, value_name = "DIR", default_value = "outputs")]
    outputs: PathBuf,
}

pub(super) fn run(args: &JobsArgs) -> Result<ExitCode, Failure> {
    let queue = queue();
    match &args.command {
        JobsCommand::List(args) => list::run(args, &*queue),
        JobsCommand::Show(args) => show::run(args, &*queue),
        JobsCommand::Logs(args) => logs::run(args, &*queue),
        JobsCommand::Cancel(args) => cancel::run(args, &*queue),
        JobsCommand::Resubmit(args) => resubmit::run(args, &*queue),
    }
}

/// The queue of the cluster that this machine belongs to.
fn queue() -> Box<dyn Queue> {
    Box::new(NoQueue)
}

/// Says that the queue gave no answer, so that states are those of the records.
fn warn_of(silent: Option<LaunchError>) {
    if let Some(error) = silent {
        eprintln!("warning: {error}; what follows is what the records say");
    }
}
