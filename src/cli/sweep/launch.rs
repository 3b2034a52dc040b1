//! The one place that chooses a launcher.

use crate::config::OverrideArg;
use crate::device::DeviceSpec;
use crate::launch::local::{self as workers, LocalSettings};
use crate::launch::{Job, JobOutcome, JobReport, LaunchError, LauncherKind, basic};
use crate::sweep::batch_size;
use crate::train::StopSignal;

use super::super::failure::Failure;
use super::given::{Sweep, SweepJob};
use super::local;
use super::plan::Plan;
use super::point;
use super::worker::{Ended, Worker};

/// A launcher with what the config says to it.
pub(super) enum Launcher {
    Basic,
    Local(LocalSettings),
}

impl Launcher {
    /// The one that the config chooses, for jobs that compute on these devices.
    ///
    /// # Errors
    /// A name that is none; settings that are wrong, or that ask for what is not there.
    pub(super) fn of(sweep: &Sweep, devices: &[DeviceSpec]) -> Result<Self, Failure> {
        let name = sweep.choice("hydra/launcher");
        Ok(match LauncherKind::of(&name)? {
            LauncherKind::Basic => Self::Basic,
            LauncherKind::Local => {
                Self::Local(local::settings(&name, &sweep.whole.resolve_in_parts(), devices)?)
            }
            LauncherKind::Slurm => {
                return Err(LaunchError::Unknown { name, expected: vec!["basic".into()] }.into());
            }
        })
    }

    /// Whether jobs run in this process.
    pub(super) fn is_here(&self) -> bool {
        match self {
            Self::Basic => true,
            Self::Local(_) => false,
        }
    }
}

/// Launches the jobs of a plan that are run, so many at a time as `hydra.sweeper.max_batch_size` says.
pub(super) fn all(
    launcher: &Launcher,
    worker: &Worker<'_>,
    sweep: &Sweep,
    plan: &Plan,
    given: &[SweepJob],
) -> Result<Vec<JobReport>, Failure> {
    let jobs: Vec<(usize, Job)> = plan
        .running()
        .map(|(index, job)| {
            let record = &job.record;
            let overrides = record.overrides.clone().unwrap_or_default();
            let directory = record.directory.clone();
            (index, Job { number: record.number, overrides, directory })
        })
        .collect();
    let size = batch_size(&sweep.whole)?.unwrap_or(jobs.len()).max(1);
    let batches = jobs.chunks(size);
    let of = batches.len();
    let mut reports: Vec<JobReport> = Vec::new();
    for (index, batch) in batches.enumerate() {
        if of > 1 {
            tracing::info!("batch {} of {of}: {} jobs", index + 1, batch.len());
        }
        let stopped = reports.iter().find(|report| report.outcome == JobOutcome::Preempted);
        let launched = match stopped.map(|report| report.job.number) {
            Some(because_of) => skipped(batch, because_of),
            None => one(launcher, worker, sweep, batch, given)?,
        };
        reports.extend(launched);
    }
    Ok(reports)
}

fn skipped(batch: &[(usize, Job)], because_of: usize) -> Vec<JobReport> {
    let outcome = JobOutcome::Skipped { because_of };
    let report = |(_, job): &(usize, Job)| JobReport { job: job.clone(), outcome: outcome.clone() };
    batch.iter().map(report).collect()
}

/// Launches a batch; each job has its place in the command.
fn one(
    launcher: &Launcher,
    worker: &Worker<'_>,
    sweep: &Sweep,
    batch: &[(usize, Job)],
    given: &[SweepJob],
) -> Result<Vec<JobReport>, Failure> {
    let jobs = batch.iter().map(|(_, job)| job.clone()).collect();
    match launcher {
        Launcher::Basic => Ok(basic::launch(jobs, &mut |job| {
            let place = batch.iter().find(|(_, other)| other.number == job.number);
            let given = place.and_then(|(index, _)| given.get(*index)).map(|(all, _)| &**all);
            here(worker, sweep, job, given)
        })),
        Launcher::Local(settings) => {
            Ok(workers::launch(settings, worker.ledger, jobs, &|| worker.stop.stop_requested())?)
        }
    }
}

/// Runs a job in this process.
fn here(
    worker: &Worker<'_>,
    sweep: &Sweep,
    job: &Job,
    given: Option<&[OverrideArg]>,
) -> JobOutcome {
    if worker.stop.stop_requested() {
        return JobOutcome::Preempted;
    }
    let of = worker.ledger.head().jobs;
    tracing::info!("job {} of {of}: {}", job.number, job.overrides.join(" "));
    match attempt(worker, sweep, job.number, given) {
        Ok(Ended::Completed) => JobOutcome::Completed,
        Ok(Ended::Cancelled) => JobOutcome::Cancelled,
        Ok(Ended::Stopped { .. }) => JobOutcome::Preempted,
        Ok(Ended::Failed(failure)) | Err(failure) => {
            eprintln!("{failure}");
            JobOutcome::Failed { message: failure.to_string() }
        }
    }
}

fn attempt(
    worker: &Worker<'_>,
    sweep: &Sweep,
    number: usize,
    given: Option<&[OverrideArg]>,
) -> Result<Ended, Failure> {
    match point::composed(worker.ledger, number, sweep, given) {
        Ok(prepared) => worker.work(number, &prepared),
        Err(failure) => worker.fail(number, failure),
    }
}
