//! Interrupted runs go on where they stopped.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use runner::files::TensorFile;
use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Place, repository, stderr};

const ARGS: [&str; 4] = [
    "+experiment=ek55_ensemble",
    "+debug=synthetic",
    "train.num_epochs=2",
    "train.train_one_epoch_fn.print_freq=1",
];

#[test]
fn a_stopped_run_resumes_to_bit_identical_weights() {
    let place = Place::new();
    place.runner(ARGS).arg("hydra.run.dir=whole").assert().success();

    stop_after_some_steps(&place, "stopped", 5);
    assert_eq!(place.json("stopped/run.json")["status"], "preempted");
    let output = place.runner(ARGS).arg("hydra.run.dir=stopped").output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(place.json("stopped/run.json")["status"], "completed");

    let weights = |run: &str| {
        TensorFile::read(&place.path().join(run).join("checkpoints/last.safetensors"))
            .unwrap()
            .tensors
    };
    assert_eq!(weights("whole"), weights("stopped"));
}

/// Starts the run, asks it to stop in the middle of an epoch, and waits for the exit code 75.
fn stop_after_some_steps(place: &Place, run: &str, records: usize) {
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("runner"))
        .current_dir(place.path())
        .env("HOME", place.path())
        .arg("--config-path")
        .arg(repository().join("conf"))
        .args(ARGS)
        .arg(format!("hydra.run.dir={run}"))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let metrics = place.path().join(run).join("metrics.jsonl");
    let started = Instant::now();
    while lines(&metrics) < records {
        assert!(started.elapsed() < Duration::from_secs(300), "the run does not get going");
        std::thread::sleep(Duration::from_millis(10));
    }
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(75));
}

fn lines(path: &Path) -> usize {
    std::fs::read_to_string(path).map_or(0, |text| text.lines().count())
}

#[test]
fn a_finished_run_is_not_trained_again() {
    let place = Place::new();
    let args = || ARGS.into_iter().chain(["train.max_steps_per_epoch=2", "hydra.run.dir=run"]);
    place.runner(args()).assert().success();
    let records = place.metrics("run").len();
    place.runner(args()).assert().success();
    assert_eq!(place.metrics("run").len(), records);
}

#[test]
fn another_configs_run_is_not_resumed() {
    let place = Place::new();
    let args = || ARGS.into_iter().chain(["train.max_steps_per_epoch=2", "hydra.run.dir=run"]);
    place.runner(args()).assert().success();
    let output = place.runner(args()).arg("distill=3").output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("another config"), "{}", stderr(&output));
}

#[test]
fn a_truncated_checkpoint_falls_back_to_the_one_before() {
    let place = Place::new();
    stop_after_some_steps(&place, "run", 20);
    let checkpoints = place.path().join("run/checkpoints");
    let last = checkpoints.join("last.safetensors");
    assert!(checkpoints.join("last.previous.safetensors").is_file());
    let whole = std::fs::read(&last).unwrap();
    std::fs::write(&last, &whole[..whole.len() / 2]).unwrap();
    let output = place.runner(ARGS).arg("hydra.run.dir=run").output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("last.safetensors"), "{}", stderr(&output));
    let steps: Vec<u64> = place
        .metrics("run")
        .iter()
        .filter(|record| record["split"] == "train")
        .map(|record| record["step"].as_u64().unwrap())
        .collect();
    let once: Vec<u64> = (0..steps.len() as u64).collect();
    assert_eq!(steps, once, "every step is logged once, in order");
}

#[test]
fn another_runs_weights_can_be_the_start() {
    let place = Place::new();
    let args = || ARGS.into_iter().chain(["train.max_steps_per_epoch=2"]);
    place.runner(args()).arg("hydra.run.dir=first").assert().success();
    let checkpoint = "train.init_from_model=[[first/checkpoints/last.safetensors]]";
    let output =
        place.runner(args()).args([checkpoint, "test_only=true", "hydra.run.dir=second"]).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("0 missing, 0 unused"), "{}", stderr(&output));
    let evaluation = |run: &str| {
        let records = place.metrics(run);
        records.into_iter().rfind(|record| record["split"] == "eval").unwrap()["loss"].clone()
    };
    assert_eq!(evaluation("first"), evaluation("second"));

    let output =
        place.runner(args()).arg("train.init_from_model=[[nowhere.pth]]").output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("nowhere.pth"), "{}", stderr(&output));
}
