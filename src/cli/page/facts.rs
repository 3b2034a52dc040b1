//! With what many runs were made: what they have in common, and what not.

use indexmap::IndexMap;

use crate::analysis::{Record, differing, short};
use crate::runs::Manifest;

/// Values of a fact that are listed before the rest is counted.
const LISTED: usize = 6;
/// Config keys that differ and are shown.
const MOST_KEYS: usize = 80;

/// Environment of the runs: one value where all have it, else each with the runs that have it.
pub(super) fn environment(records: &[Record]) -> Vec<(String, String)> {
    type Get = fn(&Manifest) -> String;
    let none = || "none".to_owned();
    let rows: [(&str, Get); 9] = [
        ("data", |m| m.data.as_str().to_owned()),
        ("data fingerprint", |m| m.data_fingerprint.clone().unwrap_or_else(|| "none".into())),
        ("device", |m| m.device.clone()),
        ("backend", |m| m.backend.clone()),
        ("host", |m| m.host.clone()),
        ("git commit", |m| match &m.git {
            Some(git) => {
                format!(
                    "{}{}",
                    git.commit,
                    if git.dirty { ", with uncommitted changes" } else { "" }
                )
            }
            None => "none".into(),
        }),
        ("runner", |m| m.crate_version.clone()),
        ("seed", |m| m.seed.to_string()),
        ("attempts", |m| m.attempts.to_string()),
    ];
    let manifests: Vec<&Manifest> =
        records.iter().filter_map(|record| record.run.manifest.as_ref()).collect();
    let mut found: Vec<(String, String)> = rows
        .iter()
        .map(|(name, get)| {
            let values = manifests.iter().map(|manifest| get(manifest));
            ((*name).to_owned(), counted(values).unwrap_or_else(none))
        })
        .collect();
    found.extend(times(&manifests));
    if manifests.is_empty() { Vec::new() } else { found }
}

/// When the first began and the last ended, and the time of all together.
fn times(manifests: &[&Manifest]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    if let Some(first) = manifests.iter().map(|m| &m.started).min() {
        found.push(("first started".to_owned(), first.clone()));
    }
    if let Some(last) = manifests.iter().filter_map(|m| m.finished.as_ref()).max() {
        found.push(("last ended".to_owned(), last.clone()));
    }
    let time = |text: &str| text.parse::<jiff::Timestamp>().ok();
    let took = |m: &&Manifest| {
        Some(time(m.finished.as_ref()?)?.as_second() - time(&m.started)?.as_second())
    };
    let seconds: i64 = manifests.iter().filter_map(took).sum();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let all =
        format!("{hours}h {minutes}m {seconds}s, from start to end of each, waiting included");
    found.push(("time of all runs".to_owned(), all));
    found
}

/// The config keys that differ beside those that have a column, with the values that runs have.
pub(super) fn further(records: &[Record], but: &[String]) -> Vec<(String, String)> {
    let keys = differing(records).into_iter().filter(|key| !but.contains(key));
    let with_config = || records.iter().filter(|record| !record.settings.is_empty());
    let row = |key: String| {
        let values = with_config().map(|record| short(record.settings.get(&key)));
        let said = counted(values).unwrap_or_default();
        (key, said)
    };
    keys.take(MOST_KEYS).map(row).collect()
}

/// One value, or each with how many have it; `None` of nothing.
fn counted(values: impl Iterator<Item = String>) -> Option<String> {
    let mut found: IndexMap<String, usize> = IndexMap::new();
    for value in values {
        *found.entry(value).or_default() += 1;
    }
    if found.len() < 2 {
        return found.into_keys().next();
    }
    found.sort_by(|_, a, _, b| b.cmp(a));
    let more = found.len().saturating_sub(LISTED);
    let runs = |n: usize| if n == 1 { "1 run".to_owned() } else { format!("{n} runs") };
    let mut said: Vec<String> =
        found.iter().take(LISTED).map(|(value, n)| format!("{value} ({})", runs(*n))).collect();
    if more > 0 {
        said.push(format!("{more} more values"));
    }
    Some(said.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_or_each_with_its_runs() {
        for (values, expected) in [
            (&[][..], None),
            (&["a", "a"], Some("a")),
            (&["b", "a", "a"], Some("a (2 runs), b (1 run)")),
        ] {
            let found = counted(values.iter().map(|value| (*value).to_owned()));
            assert_eq!(found.as_deref(), expected);
        }
    }
}
