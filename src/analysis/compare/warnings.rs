//! What makes a comparison doubtful, in words.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::value::plain;
use super::{Record, Row};
use crate::runs::Manifest;

/// What is doubtful about comparing some runs by their data; one thing is enough: data of another kind or
/// set is other data anyway.
pub fn of(records: &[Record]) -> Option<String> {
    let kinds = counted(records, |manifest, _| manifest.data.as_str().to_owned());
    let sets = counted(records, |_, record| data_set(record));
    let prints = counted(records, |manifest, _| {
        let print = manifest.eval_fingerprint.as_deref().unwrap_or("unknown");
        print.chars().take(8).collect()
    });
    let (what, found, so) = if kinds.len() > 1 {
        ("different kinds of data are compared (", kinds, "their numbers mean different things")
    } else if sets.len() > 1 {
        ("different data sets are compared (", sets, "their numbers mean different things")
    } else if prints.len() > 1 {
        let what = "the runs are evaluated on different segments, labels or classes (fingerprints ";
        (what, prints, "their numbers may not be comparable")
    } else {
        return None;
    };
    Some(format!("{what}{}): {so}", listed(&found)))
}

/// What a run is evaluated on, as its config has it: the file of the annotations, or what stands in its
/// place.
fn data_set(record: &Record) -> String {
    let keys = ["dataset_eval.annotation_path", "dataset_eval", "dataset_eval._target_"];
    let text = match keys.iter().find_map(|key| record.settings.get(*key)) {
        Some(Value::Array(files)) => plain(files.last()),
        other => plain(other),
    };
    text.rsplit('/').next().unwrap_or(&text).to_owned()
}

/// Of repetitions that repeat nothing.
pub(super) fn of_repeats(records: &[Record], rows: &[Row]) -> Vec<String> {
    let hash = |id: &String| {
        let record = records.iter().find(|record| record.run.id() == *id)?;
        record.run.manifest.as_ref().map(|manifest| &manifest.config_hash)
    };
    let twice = rows.iter().filter(|row| {
        let distinct: BTreeSet<_> = row.runs.iter().map(hash).collect();
        distinct.len() < row.runs.len()
    });
    let twice = twice.count();
    let warning = format!(
        "{} one config, seed included, more than once: that is no spread over seeds",
        if twice == 1 { "1 row counts".to_owned() } else { format!("{twice} rows count") }
    );
    if twice == 0 { Vec::new() } else { vec![warning] }
}

/// Of runs that take no part.
pub(super) fn left_out(others: &[Record]) -> Vec<String> {
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    for record in others {
        *states.entry(record.run.state.as_str()).or_default() += 1;
    }
    let states: Vec<String> = states.iter().map(|(state, n)| format!("{n} {state}")).collect();
    match states.is_empty() {
        true => Vec::new(),
        false => vec![format!(
            "left out: {}; only completed runs with metrics are compared, or with --unfinished all \
             with metrics",
            states.join(", ")
        )],
    }
}

fn counted(
    records: &[Record],
    get: impl Fn(&Manifest, &Record) -> String,
) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for record in records {
        if let Some(manifest) = &record.run.manifest {
            *found.entry(get(manifest, record)).or_default() += 1;
        }
    }
    found
}

fn listed(found: &BTreeMap<String, usize>) -> String {
    let runs = |n: usize| if n == 1 { "1 run".to_owned() } else { format!("{n} runs") };
    let texts: Vec<String> =
        found.iter().map(|(text, n)| format!("{text}: {}", runs(*n))).collect();
    texts.join(", ")
}
