//! Trackers: MLflow as it should be, and servers that are away, slow or unwilling. Training does not mind.

#[path = "trackers/fake.rs"]
mod fake;
#[path = "trackers/mlflow.rs"]
mod mlflow;

use std::time::{Duration, Instant};

use assert_cmd::Command;
use serde_json::Value;

use crate::support::{Place, QUICK, stderr};
use fake::{Fake, Mood};

const VARIABLES: [&str; 4] = [
    "MLFLOW_TRACKING_URI",
    "MLFLOW_TRACKING_USERNAME",
    "MLFLOW_TRACKING_PASSWORD",
    "MLFLOW_TRACKING_TOKEN",
];

/// A short run that tells a tracker, and nobody's credentials.
fn tracked(place: &Place, more: &[&str]) -> Command {
    let args = ["tracker=mlflow", "train.train_one_epoch_fn.print_freq=1"];
    let mut command = place.runner(QUICK.into_iter().chain(args).chain(more.iter().copied()));
    for name in VARIABLES {
        command.env_remove(name);
    }
    command
}

#[test]
fn a_run_does_not_mind_a_server_that_is_away_or_broken() {
    for (mood, word) in [
        (Mood::Closed, "does not answer"),
        (Mood::Failing, "500 Internal Server Error"),
        (Mood::Unwilling, "403 Forbidden"),
        (Mood::NoJson, "is it MLflow's?"),
    ] {
        let place = Place::new();
        let fake = Fake::start(mood);
        let uri = format!("tracker.uri={}", fake.uri());
        let output = tracked(&place, &[&uri, "hydra.run.dir=run"]).output().unwrap();
        let said = stderr(&output);
        assert!(output.status.success(), "{mood:?}: {said}");
        assert_eq!(place.json("run/run.json")["status"], "completed");
        let records = place.metrics("run").len();
        let left = format!("{records} records and the end of the run were not sent");
        assert!(said.contains(word) && said.contains(&left), "{mood:?}: {said}");
        assert!(said.contains("runner runs track"), "{said}");

        // Later, when it is back, all of it is sent, once.
        let good = Fake::start(Mood::Good);
        let track = || place.command(["runs", "track", "run", "--uri", &good.uri(), "--json"]);
        for _ in 0..2 {
            track().assert().success();
        }
        assert_eq!(steps_of("train/loss", &good), [0, 1]);
        assert_eq!(good.statuses().last().map(String::as_str), Some("FINISHED"));
    }
}

#[test]
fn a_run_does_not_wait_for_a_server_that_hangs() {
    let place = Place::new();
    let fake = Fake::start(Mood::Hanging);
    let uri = format!("tracker.uri={}", fake.uri());
    let plain = Instant::now();
    place.runner(QUICK.into_iter().chain(["hydra.run.dir=plain"])).assert().success();
    let plain = plain.elapsed();
    let started = Instant::now();
    let output = tracked(&place, &[&uri, "hydra.run.dir=run"]).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("were not sent"), "{}", stderr(&output));
    let (taken, most) = (started.elapsed(), plain * 3 + Duration::from_secs(25));
    assert!(taken < most, "{taken:?}, without a tracker {plain:?}");
}

#[test]
fn a_server_is_told_everything_and_secrets_stay_out_of_the_run() {
    let place = Place::new();
    let fake = Fake::start(Mood::Good);
    let more = ["distill=20", "+tracker.tags.paper=table 2", "hydra.run.dir=run"];
    let output = tracked(&place, &more)
        .env("MLFLOW_TRACKING_URI", fake.uri().replace("://", "://ann:s3cret@"))
        .env("MLFLOW_TRACKING_TOKEN", "t0ken")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(!stderr(&output).contains("not sent"), "{}", stderr(&output));
    assert!(fake.authorizations().iter().all(|header| header == "Bearer t0ken"));
    assert_eq!(steps_of("train/loss", &fake), [0, 1]);
    let (params, tags) = (fake.all("params"), fake.all("tags"));
    let value = |of: &[Value], key: &str| {
        let found = of.iter().find(|pair| pair["key"] == key);
        found.unwrap_or_else(|| panic!("{key}"))["value"].as_str().unwrap().to_owned()
    };
    assert_eq!(value(&params, "distill"), "20");
    assert_eq!(value(&params, "train.train_one_epoch_fn.loss_wts.distill"), "20");
    assert_eq!(value(&tags, "paper"), "table 2");
    assert_eq!(value(&tags, "runner.data"), "synthetic");
    let eval = place.json("run/run.json")["metrics"]["last"]["loss"].as_f64().unwrap();
    let told = fake.all("metrics").into_iter().find(|point| point["key"] == "eval/loss").unwrap();
    assert_eq!((told["value"].as_f64(), told["step"].as_u64()), (Some(eval), Some(2)));
    assert_eq!(fake.statuses(), ["FINISHED"]);
    assert_eq!(fake.files(), ["config.yaml", "overrides.yaml", "provenance.yaml", "report.html"]);
    assert_no_secret(&place, &["s3cret", "t0ken"], &stderr(&output));
}

