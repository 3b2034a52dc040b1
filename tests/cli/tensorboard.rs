//! What the real TensorBoard reads of runs: scalars, histograms, the HParams tab.

use std::path::Path;
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::support::{Place, QUICK, repository, stderr};

/// What TensorBoard makes of a folder; `None`, with the reason printed, without the package.
fn read(folder: &Path) -> Option<Value> {
    let python = std::env::var("RUNNER_PYTHON").unwrap_or_else(|_| "python3".into());
    let has =
        Command::new(&python).args(["-c", "import tensorboard"]).stderr(Stdio::null()).status();
    if !has.is_ok_and(|status| status.success()) {
        println!("skipped: `{python}` has no tensorboard");
        return None;
    }
    let output = Command::new(&python)
        .args(["-B", "-W", "ignore"])
        .arg(repository().join("tests/cli/tensorboard/read.py"))
        .arg(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn the_hparams_tab_shows_a_sweep() {
    let place = Place::new();
    let swept = ["-m", "distill=1,20", "hydra.sweep.dir=sweep"];
    place.runner(QUICK.into_iter().chain(swept)).assert().success();
    let Some(read) = read(&place.path().join("sweep")) else { return };

    let infos = read["experiment"]["hparam_infos"].as_array().unwrap();
    let kinds: Vec<_> = infos.iter().map(|info| (&info["name"], &info["type"])).collect();
    let kind =
        |name: &str| kinds.iter().find(|(n, _)| **n == name).map(|(_, kind)| (*kind).clone());
    assert_eq!(kind("distill"), Some(json!("DATA_TYPE_FLOAT64")));
    assert_eq!(kind("experiment"), Some(json!("DATA_TYPE_STRING")));
    let groups = read["groups"]["session_groups"].as_array().unwrap();
    assert_eq!(groups.len(), 2, "{}", read["groups"]);
    for (job, distill) in [("0", 1.0), ("1", 20.0)] {
        let group = groups.iter().find(|group| group["hparams"]["distill"] == distill).unwrap();
        assert_eq!(group["sessions"][0]["status"], "STATUS_SUCCESS");
        assert_eq!(group["hparams"]["experiment"], "ek55_ensemble");
        let last = &place.json(&format!("sweep/{job}/run.json"))["metrics"]["last"];
        let shown = group["metric_values"].as_array().unwrap();
        for name in ["loss", "final_acc/action/top1", "final_acc/action/AR5"] {
            let tag = format!("eval_per_epoch/{name}");
            let value = shown.iter().find(|value| value["name"]["tag"] == tag.as_str());
            let value = value.unwrap_or_else(|| panic!("{tag}"))["value"].as_f64().unwrap();
            let expected = last[name].as_f64().unwrap();
            assert!((value - expected).abs() <= 1e-6 * expected.abs(), "{tag}: {value} {expected}");
        }
    }
}

#[test]
fn histograms_are_of_every_parameter_and_its_gradient() {
    let place = Place::new();
    let args = ["train.num_epochs=3", "tensorboard.histograms=2", "hydra.run.dir=run"];
    place.runner(QUICK.into_iter().chain(args)).assert().success();
    let Some(read) = read(&place.path().join("run")) else { return };
    let found = read["runs"]["."]["histograms"].as_object().unwrap();
    let weights: Vec<_> = found.keys().filter_map(|tag| tag.strip_prefix("weights/")).collect();
    let gradients = found.keys().filter(|tag| tag.starts_with("gradients/")).count();
    assert!(weights.contains(&"future_predictor.gpt_model.h.0.attn.c_attn.weight"), "{weights:?}");
    assert!(gradients > 0 && gradients <= weights.len());
    let file =
        runner::files::TensorFile::read(&place.path().join("run/checkpoints/last.safetensors"))
            .unwrap();
    for name in weights {
        let points = found[&format!("weights/{name}")].as_array().unwrap();
        // Two epochs of two steps: of the second one, whose number is 3.
        assert_eq!(points.len(), 1, "{name}");
        assert_eq!(points[0]["step"], 3, "{name}");
        let kept = file.tensors.iter().find(|(n, _)| n.ends_with(name)).map(|(_, tensor)| tensor);
        let kept: usize = kept.unwrap_or_else(|| panic!("{name}")).shape.iter().product();
        assert_eq!(points[0]["count"], kept as f64, "{name}");
    }
}

#[test]
fn nothing_of_it_where_it_is_not_asked_for() {
    let place = Place::new();
    place.runner(QUICK.into_iter().chain(["hydra.run.dir=run"])).assert().success();
    let Some(read) = read(&place.path().join("run")) else { return };
    assert_eq!(read["runs"]["."]["histograms"], json!({}));
}

/// A run killed in the middle, and taken up again, shows every step once.
#[test]
fn a_run_that_goes_on_shows_no_step_twice() {
    let place = Place::new();
    let args = [
        "+experiment=ek55_ensemble",
        "+debug=synthetic",
        "train.num_epochs=3",
        "train.train_one_epoch_fn.print_freq=1",
        "tensorboard.histograms=1",
        "hydra.run.dir=run",
    ];
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("runner"))
        .current_dir(place.path())
        .env("HOME", place.path())
        .arg("--config-path")
        .arg(repository().join("conf"))
        .args(args)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let log = place.path().join("run/metrics.jsonl");
    let is_past = || {
        let text = std::fs::read_to_string(&log).unwrap_or_default();
        let evaluated = text.find("\"split\":\"eval\"");
        evaluated.is_some_and(|at| text[at..].lines().count() > 3)
    };
    let started = std::time::Instant::now();
    while !is_past() {
        assert!(started.elapsed().as_secs() < 300, "the run does not get going");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    kill_process(Pid::from_child(&child), Signal::KILL).unwrap();
    child.wait().unwrap();
    // Files are read in the order of their names, which have the second.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    place.runner(args).assert().success();
    let Some(read) = read(&place.path().join("run")) else { return };
    let run = &read["runs"]["."];
    let expected: Vec<u64> = place
        .metrics("run")
        .iter()
        .filter(|record| record["split"] == "train")
        .map(|record| record["step"].as_u64().unwrap())
        .collect();
    let steps = |of: &Value| -> Vec<u64> {
        of.as_array().unwrap().iter().map(|point| point[0].as_u64().unwrap()).collect()
    };
    assert_eq!(steps(&run["scalars"]["train_per_iter/loss"]), expected);
    assert_eq!(steps(&run["scalars"]["eval_per_epoch/loss"]).len(), 3);
    for (tag, points) in run["histograms"].as_object().unwrap() {
        assert_eq!(points.as_array().unwrap().len(), 3, "{tag}");
    }
    assert_eq!(read["groups"]["session_groups"][0]["sessions"][0]["status"], "STATUS_SUCCESS");
}
