//! One run in full.

use serde_json::{Map, Value};

use super::super::super::jobs::words::{NOTHING, one_line, span};
use super::super::seen::Seen;
use super::words::{bar, memory, sparkline};
use super::{Look, Text, table};

/// Columns of a bar at most, and of a name before a curve.
const BAR: usize = 30;
const NAME: usize = 20;
/// Columns of a value.
const VALUE: usize = 11;
/// Metrics of an evaluation that are shown first.
const FIRST: [&str; 2] = ["loss", "final_acc/"];

/// The lines of a run, none longer than `width`.
pub(super) fn lines(seen: &Seen, width: usize) -> Vec<Text> {
    let mut lines = vec![Text::new(about(seen), Look::of(&seen.state))];
    lines.extend(progress(seen, width).map(Text::plain));
    lines.push(Text::plain(speed(seen)));
    lines.extend(
        seen.error
            .as_ref()
            .map(|error| Text::new(one_line(error.lines().next().unwrap_or_default()), Look::Bad)),
    );
    if !seen.curves.is_empty() {
        lines.push(Text::plain(""));
        lines.extend(curves(seen, width));
    }
    lines.extend(metrics(seen));
    let cut = |line: Text| Text { text: table::cut(&line.text, width), ..line };
    lines.into_iter().map(cut).collect()
}

/// How it stands, where, and on what data; those that mean little are said loudly.
fn about(seen: &Seen) -> String {
    let place = match (&seen.device, &seen.host) {
        (Some(device), Some(host)) => format!("  {device} on {host}"),
        _ => String::new(),
    };
    let data = match seen.data {
        Some("real") | None => String::new(),
        Some(kind) => format!("  {} DATA", kind.to_uppercase()),
    };
    let started = seen.started.as_ref().map_or(String::new(), |at| format!("  since {at}"));
    format!("{}{place}{data}{started}", seen.state)
}

fn progress(seen: &Seen, width: usize) -> Option<String> {
    let of = |all: Option<u64>| all.map_or(String::new(), |all| format!("/{all}"));
    let mut words = Vec::new();
    words.extend(seen.step.map(|step| format!("step {step}{}", of(seen.steps))));
    words.extend(seen.epoch.map(|epoch| format!("epoch {epoch:.1}{}", of(seen.epochs))));
    words.extend(seen.left_seconds.map(|seconds| format!("{} left", span(seconds as i64))));
    let words = words.join("  ");
    match seen.share {
        Some(share) => {
            let wide = width.saturating_sub(words.chars().count() + 7).min(BAR);
            Some(format!("{:>3.0}% {}  {words}", (100.0 * share).floor(), bar(share, wide)))
        }
        None => (!words.is_empty()).then_some(words),
    }
}

fn speed(seen: &Seen) -> String {
    let unit = if seen.epoch.is_some() { "samples/s" } else { "frames/s" };
    let mut words = Vec::new();
    words.extend(seen.rate.map(|rate| format!("{rate:.0} {unit}")));
    words.extend(seen.data_share.map(|share| format!("waits for data {:.0}%", 100.0 * share)));
    words.extend(seen.cores.map(|cores| format!("{cores:.1} cores")));
    words.extend(seen.resident_bytes.map(memory));
    words.push(match &seen.gpu {
        Some(gpu) => {
            let part = |value: Option<f64>| value.map_or(NOTHING.to_owned(), |v| format!("{v:.0}"));
            let (used, total) = (part(gpu.used_mib), part(gpu.total_mib));
            format!("GPU {}%, {used} of {total} MiB", part(gpu.busy_percent))
        }
        None => format!("GPU {NOTHING}"),
    });
    words.extend(seen.quiet_seconds.map(|s| format!("last record {} ago", span(s as i64))));
    words.join("  ")
}

/// The loss, its terms below it, the learning rate: each with its last value.
fn curves(seen: &Seen, width: usize) -> impl Iterator<Item = Text> {
    seen.curves.iter().map(move |(name, values)| {
        let indented = name.strip_prefix("loss/").map_or(name.clone(), |term| format!("  {term}"));
        let last = values.last().map_or(NOTHING.to_owned(), |value| number(*value));
        let room = width.saturating_sub(NAME + VALUE + 4);
        let name = table::cut(&indented, NAME);
        Text::plain(format!("{name:NAME$}  {last:>VALUE$}  {}", sparkline(values, room)))
    })
}

fn number(value: f64) -> String {
    match value.abs() {
        0.0 | 1e-3..1e5 => format!("{value:.4}"),
        _ => format!("{value:.2e}"),
    }
}

/// The last and the best evaluation, side by side.
fn metrics(seen: &Seen) -> Vec<Text> {
    let (last, best) = (&seen.metrics.last, &seen.metrics.best);
    let is_metric = |name: &str| !matches!(name, "split" | "epoch" | "step");
    let names = || {
        let more = best.keys().filter(|name| !last.contains_key(*name));
        last.keys().chain(more).filter(|name| is_metric(name))
    };
    if names().next().is_none() {
        return Vec::new();
    }
    let is_first = |name: &str| FIRST.iter().any(|start| name.starts_with(start));
    let (first, rest): (Vec<&String>, Vec<&String>) = names().partition(|name| is_first(name));
    let all: Vec<&String> = first.into_iter().chain(rest).collect();
    let wide = all.iter().map(|name| name.chars().count()).max().unwrap_or(0).max(NAME);
    let head = format!("{:wide$}  {:>VALUE$}  {:>VALUE$}", "evaluation", "last", "best");
    let value = |set: &Map<String, Value>, name: &str| {
        set.get(name).and_then(Value::as_f64).map_or(NOTHING.to_owned(), number)
    };
    let row = |name: &&String| {
        let (last, best) = (value(last, name), value(best, name));
        Text::plain(format!("{name:wide$}  {last:>VALUE$}  {best:>VALUE$}"))
    };
    let head = [Text::plain(""), Text::new(head, Look::Dim)];
    head.into_iter().chain(all.iter().map(row)).collect()
}