fn assert_no_secret(place: &Place, secrets: &[&str], said: &str) {
    for file in runner::files::tree(&place.path().join("run")).unwrap() {
        let bytes = std::fs::read(&file.path).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        for secret in secrets {
            assert!(!text.contains(secret), "{secret} in {}", file.path.display());
        }
    }
    assert!(secrets.iter().all(|secret| !said.contains(secret)), "{said}");
}

fn steps_of(name: &str, fake: &Fake) -> Vec<u64> {
    let points = fake.all("metrics");
    let of_it = points.iter().filter(|point| point["key"] == name);
    of_it.map(|point| point["step"].as_u64().unwrap()).collect()
}

#[test]
fn an_address_that_cannot_be_used_is_refused_before_anything_is_written() {
    for (args, words) in [
        (&["tracker=mlflow"][..], &["tracker.uri", "MLFLOW_TRACKING_URI"][..]),
        (&["tracker=mlflow", "tracker.uri=localhost:5000"], &["tracker.uri", "http://HOST:PORT"]),
        (&["tracker=mlflow", "tracker.uri='sqlite:///m.db'"], &["tracker.uri", "http://HOST:PORT"]),
        (&["tracker=mlflow", "tracker.uri='http://ann:x@h'"], &["MLFLOW_TRACKING_PASSWORD"]),
        (&["tracker=mlflow", "tracker.url=http://h"], &["did you mean `uri`?"]),
        (&["tracker=mlflow", "tracker.experiment="], &["tracker.experiment"]),
        (&["tracker=mlfow"], &["mlflow"]),
        (&["tensorboard.histograms=-1"], &["tensorboard.histograms"]),
    ] {
        let place = Place::new();
        let mut command = place.runner(QUICK.into_iter().chain(args.iter().copied()));
        for name in VARIABLES {
            command.env_remove(name);
        }
        let output = command.output().unwrap();
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(words.iter().all(|word| said.contains(word)), "{args:?}: {said}");
        assert!(place.is_empty(), "{args:?}");
    }
}

#[test]
fn the_environments_address_is_checked_too() {
    let place = Place::new();
    let output = tracked(&place, &[]).env("MLFLOW_TRACKING_URI", "databricks").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("MLFLOW_TRACKING_URI: expected http://"),
        "{}",
        stderr(&output)
    );
    assert!(place.is_empty());
}

#[test]
fn who_watches_does_not_make_another_run() {
    let place = Place::new();
    place.runner(QUICK.into_iter().chain(["hydra.run.dir=run"])).assert().success();
    let watched = ["hydra.run.dir=run", "tensorboard.histograms=1"];
    place.runner(QUICK.into_iter().chain(watched)).assert().success();
    assert_eq!(place.json("run/run.json")["attempts"], 1, "the complete run is taken as it is");
}

/// The package of Weights & Biases writes a run; no network.
#[test]
fn the_script_for_weights_and_biases_reads_a_run() {
    let Ok(python) = std::env::var("RUNNER_MLFLOW") else {
        println!("skipped: RUNNER_MLFLOW names no Python with wandb");
        return;
    };
    let place = Place::new();
    place.runner(QUICK.into_iter().chain(["hydra.run.dir=run"])).assert().success();
    let before = runner::files::tree(&place.path().join("run")).unwrap().len();
    let output = std::process::Command::new(python)
        .current_dir(place.path())
        .env("HOME", place.path())
        .arg("-B")
        .arg(crate::support::repository().join("scripts/wandb_offline.py"))
        .args(["run", "--dir", "."])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let records = place.metrics("run").len();
    assert_eq!(crate::support::stdout(&output), format!("run: {records} records\n"));
    let written = runner::files::tree(&place.path().join("wandb")).unwrap();
    assert!(written.iter().any(|file| file.path.extension().is_some_and(|end| end == "wandb")));
    assert_eq!(runner::files::tree(&place.path().join("run")).unwrap().len(), before);
}
