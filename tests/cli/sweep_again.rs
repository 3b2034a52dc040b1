//! A sweep that is started again: what has a result is not run, what has none goes on.

use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::support::{Place, QUICK, repository, stderr, stdout};

const SWEEP: &str = "outputs/ek55_ensemble/0001";
/// As many steps as it takes to stop a job in their midst.
const LONG: [&str; 4] = [
    "train.num_epochs=50",
    "train.max_steps_per_epoch=null",
    "train.train_one_epoch_fn.print_freq=1",
    "train.eval_freq=null",
];

fn command(place: &Place, args: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("runner"));
    command.current_dir(place.path()).env("HOME", place.path()).env_remove("XDG_CONFIG_HOME");
    command.env_remove("RUST_LOG").arg("--config-path").arg(repository().join("conf"));
    command.arg("-m").args(QUICK).args(args);
    command
}

fn sweep(place: &Place, args: &[&str]) -> Output {
    command(place, args).output().unwrap()
}

fn succeeds(place: &Place, args: &[&str]) -> Output {
    let output = sweep(place, args);
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
    output
}

fn record(place: &Place, sweep: &str, job: usize) -> Value {
    place.json(&format!("{sweep}/ledger/{job:04}.json"))
}

/// State, attempts and preemptions of a job.
fn standing(place: &Place, job: usize) -> (String, u64, u64) {
    let record = record(place, SWEEP, job);
    let number = |key: &str| record[key].as_u64().unwrap();
    (record["state"].as_str().unwrap().to_owned(), number("attempts"), number("preemptions"))
}

/// Starts a sweep and waits until its first job has made some steps.
fn started(place: &Place, args: &[&str]) -> Child {
    let metrics = place.path().join(SWEEP).join("0/metrics.jsonl");
    let lines = || std::fs::read_to_string(&metrics).map_or(0, |text| text.lines().count());
    let before = lines();
    let mut child = command(place, &LONG).args(args).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    while lines() < before + 3 {
        assert!(begun.elapsed() < Duration::from_secs(300), "the sweep does not get going");
        assert!(child.try_wait().unwrap().is_none(), "the sweep ends before it gets going");
        std::thread::sleep(Duration::from_millis(5));
    }
    child
}

#[test]
fn only_what_has_no_result_is_run() {
    let place = Place::new();
    succeeds(&place, &["distill=0,1"]);
    assert!(place.text(&format!("{SWEEP}/multirun.yaml")).contains("hydra:"));
    let before = place.json(&format!("{SWEEP}/1/run.json"));

    let again = succeeds(&place, &["distill=1,0"]);
    assert_eq!(stdout(&again).trim(), SWEEP);
    let said = stderr(&again);
    assert!(
        said.contains("2 jobs: 2 have completed results, 0 to run (--force runs all)"),
        "{said}"
    );
    assert_eq!(place.json(&format!("{SWEEP}/1/run.json")), before);

    let more = succeeds(&place, &["distill=0,1,2"]);
    assert_eq!(stdout(&more).trim(), "outputs/ek55_ensemble/0002");
    let said = stderr(&more);
    assert!(said.contains("3 jobs: 2 have completed results, 1 to run"), "{said}");
    let reused = record(&place, "outputs/ek55_ensemble/0002", 1);
    assert_eq!((&reused["state"], &reused["reused"]), (&json!("completed"), &json!(true)));
    assert!(reused["directory"].as_str().unwrap().ends_with(&format!("{SWEEP}/1")), "{reused}");
    assert_eq!(reused["value"], record(&place, SWEEP, 1)["value"]);
    assert!(reused["value"].is_number(), "{reused}");
    let own = record(&place, "outputs/ek55_ensemble/0002", 2);
    assert_eq!((&own["state"], &own["reused"]), (&json!("completed"), &json!(false)));

    let forced = succeeds(&place, &["distill=0,1", "--force"]);
    assert_eq!(stdout(&forced).trim(), "outputs/ek55_ensemble/0003");
    assert_eq!(place.json("outputs/ek55_ensemble/0003/1/run.json")["status"], "completed");
}

