//! Names of what past runs left: runs, sweeps, experiments, tags, keys and metrics.
//!
//! | an argument shown as | proposals |
//! |---|---|
//! | `RUN`, `RESULTS`, `SELECTION`, `SWEEP`, `A`, `B` | runs and sweeps below `--outputs` |
//! | `KEY`, `METRIC`, a condition's start | fields, metrics and keys of those runs |
//! | `EXPERIMENT` and the flag of that name, `--tag`, `--state` | those there are |
//!
//! What cannot be read is left out: nobody reads an error behind the Tab key.

use std::collections::BTreeSet;
use std::path::Path;

use clap::Arg;

use crate::analysis::{Name, Record, load};
use crate::launch::sweeps;
use crate::runs::{RunState, Tags, list_runs};

use super::super::runs::Saves;
use super::beginning;

/// What may stand for an argument, where runs say it; `None` where they do not.
pub(super) fn of(arg: &Arg, outputs: &Path, word: &str) -> Option<Vec<String>> {
    let shown: Vec<String> = match arg.get_value_names() {
        Some(names) => names.iter().flat_map(|name| parts(name)).collect(),
        None => vec![arg.get_id().as_str().to_uppercase()],
    };
    let mut found = Vec::new();
    let mut is_known = false;
    for name in &shown {
        let names = match name.as_str() {
            "RUN" | "RUNS" | "RESULTS" | "SELECTION" | "PLACE" | "A" | "B" => run_names(outputs),
            "SWEEP" => sweep_names(outputs),
            "EXPERIMENT" => experiments(outputs),
            "KEY" | "METRIC" => keys(outputs),
            "STATE" => RunState::WORDS.map(str::to_owned).to_vec(),
            "TAG" => tags(outputs),
            _ => continue,
        };
        is_known = true;
        found.extend(names);
    }
    is_known.then(|| last_of_list(arg, found, word))
}

/// `RUN|SWEEP` and `KEY,..` are several names.
fn parts(name: &str) -> Vec<String> {
    let names = name.split(['|', ',', ' ', '.', '=']).filter(|part| !part.is_empty());
    names.map(str::to_owned).collect()
}

/// Of a list with commas, the last one is being typed.
fn last_of_list(arg: &Arg, mut names: Vec<String>, word: &str) -> Vec<String> {
    names.sort();
    names.dedup();
    match word.rsplit_once(',').filter(|_| arg.get_value_delimiter() == Some(',')) {
        Some((before, last)) => {
            let found = beginning(names.into_iter(), last).into_iter();
            found.map(|name| format!("{before},{name}")).collect()
        }
        None => beginning(names.into_iter(), word),
    }
}

fn run_names(outputs: &Path) -> Vec<String> {
    let runs = list_runs(outputs).unwrap_or_default();
    let latest = |name: String| Some(format!("{}/latest", name.split_once('/')?.0));
    let names: Vec<String> = runs.iter().map(|run| run.id()).collect();
    let latest: BTreeSet<String> = names.iter().cloned().filter_map(latest).collect();
    names
        .into_iter()
        .chain(latest)
        .chain(experiments(outputs))
        .chain(sweep_names(outputs))
        .collect()
}

fn sweep_names(outputs: &Path) -> Vec<String> {
    sweeps(outputs).unwrap_or_default().into_iter().map(|sweep| sweep.name).collect()
}

fn experiments(outputs: &Path) -> Vec<String> {
    let runs = list_runs(outputs).unwrap_or_default();
    let names: BTreeSet<String> = runs.into_iter().map(|run| run.experiment).collect();
    names.into_iter().collect()
}

fn tags(outputs: &Path) -> Vec<String> {
    let runs = list_runs(outputs).unwrap_or_default();
    let read = runs.iter().filter_map(|run| Tags::read(&run.path).ok());
    let tags: BTreeSet<String> = read.flat_map(|tags| tags.tags).collect();
    tags.into_iter().collect()
}

fn keys(outputs: &Path) -> Vec<String> {
    let records: Vec<Record> = load(list_runs(outputs).unwrap_or_default(), &Saves);
    Name::known(&records)
}
