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

    stop_after_some_steps(&place, "stopped");
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
fn stop_after_some_steps(place: &Place, run: &str) {
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
    while lines(&metrics) < 5 {
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
    stop_after_some_steps(&place, "run");
    let output = place.runner(ARGS).arg("hydra.run.dir=run").output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
}
