//! The attempts of one job, and its record before and after each.
//!
//! Decides whether a worker is started, started again or not at all. A worker keeps the record of its
//! job itself; what is written here is the log, and what a worker could not write because it was gone.

use std::ffi::OsStr;
use std::path::Path;
use std::time::Instant;

use super::plan::Slot;
use super::progress::Progress;
use super::verdict::{Verdict, judge, minutes};
use super::worker::{Ending, Worker};
use super::{LaunchError, TimeLimit};
use crate::files;
use crate::launch::{JobOutcome, JobRecord, JobState, Ledger};
use crate::runs::Liveness;

/// How much of a log, in bytes and lines, goes into the error of a worker that said nothing else.
const LAST_WORDS: (u64, usize) = (2048, 8);

/// What all attempts share.
pub(super) struct Attempts<'a> {
    pub(super) program: &'a Path,
    pub(super) ledger: &'a Ledger,
    pub(super) slots: &'a [Slot],
    pub(super) time: &'a TimeLimit,
    pub(super) stop: &'a (dyn Fn() -> bool + Sync),
    pub(super) progress: Progress,
}

impl Attempts<'_> {
    /// Runs a job in a slot until it needs no further attempt.
    pub(super) fn job(&self, number: usize, slot: usize) -> JobOutcome {
        let slot = &self.slots[slot];
        self.until_done(number, slot).unwrap_or_else(|error| {
            tracing::error!("job {number}: {error}");
            JobOutcome::Failed { message: error.to_string() }
        })
    }

    fn until_done(&self, number: usize, slot: &Slot) -> Result<JobOutcome, LaunchError> {
        for timeouts in 0.. {
            if (self.stop)() {
                return Ok(JobOutcome::Preempted);
            }
            let before = self.ledger.job(number)?;
            if let Some(outcome) = not_to_start(&before) {
                return Ok(outcome);
            }
            let is_last = timeouts >= self.time.restarts;
            match self.attempt(&before, slot, is_last)? {
                Verdict::OutOfTime => {}
                verdict => return Ok(outcome(verdict)),
            }
        }
        unreachable!("the range of numbers has no end")
    }

    /// Runs one worker and makes its record true.
    fn attempt(
        &self,
        before: &JobRecord,
        slot: &Slot,
        is_last: bool,
    ) -> Result<Verdict, LaunchError> {
        let number = before.number;
        let log = self.ledger.log(number);
        let before = self.ledger.update(number, |job| await_worker(job, &log))?;
        if before.state == JobState::Cancelled {
            return Ok(Verdict::Cancelled);
        }
        let written = files::size(&log).unwrap_or(0);
        tracing::info!("{}", self.progress.started(&before, slot));
        let started = Instant::now();
        let ending = self.worker(number, &log, slot);
        let record = self.ledger.job(number)?;
        let verdict = match ending {
            Ok(ending) => judge(&record, ending, self.time),
            Err(error) => Verdict::Failed(error.to_string()),
        };
        let verdict = self.final_word(verdict, is_last, last_words(&record, &log, written));
        let record = self.ledger.update(number, |job| {
            if !is_worked_on(job) {
                verdict.write(job, &before);
            }
        })?;
        let line = self.progress.ended(&record, &verdict, started.elapsed());
        match &verdict {
            Verdict::Failed(_) | Verdict::TooOften(_) => tracing::error!("{line}"),
            _ => tracing::info!("{line}"),
        }
        Ok(verdict)
    }

    fn worker(&self, number: usize, log: &Path, slot: &Slot) -> Result<Ending, LaunchError> {
        let number = number.to_string();
        let [jobs, run] = ["jobs", "run"].map(OsStr::new);
        let worker = Worker {
            program: self.program,
            arguments: [jobs, run, self.ledger.sweep().as_os_str(), number.as_ref()],
            cwd: &self.ledger.head().cwd,
            log,
            slot,
            time: self.time,
            stop: self.stop,
        };
        worker.run()
    }

    /// A verdict with what only the history of the job and its log tell.
    fn final_word(&self, verdict: Verdict, is_last: bool, last_words: Option<String>) -> Verdict {
        match (verdict, last_words) {
            (Verdict::Failed(error), Some(words)) => {
                Verdict::Failed(format!("{error}: {}\n{words}", headline(&words)))
            }
            (Verdict::OutOfTime, _) if is_last => Verdict::TooOften(format!(
                "time limit: {} attempts of {} min were not enough; the same command goes on",
                self.time.restarts + 1,
                minutes(self.time)
            )),
            (verdict, _) => verdict,
        }
    }
}

/// Why no worker is to be started.
fn not_to_start(record: &JobRecord) -> Option<JobOutcome> {
    match record.state {
        JobState::Completed => Some(JobOutcome::Completed),
        JobState::Cancelled => Some(JobOutcome::Cancelled),
        JobState::Running if is_worked_on(record) => {
            let who = record.process.as_ref().map(ToString::to_string).unwrap_or_default();
            Some(JobOutcome::Failed { message: format!("{who} works on it already") })
        }
        JobState::Running
        | JobState::Queued
        | JobState::Submitted
        | JobState::Failed
        | JobState::Preempted => None,
    }
}

/// Whether a process works on it that lives, or may live.
fn is_worked_on(record: &JobRecord) -> bool {
    let lives = record.process.as_ref().is_some_and(|one| one.liveness() != Liveness::Gone);
    record.state == JobState::Running && lives
}

/// As a worker is to find it: what it then says is of its own attempt.
fn await_worker(job: &mut JobRecord, log: &Path) {
    if job.state != JobState::Cancelled {
        job.state = JobState::Queued;
        job.error = None;
        job.log = Some(log.to_owned());
    }
}

/// What the worker printed at last, where its record does not say why it failed.
fn last_words(record: &JobRecord, log: &Path, from: u64) -> Option<String> {
    if record.state == JobState::Failed && record.error.is_some() {
        return None;
    }
    let tail = files::read_tail(log, from, LAST_WORDS.0).ok()?;
    let text = String::from_utf8_lossy(&tail);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let last = &lines[lines.len().saturating_sub(LAST_WORDS.1)..];
    (!last.is_empty()).then(|| last.join("\n"))
}

/// The line that tells most: the last one that says `error`, as this program does, or else the last.
fn headline(words: &str) -> &str {
    let error = words.lines().filter_map(|line| line.trim().strip_prefix("error: ")).next_back();
    error.or_else(|| words.lines().next_back()).unwrap_or_default().trim()
}

fn outcome(verdict: Verdict) -> JobOutcome {
    match verdict {
        Verdict::Completed => JobOutcome::Completed,
        Verdict::Failed(message) | Verdict::TooOften(message) => JobOutcome::Failed { message },
        Verdict::Preempted | Verdict::OutOfTime | Verdict::Interrupted => JobOutcome::Preempted,
        Verdict::Cancelled => JobOutcome::Cancelled,
    }
}

#[cfg(test)]
mod tests {
    use super::headline;

    #[test]
    fn the_line_that_tells_most() {
        for (words, line) in [
            ("INFO a\nerror: failed to x\n |\n = note: y", "failed to x"),
            ("error: first\nerror: second", "second"),
            ("INFO a\n  Segmentation fault", "Segmentation fault"),
            ("", ""),
        ] {
            assert_eq!(headline(words), line);
        }
    }
}
