//! The jobs of one sweep, one a line.

use std::process::ExitCode;

use serde_json::{Value, json};

use crate::cli::failure::Failure;
use crate::cli::out;
use crate::cli::snippet::Style;
use crate::launch::{JobState, LaunchError, Queue, Standing, Standings};

use super::facts::{self, Metric};
use super::select::Selection;
use super::table::{Cell, table};
use super::warn_of;
use super::words::{self, NOTHING};

type Job = (usize, Result<Standing, LaunchError>);

/// Prints the chosen jobs; one that is broken is listed as such, among those of any state.
pub(super) fn print(
    selection: &Selection,
    state: Option<JobState>,
    as_json: bool,
    queue: &dyn Queue,
) -> Result<ExitCode, Failure> {
    let (standings, silent) = Standings::read(&selection.ledger, &selection.numbers, queue);
    warn_of(silent);
    let mut jobs = standings.jobs;
    jobs.retain(|(_, job)| match (job, state) {
        (_, None) => true,
        (Ok(job), Some(state)) => job.settled.state == state,
        (Err(_), Some(_)) => false,
    });
    let now = jiff::Timestamp::now();
    match as_json {
        true => {
            let object = |job| object(job, selection, now);
            out::line(format_args!("{:#}", jobs.iter().map(object).collect::<Value>()))?;
        }
        false => out::write(text(&jobs, now, Style::of_stdout()))?,
    }
    if jobs.is_empty() {
        say!("no job like that in `{}`", selection.name);
    }
    Ok(ExitCode::SUCCESS)
}

fn text(jobs: &[Job], now: jiff::Timestamp, style: Style) -> String {
    let known = || jobs.iter().filter_map(|(_, job)| job.as_ref().ok());
    let metric = Metric::of(known());
    let shared = shared_overrides(known());
    let header = [
        "job",
        "state",
        "attempts",
        "slurm",
        "where",
        "elapsed",
        "data",
        metric.name(),
        "overrides",
        "note",
    ];
    let row = |(number, job): &Job| match job {
        Ok(job) => row(job, metric, &shared, now),
        Err(error) => broken(*number, error),
    };
    table(&header, jobs.iter().map(row).collect(), style)
}

fn row(job: &Standing, metric: Metric, shared: &[String], now: jiff::Timestamp) -> Vec<Cell> {
    let state = job.settled.state;
    let elapsed = facts::elapsed(job, now).map_or_else(|| NOTHING.to_owned(), words::span);
    vec![
        Cell::number(job.record.number),
        Cell::text(state.as_str()).in_colour_of(Some(state)),
        Cell::number(job.record.attempts),
        Cell::text(facts::slurm(job).unwrap_or_else(|| NOTHING.to_owned())),
        Cell::text(words::one_line(&facts::place(job))),
        Cell::number(elapsed),
        Cell::text(facts::data(job)),
        Cell::number(metric.text(job)),
        Cell::text(overrides(job, shared)),
        Cell::text(facts::note(job)),
    ]
}

fn broken(number: usize, error: &LaunchError) -> Vec<Cell> {
    let mut cells = vec![Cell::number(number), Cell::text("broken").in_colour_of(None)];
    let is_number = [true, false, false, true, false, true, false];
    cells.extend(is_number.map(|is_number| match is_number {
        true => Cell::number(NOTHING),
        false => Cell::text(NOTHING),
    }));
    cells.push(Cell::text(words::note(&error.to_string())));
    cells
}

/// What makes a job another than its neighbours.
pub(in crate::cli) fn overrides(job: &Standing, shared: &[String]) -> String {
    match &job.record.overrides {
        None => "not drawn yet".to_owned(),
        Some(all) => {
            let own = all.iter().filter(|one| !shared.contains(one));
            own.map(|one| words::one_line(one)).collect::<Vec<_>>().join(" ")
        }
    }
}

/// The overrides that all jobs have; of a single job none, so that its own are shown.
pub(in crate::cli) fn shared_overrides<'a>(
    mut jobs: impl Iterator<Item = &'a Standing>,
) -> Vec<String> {
    let of = |job: &Standing| job.record.overrides.clone();
    let Some(mut shared) = jobs.next().and_then(of) else { return Vec::new() };
    let mut is_alone = true;
    for other in jobs.filter_map(of) {
        is_alone = false;
        shared.retain(|one| other.contains(one));
    }
    if is_alone { Vec::new() } else { shared }
}

fn object((number, job): &Job, selection: &Selection, now: jiff::Timestamp) -> Value {
    let name = selection.job_name(*number);
    match job {
        Ok(job) => facts::json(job, &name, now),
        Err(error) => json!({
            "job": name,
            "number": number,
            "state": "broken",
            "error": error.to_string(),
        }),
    }
}
