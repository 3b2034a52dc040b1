//! `runner jobs logs`: what was printed, and what is being printed.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use super::*;

/// A job that runs, and where its log is going to be.
fn with_log(place: &Place) -> (Ledger, PathBuf) {
    let ledger = sweep(place, "ek55_ensemble/0001", 1);
    running(&ledger, 0, ProcessStamp::current());
    let log = ledger.log(0);
    ledger.update(0, |job| job.log = Some(log.clone())).unwrap();
    (ledger, log)
}

fn following(place: &Place, args: &[&str]) -> Child {
    let args = [&["jobs", "logs", "ek55_ensemble/0001/0", "-f"], args].concat();
    let mut command = Command::new(env!("CARGO_BIN_EXE_runner"));
    command.args(args).current_dir(place.path());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// The next line that a follower prints.
fn next(out: &mut impl BufRead) -> String {
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    line
}

#[test]
fn the_log_or_what_stands_in_for_it() {
    let place = Place::new();
    let (ledger, log) = with_log(&place);
    let output = jobs(&place, &["logs", "ek55_ensemble/0001/0"]);
    assert!(output.status.success() && output.stdout.is_empty());
    assert!(stderr(&output).contains("has printed nothing"), "{}", stderr(&output));
    let run = ledger.job(0).unwrap().directory;
    std::fs::create_dir_all(&run).unwrap();
    std::fs::write(run.join("runner.log"), "of the run\n").unwrap();
    assert_eq!(stdout(&jobs(&place, &["logs", "ek55_ensemble/0001/0"])), "of the run\n");
    std::fs::write(&log, b"one\ntwo\n\xff\n").unwrap();
    let output = jobs(&place, &["logs", "ek55_ensemble/0001/0"]);
    assert_eq!(output.stdout, b"one\ntwo\n\xff\n", "as it is");
    let output = jobs(&place, &["logs", "ek55_ensemble/0001/0", "--lines", "2"]);
    assert_eq!(output.stdout, b"two\n\xff\n");
}

#[test]
fn a_log_is_followed_through_all_its_fates_until_the_job_ends() {
    let place = Place::new();
    let (ledger, log) = with_log(&place);
    let mut child = following(&place, &[]);
    let mut out = BufReader::new(child.stdout.take().unwrap());
    std::thread::sleep(Duration::from_millis(200));
    let mut file = std::fs::File::create(&log).unwrap();
    file.write_all(b"first\n").unwrap();
    assert_eq!(next(&mut out), "first\n");
    file.write_all(b"second\n").unwrap();
    assert_eq!(next(&mut out), "second\n");
    std::fs::write(&log, "cut\n").unwrap();
    assert_eq!(next(&mut out), "cut\n");
    std::fs::rename(&log, log.with_extension("old")).unwrap();
    std::fs::write(&log, "another\n").unwrap();
    assert_eq!(next(&mut out), "another\n");
    // What is written last is printed, and then the command ends.
    std::fs::OpenOptions::new().append(true).open(&log).unwrap().write_all(b"bye\n").unwrap();
    recorded(&ledger, 0, JobState::Completed);
    assert_eq!(next(&mut out), "bye\n");
    assert_eq!(next(&mut out), "");
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert!(stderr(&output).contains("job ek55_ensemble/0001/0 is completed"));
}

#[test]
fn only_the_last_lines_and_what_comes_after() {
    let place = Place::new();
    let (ledger, log) = with_log(&place);
    std::fs::write(&log, "a\nb\nc\n").unwrap();
    let mut child = following(&place, &["-n", "1"]);
    let mut out = BufReader::new(child.stdout.take().unwrap());
    assert_eq!(next(&mut out), "c\n");
    let writer = std::thread::spawn(move || {
        let mut file = std::fs::OpenOptions::new().append(true).open(&log).unwrap();
        for number in 0..200 {
            writeln!(file, "line {number}").unwrap();
        }
    });
    for number in 0..200 {
        assert_eq!(next(&mut out), format!("line {number}\n"));
    }
    writer.join().unwrap();
    recorded(&ledger, 0, JobState::Failed);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && stderr(&output).contains("failed"));
}

#[test]
fn following_ends_on_request() {
    let place = Place::new();
    let (_ledger, log) = with_log(&place);
    std::fs::write(&log, "here\n").unwrap();
    let mut child = following(&place, &[]);
    let mut out = BufReader::new(child.stdout.take().unwrap());
    assert_eq!(next(&mut out), "here\n");
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[test]
fn following_ends_when_nobody_reads_on() {
    let place = Place::new();
    let (_ledger, log) = with_log(&place);
    let mut child = following(&place, &[]);
    drop(child.stdout.take());
    std::fs::write(&log, "to nobody\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
}
