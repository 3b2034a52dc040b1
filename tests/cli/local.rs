//! `hydra/launcher=local`: jobs as processes of this machine.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use crate::support::{Place, QUICK, repository, stderr, stdout};

/// Long enough to be interrupted in.
const LONG: [&str; 5] = [
    "+experiment=ek55_ensemble",
    "+debug=synthetic",
    "train.num_epochs=40",
    "train.max_steps_per_epoch=20",
    "train.train_one_epoch_fn.print_freq=1",
];
const SWEEP: &str = "outputs/ek55_ensemble/0001";
const PATIENCE: Duration = Duration::from_secs(300);

fn launch(place: &Place, base: &[&'static str], more: &[&'static str]) -> Output {
    let local = ["-m", "hydra/launcher=local", "hydra.launcher.n_jobs=2"];
    let args = local.into_iter().chain(base.iter().copied()).chain(more.iter().copied());
    place.runner(args).env_remove("CUDA_VISIBLE_DEVICES").output().unwrap()
}

/// A launcher in the background, with its stderr in a file.
fn start(place: &Place, more: &[&str]) -> Child {
    let log = std::fs::File::create(place.path().join("launcher.log")).unwrap();
    Command::new(assert_cmd::cargo::cargo_bin("runner"))
        .current_dir(place.path())
        .env("HOME", place.path())
        .arg("--config-path")
        .arg(repository().join("conf"))
        .args(["-m", "hydra/launcher=local", "hydra.launcher.n_jobs=2"])
        .args(LONG)
        .args(more)
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap()
}

fn record(place: &Place, job: usize) -> serde_json::Value {
    place.json(&format!("{SWEEP}/ledger/{job:04}.json"))
}

fn states(place: &Place, jobs: usize) -> Vec<String> {
    let state = |job| record(place, job)["state"].as_str().unwrap().to_owned();
    (0..jobs).map(state).collect()
}

fn worker(place: &Place, job: usize) -> Pid {
    let pid = record(place, job)["process"]["pid"].as_i64().unwrap();
    Pid::from_raw(i32::try_from(pid).unwrap()).unwrap()
}

