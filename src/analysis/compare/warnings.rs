//! What makes a comparison doubtful, in words.

use std::collections::{BTreeMap, BTreeSet};

use super::{Record, Row};
use crate::runs::Manifest;

/// Of the data of the runs.
pub(super) fn of(records: &[Record]) -> Vec<String> {
    let mut warnings = Vec::new();
    let kinds = counted(records, |manifest| manifest.data.as_str().to_owned());
    if kinds.len() > 1 {
        warnings.push(format!(
            "different kinds of data are compared ({}): their numbers mean different things",
            listed(&kinds)
        ));
    }
    let prints = counted(records, |manifest| {
        let print = manifest.data_fingerprint.as_deref().unwrap_or("unknown");
        print.chars().take(8).collect()
    });
    // Data of another kind is other data: that has been said.
    if kinds.len() == 1 && prints.len() > 1 {
        warnings.push(format!(
            "the runs read different data, annotations or features (fingerprints {}): their numbers \
             may not be comparable",
            listed(&prints)
        ));
    }
    warnings
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

fn counted(records: &[Record], get: impl Fn(&Manifest) -> String) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for manifest in records.iter().filter_map(|record| record.run.manifest.as_ref()) {
        *found.entry(get(manifest)).or_default() += 1;
    }
    found
}

fn listed(found: &BTreeMap<String, usize>) -> String {
    let runs = |n: usize| if n == 1 { "1 run".to_owned() } else { format!("{n} runs") };
    let texts: Vec<String> =
        found.iter().map(|(text, n)| format!("{text}: {}", runs(*n))).collect();
    texts.join(", ")
}
