//! Golden cases: what real Hydra prints for a tree and a command line, byte for byte.
//!
//! Each folder of `tests/compose` is a case; `scripts/compose_cases.py` writes them.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)] // a test

#[path = "compose/behaviour.rs"]
mod behaviour;

use std::path::{Path, PathBuf};

use runner::config::{ComposeRequest, OverrideArg, Part, Runtime, compose};
use runner::sweep::expand;
use serde_json::Value;

struct Case {
    name: String,
    dir: PathBuf,
    meta: Value,
}

fn cases() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compose");
    let mut dirs: Vec<PathBuf> =
        std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    dirs.sort();
    let case = |dir: PathBuf| {
        let text = std::fs::read_to_string(dir.join("case.json")).unwrap();
        let name = dir.file_name().unwrap().to_string_lossy().into_owned();
        Case { name, meta: serde_json::from_str(&text).unwrap(), dir }
    };
    dirs.into_iter().filter(|dir| dir.is_dir()).map(case).collect()
}

impl Case {
    fn text(&self, key: &str) -> Option<&str> {
        self.meta.get(key).and_then(Value::as_str)
    }

    fn run(&self) -> Result<String, String> {
        let cwd = PathBuf::from("/cwd");
        let mut request = ComposeRequest::new(self.dir.join("conf"), Runtime::new(cwd));
        let args = self.meta["args"].as_array().unwrap();
        let args = args.iter().enumerate();
        request.overrides =
            args.map(|(i, arg)| OverrideArg::argument(i + 1, arg.as_str().unwrap())).collect();
        if let Some(name) = self.text("config_name") {
            request.config_name = name.to_owned();
        }
        if let Some(version) = self.text("version_base") {
            request.version_base = version.parse().unwrap();
        }
        let what = match self.text("cfg") {
            Some("hydra") => Part::Hydra,
            Some("all") => Part::All,
            _ => Part::Job,
        };
        let resolve = self.meta.get("resolve").and_then(Value::as_bool).unwrap_or(false);
        let conf = self.dir.join("conf").display().to_string();
        compose(&request)
            .and_then(|composed| composed.to_yaml(what, resolve, self.text("package")))
            .map(|text| text.replace(&conf, "<conf>").replace("/cwd", "<cwd>"))
            .map_err(|errors| errors.to_string())
    }
}

#[test]
fn every_case_is_what_hydra_prints() {
    let cases = cases();
    assert!(cases.len() >= 40, "only {} cases", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let expected = std::fs::read_to_string(case.dir.join("expected.yaml")).ok();
        match (case.run(), expected) {
            (Ok(text), Some(expected)) if text == expected => {}
            (Err(_), None) => {}
            (Ok(text), Some(expected)) => {
                wrong.push(format!("{}: {}", case.name, difference(&expected, &text)));
            }
            (Ok(text), None) => wrong.push(format!(
                "{}: Hydra refuses with {} {}, got\n{text}",
                case.name, case.meta["error"], case.meta["message"]
            )),
            (Err(error), Some(_)) => wrong.push(format!("{}: refused: {error}", case.name)),
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n\n"));
}

#[test]
fn every_sweep_has_the_jobs_that_hydra_makes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compose/sweeps.jsonl");
    let options = |_: &str| ["adam", "adamw", "sgd"].map(str::to_owned).to_vec();
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let args = row[0].as_array().unwrap().iter().enumerate();
        let args: Vec<OverrideArg> =
            args.map(|(i, arg)| OverrideArg::argument(i + 1, arg.as_str().unwrap())).collect();
        let texts = |jobs: Vec<Vec<OverrideArg>>| {
            let job = |job: Vec<OverrideArg>| job.into_iter().map(|arg| arg.text).collect();
            jobs.into_iter().map(job).collect::<Vec<Vec<String>>>()
        };
        match (expand(&args, &options), row[1].is_string()) {
            (Ok(jobs), false) => assert_eq!(serde_json::json!(texts(jobs)), row[1], "{line}"),
            (Err(_), true) => {}
            (got, _) => panic!("{line}: {got:?}"),
        }
    }
}

/// The first line that differs, with its neighbours.
fn difference(expected: &str, got: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), got.lines().collect());
    let at = (0..a.len().max(b.len())).find(|i| a.get(*i) != b.get(*i));
    match at {
        Some(i) => format!(
            "line {}\n  expected {:?}\n  got      {:?}\n  after    {:?}",
            i + 1,
            a.get(i),
            b.get(i),
            i.checked_sub(1).and_then(|i| a.get(i))
        ),
        None => "only the end of the text differs".to_owned(),
    }
}