fn wait_until(what: &str, mut is: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is() {
        assert!(started.elapsed() < PATIENCE, "{what} does not happen");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Waits until both places are taken by jobs that have logged some steps.
fn wait_for_steps(place: &Place) {
    let lines = |path: PathBuf| std::fs::read_to_string(path).map_or(0, |t| t.lines().count());
    for job in [0, 1] {
        let metrics = place.path().join(SWEEP).join(format!("{job}/metrics.jsonl"));
        wait_until("a step", || lines(metrics.clone()) > 3);
    }
}

#[test]
fn jobs_run_as_processes_with_logs_of_their_own() {
    let place = Place::new();
    let output = launch(&place, &QUICK, &["distill=0,1,20"]);
    let told = stderr(&output);
    assert!(output.status.success(), "{told}");
    assert_eq!(stdout(&output).trim(), SWEEP);
    assert_eq!(states(&place, 3), ["completed"; 3]);
    assert!(told.contains("job 2 of 3: distill=20 completed in "), "{told}");
    assert!(!told.contains("epoch"), "the workers' words are in their logs: {told}");
    for job in 0..3 {
        let log = place.text(&format!("{SWEEP}/ledger/{job:04}.log"));
        assert!(log.contains("eval after epoch 1"), "{log}");
        assert_eq!(place.json(&format!("{SWEEP}/{job}/run.json"))["status"], "completed");
    }
}

#[test]
fn avts_command_for_one_machine() {
    let place = Place::new();
    let avt = [
        "hydra.launcher.nodes=1",
        "hydra.launcher.gpus_per_node=0",
        "hydra/launcher=submitit_local",
        "distill=0,1",
    ];
    let args = ["-m"].into_iter().chain(QUICK).chain(avt);
    let output = place.runner(args).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(states(&place, 2), ["completed"; 2]);
}

#[test]
fn what_one_machine_cannot_give_is_refused_before_anything_is_written() {
    for (argument, said) in [
        ("hydra.launcher.nodes=2", "one machine"),
        ("hydra.launcher.tasks_per_node=2", "a job of this launcher is one"),
        ("hydra.launcher.gpus=[99]", "no GPU 99"),
        ("hydra.launcher.n_jobs=0", "expected 1 or more"),
        ("hydra.launcher.timeout_min=0", "minutes above 0"),
        ("+hydra.launcher.partition=gpu", "unknown key"),
    ] {
        let place = Place::new();
        let output = launch(&place, &QUICK, &["distill=0,1", argument]);
        let told = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{argument}: {told}");
        assert!(told.contains(said) && told.contains("argument"), "{argument}: {told}");
        assert!(place.is_empty(), "{argument}");
    }
}

#[test]
fn a_worker_that_is_killed_is_one_failed_job() {
    let place = Place::new();
    let mut launcher = start(&place, &["distill=0,1,20"]);
    wait_for_steps(&place);
    kill_process(worker(&place, 0), Signal::KILL).unwrap();
    wait_until("the next job", || record(&place, 2)["state"] == "running");
    let failed = record(&place, 0);
    assert_eq!(failed["state"], "failed");
    assert!(failed["error"].as_str().unwrap().contains("SIGKILL"), "{failed}");
    kill_process(Pid::from_child(&launcher), Signal::TERM).unwrap();
    assert_eq!(launcher.wait().unwrap().code(), Some(75));
    let told = place.text("launcher.log");
    assert!(told.contains("job 0 of 3: distill=0 failed"), "{told}");
}

#[test]
fn a_stop_reaches_the_workers_and_the_same_command_goes_on() {
    let place = Place::new();
    let sweep = ["distill=0,1,20", "train.num_epochs=6"];
    let mut launcher = start(&place, &sweep);
    wait_for_steps(&place);
    kill_process(Pid::from_child(&launcher), Signal::TERM).unwrap();
    assert_eq!(launcher.wait().unwrap().code(), Some(75), "{}", place.text("launcher.log"));
    assert_eq!(states(&place, 3), ["preempted", "preempted", "queued"]);
    let output = launch(&place, &LONG, &sweep);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(states(&place, 3), ["completed"; 3]);
    assert_eq!(record(&place, 0)["attempts"], 2);
}

#[test]
fn no_worker_outlives_a_launcher_that_is_killed() {
    let place = Place::new();
    let mut launcher = start(&place, &["distill=0,1,20"]);
    wait_for_steps(&place);
    let workers = [0, 1].map(|job| worker(&place, job));
    launcher.kill().unwrap();
    launcher.wait().unwrap();
    for worker in workers {
        wait_until("the end of a worker", || !lives(worker));
    }
    assert_eq!(states(&place, 3), ["preempted", "preempted", "queued"]);
}

/// Whether the process is there, and more than the memory of one that nobody has asked about.
fn lives(pid: Pid) -> bool {
    let stat = format!("/proc/{}/stat", pid.as_raw_nonzero());
    let is_zombie = || {
        let stat = std::fs::read_to_string(Path::new(&stat)).unwrap_or_default();
        stat.rsplit_once(')').is_some_and(|(_, rest)| rest.trim_start().starts_with('Z'))
    };
    test_kill_process(pid).is_ok() && !is_zombie()
}

#[test]
fn time_outs_are_counted_and_a_job_goes_on_after_them() {
    let place = Place::new();
    let time = ["hydra.launcher.timeout_min=0.2", "hydra.launcher.signal_delay_s=6"];
    let rest = ["hydra.launcher.max_num_timeout=1", "train.num_epochs=4000", "distill=0"];
    let output = launch(&place, &LONG, &[&time[..], &rest].concat());
    let told = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("time limit: 2 attempts of 0.2 min"), "{told}");
    let job = record(&place, 0);
    assert_eq!((&job["timeouts"], &job["preemptions"]), (&2.into(), &0.into()));
}

#[test]
fn what_is_resubmitted_runs_as_its_sweep_did() {
    let place = Place::new();
    let output = launch(&place, &QUICK, &["distill=0,1"]);
    assert!(output.status.success(), "{}", stderr(&output));
    for job in [0, 1] {
        std::fs::remove_dir_all(place.path().join(format!("{SWEEP}/{job}"))).unwrap();
        let mut lost = record(&place, job);
        lost["state"] = "cancelled".into();
        let file = place.path().join(format!("{SWEEP}/ledger/{job:04}.json"));
        std::fs::write(file, lost.to_string()).unwrap();
    }
    let output = place.command(["jobs", "resubmit", "ek55_ensemble/0001"]).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("distill=1 completed"), "{}", stderr(&output));
    assert_eq!(states(&place, 2), ["completed", "completed"]);
    assert_eq!(record(&place, 1)["attempts"], 2);
}
