//! `runner jobs`: the jobs of sweeps.

mod run;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::failure::Failure;

#[derive(Debug, Args)]
pub struct JobsArgs {
    #[command(subcommand)]
    command: JobsCommand,
}

#[derive(Debug, Subcommand)]
enum JobsCommand {
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

pub(super) fn run(args: &JobsArgs, argv: &[OsString]) -> Result<ExitCode, Failure> {
    match &args.command {
        JobsCommand::Run(args) => run::run(args, argv),
    }
}
