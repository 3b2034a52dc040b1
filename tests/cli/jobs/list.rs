//! `runner jobs list`: honest states, broken records, many jobs.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use super::*;

fn listed(place: &Place, args: &[&str]) -> Value {
    let args = [&["list"], args, &["--json"]].concat();
    let output = jobs(place, &args);
    assert!(output.status.success(), "{}", stderr(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn columns(line: &str) -> Vec<&str> {
    line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect()
}

#[test]
fn no_sweeps_is_no_error() {
    let place = Place::new();
    let output = jobs(&place, &["list"]);
    assert!(output.status.success());
    assert_eq!(stdout(&output), "");
    assert!(stderr(&output).contains("no sweep like that below `outputs`"));
    assert_eq!(listed(&place, &[]), serde_json::json!([]));
    assert!(place.is_empty());
}

#[test]
fn every_sweep_has_its_line() {
    let place = Place::new();
    let ledger = sweep(&place, "ek55_ensemble/0001", 4);
    recorded(&ledger, 0, JobState::Completed);
    recorded(&ledger, 1, JobState::Failed);
    running(&ledger, 2, ProcessStamp::current());
    let other = sweep(&place, "egtea_bert/0002", 1);
    recorded(&other, 0, JobState::Completed);
    let half = place.path().join("outputs/egtea_bert/0003/ledger");
    std::fs::create_dir_all(&half).unwrap();
    std::fs::write(half.join("0000.json"), "{").unwrap();
    std::fs::create_dir_all(place.path().join("outputs/egtea_bert/0001/.hydra")).unwrap();

    let output = jobs(&place, &["list"]);
    let text = stdout(&output);
    let lines: Vec<_> = text.lines().map(columns).collect();
    assert_eq!(lines[0], ["sweep", "launcher", "done", "jobs", "since"], "{text}");
    let counts = "1 completed, 1 running, 1 queued, 1 failed";
    assert_eq!(lines[1][..4], ["ek55_ensemble/0001", "local", "1/4", counts], "{text}");
    assert_eq!(lines[2][..4], ["egtea_bert/0002", "local", "1/1", "1 completed"], "{text}");
    assert_eq!(lines[3][0], "egtea_bert/0003", "{text}");
    assert!(lines[3][3].starts_with("broken: failed to"), "{text}");
    assert_eq!(lines.len(), 4, "{text}");
    assert!(!text.contains('\x1b'), "{text:?}");

    let names = |value: &Value| -> Vec<String> {
        let name = |sweep: &Value| sweep["sweep"].as_str().unwrap().to_owned();
        value.as_array().unwrap().iter().map(name).collect()
    };
    assert_eq!(names(&listed(&place, &["--experiment", "ek55*"])), ["ek55_ensemble/0001"]);
    assert_eq!(names(&listed(&place, &["--state", "failed"])), ["ek55_ensemble/0001"]);
    assert_eq!(names(&listed(&place, &["egtea_bert"])), ["egtea_bert/0002", "egtea_bert/0003"]);
    let wrong = jobs(&place, &["list", "--state", "lost"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(stderr(&wrong).contains("preempted"), "{}", stderr(&wrong));
}

#[test]
fn a_job_is_what_all_there_is_says_of_it() {
    let place = Place::new();
    let ledger = sweep(&place, "ek55_ensemble/0001", 9);
    // 0 waits. 1 has completed, and died before it could say so.
    begun(&ledger, 1).complete().unwrap();
    running(&ledger, 1, gone());
    // 2 died in the middle of its work.
    running(&ledger, 2, gone());
    let log = ledger.log(2);
    std::fs::write(&log, "step 1\nKilled\n").unwrap();
    ledger.update(2, |job| job.log = Some(log)).unwrap();
    // 3 works here, 4 elsewhere, where nobody can look.
    running(&ledger, 3, ProcessStamp::current());
    running(&ledger, 4, elsewhere());
    // 5 failed and said why, 6 was cancelled, 7 is in a queue that is not here.
    let failed = |job: &mut JobRecord| {
        (job.state, job.error) = (JobState::Failed, Some("loss is not finite\nmore".into()));
    };
    ledger.update(5, failed).unwrap();
    recorded(&ledger, 6, JobState::Cancelled);
    recorded(&ledger, 7, JobState::Submitted);
    in_slurm(&ledger, 7, 31);
    // 8 has a number that another process has now.
    running(&ledger, 8, ProcessStamp { ticks: Some(1), ..ProcessStamp::current() });

    let before = tree(place.path());
    let found = listed(&place, &["ek55_ensemble/0001"]);
    let told: Vec<_> = found.as_array().unwrap().iter().map(|job| &job["state"]).collect();
    let expected = [
        "queued",
        "completed",
        "failed",
        "running",
        "running",
        "failed",
        "cancelled",
        "submitted",
        "failed",
    ];
    assert_eq!(told, expected);
    assert_eq!(found[1]["recorded"], "running");
    assert_eq!(found[2]["error"], "died without a word");
    assert_eq!(found[4]["reason"], "its process is on another machine");
    assert_eq!(found[7]["slurm"], "31_7");

    let text = stdout(&jobs(&place, &["list", "ek55_ensemble/0001"]));
    let lines: Vec<_> = text.lines().collect();
    assert!(lines[1].contains("distill=0") && !lines[1].contains("+experiment"), "{text}");
    assert!(lines[6].ends_with("loss is not finite"), "{text}");
    assert!(lines[3].ends_with("died without a word"), "{text}");
    assert_eq!(tree(place.path()), before, "listing changes nothing");

    let failed = listed(&place, &["ek55_ensemble/0001", "--state", "failed"]);
    assert_eq!(failed.as_array().unwrap().len(), 3);
}

#[test]
fn one_broken_record_hides_no_other() {
    let place = Place::new();
    let ledger = sweep(&place, "ek55_ensemble/0001", 4);
    std::fs::write(ledger.folder().join("0001.json"), "{\"schema\": 1").unwrap();
    std::fs::remove_file(ledger.folder().join("0002.json")).unwrap();
    let text = stdout(&jobs(&place, &["list", "ek55_ensemble/0001"]));
    let broken: Vec<_> = text.lines().filter(|line| line.contains("broken")).collect();
    assert_eq!(broken.len(), 2, "{text}");
    assert!(broken[0].contains("0001.json") && broken[1].contains("0002.json"), "{text}");
    assert_eq!(text.lines().count(), 5, "{text}");
    let text = stdout(&jobs(&place, &["list"]));
    assert!(text.contains("2 queued, 2 broken"), "{text}");
    let found = listed(&place, &["ek55_ensemble/0001"]);
    assert_eq!(found[1]["state"], "broken");
    let shown = jobs(&place, &["show", "ek55_ensemble/0001/1"]);
    assert_eq!(shown.status.code(), Some(2));
    assert!(stderr(&shown).contains("0001.json"), "{}", stderr(&shown));
}

#[test]
fn a_thousand_jobs_are_listed() {
    let place = Place::new();
    let ledger = sweep(&place, "ek55_ensemble/0001", 1000);
    for number in 0..20 {
        recorded(&ledger, number, JobState::Completed);
    }
    let text = stdout(&jobs(&place, &["list", "ek55_ensemble/0001"]));
    assert_eq!(text.lines().count(), 1001);
    assert!(text.lines().last().unwrap().contains("distill=999"));
    let text = stdout(&jobs(&place, &["list"]));
    assert!(text.contains("20 completed, 980 queued"), "{text}");
}

#[test]
fn what_can_only_be_read_is_listed() {
    let place = Place::new();
    let ledger = sweep(&place, "ek55_ensemble/0001", 2);
    let mode = |mode| {
        for dir in [ledger.sweep().to_owned(), ledger.folder()] {
            std::fs::set_permissions(dir, PermissionsExt::from_mode(mode)).unwrap();
        }
    };
    mode(0o555);
    let before = tree(place.path());
    let found = listed(&place, &["ek55_ensemble/0001"]);
    assert_eq!(found.as_array().unwrap().len(), 2);
    assert_eq!(tree(place.path()), before);
    mode(0o755);
}

#[test]
fn texts_in_records_give_the_terminal_no_orders() {
    let place = Place::new();
    let ledger = sweep(&place, "ek55_ensemble/0001", 2);
    let hostile = "note=\x1b[2J\nek55";
    ledger.update(0, |job| job.overrides = Some(vec![hostile.into()])).unwrap();
    for args in [&["list", "ek55_ensemble/0001"][..], &["show", "ek55_ensemble/0001/0"]] {
        let text = stdout(&jobs(&place, args));
        assert!(!text.contains('\x1b') && text.contains("\\u{1b}[2J\\nek55"), "{text:?}");
    }
}
