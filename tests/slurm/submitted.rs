//! A sweep as a job array.

use std::path::Path;

use runner::config;
use runner::launch::{JobState, Ledger};

use crate::cluster::{SMALL, is_there, launched, log, task, wait_for_completion, word};
use crate::support::{Place, QUICK, stderr};

const WEIGHTS: &str = "distill=0,1,20,150";

fn quick(more: &[&'static str]) -> Vec<&'static str> {
    QUICK.into_iter().chain(more.iter().copied()).collect()
}

#[test]
fn an_array_completes_and_is_not_run_again() {
    if !is_there() {
        return;
    }
    let place = Place::new();
    let args = quick(&["hydra.launcher.array_parallelism=2", WEIGHTS]);
    let ledger = launched(&place, &args);
    let file = ledger.head().job_file.clone().unwrap();
    assert_eq!(file, place.path().canonicalize().unwrap().join("jobs/ek55_ensemble-0001.job"));
    let text = std::fs::read_to_string(file).unwrap();
    assert!(
        text.contains("#SBATCH --array=0-3%2\n") && text.contains("#   2: distill=20\n"),
        "{text}"
    );
    wait_for_completion(&ledger);
    for job in ledger.jobs().unwrap() {
        assert_eq!((job.attempts, job.timeouts, job.preemptions), (1, 0, 0));
        let dir = format!("outputs/ek55_ensemble/0001/{}", job.number);
        let manifest = place.json(&format!("{dir}/run.json"));
        assert_eq!(manifest["status"], "completed");
        assert_eq!(manifest["slurm"]["array_task_id"], job.number);
        let shown = log(&ledger, job.number);
        assert!(shown.contains(&format!("{dir}\n")), "{shown}");
    }
    // The worker has its result before Slurm knows.
    let task = task(&ledger, 3);
    while !word(task).is_ended() {}

    let args = ["-m"].into_iter().chain(SMALL).chain(args);
    let output = place.runner(args).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("4 have completed results, 0 to run"), "{}", stderr(&output));
    assert!(!stderr(&output).contains("submitted"), "{}", stderr(&output));
}

#[test]
fn one_job_is_no_array() {
    if !is_there() {
        return;
    }
    let place = Place::new();
    let ledger = launched(&place, &QUICK);
    assert_eq!(task(&ledger, 0).task, None);
    wait_for_completion(&ledger);
}

#[test]
fn values_reach_the_config_as_they_are() {
    if !is_there() {
        return;
    }
    let place = Place::new();
    let hostile = "+extra.note='a; touch hacked $(touch hacked) `touch hacked` && \"q\" #SBATCH\n#SBATCH --hold'";
    let comment = "hydra.launcher.comment='$(touch hacked); it is \"odd\" # and 100%'";
    let args = quick(&[hostile, comment, "hydra.launcher.name='a b;c'"]);
    let ledger = launched(&place, &args);
    wait_for_completion(&ledger);
    let run = place.path().join("outputs/ek55_ensemble/0001/0");
    let config = config::stored(&run, &config::Runtime::new(run.clone())).unwrap();
    let note = "a; touch hacked $(touch hacked) `touch hacked` && \"q\" #SBATCH\n#SBATCH --hold";
    assert_eq!(config.text_at("extra.note").unwrap(), note);
    let found: Vec<_> = walk(place.path()).into_iter().filter(|name| name == "hacked").collect();
    assert!(found.is_empty(), "a value was taken for a command");
    let asked = ["--noheader", "--states=all", "--format=%j|%k", "--jobs"];
    let id = task(&ledger, 0).to_string();
    let args: Vec<&str> = asked.into_iter().chain([id.as_str()]).collect();
    let shown = crate::cluster::slurm(place.path(), "squeue", &args);
    assert_eq!(shown.trim(), "a b;c|$(touch hacked); it is \"odd\" # and 100%");
}

#[test]
fn what_slurm_refuses_is_not_submitted() {
    if !is_there() {
        return;
    }
    let place = Place::new();
    let args = ["-m"].into_iter().chain(SMALL).chain(QUICK).chain(["distill=0,1"]);
    let output = place.runner(args.clone().chain(["hydra.launcher.partition=nowhere"])).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    for part in ["failed to submit the job file: `sbatch` says: ", "partition", "help: "] {
        assert!(stderr(&output).contains(part), "{}", stderr(&output));
    }
    let sweep = place.path().join("outputs/ek55_ensemble/0001");
    let ledger = Ledger::open(&sweep).unwrap();
    let states: Vec<_> = ledger.jobs().unwrap().iter().map(|job| job.state).collect();
    assert_eq!(states, [JobState::Queued, JobState::Queued]);
    // What is right now goes on with the same sweep.
    let output = place.runner(args).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    wait_for_completion(&ledger);
}

/// Every name below a directory.
fn walk(dir: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        names.push(entry.file_name().to_string_lossy().into_owned());
        if entry.file_type().unwrap().is_dir() {
            names.extend(walk(&entry.path()));
        }
    }
    names
}
