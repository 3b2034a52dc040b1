//! Numbers of a run as words: the same in a table, in a view and without a terminal.

use crate::launch::JobState;

use super::super::super::jobs::words::{NOTHING, one_line, span};
use super::super::seen::Seen;
use super::super::source::SweepSeen;

/// What a table has of a run, the most telling first.
pub(in super::super) const HEADS: [&str; 14] = [
    "run",
    "state",
    "done",
    "left",
    "loss",
    "best",
    "epoch",
    "samples/s",
    "waits",
    "gpu",
    "cores",
    "memory",
    "data",
    "overrides",
];
/// The first column behind those of numbers.
pub(in super::super) const TEXTS_FROM: usize = 12;

const MIB: f64 = 1024.0 * 1024.0;
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The texts under [`HEADS`].
pub(in super::super) fn columns(seen: &Seen, overrides: &str) -> Vec<String> {
    let or_nothing = |text: Option<String>| text.unwrap_or_else(|| NOTHING.to_owned());
    let percent = |share: f64| format!("{:.0}%", 100.0 * share);
    let overrides = match (&seen.error, overrides) {
        (Some(error), "") => one_line(error.lines().next().unwrap_or_default()),
        (_, overrides) => overrides.to_owned(),
    };
    vec![
        one_line(&seen.name),
        seen.state.clone(),
        or_nothing(seen.share.map(|share| percent(floored(share)))),
        or_nothing(seen.left_seconds.map(|seconds| span(seconds as i64))),
        or_nothing(seen.loss().map(|loss| format!("{loss:.4}"))),
        or_nothing(seen.metric().map(|(name, value)| format!("{} {value:.2}", short(name)))),
        or_nothing(seen.epoch.map(|epoch| format!("{epoch:.1}"))),
        or_nothing(seen.rate.map(|rate| format!("{rate:.0}"))),
        or_nothing(seen.data_share.map(percent)),
        or_nothing(seen.gpu.as_ref().and_then(|gpu| Some(format!("{:.0}%", gpu.busy_percent?)))),
        or_nothing(seen.cores.map(|cores| format!("{cores:.1}"))),
        or_nothing(seen.resident_bytes.map(memory)),
        or_nothing(seen.data.map(str::to_owned)),
        overrides,
    ]
}

/// A share never looks whole before it is.
fn floored(share: f64) -> f64 {
    (share * 100.0).floor() / 100.0
}

/// `top1` for `final_acc/action/top1`.
fn short(metric: &str) -> &str {
    metric.trim_start_matches("final_acc/action/")
}

/// `3 completed, 1 running`, the finished first.
pub(in super::super) fn counts(sweep: &SweepSeen) -> String {
    let is_ended = |(state, _): &&(JobState, usize)| state.is_ended();
    let (ended, others): (Vec<_>, Vec<_>) = sweep.counts.iter().partition(is_ended);
    let known: usize = sweep.counts.iter().map(|(_, count)| count).sum();
    let broken = sweep.jobs.len().saturating_sub(known);
    let word = |(state, count): &(JobState, usize)| format!("{count} {state}");
    let mut words: Vec<String> = ended.into_iter().chain(others).map(word).collect();
    words.extend((broken > 0).then(|| format!("{broken} broken")));
    match words.is_empty() {
        true => "no jobs".to_owned(),
        false => format!("{} of {} jobs", words.join(", "), sweep.jobs.len()),
    }
}

/// Bytes in MiB or GiB.
pub(super) fn memory(bytes: u64) -> String {
    let mib = bytes as f64 / MIB;
    if mib < 1024.0 { format!("{mib:.0} MiB") } else { format!("{:.1} GiB", mib / 1024.0) }
}

/// A bar of so many columns.
pub(super) fn bar(share: f64, width: usize) -> String {
    let done = ((share * width as f64).floor() as usize).min(width);
    "━".repeat(done) + &"─".repeat(width - done)
}

/// A curve in one line of so many columns, between its least and its greatest value.
pub(super) fn sparkline(values: &[f64], width: usize) -> String {
    let values: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    let columns = width.min(values.len());
    let mean = |column: usize| {
        let (from, to) = (column * values.len() / columns, (column + 1) * values.len() / columns);
        values[from..to].iter().sum::<f64>() / (to - from) as f64
    };
    let means: Vec<f64> = (0..columns).map(mean).collect();
    let least = means.iter().copied().fold(f64::INFINITY, f64::min);
    let most = means.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let level = |value: &f64| match most > least {
        true => ((value - least) / (most - least) * (LEVELS.len() - 1) as f64).round() as usize,
        false => 0,
    };
    means.iter().map(|value| LEVELS[level(value).min(LEVELS.len() - 1)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_in_a_line() {
        let rising: Vec<f64> = (0..80).map(f64::from).collect();
        assert_eq!(sparkline(&rising, 8), "▁▂▃▄▅▆▇█");
        assert_eq!(sparkline(&[2.0, 1.0, f64::NAN, 3.0], 80), "▅▁█");
        assert_eq!(sparkline(&[1.0, 1.0], 80), "▁▁");
        assert_eq!((sparkline(&[], 80), sparkline(&[1.0], 0)), (String::new(), String::new()));
    }

    #[test]
    fn bars_and_sizes() {
        assert_eq!(
            (bar(0.5, 4), bar(2.0, 2), bar(0.999, 4)),
            ("━━──".into(), "━━".into(), "━━━─".into())
        );
        assert_eq!((memory(5 << 20), memory(3 << 29)), ("5 MiB".to_owned(), "1.5 GiB".to_owned()));
    }
}
