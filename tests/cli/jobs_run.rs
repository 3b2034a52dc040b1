//! `runner jobs run`: one job of a sweep, as job files start it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::support::{Place, QUICK, repository, stderr, stdout};

fn runner(place: &Place) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("runner"));
    command.current_dir(place.path()).env("HOME", place.path()).env_remove("XDG_CONFIG_HOME");
    command.env_remove("RUST_LOG");
    command
}

/// `runner jobs run DIR N`
fn job(place: &Place, dir: &str, number: &str) -> Output {
    runner(place).args(["jobs", "run", dir, number]).output().unwrap()
}

/// The same with the sweep after `--`.
fn job_of(place: &Place, dir: &str, number: &str, conf: &Path, sweep: &[&str]) -> Output {
    let mut command = runner(place);
    command.args(["jobs", "run", dir, number, "--", "--config-path"]).arg(conf);
    command.args(QUICK).args(sweep).output().unwrap()
}

fn conf() -> PathBuf {
    repository().join("conf")
}

fn record(place: &Place, job: usize) -> Value {
    place.json(&format!("s/ledger/{job:04}.json"))
}

fn write_record(place: &Place, job: usize, change: impl FnOnce(&mut Value)) -> Value {
    let mut value = record(place, job);
    change(&mut value);
    let path = place.path().join(format!("s/ledger/{job:04}.json"));
    std::fs::write(path, value.to_string()).unwrap();
    value
}

fn refused(output: &Output, said: &[&str]) {
    assert_eq!(output.status.code(), Some(2), "{}", stderr(output));
    for part in said {
        assert!(stderr(output).contains(part), "no {part} in {}", stderr(output));
    }
}

#[test]
fn a_directory_without_a_sweep_gets_the_one_that_is_given() {
    let place = Place::new();
    refused(&job(&place, "s", "0"), &["failed to find the ledger of a sweep in `s`", "help: "]);
    assert!(place.is_empty());

    let sweep = ["distill=0,1"];
    let output = job_of(&place, "s", "1", &conf(), &sweep);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stdout(&output).trim(), "s/1");
    assert_eq!(place.json("s/1/run.json")["status"], "completed");
    let done = record(&place, 1);
    assert_eq!((&done["state"], &done["attempts"]), (&json!("completed"), &json!(1)));
    assert_eq!(done["config_hash"], place.json("s/1/run.json")["config_hash"]);
    assert!(done["value"].is_number(), "{done}");
    assert_eq!(record(&place, 0)["state"], "queued");

    // Once more: there is nothing to do, whether or not the sweep is given.
    for output in [job(&place, "s", "1"), job_of(&place, "s", "1", &conf(), &sweep)] {
        assert!(output.status.success(), "{}", stderr(&output));
        assert_eq!(stdout(&output).trim(), "s/1");
        assert_eq!(record(&place, 1), done);
    }
    // The ledger says where it was started, and what composes it.
    let mut elsewhere = runner(&place);
    elsewhere.current_dir("/").args(["jobs", "run"]).arg(place.path().join("s")).arg("0");
    let output = elsewhere.output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(place.json("s/0/run.json")["status"], "completed");

    refused(&job(&place, "s", "2"), &["failed to find job 2", "it has jobs 0 to 1"]);
    refused(
        &job_of(&place, "s", "0", &conf(), &["distill=0,2"]),
        &["it holds another sweep", "distill=0,1"],
    );
    refused(&job_of(&place, "t", "0", &conf(), &["distill=a,b"]), &["2 of 2 jobs are wrong"]);
    refused(&job_of(&place, "t", "0", &conf(), &["--cfg", "job"]), &["expected overrides"]);
    assert!(!place.path().join("t").exists());
}

