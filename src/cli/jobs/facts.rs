//! A job as its table, its page and its JSON tell it.

use serde_json::{Value, json};

use crate::launch::{JobState, Standing};
use crate::runs::{Manifest, RunState};

use super::words::{self, NOTHING, seconds_since};

/// Metrics worth a look, most telling first.
pub(in super::super) const METRICS: [&str; 6] = [
    "final_acc/action/top1",
    "final_acc/action/top5",
    "final_acc/action/AR5",
    "acc1/action",
    "acc5/action",
    "loss",
];

/// The metric that a table of these jobs shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Metric {
    /// What the sweeper searches by.
    Value,
    /// One of the manifest's.
    Named(&'static str),
}

impl Metric {
    /// The one that most tells of these jobs.
    pub fn of<'a>(jobs: impl Iterator<Item = &'a Standing> + Clone) -> Self {
        if jobs.clone().any(|job| job.record.value.is_some()) {
            return Metric::Value;
        }
        let is_there = |name: &&str| jobs.clone().any(|job| metric(job, name).is_some());
        Metric::Named(METRICS.into_iter().find(is_there).unwrap_or(METRICS[0]))
    }

    /// The head of its column.
    pub fn name(self) -> &'static str {
        match self {
            Metric::Value => "value",
            Metric::Named(name) => name,
        }
    }

    /// What a job reached.
    pub fn text(self, job: &Standing) -> String {
        let value = match self {
            Metric::Value => job.record.value,
            Metric::Named(name) => metric(job, name),
        };
        value.map_or_else(|| NOTHING.to_owned(), |value| format!("{value:.2}"))
    }
}

fn metric(job: &Standing, name: &str) -> Option<f64> {
    let sets = &job.run.manifest.as_ref()?.metrics;
    sets.best.get(name).or_else(|| sets.last.get(name)).and_then(Value::as_f64)
}

/// What Slurm calls the job.
pub(super) fn slurm(job: &Standing) -> Option<String> {
    let slurm = job.record.slurm.as_ref()?;
    Some(match slurm.task {
        Some(task) => format!("{}_{task}", slurm.job_id),
        None => slurm.job_id.to_string(),
    })
}

/// The machine of the latest attempt.
pub(super) fn host(job: &Standing) -> Option<&str> {
    let manifest = job.run.manifest.as_ref().map(|manifest| &*manifest.host);
    job.record.process.as_ref().map(|process| &*process.host).or(manifest)
}

/// The device on its machine, as far as either is known.
pub(super) fn place(job: &Standing) -> String {
    let device = job.run.manifest.as_ref().map(|manifest| &*manifest.device);
    match (device, host(job)) {
        (Some(device), Some(host)) => format!("{device} on {host}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => NOTHING.to_owned(),
    }
}

/// What kind of data its numbers are of.
pub(super) fn data(job: &Standing) -> &'static str {
    job.run.manifest.as_ref().map_or(NOTHING, |manifest| manifest.data.as_str())
}

/// Seconds from the first start to the end, or until now where it goes on.
pub(super) fn elapsed(job: &Standing, now: jiff::Timestamp) -> Option<i64> {
    let manifest = job.run.manifest.as_ref();
    let process = job.record.process.as_ref();
    let started =
        manifest.map(|m| &*m.started).or_else(|| process.map(|process| &*process.since))?;
    if job.settled.state == JobState::Running {
        return seconds_since(started, now);
    }
    let ended = manifest.map(|m: &Manifest| m.finished.as_ref().unwrap_or(&m.updated))?;
    seconds_since(started, ended.parse().ok()?)
}

/// What else there is to say, on one line.
pub(super) fn note(job: &Standing) -> String {
    if job.record.reused {
        let place = crate::cli::run::shown(&job.run.path);
        return words::note(&format!("has the result of {place}"));
    }
    match job.error() {
        Some(error) => words::note(&error),
        None if !job.settled.reason.is_recorded() => words::note(&job.settled.reason.to_string()),
        None => String::new(),
    }
}

/// Everything of a job.
pub(super) fn json(job: &Standing, name: &str, now: jiff::Timestamp) -> Value {
    let record = &job.record;
    let manifest = job.run.manifest.as_ref();
    let reason = &job.settled.reason;
    json!({
        "job": name,
        "number": record.number,
        "state": job.settled.state.as_str(),
        "recorded": record.state.as_str(),
        "reason": (!reason.is_recorded()).then(|| reason.to_string()),
        "attempts": record.attempts,
        "timeouts": record.timeouts,
        "preemptions": record.preemptions,
        "slurm": slurm(job),
        "host": host(job),
        "pid": record.process.as_ref().map(|process| process.pid),
        "device": manifest.map(|m| &m.device),
        "data": manifest.map(|m| m.data),
        "directory": job.run.path.to_string_lossy(),
        "reused": record.reused,
        "log": record.log.as_ref().map(|log| log.to_string_lossy()),
        "overrides": record.overrides,
        "config_hash": record.config_hash,
        "started": manifest.map(|m| &m.started),
        "finished": manifest.and_then(|m| m.finished.as_ref()),
        "elapsed_s": elapsed(job, now),
        "value": record.value,
        "metrics": manifest.map(|m| &m.metrics),
        "error": job.error().or(match &job.run.state {
            RunState::Broken { reason } => Some(reason.clone()),
            RunState::Known(_) | RunState::Stale | RunState::Incomplete => None,
        }),
        "updated": record.updated,
    })
}
