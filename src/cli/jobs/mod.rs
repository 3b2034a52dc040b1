//! `runner jobs`: the jobs of sweeps, what became of them, and what to do about them.
//!
//! Decides how sweeps and jobs are named, shown and reached. How a job stands is said by
//! [`crate::launch::settle()`]; only `cancel` and `resubmit` change a record.

mod cancel;
mod facts;
mod list;
mod logs;
pub(super) mod of_sweep;
mod resubmit;
mod run;
pub(super) mod select;
mod show;
pub(super) mod table;
pub(super) mod words;
mod workers;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::launch::LaunchError;
use crate::launch::slurm::Cluster;

use super::failure::Failure;

pub(super) use facts::METRICS;
pub(super) use select::complete;

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
    /// Run one job of a sweep: what job files call
    ///
    /// The job works in its own directory, goes on there if it was stopped, and the sweep's ledger says
    /// how it ended. A job that is completed or cancelled is left alone. Ends with the exit code of the
    /// run.
    ///
    /// runner jobs run outputs/ek55_ensemble/0003 2
    ///
    /// runner jobs run outputs/mine 2 -- +experiment=ek55_ensemble distill=1,20,150
    #[command(verbatim_doc_comment)]
    Run(run::RunArgs),
}

/// Where sweeps are looked for.
#[derive(Clone, Debug, Args)]
struct Outputs {
    /// Directory that holds the sweeps
    #[arg(long, value_name = "DIR", default_value = "outputs")]
    outputs: PathBuf,
}

pub(super) fn run(args: &JobsArgs, argv: &[OsString]) -> Result<ExitCode, Failure> {
    let queue = Cluster;
    match &args.command {
        JobsCommand::List(args) => list::run(args, &queue),
        JobsCommand::Show(args) => show::run(args, &queue),
        JobsCommand::Logs(args) => logs::run(args, &queue),
        JobsCommand::Cancel(args) => cancel::run(args, &queue),
        JobsCommand::Resubmit(args) => resubmit::run(args, &queue),
        JobsCommand::Run(args) => run::run(args, argv),
    }
}

/// Says that the queue gave no answer, so that states are those of the records.
fn warn_of(silent: Option<LaunchError>) {
    if let Some(error) = silent {
        say!("warning: {error}; what follows is what the records say");
    }
}
