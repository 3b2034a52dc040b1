//! A job on a cluster that was told to stop: why, and whether it starts again.
//!
//! The worker decides, not the job file: it alone knows that a checkpoint was written and how often
//! that happened before, and it still has time, since its attempt has not ended. Counts are in the
//! record before Slurm is asked for anything, so that an attempt that dies in between is counted.
//!
//! | Slurm says of the task | because | what is done |
//! |---|---|---|
//! | it was restarted since this attempt | `scontrol requeue`, preemption | nothing: Slurm requeues it |
//! | it is ending, with time left | `scancel` | nothing: somebody took it back |
//! | the signal of the setting came, little time is left | time-out | requeued, up to `max_num_timeout` times |
//! | no time is left | time-out | the same |
//! | else: it runs, and was told to stop | preemption with time to leave | requeued, whatever the count |
//!
//! A cluster that preempts by cancelling (`PreemptMode=CANCEL`) looks like `scancel` and is taken for it.

use std::env;
use std::time::Duration;

use super::client::Client;
use super::{SlurmError, SlurmSettings};
use crate::launch::{JobRecord, JobState, LaunchError, Ledger, SlurmTask};
use crate::runs::Slurm;

const ASKING: &str = "ask what becomes of this job";
const REQUEUEING: &str = "put this job back into the queue";
/// Slurm may send its signal so much earlier than it was told to.
const EARLY: Duration = Duration::from_secs(60);

/// Why a job on a cluster stopped before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Its time was up.
    Timeout,
    /// It was told to make room.
    Preemption,
    /// It was, and Slurm has requeued it already.
    Requeued,
    /// Somebody took it back.
    Cancelled,
}

/// What becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// It waits in the queue again.
    Waits,
    /// It does not start again by itself.
    Ends {
        /// Why not.
        reason: String,
    },
    /// It was taken back.
    Cancelled,
}

/// Which task of the queue this process belongs to; `None` outside Slurm.
pub fn this_task() -> Option<SlurmTask> {
    task_of(&Slurm::from_env(|name| env::var(name).ok())?)
}

fn task_of(slurm: &Slurm) -> Option<SlurmTask> {
    let task = |job_id| SlurmTask { job_id, task: slurm.array_task_id };
    Some(slurm.array_job_id.map_or(SlurmTask { job_id: slurm.job_id, task: None }, task))
}

/// Settles a job that has stopped before its end, in its record and with Slurm. For the worker, after
/// its checkpoint was written; `received` are the signals that it was sent.
///
/// # Errors
/// A record that cannot be changed, and that Slurm does not requeue the job: the record then says so.
pub fn stopped(
    settings: &SlurmSettings,
    ledger: &Ledger,
    number: usize,
    received: &[&str],
) -> Result<Next, LaunchError> {
    let slurm = Slurm::from_env(|name| env::var(name).ok());
    let Some((slurm, task)) = slurm.and_then(|slurm| Some((slurm.clone(), task_of(&slurm)?)))
    else {
        ledger.update(number, |job| count(job, Stop::Preemption))?;
        return Ok(Next::Ends { reason: "this is no job of Slurm".into() });
    };
    Client::default().stopped(settings, (ledger, number), (task, slurm.restart_count), received)
}

impl Client {
    fn stopped(
        &self,
        settings: &SlurmSettings,
        (ledger, number): (&Ledger, usize),
        (task, restarts): (SlurmTask, u64),
        received: &[&str],
    ) -> Result<Next, LaunchError> {
        let is_told = received.contains(&settings.signal);
        // A controller that is away cannot requeue either: that is told below.
        let word = self.word(task).ok().flatten();
        let stop = why(word.as_ref(), restarts, is_told, settings.notice);
        let record = ledger.update(number, |job| count(job, stop))?;
        let next = next(stop, &record, settings);
        // Before Slurm is asked: the next attempt may not find an older word.
        ledger.update(number, |job| tell(job, &next))?;
        if next != Next::Waits || stop == Stop::Requeued {
            return Ok(next);
        }
        if let Err(error) = self.ask("scontrol", REQUEUEING, &["requeue", &task.to_string()]) {
            let ends = Next::Ends { reason: error.to_string() };
            ledger.update(number, |job| tell(job, &ends))?;
            return Err(error.into());
        }
        Ok(next)
    }

    /// What Slurm says of the task at this moment.
    fn word(&self, task: SlurmTask) -> Result<Option<Word>, SlurmError> {
        let jobs = format!("--jobs={task}");
        let columns = "--Format=State:30,RestartCnt:20,TimeLeft:30";
        let arguments = ["--noheader", "--array", "--states=all", &jobs, columns];
        Ok(Word::read(&self.ask("squeue", ASKING, &arguments)?))
    }
}

/// What Slurm says of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    state: String,
    restarts: u64,
    /// `None` for a task without a limit.
    left: Option<Duration>,
}

impl Word {
    fn read(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let (state, restarts) = (words.next()?.to_owned(), words.next()?.parse().ok()?);
        Some(Self { state, restarts, left: words.next().and_then(time) })
    }
}

/// `[[days-]hours:]minutes:seconds`; a limit that is passed is told as a negative one, or as zero.
fn time(text: &str) -> Option<Duration> {
    if text.starts_with('-') {
        return Some(Duration::ZERO);
    }
    let (days, rest) = text.split_once('-').unwrap_or(("0", text));
    let parts: Vec<u64> = rest.split(':').map(str::parse).collect::<Result<_, _>>().ok()?;
    let within = parts.iter().fold(0, |sum, part| sum * 60 + part);
    let days: u64 = days.parse().ok()?;
    (parts.len() >= 2).then(|| Duration::from_secs(days * 24 * 3600 + within))
}

fn why(word: Option<&Word>, restarts: u64, is_told: bool, notice: Duration) -> Stop {
    let Some(word) = word else {
        return if is_told { Stop::Timeout } else { Stop::Preemption };
    };
    let has_at_most = |time| word.left.is_some_and(|left| left <= time);
    if word.restarts > restarts {
        return Stop::Requeued;
    }
    if has_at_most(Duration::ZERO) || (is_told && has_at_most(notice + EARLY)) {
        return Stop::Timeout;
    }
    match word.state.as_str() {
        "COMPLETING" | "CANCELLED" => Stop::Cancelled,
        _ => Stop::Preemption,
    }
}

fn count(job: &mut JobRecord, stop: Stop) {
    match stop {
        Stop::Timeout => job.timeouts += 1,
        Stop::Preemption | Stop::Requeued => job.preemptions += 1,
        Stop::Cancelled => {}
    }
    if job.state != JobState::Cancelled {
        job.state = JobState::Preempted;
    }
}

/// What becomes of a job whose stop is counted.
fn next(stop: Stop, job: &JobRecord, settings: &SlurmSettings) -> Next {
    match stop {
        _ if job.state == JobState::Cancelled => Next::Cancelled,
        Stop::Cancelled => Next::Cancelled,
        Stop::Timeout if job.timeouts > settings.max_timeouts => Next::Ends {
            reason: format!(
                "its time ran out {} times, hydra.launcher.max_num_timeout is {}",
                job.timeouts, settings.max_timeouts
            ),
        },
        Stop::Timeout | Stop::Preemption | Stop::Requeued => Next::Waits,
    }
}

fn tell(job: &mut JobRecord, next: &Next) {
    (job.state, job.error) = match next {
        Next::Waits => (JobState::Submitted, None),
        Next::Ends { reason } => (JobState::Preempted, Some(reason.clone())),
        Next::Cancelled => (JobState::Cancelled, None),
    };
}

#[cfg(test)]
mod tests;