#[test]
fn a_run_of_its_own_counts_and_a_dry_run_says_so() {
    let place = Place::new();
    place.runner(QUICK).arg("distill=0").assert().success();
    let output = succeeds(&place, &["distill=0,1", "--dry-run"]);
    assert_eq!(stdout(&output).lines().count(), 2);
    let said = stderr(&output);
    for part in [
        "job 0: skipped: `outputs/ek55_ensemble/0001` has its result",
        "job 1: would run",
        "2 jobs: 1 has a completed result, 1 to run",
    ] {
        assert!(said.contains(part), "no {part} in {said}");
    }
    assert!(!place.path().join("outputs/ek55_ensemble/0002").exists());
    succeeds(&place, &["distill=0,1"]);
    assert!(!place.path().join("outputs/ek55_ensemble/0002/0").exists());
    assert_eq!(place.json("outputs/ek55_ensemble/0002/1/run.json")["status"], "completed");
    // What a job left is gone: it is run again, where it belongs.
    std::fs::rename(place.path().join("outputs/ek55_ensemble/0001"), place.path().join("away"))
        .unwrap();
    let again = succeeds(&place, &["distill=0,1"]);
    assert!(stderr(&again).contains("1 has a completed result, 1 to run"), "{}", stderr(&again));
    assert_eq!(place.json("outputs/ek55_ensemble/0002/0/run.json")["status"], "completed");
}

#[test]
fn a_failed_job_is_one_failed_job() {
    let place = Place::new();
    let args = ["train.max_steps_per_epoch=6", "opt.lr_wd=[[__all__,1e30,0]],[[__all__,0.01,0]]"];
    let output = sweep(&place, &args);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for part in ["  job  directory", "  0    outputs/ek55_ensemble/0001/0", "1 of 2 jobs failed: 0"]
    {
        assert!(said.contains(part), "no {part} in {said}");
    }
    assert_eq!(standing(&place, 0).0, "failed");
    assert!(record(&place, SWEEP, 0)["error"].as_str().unwrap().contains("is NaN at step"));
    assert_eq!(standing(&place, 1), ("completed".into(), 1, 0));
    let again = sweep(&place, &args);
    assert_eq!(again.status.code(), Some(1), "{}", stderr(&again));
    assert!(stderr(&again).contains("1 has a completed result, 1 to run"), "{}", stderr(&again));
    assert_eq!((standing(&place, 0).1, standing(&place, 1).1), (2, 1));
}

#[test]
fn a_stopped_sweep_goes_on_with_the_same_command() {
    let place = Place::new();
    let child = started(&place, &["distill=0,1"]);

    let other = command(&place, &LONG).args(["distill=0,1"]).output().unwrap();
    assert_eq!(other.status.code(), Some(2), "{}", stderr(&other));
    let pid = format!("process {}", child.id());
    assert!(stderr(&other).contains(&pid), "no {pid} in {}", stderr(&other));

    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(75), "{said}");
    assert!(said.contains("stopped after 0 of 2 jobs; the same command goes on"), "{said}");
    assert_eq!(standing(&place, 0), ("preempted".into(), 1, 1));
    assert_eq!(standing(&place, 1), ("queued".into(), 0, 0));

    let dry = command(&place, &LONG).args(["distill=0,1", "--dry-run"]).output().unwrap();
    assert!(stderr(&dry).contains("job 0: would go on: it was preempted"), "{}", stderr(&dry));
    // Told to stop once more, it goes on in the same directory.
    let child = started(&place, &["distill=0,1"]);
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(75));
    let manifest = place.json(&format!("{SWEEP}/0/run.json"));
    assert_eq!((&manifest["status"], &manifest["attempts"]), (&json!("preempted"), &json!(2)));
    assert!(!place.path().join("outputs/ek55_ensemble/0002").exists());
}

#[test]
fn a_launcher_that_was_killed_leaves_a_sweep_that_goes_on() {
    let place = Place::new();
    let mut child = started(&place, &["distill=0,1"]);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(standing(&place, 0), ("running".into(), 1, 0));
    let dry = command(&place, &LONG).args(["distill=0,1", "--dry-run"]).output().unwrap();
    assert!(stderr(&dry).contains("job 0: would go on: its process died"), "{}", stderr(&dry));
    let child = started(&place, &["distill=0,1"]);
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(75));
    assert_eq!(standing(&place, 0), ("preempted".into(), 2, 1));
}

