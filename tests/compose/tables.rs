//! The tables of cases: one test per topic, one row per case.
//!
//! `scripts/compose_tables` writes them with real Hydra; a topic's rows are added in its module
//! there. Every row counts: nothing marks a case as skipped.

use std::collections::HashSet;
use std::path::Path;

use runner::config::OverrideArg;
use runner::sweep::expand;
use serde_json::{Map, Value, json};

use super::case::{Case, all_right};

/// The cases of a topic, each with what they share.
fn cases(topic: &str) -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compose/tables");
    let text = std::fs::read_to_string(path.join(format!("{topic}.json"))).unwrap();
    let table: Map<String, Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(table["topic"], topic);
    let shared = table["shared"].as_object().unwrap();
    let mut ids = HashSet::new();
    let case = |row: &Value| {
        let own = row.as_object().unwrap().clone();
        let mut fields: Map<String, Value> = shared.clone();
        fields.extend(own);
        let id = fields["id"].as_str().unwrap().to_owned();
        assert!(ids.insert(id.clone()), "{topic}: two cases are called {id}");
        Case { id, fields }
    };
    table["cases"].as_array().unwrap().iter().map(case).collect()
}

/// Runs every case of a topic whose expectation is the text of `--cfg`.
fn composes(topic: &str) {
    let cases = cases(topic);
    let judge = |case: &Case| case.judge(case.text("expected"), case.compose_own_tree());
    all_right(cases.len(), &cases.iter().filter_map(judge).collect::<Vec<_>>());
}

#[test]
fn overrides() {
    composes("overrides");
}

#[test]
fn yaml() {
    composes("yaml");
}

#[test]
fn emit() {
    composes("emit");
}

#[test]
fn interpolation() {
    composes("interpolation");
}

#[test]
fn compose() {
    composes("compose");
}

#[test]
fn grammar() {
    expands("grammar");
}

#[test]
fn sweeps() {
    expands("sweeps");
}

/// Runs every case of a topic whose expectation is the jobs of a sweep.
fn expands(topic: &str) {
    let cases = cases(topic);
    let judge = |case: &Case| {
        let options = case.fields["options"].as_array().unwrap().iter();
        let options: Vec<String> = options.map(|one| one.as_str().unwrap().to_owned()).collect();
        let jobs = expand(&case.args(), &|_| options.clone());
        let jobs = jobs.map(lines).map_err(|error| error.to_string());
        let expected = case.fields.get("expected").map(|jobs| lines_of(jobs.as_array().unwrap()));
        case.judge(expected.as_deref(), jobs)
    };
    all_right(cases.len(), &cases.iter().filter_map(judge).collect::<Vec<_>>());
}

/// One job a line.
fn lines(jobs: Vec<Vec<OverrideArg>>) -> String {
    let job = |job: Vec<OverrideArg>| job.into_iter().map(|arg| arg.text).collect::<Value>();
    lines_of(&jobs.into_iter().map(job).collect::<Vec<_>>())
}

fn lines_of(jobs: &[Value]) -> String {
    jobs.iter().map(|job| format!("{}\n", json!(job))).collect()
}
