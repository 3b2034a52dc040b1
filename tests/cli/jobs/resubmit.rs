//! `runner jobs resubmit`: real jobs that ended without a result, and then have one.

use std::time::Duration;

use crate::support::{QUICK, repository};

use super::*;

/// The smallest sweep of two jobs, with its ledger; neither has run.
fn small_sweep(place: &Place, more: &[&str]) -> Ledger {
    let conf = repository().join("conf").display().to_string();
    // A job that is over before it starts leaves a ledger and nothing else.
    let dir = "outputs/ek55_ensemble/0001";
    let composing =
        ["--", "--config-path", &conf].into_iter().chain(QUICK).chain(more.iter().copied());
    let arguments: Vec<_> = ["run", dir, "0"].into_iter().chain(composing).collect();
    let blocked = place.path().join(dir);
    std::fs::create_dir_all(&blocked).unwrap();
    std::fs::write(blocked.join("0"), "no directory").unwrap();
    let output = jobs(place, &arguments);
    assert!(!output.status.success(), "{}", stderr(&output));
    Ledger::open(&blocked).unwrap()
}

fn unblock(ledger: &Ledger) {
    std::fs::remove_file(ledger.sweep().join("0")).unwrap();
}

#[test]
fn what_failed_or_was_cancelled_gets_its_result() {
    let place = Place::new();
    let ledger = small_sweep(&place, &["distill=0,1"]);
    assert_eq!(states(&ledger), [JobState::Failed, JobState::Queued]);
    let output = jobs(&place, &["cancel", "ek55_ensemble/0001/1", "--yes"]);
    assert!(output.status.success(), "{}", stderr(&output));
    // The reason is still there.
    let output = jobs(&place, &["resubmit", "ek55_ensemble/0001", "--failed"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let text = stderr(&output);
    assert!(text.contains("1 of 1 jobs failed: ek55_ensemble/0001/0"), "{text}");
    assert_eq!(states(&ledger), [JobState::Failed, JobState::Cancelled]);
    unblock(&ledger);
    let output = jobs(&place, &["resubmit", "ek55_ensemble/0001"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(states(&ledger), [JobState::Completed; 2]);
    let attempts: Vec<_> = ledger.jobs().unwrap().iter().map(|job| job.attempts).collect();
    assert_eq!(attempts, [3, 1]);
    for job in ["0", "1"] {
        let run = place.json(&format!("outputs/ek55_ensemble/0001/{job}/run.json"));
        assert_eq!(run["status"], "completed");
    }
    let output = jobs(&place, &["resubmit", "ek55_ensemble/0001"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("(2 completed)"), "{}", stderr(&output));
}

#[test]
fn a_request_to_stop_lets_the_job_save_and_leaves_the_others_as_they_were() {
    let place = Place::new();
    let long = ["distill=0,1", "train.num_epochs=500"];
    let ledger = small_sweep(&place, &long);
    recorded(&ledger, 1, JobState::Cancelled);
    unblock(&ledger);
    let mut command = Command::new(env!("CARGO_BIN_EXE_runner"));
    command.args(["jobs", "resubmit", "ek55_ensemble/0001"]).current_dir(place.path());
    let mut child = command.spawn().unwrap();
    let checkpoints = ledger.sweep().join("0/checkpoints");
    while !checkpoints.is_dir() || std::fs::read_dir(&checkpoints).unwrap().next().is_none() {
        assert!(child.try_wait().unwrap().is_none(), "it runs for a while");
        std::thread::sleep(Duration::from_millis(20));
    }
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(75));
    assert_eq!(states(&ledger), [JobState::Preempted, JobState::Cancelled]);
}

#[test]
fn a_worker_that_leaves_no_word_is_a_failed_job() {
    let place = Place::new();
    let long = ["distill=0,1", "train.num_epochs=500"];
    let ledger = small_sweep(&place, &long);
    unblock(&ledger);
    let mut command = Command::new(env!("CARGO_BIN_EXE_runner"));
    command.args(["jobs", "resubmit", "ek55_ensemble/0001/0"]).current_dir(place.path());
    let child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
    let worker = loop {
        let job = ledger.job(0).unwrap();
        match job.process.filter(|_| job.state == JobState::Running) {
            Some(process) => break process,
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    let pid = worker.pid.to_string();
    assert!(Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let job = ledger.job(0).unwrap();
    assert_eq!(job.state, JobState::Failed);
    assert_eq!(job.error.unwrap(), "its worker was ended by signal 9 and left no word");
}

#[test]
fn what_waits_is_left_to_the_command_of_its_sweep() {
    let place = Place::new();
    let ledger = sweep(&place, "ek55_ensemble/0001", 2);
    let output = jobs(&place, &["resubmit", "ek55_ensemble/0001"]);
    assert_eq!(output.status.code(), Some(2));
    let text = stderr(&output);
    assert!(text.contains("no job of it is to be started again (2 queued)"), "{text}");
    assert!(text.contains("`runner -m +experiment=ek55_ensemble 'distill=range(0,9)'`"), "{text}");
    assert_eq!(states(&ledger), [JobState::Queued; 2]);
}
