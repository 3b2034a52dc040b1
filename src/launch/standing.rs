//! How the jobs of a sweep stand: the evidence for [`settle()`], gathered.
//!
//! Decides where what is known of a job is looked for. It changes nothing on disk, and a record that
//! cannot be read keeps nobody from seeing the others. Invariant: the queue is asked once, however many
//! jobs there are.

use std::path::PathBuf;

use rayon::prelude::*;

use super::queue::{Queue, QueueWord};
use super::settle::{Evidence, RunWord, Settled, settle};
use super::{JobRecord, JobState, LaunchError, Ledger, SlurmTask};
use crate::files;
use crate::runs::{Liveness, Manifest, RunEntry, RunState, Status, read_run};

/// A job with all that is known of it.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Its record.
    pub record: JobRecord,
    /// Its run directory, in whatever state.
    pub run: RunEntry,
    /// How it stands.
    pub settled: Settled,
}

impl Standing {
    /// What went wrong with a failed job, in the words of whoever knows.
    pub fn error(&self) -> Option<String> {
        if self.settled.state != JobState::Failed {
            return None;
        }
        let manifest = self.run.manifest.as_ref().and_then(|m| m.error.clone());
        match self.settled.reason.is_recorded() {
            true => self.record.error.clone().or(manifest),
            false if self.settled.reason == super::Reason::Manifest => manifest,
            false => None,
        }
        .or_else(|| Some(self.settled.reason.to_string()))
    }
}

/// The jobs that were asked for, each as it stands or why it cannot be told.
#[derive(Debug, Default)]
pub struct Standings {
    /// In the order of the numbers.
    pub jobs: Vec<(usize, Result<Standing, LaunchError>)>,
}

impl Standings {
    /// Looks at jobs of many sweeps; gives those of each, and why the queue gave no answer.
    pub fn of_sweeps(
        sweeps: &[(&Ledger, Vec<usize>)],
        queue: &dyn Queue,
    ) -> (Vec<Self>, Option<LaunchError>) {
        let read = |(ledger, numbers): &(&Ledger, Vec<usize>)| -> Vec<_> {
            numbers.par_iter().map(|number| (*number, Found::read(ledger, *number))).collect()
        };
        let sweeps: Vec<_> = sweeps.iter().map(read).collect();
        let known = sweeps.iter().flatten().filter_map(|(_, found)| found.as_ref().ok());
        let tasks: Vec<_> = known.filter_map(Found::task).collect();
        let (words, silent) = match tasks.is_empty() {
            true => (Vec::new(), None),
            false => {
                queue.ask(&tasks).map_or_else(|e| (Vec::new(), Some(e)), |words| (words, None))
            }
        };
        let mut words = words.into_iter();
        let mut settled = |(number, found): (usize, Result<Found, LaunchError>)| {
            let standing = found.map(|found| {
                let word = found.task().and_then(|_| words.next());
                found.settled(word)
            });
            (number, standing)
        };
        let mut settle_all = |found: Vec<_>| found.into_iter().map(&mut settled).collect();
        let jobs = sweeps.into_iter().map(|sweep| Self { jobs: settle_all(sweep) });
        (jobs.collect(), silent)
    }

    /// Looks at jobs of one sweep by their numbers; gives also why the queue gave no answer.
    pub fn read(
        ledger: &Ledger,
        numbers: &[usize],
        queue: &dyn Queue,
    ) -> (Self, Option<LaunchError>) {
        let (mut sweeps, silent) = Self::of_sweeps(&[(ledger, numbers.to_vec())], queue);
        (sweeps.pop().unwrap_or_default(), silent)
    }

    /// The jobs whose record cannot be read, and why.
    pub fn broken(&self) -> impl Iterator<Item = (usize, &LaunchError)> {
        self.jobs.iter().filter_map(|(number, job)| Some((*number, job.as_ref().err()?)))
    }

    /// The jobs whose record can be read.
    pub fn known(&self) -> impl Iterator<Item = &Standing> {
        self.jobs.iter().filter_map(|(_, job)| job.as_ref().ok())
    }
}

/// A job before the queue was asked.
struct Found {
    record: JobRecord,
    run: RunEntry,
}

impl Found {
    fn read(ledger: &Ledger, number: usize) -> Result<Self, LaunchError> {
        let record = ledger.job(number)?;
        let run = read_run(&directory(ledger, &record));
        Ok(Self { record, run })
    }

    /// What the queue is asked about: not a job that is over, or waits for somebody else.
    fn task(&self) -> Option<SlurmTask> {
        match self.record.state {
            JobState::Queued | JobState::Completed | JobState::Failed => None,
            JobState::Submitted | JobState::Running | JobState::Preempted | JobState::Cancelled => {
                self.record.slurm
            }
        }
    }

    fn settled(self, queue: Option<QueueWord>) -> Standing {
        let process = self.record.process.as_ref();
        let evidence = Evidence {
            state: self.record.state,
            run: run_word(&self.record, &self.run),
            process: process.map_or(Liveness::Gone, |process| process.liveness()),
            queue: queue.unwrap_or(QueueWord::NotAsked),
        };
        Standing { settled: settle(&evidence), record: self.record, run: self.run }
    }
}

/// Where a job works; where the recorded directory is gone, its place in the sweep, which may have been
/// moved or copied from another machine.
pub fn directory(ledger: &Ledger, record: &JobRecord) -> PathBuf {
    let recorded = ledger.head().cwd.join(&record.directory);
    let in_place = ledger.sweep().join(record.number.to_string());
    let is_moved = !record.reused && !files::is_dir(&recorded) && files::is_dir(&in_place);
    if is_moved { in_place } else { recorded }
}

/// The files that may hold what a job printed, the most telling first.
pub fn logs(ledger: &Ledger, record: &JobRecord) -> Vec<PathBuf> {
    let recorded = record.log.iter().map(|log| ledger.head().cwd.join(log));
    let in_ledger = ledger.log(record.number);
    let mut logs: Vec<_> = recorded.chain([in_ledger]).collect();
    logs.push(directory(ledger, record).join("runner.log"));
    logs.dedup();
    logs
}

/// What the manifest says of the attempt that the record is about.
fn run_word(record: &JobRecord, run: &RunEntry) -> RunWord {
    let Some(manifest) = run.manifest.as_ref().filter(|m| is_of(m, record)) else {
        return RunWord::Silent;
    };
    let is_latest =
        record.process.as_ref().is_some_and(|process| process.is_same_process(&manifest.process));
    match &run.state {
        RunState::Known(Status::Completed) => RunWord::Completed,
        RunState::Known(Status::Running) if manifest.process.liveness() == Liveness::Alive => {
            RunWord::AtWork
        }
        RunState::Known(Status::Failed) if is_latest => RunWord::Failed,
        RunState::Known(Status::Preempted) if is_latest => RunWord::Preempted,
        RunState::Known(Status::Running | Status::Failed | Status::Preempted)
        | RunState::Stale
        | RunState::Incomplete
        | RunState::Broken { .. } => RunWord::Silent,
    }
}

/// Whether a manifest is about the job's config, as far as the job has one yet.
fn is_of(manifest: &Manifest, record: &JobRecord) -> bool {
    record.config_hash.as_ref().is_none_or(|hash| *hash == manifest.config_hash)
}
