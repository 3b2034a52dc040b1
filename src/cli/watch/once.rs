//! A board as a table or as JSON, for where there is no terminal to draw on.

use serde_json::{Map, Value, json};

use crate::launch::JobState;

use super::super::failure::Failure;
use super::super::jobs::table::{Cell, table};
use super::super::jobs::words::{NOTHING, note, one_line};
use super::super::out;
use super::super::snippet::Style;
use super::seen::Seen;
use super::source::{Board, JobSeen, SweepSeen};
use super::view::words;

pub(super) fn print(board: &Board, as_json: bool, style: Style) -> Result<(), Failure> {
    match as_json {
        true => out::line(format_args!("{:#}", object(board)))?,
        false => out::write(text(board, style))?,
    }
    if let Some(problem) = &board.problem {
        say!("warning: {problem}; what follows is what the records say");
    }
    if !as_json && board.runs.is_empty() && board.sweeps.is_empty() {
        say!("nothing runs; `runner runs list` and `runner jobs list` show what there is");
    }
    Ok(())
}

/// Runs in one table; each sweep with a line of counts above its jobs.
pub(super) fn text(board: &Board, style: Style) -> String {
    let mut text = String::new();
    for sweep in &board.sweeps {
        text += &format!("{}: {}\n", one_line(&sweep.name), words::counts(sweep));
        let is_told =
            |job: &&JobSeen| board.target.is_some() || job.state == Some(JobState::Running);
        let jobs = sweep.jobs.iter().filter(is_told);
        let rows = jobs.map(|job| row(&job.seen, job.state, &job.overrides));
        text += &table(&words::HEADS, rows.collect(), style);
        if !board.runs.is_empty() {
            text.push('\n');
        }
    }
    let state = |seen: &Seen| JobState::ALL.into_iter().find(|state| state.as_str() == seen.state);
    let rows = board.runs.iter().map(|seen| row(seen, state(seen), ""));
    text += &table(&words::HEADS, rows.collect(), style);
    text
}

fn row(seen: &Seen, state: Option<JobState>, overrides: &str) -> Vec<Cell> {
    let texts = words::columns(seen, overrides);
    let cell = |(at, text): (usize, String)| match at {
        1 => Cell::text(text).in_colour_of(state),
        2.. if at < words::TEXTS_FROM => Cell::number(text),
        _ => Cell::text(if text.is_empty() { NOTHING.to_owned() } else { note(&text) }),
    };
    texts.into_iter().enumerate().map(cell).collect()
}

fn object(board: &Board) -> Value {
    json!({
        "sweeps": board.sweeps.iter().map(sweep).collect::<Value>(),
        "runs": board.runs.iter().map(Seen::json).collect::<Value>(),
    })
}

fn sweep(sweep: &SweepSeen) -> Value {
    let states: Map<String, Value> =
        sweep.counts.iter().map(|(state, count)| (state.to_string(), (*count).into())).collect();
    let job = |job: &JobSeen| {
        let mut object = job.seen.json();
        object["number"] = job.number.into();
        object["overrides"] = job.overrides.clone().into();
        object
    };
    json!({
        "sweep": sweep.name,
        "launcher": sweep.launcher,
        "jobs": sweep.jobs.len(),
        "states": states,
        "of": sweep.jobs.iter().map(job).collect::<Value>(),
    })
}
