//! Every student of `conf/experiment`: one step and one evaluation in a generated world.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use rayon::prelude::*;
use serde_json::Value;

/// What makes a recipe short; recipes that only evaluate train a step as well.
pub const SHORT: [&str; 6] = [
    "+debug=synthetic",
    "test_only=false",
    "train.num_epochs=1",
    "train.max_steps_per_epoch=1",
    "eval.max_batches=2",
    "opt.warmup.num_epochs=0",
];

#[test]
fn every_student_trains_a_step_and_evaluates() {
    let students: Vec<String> =
        experiments().into_par_iter().filter(|e| task(e) == "train").collect();
    assert!(students.len() >= 40, "{} students", students.len());
    let wrong: Vec<String> = students.par_iter().filter_map(|name| step(name).err()).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), students.len(), wrong.join("\n"));
}

fn conf() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conf")
}

pub fn experiments() -> Vec<String> {
    let files = std::fs::read_dir(conf().join("experiment")).unwrap();
    let names = files.filter_map(|file| {
        let name = file.unwrap().file_name().into_string().unwrap();
        Some(name.strip_suffix(".yaml")?.to_owned())
    });
    names.collect()
}

pub fn runner(place: &Path) -> Command {
    let mut command = Command::cargo_bin("runner").unwrap();
    command.current_dir(place).env("HOME", place).arg("--config-path").arg(conf());
    command
}

/// What an experiment does.
pub fn task(experiment: &str) -> String {
    let place = tempfile::tempdir().unwrap();
    let mut command = runner(place.path());
    let output = command.arg(format!("+experiment={experiment}")).args(["-c", "job"]).output();
    let config = String::from_utf8(output.unwrap().stdout).unwrap();
    config.lines().find_map(|line| line.strip_prefix("task: ")).unwrap_or_default().to_owned()
}

/// Runs an experiment; what was wrong, if anything was.
fn step(experiment: &str) -> Result<(), String> {
    let place = tempfile::tempdir().unwrap();
    let run = place.path().join("run");
    let mut command = runner(place.path());
    command.arg(format!("+experiment={experiment}")).args(SHORT);
    let output = command.arg(format!("hydra.run.dir={}", run.display())).output().unwrap();
    if !output.status.success() {
        return Err(format!("{experiment}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let metrics = std::fs::read_to_string(run.join("metrics.jsonl")).unwrap();
    let records: Vec<Value> = metrics.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let of = |split: &str| records.iter().find(|record| record["split"] == split);
    let (Some(train), Some(eval)) = (of("train"), of("eval")) else {
        return Err(format!("{experiment}: {metrics}"));
    };
    let numbers = [&train["loss"], &train["grad_norm"], &eval["loss"], &eval["acc1/action"]];
    match numbers.iter().all(|number| number.as_f64().is_some_and(f64::is_finite)) {
        true => Ok(()),
        false => Err(format!("{experiment}: {train} {eval}")),
    }
}
