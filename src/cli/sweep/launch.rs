//! The one place that chooses a launcher.

use crate::config::OverrideArg;
use crate::device::DeviceSpec;
use crate::launch::local::{self as workers, LocalSettings};
use crate::launch::slurm::{self as cluster, SlurmSettings};
use crate::launch::{Job, JobOutcome, JobReport, LauncherKind, basic};
use crate::sweep::batch_size;
use crate::train::StopSignal;

use super::super::failure::Failure;
use super::checked::texts;
use super::given::{Sweep, SweepJob};
use super::jobs::Jobs;
use super::local;
use super::place;
use super::plan::{Plan, Planned};
use super::point;
use super::slurm;
use super::worker::{Ended, Worker};

/// A launcher with its settings, which were checked.
pub(super) enum Launcher {
    /// One job after the other, in this process.
    Basic,
    /// Worker processes on this machine.
    Local(LocalSettings),
    /// The queue of a cluster.
    Slurm(SlurmSettings),
}

impl Launcher {
    /// The launcher that a sweep asks for, whose jobs compute on these devices.
    ///
    /// # Errors
    /// A launcher that is not there, what is wrong with its settings.
    pub(super) fn of(
        sweep: &Sweep,
        first: &SweepJob,
        devices: &[DeviceSpec],
    ) -> Result<Self, Failure> {
        let config = sweep.prepare(0, &first.0)?.resolved;
        let name = sweep.choice("hydra/launcher");
        Ok(match LauncherKind::of(&name)? {
            LauncherKind::Basic => Self::Basic,
            LauncherKind::Local => Self::Local(local::settings(&name, &config, devices)?),
            LauncherKind::Slurm => Self::Slurm(slurm::settings(&config)?),
        })
    }

    /// Whether jobs run in this process, or in others of this very program.
    pub(super) fn runs_here(&self) -> bool {
        match self {
            Self::Basic | Self::Local(_) => true,
            Self::Slurm(_) => false,
        }
    }

    /// Whether what jobs need is made in this process before they start; a job on a cluster makes it
    /// itself, one for all, since where jobs are submitted nothing is computed.
    pub(super) fn makes_stages(&self) -> bool {
        match self {
            Self::Basic | Self::Local(_) => true,
            Self::Slurm(_) => false,
        }
    }

    /// Writes a job file and nothing else, where that is asked for.
    ///
    /// # Errors
    /// What no job file can hold; that jobs are to be submitted and there is no Slurm here.
    pub(super) fn only_writes(
        &self,
        sweep: &Sweep,
        place: &place::Place,
        jobs: &Jobs,
    ) -> Result<bool, Failure> {
        match self {
            Self::Slurm(settings) if !settings.submit => {
                slurm::write(settings, sweep, place, jobs).map(|()| true)
            }
            Self::Slurm(_) => Ok(cluster::is_here().map(|()| false)?),
            Self::Basic | Self::Local(_) => Ok(false),
        }
    }

    /// Launches the jobs of a plan that are run, so many at a time as `hydra.sweeper.max_batch_size` says.
    pub(super) fn launch(
        &self,
        worker: &Worker<'_>,
        sweep: &Sweep,
        plan: &Plan,
        given: &[SweepJob],
    ) -> Result<Vec<JobReport>, Failure> {
        let jobs: Vec<Place> = plan.running().map(placed).collect();
        if let Self::Slurm(settings) = self {
            let jobs: Vec<Job> = jobs.into_iter().map(|(_, job)| job).collect();
            return slurm::submit(settings, worker.ledger, &jobs).map(|()| Vec::new());
        }
        let size = batch_size(&sweep.whole)?.unwrap_or(jobs.len()).max(1);
        let of = jobs.len().div_ceil(size);
        let mut reports: Vec<JobReport> = Vec::new();
        for (index, batch) in jobs.chunks(size).enumerate() {
            if of > 1 {
                tracing::info!("batch {} of {of}: {} jobs", index + 1, batch.len());
            }
            let stopped = reports.iter().find(|report| report.outcome == JobOutcome::Preempted);
            let launched = match stopped.map(|report| report.job.number) {
                Some(because_of) => skipped(batch, because_of),
                None => self.launch_batch(worker, sweep, batch, given)?,
            };
            reports.extend(launched);
        }
        Ok(reports)
    }

    fn launch_batch(
        &self,
        worker: &Worker<'_>,
        sweep: &Sweep,
        batch: &[Place],
        given: &[SweepJob],
    ) -> Result<Vec<JobReport>, Failure> {
        let jobs = batch.iter().map(|(_, job)| job.clone()).collect();
        Ok(match self {
            Self::Basic => basic::launch(jobs, &mut |job| {
                let place = batch.iter().find(|(_, other)| other.number == job.number);
                let given = place.and_then(|(index, _)| given.get(*index)).map(|(all, _)| &**all);
                here(worker, sweep, job.number, given)
            }),
            Self::Local(settings) => {
                workers::launch(settings, worker.ledger, jobs, &|| worker.stop.stop_requested())?
            }
            Self::Slurm(_) => Vec::new(),
        })
    }
}

/// A job with its place in the command.
type Place = (usize, Job);

fn placed((index, Planned { record, .. }): (usize, &Planned)) -> Place {
    let overrides = record.overrides.clone().unwrap_or_default();
    let directory = record.directory.clone();
    (index, Job { number: record.number, overrides, directory })
}

fn skipped(batch: &[Place], because_of: usize) -> Vec<JobReport> {
    let outcome = JobOutcome::Skipped { because_of };
    let report = |(_, job): &Place| JobReport { job: job.clone(), outcome: outcome.clone() };
    batch.iter().map(report).collect()
}

/// Runs a job in this process.
fn here(
    worker: &Worker<'_>,
    sweep: &Sweep,
    number: usize,
    given: Option<&[OverrideArg]>,
) -> JobOutcome {
    if worker.stop.stop_requested() {
        return JobOutcome::Preempted;
    }
    match attempt(worker, sweep, number, given) {
        Ok(Ended::Completed) => JobOutcome::Completed,
        Ok(Ended::Cancelled) => JobOutcome::Cancelled,
        Ok(Ended::Stopped { .. }) => JobOutcome::Preempted,
        Ok(Ended::Failed(failure)) | Err(failure) => {
            say!("{failure}");
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
    let prepared = match point::composed(worker.ledger, number, sweep, given) {
        Ok(prepared) => prepared,
        Err(failure) => return worker.fail(number, failure),
    };
    let task = texts(&prepared.composed.task_overrides()).join(" ");
    let job = format!("job {number} of {}", worker.ledger.head().jobs);
    tracing::info!("{job}: {task}");
    worker.log.screen().entitle(Some(job));
    worker.work(number, &prepared)
}
