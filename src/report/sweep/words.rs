//! How settings, values and results are said.

use serde_json::Value;

use super::super::scale::number;
use super::model::{Measured, Setting, SweepPage};

/// How long a value may be in a table or beside an axis, in characters.
const LONGEST: usize = 40;

/// A value of a key.
pub(super) fn value(value: Option<&Value>) -> String {
    let text = match value {
        None => "\u{2013}".to_owned(),
        Some(Value::String(text)) if text.is_empty() => "''".to_owned(),
        Some(Value::String(text)) => text.replace('\n', " "),
        Some(Value::Number(number)) => number.as_f64().map_or(number.to_string(), chosen),
        Some(other) => other.to_string(),
    };
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}\u{2026}", &text[..at]),
        None => text,
    }
}

/// A number that was chosen: all of its digits, as short as they can be written.
pub(super) fn chosen(number: f64) -> String {
    match number == 0.0 || (1e-4..1e6).contains(&number.abs()) {
        true => number.to_string(),
        false => format!("{number:e}"),
    }
}

/// A result, with its spread where it has one.
pub(super) fn measured(result: &Measured) -> String {
    match result.deviation {
        Some(deviation) => format!("{} \u{b1} {}", reached(result.mean), reached(deviation)),
        None => reached(result.mean),
    }
}

/// What a run reached: two digits after the point, and more where they are all that there is, as in a
/// small loss.
pub(super) fn reached(value: f64) -> String {
    if value == 0.0 || value.abs() >= 0.1 { format!("{value:.2}") } else { number(value) }
}

/// `distill=20, opt.optimizer.lr=0.001`; all the runs have in common is nothing to say.
pub(super) fn setting(page: &SweepPage, values: &[Option<Value>]) -> String {
    let said: Vec<String> = page
        .keys
        .iter()
        .zip(values)
        .map(|(key, found)| format!("{key}={}", value(found.as_ref())))
        .collect();
    match said.is_empty() {
        true => "the only setting".to_owned(),
        false => said.join(", "),
    }
}

/// The lines of the tip of a setting: what it is, and what it reached in every metric.
pub(super) fn tip(page: &SweepPage, setting: &Setting) -> String {
    let mut lines = vec![self::setting(page, &setting.values)];
    for (metric, result) in page.metrics.iter().zip(&setting.results) {
        if let Some(result) = result {
            let n = if result.n > 1 { format!(" (n = {})", result.n) } else { String::new() };
            lines.push(format!("{}: {}{n}", metric.name, measured(result)));
        }
    }
    let names: Vec<&str> = setting.jobs.iter().map(|at| &*page.jobs[*at].name).collect();
    match names.as_slice() {
        [name] => lines.push(format!("run {name}")),
        [] => {}
        several => lines.push(format!("runs {}", several.join(", "))),
    }
    lines.join("\n")
}

/// `1 job`, `2 jobs`.
pub(super) fn counted(n: usize, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}
