//! A job on a cluster that was told to stop: why, and whether it starts again.
//!
//! The worker decides, not the job file: it alone knows that a checkpoint was written and how often
//! that happened before, and it still has time, since its attempt has not ended. The record is true
//! before Slurm is asked for anything, so that an attempt that dies in between is counted.
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
use crate::launch::{Interruption, JobRecord, JobState, LaunchError, Ledger, SlurmTask};
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

impl From<Stop> for Interruption {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Timeout => Interruption::Timeout,
            Stop::Preemption | Stop::Requeued => Interruption::Preemption,
            Stop::Cancelled => Interruption::Withdrawal,
        }
    }
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
    Slurm::from_env(|name| env::var(name).ok()).as_ref().map(task_of)
}

fn task_of(slurm: &Slurm) -> SlurmTask {
    let alone = SlurmTask { job_id: slurm.job_id, task: None };
    slurm.array_job_id.map_or(alone, |job_id| SlurmTask { job_id, task: slurm.array_task_id })
}

/// Asks Slurm why this process was told to stop; `received` are the signals that it was sent.
///
/// Without an answer the signal alone tells: a controller that is away cannot requeue the job either,
/// which [`settle`] then says.
pub fn why(settings: &SlurmSettings, received: &[&str]) -> Stop {
    let slurm = Slurm::from_env(|name| env::var(name).ok());
    let task = slurm.as_ref().map(task_of);
    let word = task.and_then(|task| Client::default().word(task).ok().flatten());
    let restarts = slurm.map_or(0, |slurm| slurm.restart_count);
    judge(word.as_ref(), restarts, received.contains(&settings.signal), settings.notice)
}

/// Settles a job that has stopped before its end, in its record and with Slurm. For the worker, once
/// the stop is counted in the record and says `preempted` there.
///
/// # Errors
/// A record that cannot be changed, and that Slurm does not requeue the job: the record then says so.
pub fn settle(
    settings: &SlurmSettings,
    ledger: &Ledger,
    number: usize,
    stop: Stop,
) -> Result<Next, LaunchError> {
    Client::default().settle(settings, (ledger, number), this_task(), stop)
}

impl Client {
    fn settle(
        &self,
        settings: &SlurmSettings,
        (ledger, number): (&Ledger, usize),
        task: Option<SlurmTask>,
        stop: Stop,
    ) -> Result<Next, LaunchError> {
        let next = next(stop, task, &ledger.job(number)?, settings);
        // Before Slurm is asked: the next attempt may not find an older word.
        ledger.update(number, |job| tell(job, &next))?;
        let (Next::Waits, Some(task)) = (&next, task.filter(|_| stop != Stop::Requeued)) else {
            return Ok(next);
        };
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

fn judge(word: Option<&Word>, restarts: u64, is_told: bool, notice: Duration) -> Stop {
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

/// What becomes of a job whose stop is counted.
fn next(stop: Stop, task: Option<SlurmTask>, job: &JobRecord, settings: &SlurmSettings) -> Next {
    let ends = |reason: String| Next::Ends { reason };
    match stop {
        // `runner jobs cancel` was there first.
        _ if job.state == JobState::Cancelled => Next::Cancelled,
        Stop::Cancelled => Next::Cancelled,
        Stop::Timeout if job.timeouts > settings.max_timeouts => ends(format!(
            "its time ran out {} times, and hydra.launcher.max_num_timeout is {}",
            job.timeouts, settings.max_timeouts
        )),
        _ if task.is_none() => ends("it is no job of Slurm, which could start it again".into()),
        Stop::Timeout | Stop::Preemption | Stop::Requeued => Next::Waits,
    }
}

/// Says so in the record, unless somebody else has the job by now.
fn tell(job: &mut JobRecord, next: &Next) {
    let is_settled = matches!(job.state, JobState::Preempted | JobState::Submitted);
    if is_settled {
        (job.state, job.error) = match next {
            Next::Waits => (JobState::Submitted, None),
            Next::Ends { reason } => (JobState::Preempted, Some(reason.clone())),
            Next::Cancelled => (JobState::Cancelled, None),
        };
    }
}

#[cfg(test)]
mod tests;
