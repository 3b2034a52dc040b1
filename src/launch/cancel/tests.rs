//! Every kind of job taken back, with processes that can be looked at afterwards.

use std::path::Path;
use std::process::{Child, Command};

use super::super::queue::fake::FakeQueue;
use super::super::{QueueWord, Standings, SweepRecord};
use super::*;
use crate::runs::ProcessStamp;

fn ledger(dir: &Path, states: &[JobState]) -> Ledger {
    let record = |(number, state): (usize, &JobState)| {
        let dir = dir.join(number.to_string());
        JobRecord { state: *state, ..JobRecord::queued(number, None, dir) }
    };
    let jobs: Vec<_> = states.iter().enumerate().map(record).collect();
    Ledger::create(dir, SweepRecord::example("e", jobs.len()), &jobs).unwrap()
}

fn sleeper() -> (Child, ProcessStamp) {
    let child = Command::new("sleep").arg("60").spawn().unwrap();
    let stamp = ProcessStamp::of(child.id());
    (child, stamp)
}

fn all(ledger: &Ledger, queue: &dyn Queue) -> Standings {
    let numbers: Vec<_> = (0..ledger.head().jobs).collect();
    Standings::read(ledger, &numbers, queue).0
}

fn cancel_all(ledger: &Ledger, queue: &dyn Queue) -> Result<Vec<(usize, Cancelled)>, LaunchError> {
    let standings = all(ledger, queue);
    cancel(ledger, &standings.known().collect::<Vec<_>>(), queue)
}

fn states(ledger: &Ledger) -> Vec<JobState> {
    ledger.jobs().unwrap().iter().map(|job| job.state).collect()
}

#[test]
fn what_waits_is_marked_and_what_is_over_stays() {
    let dir = tempfile::tempdir().unwrap();
    let before = [JobState::Queued, JobState::Completed, JobState::Failed, JobState::Preempted];
    let ledger = ledger(dir.path(), &before);
    let queue = FakeQueue::saying(QueueWord::Running);
    let told: Vec<_> = cancel_all(&ledger, &queue).unwrap().into_iter().map(|t| t.1).collect();
    let ended = Cancelled::Ended;
    assert_eq!(
        told,
        [Cancelled::Marked, ended(JobState::Completed), ended(JobState::Failed), Cancelled::Marked]
    );
    let expected =
        [JobState::Cancelled, JobState::Completed, JobState::Failed, JobState::Cancelled];
    assert_eq!(states(&ledger), expected);
    assert!(queue.told.lock().unwrap().is_empty(), "no queue has anything to do with it");
}

#[test]
fn a_process_is_told_and_a_recycled_number_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = ledger(dir.path(), &[JobState::Running; 3]);
    let (mut child, stamp) = sleeper();
    let (mut other, recycled) = sleeper();
    let recycled = ProcessStamp { ticks: Some(1), ..recycled };
    let elsewhere = ProcessStamp { host: "elsewhere".into(), ..stamp.clone() };
    for (number, stamp) in [stamp, recycled, elsewhere].into_iter().enumerate() {
        ledger.update(number, |job| job.process = Some(stamp)).unwrap();
    }
    let told = cancel_all(&ledger, &super::super::NoQueue).unwrap();
    assert_eq!(told[0].1, Cancelled::Told);
    assert_eq!(told[1].1, Cancelled::Ended(JobState::Failed), "its process is gone");
    assert_eq!(told[2].1, Cancelled::OutOfReach { host: "elsewhere".into() });
    assert!(told[2].1.goes_on());
    child.wait().unwrap();
    assert!(other.try_wait().unwrap().is_none());
    other.kill().unwrap();
    other.wait().unwrap();
    // A worker that knows nothing of the order.
    ledger.update(0, |job| job.state = JobState::Preempted).unwrap();
    assert!(settle_cancelled(&ledger, &[0], Duration::ZERO).unwrap().is_empty());
    assert_eq!(states(&ledger), [JobState::Cancelled, JobState::Running, JobState::Running]);
}

#[test]
fn what_completes_meanwhile_stays_completed() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = ledger(dir.path(), &[JobState::Running, JobState::Queued]);
    let standings = all(&ledger, &super::super::NoQueue);
    let jobs: Vec<_> = standings.known().collect();
    ledger.update(1, |job| job.state = JobState::Completed).unwrap();
    let told = cancel(&ledger, &jobs[1..], &super::super::NoQueue).unwrap();
    assert_eq!(told, [(1, Cancelled::Ended(JobState::Completed))]);
    ledger.update(0, |job| job.state = JobState::Completed).unwrap();
    settle_cancelled(&ledger, &[0], Duration::ZERO).unwrap();
    assert_eq!(states(&ledger), [JobState::Completed; 2]);
}

#[test]
fn a_process_that_takes_its_time_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = ledger(dir.path(), &[JobState::Cancelled]);
    let (mut child, stamp) = sleeper();
    ledger.update(0, |job| job.process = Some(stamp)).unwrap();
    assert_eq!(settle_cancelled(&ledger, &[0], Duration::from_millis(60)).unwrap(), [0]);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(settle_cancelled(&ledger, &[0], Duration::from_secs(60)).unwrap().is_empty());
}

#[test]
fn the_queue_is_told_once_of_all() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = ledger(dir.path(), &[JobState::Submitted, JobState::Running, JobState::Queued]);
    for number in [0, 1] {
        let task = SlurmTask { job_id: 12, task: Some(number as u64) };
        ledger.update(number, |job| job.slurm = Some(task)).unwrap();
    }
    let queue = FakeQueue::saying(QueueWord::Running);
    let told = cancel_all(&ledger, &queue).unwrap();
    let dropped = Cancelled::Dropped;
    assert_eq!(told, [(0, dropped.clone()), (1, dropped), (2, Cancelled::Marked)]);
    let heard = ["ask 2", "cancel [(12, Some(0)), (12, Some(1))]"];
    assert_eq!(*queue.told.lock().unwrap(), heard);
    assert_eq!(states(&ledger), [JobState::Cancelled; 3]);
}

#[test]
fn a_queue_that_refuses_leaves_the_jobs_as_they_were() {
    let dir = tempfile::tempdir().unwrap();
    let before = [JobState::Queued, JobState::Submitted];
    let ledger = ledger(dir.path(), &before);
    let task = SlurmTask { job_id: 12, task: None };
    ledger.update(1, |job| job.slurm = Some(task)).unwrap();
    assert!(cancel_all(&ledger, &FakeQueue::refusing()).is_err());
    assert_eq!(states(&ledger), before);
}
