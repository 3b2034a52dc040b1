//! `runner runs rerun` and `resume`: the record of a run is enough to run it.

use std::fs;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use runner::files::TensorFile;
use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Place, QUICK, repository, stderr, stdout};

const LONG: [&str; 5] = [
    "+experiment=ek55_ensemble",
    "+debug=synthetic",
    "train.num_epochs=2",
    "train.train_one_epoch_fn.print_freq=1",
    "train.train_one_epoch_fn.save_freq_min=0.0001",
];

fn runs(place: &Place, args: &[&str]) -> Output {
    place.command(["runs"].into_iter().chain(args.iter().copied())).output().unwrap()
}

fn state(place: &Place) -> String {
    let output = runs(place, &["list", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    listed[0]["status"].as_str().unwrap().to_owned()
}

/// A run that has written a checkpoint and stands still, so that it cannot end meanwhile.
fn started(place: &Place) -> Child {
    let child = Command::new(assert_cmd::cargo::cargo_bin("runner"))
        .current_dir(place.path())
        .env("HOME", place.path())
        .arg("--config-path")
        .arg(repository().join("conf"))
        .args(LONG)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let checkpoint = place.path().join("outputs/ek55_ensemble/0001/checkpoints/last.safetensors");
    let begun = Instant::now();
    while !checkpoint.is_file() {
        assert!(begun.elapsed() < Duration::from_secs(300), "the run does not get going");
        std::thread::sleep(Duration::from_millis(5));
    }
    kill_process(Pid::from_child(&child), Signal::STOP).unwrap();
    child
}

#[test]
fn a_killed_run_is_stale_and_resumes_to_the_same_weights() {
    let place = Place::new();
    let mut child = started(&place);
    assert_eq!(state(&place), "running");
    let output = runs(&place, &["resume", "ek55_ensemble/latest"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("it is running: process"), "{}", stderr(&output));
    let output = runs(&place, &["prune", "status==running", "--yes"]);
    assert!(stdout(&output).contains("0001 stays: it is running"), "{}", stdout(&output));
    // SIGKILL: no last word.
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(state(&place), "stale");

    let manifest = place.json("outputs/ek55_ensemble/0001/run.json");
    let record = place.text("outputs/ek55_ensemble/0001/provenance.yaml");
    let output = runs(&place, &["resume", "ek55_ensemble/latest"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stdout(&output), "outputs/ek55_ensemble/0001\n");
    let after = place.json("outputs/ek55_ensemble/0001/run.json");
    assert_eq!((&after["status"], &after["attempts"]), (&"completed".into(), &2.into()));
    assert_eq!(after["command"], manifest["command"], "who made it is not forgotten");
    assert_eq!(place.text("outputs/ek55_ensemble/0001/provenance.yaml"), record);

    place.runner(LONG).arg("hydra.run.dir=whole").assert().success();
    let weights = |run: &str| {
        let path = place.path().join(run).join("checkpoints/last.safetensors");
        TensorFile::read(&path).unwrap().tensors
    };
    assert_eq!(weights("outputs/ek55_ensemble/0001"), weights("whole"));
    let output = runs(&place, &["resume", "ek55_ensemble/1"]);
    assert!(output.status.success() && stderr(&output).contains("complete already"));
}

#[test]
fn a_run_comes_again_with_the_same_numbers() {
    let place = Place::new();
    place.runner(QUICK).args(["distill=3", "hydra.run.dir=mine"]).assert().success();
    let output = runs(&place, &["rerun", "mine"]);
    let text = stderr(&output);
    assert!(output.status.success(), "{text}");
    assert_eq!(stdout(&output), "outputs/ek55_ensemble/0001\n");
    assert!(text.contains("metrics equal those of"), "{text}");
    assert!(!text.contains("is not that of the record"), "{text}");

    // What the record says of code and numbers is no longer so.
    let path = place.path().join("mine/run.json");
    let mut manifest = place.json("mine/run.json");
    manifest["crate_version"] = "0.0.1".into();
    manifest["data_fingerprint"] = "other".into();
    manifest["metrics"]["best"]["loss"] = 1.0.into();
    manifest["status"] = "preempted".into();
    fs::write(&path, manifest.to_string()).unwrap();
    let before = fs::read(&path).unwrap();
    let output = runs(&place, &["rerun", "mine"]);
    let text = stderr(&output);
    assert!(output.status.success(), "{text}");
    assert_eq!(stdout(&output), "outputs/ek55_ensemble/0002\n");
    for part in
        ["crate_version is not that of the record", "data_fingerprint is not", "1 of ", "best.loss"]
    {
        assert!(text.contains(part), "`{part}` in {text}");
    }
    assert_eq!(fs::read(&path).unwrap(), before, "the original stays as it is");
}

#[test]
fn what_cannot_go_on_is_refused() {
    let place = Place::new();
    place.runner(QUICK).assert().success();
    let run = place.path().join("outputs/ek55_ensemble/0001");
    let mut manifest = place.json("outputs/ek55_ensemble/0001/run.json");
    manifest["status"] = "failed".into();
    manifest["config_hash"] = "another".into();
    fs::write(run.join("run.json"), manifest.to_string()).unwrap();
    let output = runs(&place, &["resume", "ek55_ensemble/1"]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("resumed in the directory where"), "{}", stderr(&output));
    fs::remove_dir_all(run.join("checkpoints")).unwrap();
    let output = runs(&place, &["resume", "ek55_ensemble/1"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("`runner runs rerun ek55_ensemble/0001`"));
    let output = runs(&place, &["rerun", "nothing"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("which holds 1 run"), "{}", stderr(&output));
}
