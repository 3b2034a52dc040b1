//! `runner runs track`: tells a tracker of a run that is over.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use crate::experiment;
use crate::report::trackers::Told;
use crate::runs::{find_run, read_run};

use super::super::failure::Failure;
use super::super::out;
use super::rerun::recorded;

#[derive(Debug, Args)]
pub(super) struct TrackArgs {
    /// Which run: EXPERIMENT/NUMBER, EXPERIMENT/latest or a directory
    #[arg(value_name = "RUN")]
    name: String,
    /// Where the server listens, in the place of what the run's config says
    #[arg(long, value_name = "URI")]
    uri: Option<String>,
    /// Directory that holds the runs
    #[arg(long, default_value = "outputs")]
    outputs: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &TrackArgs) -> Result<ExitCode, Failure> {
    let path = find_run(&args.outputs, &args.name)?;
    let run = read_run(&path).id();
    let prepared = recorded(&path)?;
    let (place, told) = experiment::track(&path, &prepared.config, args.uri.as_deref())?;
    match told {
        Told::All { files } => {
            if let Some(error) = files {
                say!("warning: {error}");
            }
            match args.json {
                true => out::line(json!({ "run": run, "place": place }))?,
                false => out::line(format_args!("{place} knows all of {run}"))?,
            }
            Ok(ExitCode::SUCCESS)
        }
        Told::Left { records, reason } => {
            let message = format!("failed to tell of {run}: {reason}; {records} records are left");
            Err(Failure::failed(message).hint("the same command goes on from there"))
        }
    }
}
