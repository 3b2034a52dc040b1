//! Where the time of a run went, as far as it was logged.

use super::super::escape::html;
use super::super::scale::number;
use super::log::{Log, split};
use super::standing::{duration, seconds};
use crate::runs::Manifest;

/// What ends the name of a metric that counts seconds since the record before.
const SECONDS: &str = "_seconds";

/// A table of the seconds that the training steps logged; nothing where they logged none.
pub(super) fn time(manifest: &Manifest, log: &Log) -> String {
    let mut sums: Vec<(&str, f64)> = Vec::new();
    for record in log.records.iter().filter(|r| split(r) == Some("train")) {
        for (name, value) in record.iter().filter(|(name, _)| name.ends_with(SECONDS)) {
            let value = value.as_f64().filter(|v| v.is_finite()).unwrap_or(0.0);
            match sums.iter_mut().find(|(known, _)| *known == name) {
                Some((_, sum)) => *sum += value,
                None => sums.push((name, value)),
            }
        }
    }
    if sums.is_empty() {
        return String::new();
    }
    let whole = whole(manifest);
    let mut rows: String = sums.iter().map(|(name, sum)| row(&words(name), *sum, whole)).collect();
    if let Some(whole) = whole {
        rows += &format!(
            "<tr><th scope=\"row\">the whole run</th><td class=\"number\">{}</td><td></td></tr>\n",
            duration(whole as i64)
        );
    }
    format!(
        "<h3 class=\"lone\">Time</h3>\n<table>\n<caption>Seconds that training steps spent, summed over \
         the log.</caption>\n<thead><tr><th scope=\"col\">on</th><th scope=\"col\" class=\"number\">time\
         </th><th scope=\"col\" class=\"number\">share</th></tr></thead>\n<tbody>\n{rows}</tbody></table>\n"
    )
}

/// Seconds of the run, where it was started once and its times tell.
fn whole(manifest: &Manifest) -> Option<f64> {
    let end = manifest.finished.as_ref().unwrap_or(&manifest.updated);
    let took = seconds(&manifest.started, end).filter(|took| *took > 0)?;
    (manifest.attempts == 1).then_some(took as f64)
}

fn row(name: &str, sum: f64, whole: Option<f64>) -> String {
    let share = whole.map_or(String::new(), |whole| format!("{:.1} %", 100.0 * sum / whole));
    format!(
        "<tr><th scope=\"row\">{}</th><td class=\"number\">{} s</td>\
         <td class=\"number\">{share}</td></tr>\n",
        html(name),
        number(sum)
    )
}

/// `data_seconds` is time that steps waited for data.
fn words(name: &str) -> String {
    match name {
        "data_seconds" => "waiting for data".to_owned(),
        _ => name.trim_end_matches(SECONDS).replace('_', " "),
    }
}
