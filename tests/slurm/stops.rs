//! Jobs that are told to stop: at their time limit, to make room, by somebody.

use runner::launch::JobState;
use runner::launch::slurm::{QueueState, cancel};

use crate::cluster::{
    BASE, is_there, lasting, launched, log, slurm, task, wait_for, wait_for_checkpoint,
    wait_for_completion, word,
};
use crate::support::Place;

/// A run of about so many seconds, and how it is launched.
fn long<'a>(length: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    BASE.into_iter().chain([length]).chain(more.iter().copied()).collect()
}

#[test]
fn a_job_whose_time_runs_out_goes_on_in_its_directory() {
    if !is_there() {
        return;
    }
    let place = Place::new();
    let length = lasting(&place, 60);
    let limit = [
        "hydra.launcher.timeout_min=1",
        "hydra.launcher.signal_delay_s=30",
        "hydra.launcher.max_num_timeout=50",
        "hydra.launcher.signal=USR2",
    ];
    let ledger = launched(&place, &long(&length, &limit));
    wait_for(&ledger, "its time ran out", |jobs| jobs[0].timeouts > 0);
    wait_for_completion(&ledger);
    let job = ledger.job(0).unwrap();
    assert_eq!(job.preemptions, 0);
    assert_eq!(job.attempts, job.timeouts + 1);
    let manifest = place.json("outputs/ek55_ensemble/0001/0/run.json");
    assert_eq!(manifest["status"], "completed");
    assert_eq!(manifest["slurm"]["restart_count"], job.timeouts);
    let steps: Vec<u64> = place
        .metrics("outputs/ek55_ensemble/0001/0")
        .iter()
        .filter(|record| record["split"] == "train")
        .map(|record| record["step"].as_u64().unwrap())
        .collect();
    assert!(steps.is_sorted() && steps.windows(2).all(|pair| pair[0] < pair[1]), "{steps:?}");
    assert!(log(&ledger, 0).contains("waits in the queue again"));
}

#[test]
fn a_job_that_is_out_of_time_too_often_waits_for_somebody() {
    if !is_there() {
        return;
    }
    let place = Place::new();
    let length = lasting(&place, 120);
    let limit = [
        "hydra.launcher.timeout_min=1",
        "hydra.launcher.signal_delay_s=30",
        "hydra.launcher.max_num_timeout=0",
    ];
    let ledger = launched(&place, &long(&length, &limit));
    wait_for(&ledger, "it is not requeued", |jobs| jobs[0].error.is_some());
    let job = ledger.job(0).unwrap();
    assert_eq!((job.state, job.timeouts), (JobState::Preempted, 1));
    assert!(job.error.unwrap().contains("max_num_timeout is 0"));
    let task = task(&ledger, 0);
    while !word(task).is_ended() {}
    assert!(matches!(word(task), QueueState::Failed { .. }), "{}", word(task));
}

#[test]
fn a_preemption_is_counted_apart() {
    if !is_there() {
        return;
    }
    let place = Place::new();
    let length = lasting(&place, 30);
    let args = ["hydra.launcher.max_num_timeout=0", "distill=0,1"];
    let ledger = launched(&place, &long(&length, &args));
    // As Slurm preempts: it requeues the task itself.
    wait_for_checkpoint(&ledger, 1);
    slurm(place.path(), "scontrol", &["requeue", &task(&ledger, 1).to_string()]);
    wait_for(&ledger, "it was preempted", |jobs| jobs[1].preemptions == 1);
    // As Slurm announces that it will: only the signal.
    wait_for_checkpoint(&ledger, 0);
    slurm(place.path(), "scancel", &["--signal=TERM", &task(&ledger, 0).to_string()]);
    wait_for(&ledger, "it was preempted", |jobs| jobs[0].preemptions == 1);
    wait_for_completion(&ledger);
    for job in ledger.jobs().unwrap() {
        assert_eq!((job.attempts, job.timeouts, job.preemptions), (2, 0, 1), "{job:#?}");
        assert_eq!(task(&ledger, job.number).task, Some(job.number as u64));
    }
}

#[test]
fn a_job_that_is_taken_back_stays_so() {
    if !is_there() {
        return;
    }
    let place = Place::new();
    let length = lasting(&place, 60);
    let ledger = launched(&place, &long(&length, &["distill=0,1"]));
    wait_for_checkpoint(&ledger, 0);
    cancel(&[task(&ledger, 0)]).unwrap();
    wait_for(&ledger, "it is cancelled", |jobs| jobs[0].state == JobState::Cancelled);
    assert_eq!(ledger.job(0).unwrap().attempts, 1);
    let cancelled = task(&ledger, 0);
    while !word(cancelled).is_ended() {}
    assert_eq!(word(cancelled), QueueState::Cancelled);
    cancel(&[task(&ledger, 1)]).unwrap();
}
