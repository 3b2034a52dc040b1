//! The tables of cases: one test per topic, one row per case.
//!
//! `scripts/compose_tables` writes them with real Hydra; a topic's rows are added in its module
//! there. Every row counts: nothing marks a case as skipped.

use std::collections::HashSet;
use std::path::Path;

use runner::config::{self, ComposeRequest, NO_CONFIG, OverrideArg, RunMode, Runtime, complete};
use runner::sweep::expand;
use serde_json::{Map, Value, json};

use super::case::{Case, all_right, arguments};

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
fn resolvers() {
    composes("resolvers");
}

#[test]
fn merge() {
    composes("merge");
}

#[test]
fn compose() {
    composes("compose");
}

#[test]
fn trees() {
    composes("trees");
}

#[test]
fn sweeps() {
    let cases = cases("sweeps");
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

#[test]
fn info() {
    let cases = cases("info");
    let judge = |case: &Case| case.judge(case.text("expected"), shown(case));
    all_right(cases.len(), &cases.iter().filter_map(judge).collect::<Vec<_>>());
}

/// How long the path of a tree is: it decides the widths of the columns of `info`.
const PLACE: usize = 60;

/// The text that the case asks for, the directory of its tree as `<conf>`.
fn shown(case: &Case) -> Result<String, String> {
    let dir = tempfile::tempdir().unwrap();
    let short = dir.path().display().to_string().len();
    let dir = dir.path().join("x".repeat(PLACE - short - 1));
    case.lay(&dir);
    let place = dir.display().to_string();
    let show = case.text("show").unwrap();
    let main = dir.join(case.text("main").unwrap());
    let mut request = ComposeRequest::new(main, Runtime::new(dir.clone()));
    let extra = case.fields.get("extra").and_then(Value::as_array).into_iter().flatten();
    request.extra_dirs = extra.map(|path| dir.join(path.as_str().unwrap())).collect();
    request.overrides = case.args();
    request.overrides.iter_mut().for_each(|one| one.text = one.text.replace("<conf>", &place));
    request.version_base = case.text("version_base").unwrap_or("1.3").parse().unwrap();
    if show == "hydra-help" {
        request.config_name = NO_CONFIG.to_owned();
    }
    let composed = config::compose(&request);
    let text = composed.and_then(|composed| match show {
        "searchpath" => Ok(composed.search_path_table()),
        "defaults" => Ok(composed.defaults_table()),
        "defaults-tree" => Ok(composed.defaults_tree()),
        "config" => composed.info_config(),
        "help" => composed.app_help("FLAGS", case.is("resolve")),
        "hydra-help" => composed.hydra_help("FLAGS"),
        other => panic!("{other}: shows nothing"),
    });
    text.map(|text| text.replace(&place, "<conf>")).map_err(|errors| errors.to_string())
}

#[test]
fn completion() {
    let cases = cases("completion");
    let judge = |case: &Case| {
        let dir = case.tree();
        let line = case.text("line").unwrap();
        let mut words: Vec<&str> = line.split_whitespace().filter(|word| *word != "-m").collect();
        let is_new = line.is_empty() || line.ends_with(' ');
        let word = if is_new { "" } else { words.pop().unwrap_or_default() };
        let mut request = ComposeRequest::new(dir.path().to_owned(), Runtime::new("/cwd".into()));
        request.runtime.mode = line.starts_with("-m ").then_some(RunMode::Multirun);
        request.overrides = arguments(words.into_iter());
        let expected = case.fields["expected"].as_array().unwrap();
        let expected: Vec<&str> = expected.iter().map(|one| one.as_str().unwrap()).collect();
        case.judge(Some(&expected.join("\n")), Ok(complete(&request, word).join("\n")))
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
