//! One job of a sweep: taken from the ledger, run in its directory, given back.
//!
//! The same for jobs in the launching process and for `runner jobs run`. Invariant: from the moment it
//! takes a job until the run has ended, the record says `running` and names this process.

use std::ffi::OsString;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::config::{Resolved, Value};
use crate::experiment::{self, Finished, RunLog, StopFlag};
use crate::launch::{Ending, Found, Interruption, Ledger, Taken, interruption, value};

use super::super::compose::Prepared;
use super::super::failure::Failure;
use super::super::{page, run};
use super::draw;
use super::slurm::Cluster;

/// How a job ended.
pub(in super::super) enum Ended {
    /// With its result, or it had one.
    Completed,
    /// Somebody took it back before it was started.
    Cancelled,
    /// On request.
    Stopped {
        /// Whether a checkpoint was written.
        resumable: bool,
    },
    /// With an error.
    Failed(Failure),
}

/// What a worker has beside the job.
pub(in super::super) struct Worker<'a> {
    pub(in super::super) ledger: &'a Ledger,
    pub(in super::super) argv: &'a [OsString],
    pub(in super::super) stop: &'a StopFlag,
    pub(in super::super) log: &'a RunLog,
}

impl Worker<'_> {
    /// Runs a job whose config is known.
    ///
    /// # Errors
    /// Who else runs it; a ledger that cannot be written.
    pub(in super::super) fn work(
        &self,
        number: usize,
        prepared: &Prepared,
    ) -> Result<Ended, Failure> {
        if experiment::follows(&prepared.config)? {
            return self.follow(number, prepared);
        }
        let ended = self.lead(number, prepared)?;
        page::after_job(self.ledger);
        Ok(ended)
    }

    /// Takes the job, runs it and gives it back.
    fn lead(&self, number: usize, prepared: &Prepared) -> Result<Ended, Failure> {
        let job = match self.ledger.take(number)? {
            Taken::Completed(_) => return Ok(Ended::Completed),
            Taken::Cancelled(_) => return Ok(Ended::Cancelled),
            Taken::Started(job) => job,
        };
        let cluster = Cluster::of(self.ledger, number, &prepared.resolved)?;
        let started = Instant::now();
        let dir = job.directory.clone();
        let request = run::experiment_request(prepared, self.argv, dir, self.stop, self.log);
        match experiment::run(&request) {
            Ok(report) => match report.finished {
                Finished::Completed => {
                    self.ledger.end(number, completed(&job.directory, prepared))?;
                    Ok(Ended::Completed)
                }
                Finished::Stopped { resumable } => {
                    if let Some(cluster) = cluster {
                        cluster.stopped(self.ledger, number, &self.stop.received())?;
                    } else {
                        let why = self.why(started.elapsed(), &prepared.resolved);
                        self.ledger.end(number, Ending::Interrupted(why))?;
                    }
                    Ok(Ended::Stopped { resumable })
                }
            },
            Err(error) => {
                self.ledger.end(number, Ending::Failed { error: error.to_string() })?;
                Ok(Ended::Failed(error.into()))
            }
        }
    }

    /// Runs a job beside the rank that has taken it and keeps its record.
    fn follow(&self, number: usize, prepared: &Prepared) -> Result<Ended, Failure> {
        let dir = self.ledger.job(number)?.directory;
        let request = run::experiment_request(prepared, self.argv, dir, self.stop, self.log);
        Ok(match experiment::run(&request) {
            Ok(report) => match report.finished {
                Finished::Completed => Ended::Completed,
                Finished::Stopped { resumable } => Ended::Stopped { resumable },
            },
            Err(error) => Ended::Failed(error.into()),
        })
    }

    /// Records a job that cannot be run at all as failed.
    ///
    /// # Errors
    /// As [`Worker::work`].
    pub(in super::super) fn fail(&self, number: usize, failure: Failure) -> Result<Ended, Failure> {
        let ended = match self.ledger.take(number)? {
            Taken::Completed(_) => Ended::Completed,
            Taken::Cancelled(_) => Ended::Cancelled,
            Taken::Started(_) => {
                self.ledger.end(number, Ending::Failed { error: failure.to_string() })?;
                Ended::Failed(failure)
            }
        };
        page::after_job(self.ledger);
        Ok(ended)
    }

    /// Why the job was told to stop; only launchers that send a signal have limits.
    fn why(&self, elapsed: Duration, resolved: &Resolved) -> Interruption {
        let number = |key: &str| match resolved.get(&format!("hydra.launcher.{key}"))?.value {
            Value::Int(number) => u64::try_from(number).ok(),
            _ => None,
        };
        let is_limited = !matches!(&*self.ledger.head().launcher, "basic" | "serial");
        let minutes = number("timeout_min").filter(|_| is_limited);
        let limit = minutes.map(|minutes| Duration::from_secs(minutes.saturating_mul(60)));
        let notice = Duration::from_secs(number("signal_delay_s").unwrap_or(0));
        interruption(elapsed, limit, notice)
    }
}

fn completed(directory: &Path, prepared: &Prepared) -> Ending {
    let found = Found::at(directory);
    let metric = draw::metric(&prepared.composed);
    Ending::Completed { value: found.and_then(|found| value(&found.metrics, &metric)) }
}