#[test]
fn of_several_that_start_the_same_sweep_one_runs_it() {
    let place = Place::new();
    let start = || command(&place, &["distill=0,1"]).stderr(Stdio::piped()).spawn().unwrap();
    let children: Vec<Child> = (0..4).map(|_| start()).collect();
    let outputs: Vec<Output> =
        children.into_iter().map(|c| c.wait_with_output().unwrap()).collect();
    let codes: Vec<_> = outputs.iter().map(|output| output.status.code().unwrap()).collect();
    assert!(codes.contains(&0) && codes.iter().all(|code| [0, 2].contains(code)), "{codes:?}");
    for job in 0..2 {
        assert_eq!(standing(&place, job), ("completed".into(), 1, 0));
    }
    assert!(!place.path().join("outputs/ek55_ensemble/0002").exists());
    let lock = place.path().join(SWEEP).join("ledger/launching.lock");
    assert!(!lock.exists());
}

#[test]
fn a_directory_of_ones_own_holds_one_sweep() {
    let place = Place::new();
    let here = "hydra.sweep.dir=mine";
    let output = succeeds(&place, &["distill=0,1", here]);
    assert_eq!(stdout(&output).trim(), "mine");
    let again = succeeds(&place, &["distill=0,1", here]);
    assert!(stderr(&again).contains("2 have completed results"), "{}", stderr(&again));
    for (args, said) in [
        (&["distill=0,2", here][..], "it holds another sweep"),
        (&["distill=0,1", here, "--force"], "there is one already"),
    ] {
        let output = sweep(&place, args);
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(stderr(&output).contains(said), "no {said} in {}", stderr(&output));
    }
}

#[test]
fn batches_come_one_after_the_other() {
    let place = Place::new();
    let output = succeeds(&place, &["distill=0,1,2", "hydra.sweeper.max_batch_size=2"]);
    let said = stderr(&output);
    let place_of = |part: &str| said.find(part).unwrap_or_else(|| panic!("no {part} in {said}"));
    assert!(place_of("batch 1 of 2: 2 jobs") < place_of("job 1 of 3"));
    assert!(place_of("job 1 of 3") < place_of("batch 2 of 2: 1 jobs"));
    let output = sweep(&place, &["distill=0,1", "hydra.sweeper.max_batch_size=0"]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
}

#[test]
fn force_is_for_sweeps() {
    let place = Place::new();
    let output = place.runner(QUICK).arg("--force").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--multirun"), "{}", stderr(&output));
    assert!(place.is_empty());
}

#[test]
fn hostile_values_are_kept_as_they_are() {
    let place = Place::new();
    let hostile = "+stages.ek55_bert.note='a; touch pwned \"$(touch pwned)\" `touch pwned`\nb'";
    succeeds(&place, &["distill=0,1", hostile]);
    assert!(!place.path().join("pwned").exists());
    assert!(record(&place, SWEEP, 1)["overrides"].as_array().unwrap().contains(&json!(hostile)));
    let again = succeeds(&place, &["distill=0,1", hostile]);
    assert!(stderr(&again).contains("2 have completed results"), "{}", stderr(&again));
}

/// The program below a limit for the size of files, in blocks; beyond it writing fails.
fn limited(place: &Place, blocks: &str, args: &[&str]) -> Output {
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"trap '' XFSZ; ulimit -f "$0"; exec "$@""#, blocks]);
    let inner = command(place, args);
    shell.arg(inner.get_program()).args(inner.get_args()).current_dir(place.path());
    shell.env("HOME", place.path()).env_remove("XDG_CONFIG_HOME").output().unwrap()
}

#[test]
fn where_nothing_can_be_written_nothing_is_started() {
    let place = Place::new();
    std::fs::write(place.path().join("file"), "").unwrap();
    let output = sweep(&place, &["distill=0,1", "paths.outputs=file"]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("file"), "{}", stderr(&output));
    let output = limited(&place, "0", &["distill=0,1"]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("File too large"), "{}", stderr(&output));
}

#[test]
fn a_disk_that_is_full_fails_the_jobs_and_the_ledger_is_right() {
    let place = Place::new();
    // Room for records and configs, none for checkpoints.
    let output = limited(&place, "200", &["distill=0,1"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("2 of 2 jobs failed: 0, 1"), "{said}");
    for job in 0..2 {
        assert_eq!(standing(&place, job).0, "failed");
    }
    succeeds(&place, &["distill=0,1"]);
    assert_eq!(standing(&place, 1), ("completed".into(), 2, 0));
}
