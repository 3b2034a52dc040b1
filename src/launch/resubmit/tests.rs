//! Which jobs go back into the line.

use std::path::Path;

use super::super::queue::fake::FakeQueue;
use super::super::{NoQueue, Queue, QueueWord, SlurmTask, Standings, SweepRecord};
use super::*;

fn ledger(dir: &Path, states: &[JobState]) -> Ledger {
    let record = |(number, state): (usize, &JobState)| {
        let queued = JobRecord::queued(number, Some(vec!["a=1".into()]), dir.join("x"));
        let slurm = Some(SlurmTask { job_id: 3, task: Some(number as u64) });
        JobRecord { state: *state, attempts: 2, error: Some("e".into()), slurm, ..queued }
    };
    let jobs: Vec<_> = states.iter().enumerate().map(record).collect();
    Ledger::create(dir, SweepRecord::example("e", jobs.len()), &jobs).unwrap()
}

fn job(ledger: &Ledger, number: usize, queue: &dyn Queue) -> Standing {
    let mut jobs = Standings::read(ledger, &[number], queue).0.jobs;
    jobs.remove(0).1.unwrap()
}

#[test]
fn what_ended_without_a_result_goes_back() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = ledger(dir.path(), &JobState::ALL);
    let mut back = Vec::new();
    for (number, state) in JobState::ALL.into_iter().enumerate() {
        let standing = job(&ledger, number, &NoQueue);
        match put_back(&ledger, &standing).unwrap() {
            Ok(_) => back.push(state),
            Err(kept) => assert_eq!(kept, Kept::Stands(state)),
        }
    }
    // The running one has no process.
    let expected = [JobState::Running, JobState::Failed, JobState::Preempted, JobState::Cancelled];
    assert_eq!(back, expected);
    let record = ledger.job(4).unwrap();
    assert_eq!((record.state, record.attempts, record.error), (JobState::Queued, 2, None));
    assert_eq!(record.overrides, Some(vec!["a=1".to_owned()]));
}

#[test]
fn what_still_stops_or_has_moved_on_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = ledger(dir.path(), &[JobState::Cancelled, JobState::Failed]);
    let stopping = job(&ledger, 0, &FakeQueue::saying(QueueWord::Running));
    assert_eq!(put_back(&ledger, &stopping).unwrap().unwrap_err(), Kept::Stopping);
    let seen = job(&ledger, 1, &NoQueue);
    ledger.update(1, |job| job.state = JobState::Queued).unwrap();
    assert_eq!(put_back(&ledger, &seen).unwrap().unwrap_err(), Kept::Changed);
}

#[test]
fn what_could_not_be_started_is_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = ledger(dir.path(), &[JobState::Failed, JobState::Cancelled]);
    let before = ledger.job(0).unwrap();
    let back = put_back(&ledger, &job(&ledger, 0, &NoQueue)).unwrap().unwrap();
    undo(&ledger, back).unwrap();
    let after = ledger.job(0).unwrap();
    assert_eq!(after, JobRecord { updated: after.updated.clone(), ..before });
    let back = put_back(&ledger, &job(&ledger, 1, &NoQueue)).unwrap().unwrap();
    ledger.update(1, |job| job.state = JobState::Running).unwrap();
    undo(&ledger, back).unwrap();
    assert_eq!(ledger.job(1).unwrap().state, JobState::Running, "somebody has started it");
}
