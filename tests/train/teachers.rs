//! Every teacher of `conf/experiment`: one step, one evaluation and the folder that is left, in a
//! generated world.

use std::path::Path;

use rayon::prelude::*;
use serde_json::Value;

use crate::recipes::{SHORT, experiments, runner, task};

#[test]
fn every_teacher_takes_a_step_and_leaves_its_folder() {
    let tasks = ["teacher_pretrain", "teacher_finetune"];
    let teachers: Vec<(String, String)> = experiments()
        .into_par_iter()
        .map(|name| (task(&name), name))
        .filter(|(task, _)| tasks.contains(&task.as_str()))
        .collect();
    let count = |task: &str| teachers.iter().filter(|(of, _)| of == task).count();
    assert!(count("teacher_finetune") >= 14 && count("teacher_pretrain") >= 6, "{teachers:?}");
    let wrong: Vec<String> =
        teachers.par_iter().filter_map(|(task, name)| step(task, name).err()).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), teachers.len(), wrong.join("\n"));
}

/// Runs an experiment; what was wrong, if anything was.
fn step(task: &str, experiment: &str) -> Result<(), String> {
    let place = tempfile::tempdir().unwrap();
    let mut command = runner(place.path());
    command.arg(format!("+experiment={experiment}")).args(SHORT);
    command.args(["paths.data=data", "hydra.run.dir=run"]);
    let output = command.output().unwrap();
    if !output.status.success() {
        return Err(format!("{experiment}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let metrics = std::fs::read_to_string(place.path().join("run/metrics.jsonl")).unwrap();
    let records: Vec<Value> = metrics.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let of = |split: &str| records.iter().find(|record| record["split"] == split);
    let accuracy = if task == "teacher_pretrain" { "acc1/token" } else { "acc1/action" };
    let eval = of("eval").ok_or_else(|| format!("{experiment}: {metrics}"))?;
    let counts = experiment.ends_with("ngram");
    let learns = counts || of("train").is_some_and(|r| is_number(&r["loss"]));
    if !learns || !is_number(&eval["loss"]) || !is_number(&eval[accuracy]) {
        return Err(format!("{experiment}: {metrics}"));
    }
    folder(place.path(), task).map_err(|missing| format!("{experiment}: no {missing}"))
}

fn is_number(value: &Value) -> bool {
    value.as_f64().is_some_and(f64::is_finite)
}

/// The one folder that was left has its files; the first that it has not.
fn folder(place: &Path, task: &str) -> Result<(), String> {
    let folders: Vec<_> = std::fs::read_dir(place.join("data/lm")).unwrap().collect();
    assert_eq!(folders.len(), 1, "{folders:?}");
    let folder = folders[0].as_ref().unwrap().path();
    let card = if task == "teacher_pretrain" { "tokenizer.json" } else { "teacher.json" };
    let files = ["model.safetensors", "made_of.json", card];
    let missing = files.into_iter().find(|name| !folder.join(name).is_file());
    missing.map_or(Ok(()), |name| Err(name.to_owned()))
}
