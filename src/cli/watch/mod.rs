//! `runner watch`: what is running, as it runs.
//!
//! Decides what is looked at and how often; `source` looks, `seen` is what was found of one run,
//! `view` draws it on a terminal, `once` prints it where there is none. Invariant: nothing is written.

mod gpu;
mod once;
mod seen;
mod seldom;
mod source;
mod terminal;
#[cfg(test)]
mod tests;
mod view;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use super::failure::Failure;
use super::snippet::{Style, is_drawn_on};

use source::Source;

/// Seconds between two looks, at least and at most.
const INTERVALS: std::ops::RangeInclusive<f64> = 0.1..=3600.0;

const EXAMPLES: &str = "\
Examples:
  runner watch                                     all that runs: how far, how well, how fast
  runner watch ek55_ensemble/latest --interval 5   one run, or one sweep with its jobs
  runner watch --once                              a table, as where there is no terminal
  runner watch ek55_ensemble/0003 --json           for other programs";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct WatchArgs {
    /// A run or a sweep: EXPERIMENT/NUMBER, EXPERIMENT/latest or a directory; without, all that runs
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Directory that holds the runs
    #[arg(long, value_name = "DIR", default_value = "outputs")]
    outputs: PathBuf,
    /// Print a table and end, as where there is no terminal
    #[arg(long)]
    once: bool,
    /// Print JSON and end
    #[arg(long)]
    json: bool,
    /// Seconds between two looks
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = interval)]
    interval: Duration,
}

fn interval(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| INTERVALS.contains(seconds));
    let (least, most) = (INTERVALS.start(), INTERVALS.end());
    let wrong = || format!("expected seconds, from {least} to {most}");
    seconds.map(Duration::from_secs_f64).ok_or_else(wrong)
}

pub(super) fn run(args: &WatchArgs) -> Result<ExitCode, Failure> {
    let mut source = Source::new(&args.outputs, args.name.as_deref())?;
    let style = Style::of_stdout();
    if args.json || args.once || !is_drawn_on(&io::stdout()) || !is_drawn_on(&io::stdin()) {
        let board = source.look()?;
        once::print(&board, args.json, style)?;
        return Ok(ExitCode::SUCCESS);
    }
    terminal::run(source, args.interval, style)
}
