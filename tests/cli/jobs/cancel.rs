//! `runner jobs cancel`: nobody is stopped who was not meant.

use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;

use super::*;

#[test]
fn nothing_is_cancelled_without_a_yes() {
    let place = Place::new();
    let ledger = sweep(&place, "ek55_ensemble/0001", 2);
    let before = tree(place.path());
    let mut command = place.command(["jobs", "cancel", "ek55_ensemble/0001"]);
    let output = command.write_stdin("y\n").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = stderr(&output);
    assert!(text.contains("cancel 2 jobs of ek55_ensemble/0001, of which 0 run?"), "{text}");
    assert!(text.contains("`--yes` goes on without a question"), "{text}");
    assert_eq!(tree(place.path()), before);
    assert_eq!(states(&ledger), [JobState::Queued; 2]);
}

#[test]
fn a_sweep_is_cancelled() {
    let place = Place::new();
    let ledger = sweep(&place, "ek55_ensemble/0001", 5);
    let (mut worker, stamp) = sleeper();
    let (mut stranger, recycled) = sleeper();
    running(&ledger, 0, stamp);
    running(&ledger, 1, ProcessStamp { ticks: Some(1), ..recycled });
    running(&ledger, 2, elsewhere());
    recorded(&ledger, 3, JobState::Completed);
    // The process is waited for by nobody else, so that it does not linger.
    let waiter = std::thread::spawn(move || worker.wait().unwrap());
    let output = jobs(&place, &["cancel", "ek55_ensemble/0001", "--yes"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let told = "ek55_ensemble/0001/0 cancelled\nek55_ensemble/0001/4 cancelled\n";
    assert_eq!(stdout(&output), told);
    let text = stderr(&output);
    assert!(text.contains("job ek55_ensemble/0001/2: it runs on elsewhere"), "{text}");
    assert_eq!(waiter.join().unwrap().signal(), Some(15));
    assert!(stranger.try_wait().unwrap().is_none(), "a recycled number is nobody's");
    stranger.kill().unwrap();
    stranger.wait().unwrap();
    let expected = [
        JobState::Cancelled,
        JobState::Running,
        JobState::Running,
        JobState::Completed,
        JobState::Cancelled,
    ];
    assert_eq!(states(&ledger), expected);
    let page = place.text("outputs/ek55_ensemble/0001/report.html");
    assert!(page.contains("cancelled"), "{page}");
    let again = jobs(&place, &["cancel", "ek55_ensemble/0001/0"]);
    assert!(again.status.success());
    assert!(stderr(&again).contains("job ek55_ensemble/0001/0 is cancelled already"));
}

#[test]
fn a_job_that_completes_all_the_same_stays_completed() {
    let place = Place::new();
    let ledger = sweep(&place, "ek55_ensemble/0001", 1);
    // A worker that finishes its work when it is told to stop.
    let mut worker = Command::new("sh")
        .args(["-c", "trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ready = [0; 6];
    std::io::Read::read_exact(worker.stdout.as_mut().unwrap(), &mut ready).unwrap();
    running(&ledger, 0, ProcessStamp::of(worker.id()));
    let records = ledger.clone();
    let waiter = std::thread::spawn(move || {
        worker.wait().unwrap();
    });
    let completes = std::thread::spawn(move || {
        while records.job(0).unwrap().state != JobState::Cancelled {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        recorded(&records, 0, JobState::Completed);
    });
    let output = jobs(&place, &["cancel", "ek55_ensemble/0001/0", "-y"]);
    completes.join().unwrap();
    waiter.join().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(states(&ledger), [JobState::Completed]);
}

#[test]
fn what_a_queue_has_is_not_cancelled_where_there_is_none() {
    let place = Place::new();
    let ledger = sweep(&place, "ek55_ensemble/0001", 1);
    recorded(&ledger, 0, JobState::Submitted);
    in_slurm(&ledger, 0, 12);
    let mut command = place.command(["jobs", "cancel", "12_0", "--yes"]);
    let output = command.env("PATH", place.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("Slurm"), "{}", stderr(&output));
    assert_eq!(states(&ledger), [JobState::Submitted]);
}