#[test]
fn what_is_cancelled_running_or_broken_is_left_alone() {
    let place = Place::new();
    job_of(&place, "s", "0", &conf(), &["distill=0,1"]);
    let before = write_record(&place, 1, |job| job["state"] = "cancelled".into());
    let output = job(&place, "s", "1");
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("job 1 was cancelled"), "{}", stderr(&output));
    assert_eq!(record(&place, 1), before);

    let mut process = record(&place, 0)["process"].clone();
    process["host"] = "elsewhere".into();
    let before = write_record(&place, 1, |job| {
        (job["state"], job["process"]) = ("running".into(), process);
    });
    refused(&job(&place, "s", "1"), &["failed to start job 1", "on elsewhere", "help: "]);
    assert_eq!(record(&place, 1), before);
    assert!(!place.path().join("s/1").exists());

    for text in ["", "{}", r#"{"schema": 9}"#] {
        std::fs::write(place.path().join("s/ledger/0001.json"), text).unwrap();
        refused(&job(&place, "s", "1"), &["failed to read the sweep's record", "0001.json"]);
    }
    std::fs::write(place.path().join("s/ledger/sweep.json"), "{").unwrap();
    refused(&job(&place, "s", "0"), &["sweep.json"]);
}

/// The config directory, for changing it.
fn own_conf(place: &Place) -> PathBuf {
    let dir = place.path().join("conf");
    assert!(Command::new("cp").arg("-r").arg(conf()).arg(&dir).status().unwrap().success());
    dir
}

#[test]
fn a_job_runs_as_its_config_was_when_the_sweep_was_started() {
    let place = Place::new();
    let conf = own_conf(&place);
    let output = job_of(&place, "s", "0", &conf, &["distill=0,1,2"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let hash = |job: usize| place.json(&format!("s/{job}/run.json"))["config_hash"].clone();

    let main = conf.join("config.yaml");
    let text = std::fs::read_to_string(&main).unwrap();
    std::fs::write(&main, text.replace("\nseed: 42\n", "\nseed: 43\n")).unwrap();
    let output = job(&place, "s", "1");
    let said = stderr(&output);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("job 1: its config has changed since the sweep was started"), "{said}");
    assert_eq!(place.json("s/1/run.json")["seed"], 42);
    assert_eq!(hash(1), record(&place, 1)["config_hash"]);

    std::fs::write(&main, "defaults: [nothing]\n").unwrap();
    let output = job(&place, "s", "2");
    let said = stderr(&output);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("job 2: the sweep cannot be composed since"), "{said}");
    assert_eq!(hash(2), record(&place, 2)["config_hash"]);

    // Without what was kept there is nothing to run.
    write_record(&place, 2, |job| job["state"] = "failed".into());
    std::fs::remove_file(place.path().join("s/ledger/0002.yaml")).unwrap();
    refused(&job(&place, "s", "2"), &["nothing"]);
    assert_eq!(record(&place, 2)["state"], "failed");
}

#[test]
fn a_job_that_fails_says_so_in_its_record() {
    let place = Place::new();
    let sweep = ["train.max_steps_per_epoch=6", "opt.lr_wd=[[__all__,1e30,0]],[[__all__,0.01,0]]"];
    let output = job_of(&place, "s", "0", &conf(), &sweep);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let failed = record(&place, 0);
    assert_eq!((&failed["state"], &failed["attempts"]), (&json!("failed"), &json!(1)));
    assert!(failed["error"].as_str().unwrap().contains("is NaN at step"), "{failed}");
    job(&place, "s", "0");
    assert_eq!(record(&place, 0)["attempts"], 2);
}

#[test]
fn many_workers_make_one_ledger() {
    let place = Place::new();
    let start = |number: &str| {
        let mut command = runner(&place);
        command.args(["jobs", "run", "s", number, "--", "--config-path"]).arg(conf());
        command.args(QUICK).arg("distill=0,1,2").spawn().unwrap()
    };
    let children: Vec<_> = ["0", "1", "2", "0"].map(start).into_iter().collect();
    let codes: Vec<_> = children.into_iter().map(|mut c| c.wait().unwrap().code()).collect();
    // The second worker of job 0 finds it running, or done.
    assert!(codes[1..3].iter().all(|code| *code == Some(0)), "{codes:?}");
    assert!(codes.contains(&Some(0)), "{codes:?}");
    for job in 0..3 {
        assert_eq!(record(&place, job)["state"], "completed");
        assert_eq!(record(&place, job)["attempts"], 1);
    }
}
