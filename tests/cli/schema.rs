//! `runner schema`: editors can check and complete the files of `conf/`.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::{Place, repository, stderr, stdout};

/// Reads `[[schema, document], ..]` of a file and prints what is wrong, one error a line.
const VALIDATE: &str = r#"
import json, sys
from jsonschema import Draft202012Validator
known = {}
for name, schema, document in json.load(open(sys.argv[1])):
    text = json.dumps(schema)
    if text not in known:
        Draft202012Validator.check_schema(schema)
        known[text] = Draft202012Validator(schema)
    for error in known[text].iter_errors(document):
        print(f"{name}: {error.json_path}: {error.message[:300]}")
"#;

#[test]
fn a_schema_names_keys_types_and_what_they_mean() {
    let place = Place::new();
    let output = place.runner_in_repository(["schema"]).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let schema: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert!(schema["properties"]["train"].is_object() && schema.get("required").is_none());
    let batch_size = &schema["$defs"]["TrainConfig"]["properties"]["batch_size"];
    assert!(batch_size["description"].as_str().unwrap().contains("Samples in a step"));
    let output = place.runner_in_repository(["schema", "opt/optimizer"]).output().unwrap();
    let schema: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert!(schema["anyOf"].to_string().contains("\"betas\""), "{schema}");
    let output = place.runner_in_repository(["schema", "opt/optimiser"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("opt/optimizer"), "{}", stderr(&output));
}

#[test]
fn every_file_of_conf_fits_its_schema() {
    let Some(python) = python("jsonschema") else { return };
    let place = Place::new();
    let dir = place.path().join("schemas");
    let write = ["schema", "--write", dir.to_str().unwrap()];
    let output = place.runner_in_repository(write).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let setting: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let mut pairs = Vec::new();
    for (schema, files) in setting["yaml.schemas"].as_object().unwrap() {
        let schema: Value = read_json(Path::new(schema));
        for file in matching(files.as_str().unwrap()) {
            let text = std::fs::read_to_string(repository().join(&file)).unwrap();
            let document: Value = serde_yaml::from_str(&text).unwrap();
            pairs.push(Value::from(vec![Value::from(file), schema.clone(), document]));
        }
    }
    assert!(pairs.len() > 40, "{} files", pairs.len());
    // What must not fit, so that fitting means something.
    let wrong = [
        ("opt.optimizer", serde_json::json!({"_target_": "torch.optim.Adam", "beta": 1})),
        ("config", serde_json::json!({"train": {"batch_size": "many"}})),
        ("experiment", serde_json::json!({"trian": {}})),
        ("teacher", serde_json::json!({"missing": "maybe"})),
    ];
    for (name, document) in &wrong {
        let schema = read_json(&dir.join(format!("{name}.schema.json")));
        pairs.push(Value::from(vec![
            Value::from(format!("wrong {name}")),
            schema,
            document.clone(),
        ]));
    }
    let input = place.path().join("pairs.json");
    std::fs::write(&input, Value::from(pairs).to_string()).unwrap();
    let output = Command::new(python).args(["-c", VALIDATE]).arg(&input).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    let (refused, unexpected): (Vec<&str>, Vec<&str>) =
        text.lines().partition(|line| line.starts_with("wrong "));
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
    for (name, _) in wrong {
        assert!(refused.iter().any(|line| line.contains(name)), "{name} is accepted");
    }
}

fn read_json(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The files of the repository that a path or `DIR/*.yaml` names.
fn matching(pattern: &str) -> Vec<String> {
    let Some(dir) = pattern.strip_suffix("/*.yaml") else { return vec![pattern.to_owned()] };
    let entries = std::fs::read_dir(repository().join(dir)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".yaml")).map(|name| format!("{dir}/{name}")).collect()
}

/// A Python with a module: `RUNNER_PYTHON`, else `python3`; `None` says why on stdout.
fn python(module: &str) -> Option<String> {
    let python = std::env::var("RUNNER_PYTHON").unwrap_or_else(|_| "python3".into());
    let found = Command::new(&python)
        .args(["-c", &format!("import {module}")])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !found {
        println!("skipped: `{python}` has no {module}; set RUNNER_PYTHON to one that has");
    }
    found.then_some(python)
}
