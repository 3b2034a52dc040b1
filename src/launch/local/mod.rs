//! The local launcher: the jobs of a sweep as worker processes on this machine, several at a time.
//!
//! A pool of threads (rayon's) has one for each place that the machine has for a job; each takes the
//! next job as soon as it is free, starts `runner jobs run DIR N` and stays with it to its end. Jobs
//! start in order; what they compute on is a matter of the place they run in.
//!
//! | concern | file |
//! |---|---|
//! | the keys of `hydra.launcher` | `settings` |
//! | what the machine has | `devices` |
//! | places for jobs, and what each is given | `plan` |
//! | the attempts of one job, and its record | `attempts` |
//! | one process: its start, its time, its signals | `worker` |
//! | what the end of a process means | `verdict` |
//! | a launcher that is killed | `leash` |
//! | lines for the person at the terminal | `progress` |
//!
//! It does not know what a job does. Invariant: when [`launch`] returns no worker runs, and no record
//! of its jobs says that one does. A worker that crashes is one failed job.

mod attempts;
mod devices;
mod leash;
mod plan;
mod progress;
mod settings;
mod verdict;
mod worker;

use std::env;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use rayon::ThreadPoolBuilder;

use super::{Job, JobOutcome, JobReport, LaunchError, Ledger};
use crate::files;

use attempts::Attempts;
use devices::Machine;
use plan::{Plan, plan};
use progress::Progress;

pub use devices::DeviceUse;
pub use leash::heed_leash;
pub use settings::{
    LocalLauncher, LocalSettings, LocalTarget, SubmititLocal, SubmititLocalTarget, TimeLimit,
};

/// The program that runs now, whatever has become of its file: one sweep is one version.
const THIS_PROGRAM: &str = "/proc/self/exe";

/// What is said when jobs are told to stop.
const STOPPING: &str = "no further job is started; those that run write their checkpoints, which \
                        another Ctrl-C does not wait for";

impl LocalSettings {
    /// Refuses what this machine cannot give, before anything is written or started.
    ///
    /// # Errors
    /// The key and what is wrong with it.
    pub fn check(&self) -> Result<(), LaunchError> {
        plan(self, &Machine::here(), 1).map(|_| ())
    }
}

/// Runs jobs that have their records in the ledger, and gives a report for each, in their order.
///
/// Once `stop` says so every worker is sent `SIGTERM` and no job is started any more: those that
/// waited are reported as preempted and stay queued in the ledger.
///
/// # Errors
/// What this machine cannot give. Whatever goes wrong with a job is in its report.
pub fn launch(
    settings: &LocalSettings,
    ledger: &Ledger,
    jobs: Vec<Job>,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<JobReport>, LaunchError> {
    launch_as(&this_program()?, &Machine::here(), settings, ledger, jobs, stop)
}

fn this_program() -> Result<PathBuf, LaunchError> {
    if files::is_file(Path::new(THIS_PROGRAM)) {
        return Ok(THIS_PROGRAM.into());
    }
    env::current_exe().map_err(|source| LaunchError::Program { source })
}

/// The same with another program as worker, on another machine.
fn launch_as(
    program: &Path,
    machine: &Machine,
    settings: &LocalSettings,
    ledger: &Ledger,
    jobs: Vec<Job>,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<JobReport>, LaunchError> {
    let Plan { slots, notes } = plan(settings, machine, jobs.len())?;
    notes.iter().for_each(|note| tracing::warn!("{note}"));
    let (progress, is_said) = (Progress::of(&ledger.jobs()?), AtomicBool::new(false));
    let stop = &|| {
        let is_stopped = stop();
        if is_stopped && !is_said.swap(true, Ordering::Relaxed) {
            tracing::info!("{STOPPING}");
        }
        is_stopped
    };
    let time = &settings.time;
    let attempts = Attempts { program, ledger, slots: &slots, time, stop, progress };
    let outcomes = in_slots(&attempts, &jobs)?;
    let pairs = jobs.into_iter().zip(outcomes);
    Ok(pairs.map(|(job, outcome)| JobReport { job, outcome }).collect())
}

/// Runs each job in the next slot that is free, in order.
fn in_slots(attempts: &Attempts<'_>, jobs: &[Job]) -> Result<Vec<JobOutcome>, LaunchError> {
    let count = attempts.slots.len();
    let pool = ThreadPoolBuilder::new()
        .num_threads(count)
        .thread_name(|slot| format!("jobs-{slot}"))
        .build()
        .map_err(|source| LaunchError::Threads { count, source })?;
    let (report, reports) = mpsc::channel::<(usize, JobOutcome)>();
    pool.in_place_scope_fifo(|scope| {
        for (at, job) in jobs.iter().enumerate() {
            let report = report.clone();
            scope.spawn_fifo(move |_| {
                let slot = rayon::current_thread_index().expect("it runs in a pool");
                let outcome = attempts.job(job.number, slot);
                report.send((at, outcome)).expect("the receiver outlives the scope");
            });
        }
    });
    drop(report);
    let mut outcomes: Vec<_> = reports.into_iter().collect();
    outcomes.sort_by_key(|(at, _)| *at);
    Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
}

#[cfg(test)]
mod tests;
