//! `runner jobs list`: one line a sweep, or, where one is named, one line a job.

use std::process::ExitCode;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::{Map, Value, json};

use crate::cli::failure::Failure;
use crate::cli::out;
use crate::cli::snippet::Style;
use crate::launch::{FoundSweep, JobState, Ledger, Queue, Standings, sweeps};

use super::select::select;
use super::table::{Cell, table};
use super::words::{self, NOTHING, seconds_since};
use super::{Outputs, of_sweep, warn_of};

const EXAMPLES: &str = "\
Examples:
  runner jobs list                                every sweep, the newest first
  runner jobs list ek55_ensemble/0003             the jobs of one
  runner jobs list ek55_ensemble --state failed   sweeps of an experiment that have failed jobs
  runner jobs list ek55_ensemble/latest --json    for other programs";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ListArgs {
    /// A sweep, a job, or an experiment; without, all sweeps
    selection: Option<String>,
    #[command(flatten)]
    outputs: Outputs,
    /// Only sweeps of this experiment; a trailing * stands for any ending
    #[arg(long, value_name = "NAME")]
    experiment: Option<String>,
    /// Only jobs in this state, or sweeps that have some
    #[arg(long, value_parser = state_parser())]
    state: Option<JobState>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Accepts the states of a job by their words.
fn state_parser() -> impl TypedValueParser<Value = JobState> {
    PossibleValuesParser::new(JobState::ALL.map(JobState::as_str)).map(|word| {
        let is_meant = |state: &JobState| state.as_str() == word;
        JobState::ALL.into_iter().find(is_meant).expect("the word is one of the possible values")
    })
}

pub(super) fn run(args: &ListArgs, queue: &dyn Queue) -> Result<ExitCode, Failure> {
    let mut found = sweeps(&args.outputs.outputs)?;
    if let Some(text) = &args.selection {
        let is_sweep = found.iter().any(|sweep| sweep.name == *text);
        match !is_sweep && found.iter().any(|sweep| sweep.experiment() == text) {
            true => found.retain(|sweep| sweep.experiment() == text),
            false => {
                let selection = select(text, &args.outputs.outputs)?;
                return of_sweep::print(&selection, args.state, args.json, queue);
            }
        }
    }
    if let Some(wanted) = &args.experiment {
        found.retain(|sweep| matches(wanted, sweep.experiment()));
    }
    let mut listed = read(&found, queue);
    if let Some(state) = args.state {
        listed.retain(|sweep| sweep.jobs.known().any(|job| job.settled.state == state));
    }
    match args.json {
        true => out::line(format_args!("{:#}", Value::from_iter(listed.iter().map(object))))?,
        false => out::write(text(&listed, Style::of_stdout()))?,
    }
    if listed.is_empty() {
        say!("no sweep like that below `{}`", args.outputs.outputs.display());
    }
    Ok(ExitCode::SUCCESS)
}

fn matches(wanted: &str, experiment: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(start) => experiment.starts_with(start),
        None => experiment == wanted,
    }
}

/// A sweep with its jobs.
struct Listed<'a> {
    sweep: &'a FoundSweep,
    jobs: Standings,
}

fn read<'a>(found: &'a [FoundSweep], queue: &dyn Queue) -> Vec<Listed<'a>> {
    let known: Vec<(&Ledger, Vec<usize>)> = found
        .iter()
        .filter_map(|sweep| sweep.ledger.as_ref().ok())
        .map(|ledger| (ledger, (0..ledger.head().jobs).collect()))
        .collect();
    let (jobs, silent) = Standings::of_sweeps(&known, queue);
    warn_of(silent);
    let mut jobs = jobs.into_iter();
    let listed = found.iter().map(|sweep| {
        let jobs = if sweep.ledger.is_ok() { jobs.next() } else { None };
        Listed { sweep, jobs: jobs.unwrap_or_default() }
    });
    listed.collect()
}

impl Listed<'_> {
    fn count(&self, state: JobState) -> usize {
        self.jobs.known().filter(|job| job.settled.state == state).count()
    }

    /// Jobs whose record cannot be read.
    fn broken(&self) -> usize {
        self.jobs.jobs.len() - self.jobs.known().count()
    }

    /// `3 completed, 1 running`, in the order of a job's life, the finished first.
    fn counts(&self) -> String {
        let states = [
            JobState::Completed,
            JobState::Running,
            JobState::Submitted,
            JobState::Queued,
            JobState::Preempted,
            JobState::Failed,
            JobState::Cancelled,
        ];
        let counts = states.map(|state| (self.count(state), state.as_str()));
        let counts = counts.into_iter().chain([(self.broken(), "broken")]);
        let counts = counts.filter(|(count, _)| *count > 0);
        counts.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
    }

    /// The state whose colour the line has: the worst.
    fn colour(&self) -> Option<Option<JobState>> {
        let has = |state| self.count(state) > 0;
        if self.broken() > 0 {
            return Some(None);
        }
        [JobState::Failed, JobState::Running, JobState::Preempted]
            .into_iter()
            .find(|state| has(*state))
            .or_else(|| {
                (self.count(JobState::Completed) == self.jobs.jobs.len())
                    .then_some(JobState::Completed)
            })
            .map(Some)
    }
}

fn text(listed: &[Listed], style: Style) -> String {
    let now = jiff::Timestamp::now();
    let rows = listed.iter().map(|listed| row(listed, now)).collect();
    table(&["sweep", "launcher", "done", "jobs", "since"], rows, style)
}

fn row(listed: &Listed, now: jiff::Timestamp) -> Vec<Cell> {
    let name = Cell::text(words::one_line(&listed.sweep.name));
    match &listed.sweep.ledger {
        Ok(ledger) => {
            let head = ledger.head();
            let done = format!("{}/{}", listed.count(JobState::Completed), head.jobs);
            let since = seconds_since(&head.created, now).map_or(NOTHING.to_owned(), words::age);
            let counts = Cell::text(listed.counts());
            let counts = match listed.colour() {
                Some(colour) => counts.in_colour_of(colour),
                None => counts,
            };
            let launcher = Cell::text(words::one_line(&head.launcher));
            vec![name, launcher, Cell::number(done), counts, Cell::number(since)]
        }
        Err(error) => {
            let why = Cell::text(format!("broken: {}", words::note(&error.to_string())));
            let nothing = || Cell::text(NOTHING);
            vec![
                name,
                nothing(),
                Cell::number(NOTHING),
                why.in_colour_of(None),
                Cell::number(NOTHING),
            ]
        }
    }
}

fn object(listed: &Listed) -> Value {
    let head = listed.sweep.ledger.as_ref().ok().map(Ledger::head);
    let error = listed.sweep.ledger.as_ref().err().map(ToString::to_string);
    let states: Map<String, Value> = JobState::ALL
        .into_iter()
        .map(|state| (state.as_str().to_owned(), listed.count(state).into()))
        .collect();
    json!({
        "sweep": listed.sweep.name,
        "experiment": listed.sweep.experiment(),
        "path": listed.sweep.path.to_string_lossy(),
        "launcher": head.map(|h| &h.launcher),
        "sweeper": head.map(|h| &h.sweeper),
        "arguments": head.map(|h| &h.arguments),
        "job_file": head.and_then(|h| h.job_file.as_ref()).map(|file| file.to_string_lossy()),
        "created": head.map(|h| &h.created),
        "jobs": head.map(|h| h.jobs),
        "states": states,
        "broken": listed.broken(),
        "error": error,
    })
}
