//! `runner runs`: past runs.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::analysis::{RunFilter, RunTable};

use super::failure::Failure;
use super::out;

#[derive(Debug, Args)]
pub struct RunsArgs {
    #[command(subcommand)]
    command: RunsCommand,
}

#[derive(Debug, Subcommand)]
enum RunsCommand {
    /// List runs with their state and metrics
    List {
        /// Directory that holds the runs
        #[arg(long, default_value = "outputs")]
        outputs: PathBuf,
        /// Only this experiment; a trailing * stands for any ending
        #[arg(long)]
        experiment: Option<String>,
        /// Only runs in this state
        #[arg(long)]
        state: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn run(args: &RunsArgs) -> Result<ExitCode, Failure> {
    match &args.command {
        RunsCommand::List { outputs, experiment, state, json } => {
            let filter = RunFilter::new(experiment.as_deref(), state.as_deref())?;
            let table = RunTable::load(outputs, &filter)?;
            match json {
                true => out::line(format_args!("{:#}", table.json()))?,
                false => out::write(table.text())?,
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}
