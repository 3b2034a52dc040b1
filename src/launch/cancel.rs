//! Taking jobs back.
//!
//! Decides how each job is reached: one that waits is marked, one in a queue is taken out of it, a
//! process of this machine is asked to stop. Invariant: the record says `cancelled` before anybody is
//! told to stop, so that neither a worker nor a launcher starts the job again meanwhile; where the
//! order does not get through, the record is put back. A job that completes all the same stays
//! completed.

use std::time::{Duration, Instant};

use super::queue::Queue;
use super::{JobRecord, JobState, LaunchError, Ledger, SlurmTask, Standing};
use crate::runs::Liveness;

/// What was done about a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cancelled {
    /// It waited and will not be started.
    Marked,
    /// Its process was told to stop.
    Told,
    /// The queue was told to drop it.
    Dropped,
    /// It has ended before.
    Ended(JobState),
    /// Its process is on another machine, and no queue has it.
    OutOfReach {
        /// The machine.
        host: String,
    },
    /// Its process belongs to somebody else.
    Refused {
        /// What the system said.
        reason: String,
    },
}

impl Cancelled {
    /// Whether it goes on against the order.
    pub fn goes_on(&self) -> bool {
        matches!(self, Cancelled::OutOfReach { .. } | Cancelled::Refused { .. })
    }
}

/// Cancels jobs and says of each what was done.
///
/// # Errors
/// Where a record cannot be changed, or the queue does not take the order: those jobs go on.
pub fn cancel(
    ledger: &Ledger,
    jobs: &[&Standing],
    queue: &dyn Queue,
) -> Result<Vec<(usize, Cancelled)>, LaunchError> {
    let plans: Vec<_> = jobs.iter().map(|job| (job.record.number, plan(job))).collect();
    let in_queue = plans.iter().filter_map(|(number, plan)| match plan {
        Plan::Queue(task) => Some((*number, *task)),
        Plan::Ended(_) | Plan::Here | Plan::Leave(_) => None,
    });
    // First, since it is the one that may refuse: then nothing was done at all.
    let mut told = drop_from_queue(ledger, &in_queue.collect::<Vec<_>>(), queue)?;
    for (number, plan) in plans {
        match plan {
            Plan::Ended(state) => told.push((number, Cancelled::Ended(state))),
            Plan::Leave(host) => told.push((number, Cancelled::OutOfReach { host })),
            Plan::Here => told.push((number, stop_here(ledger, number)?)),
            Plan::Queue(_) => {}
        }
    }
    told.sort_by_key(|(number, _)| *number);
    Ok(told)
}

enum Plan {
    Ended(JobState),
    /// Out of the queue, whether it waits there or runs.
    Queue(SlurmTask),
    /// A process of this machine, or nobody yet.
    Here,
    Leave(String),
}

fn plan(job: &Standing) -> Plan {
    let state = job.settled.state;
    match state {
        JobState::Completed | JobState::Failed | JobState::Cancelled => Plan::Ended(state),
        JobState::Submitted | JobState::Running => match (&job.record.slurm, &job.record.process) {
            (Some(task), _) => Plan::Queue(*task),
            (None, Some(process))
                if state == JobState::Running && process.liveness() == Liveness::Unknown =>
            {
                Plan::Leave(process.host.clone())
            }
            (None, _) => Plan::Here,
        },
        // Of a preempted one the queue has told that it does not have it.
        JobState::Queued | JobState::Preempted => Plan::Here,
    }
}

/// Marks a job and stops its process, as the record names it at that moment.
fn stop_here(ledger: &Ledger, number: usize) -> Result<Cancelled, LaunchError> {
    let mut before = None;
    let now = ledger.update(number, |job| before = mark(job))?;
    let Some(before) = before else { return Ok(Cancelled::Ended(now.state)) };
    match now.process.filter(|_| before == JobState::Running).map(|p| p.terminate()) {
        Some(Ok(true)) => Ok(Cancelled::Told),
        None | Some(Ok(false)) => Ok(Cancelled::Marked),
        Some(Err(error)) => {
            put_back(ledger, number, before)?;
            Ok(Cancelled::Refused { reason: error.to_string() })
        }
    }
}

fn drop_from_queue(
    ledger: &Ledger,
    jobs: &[(usize, SlurmTask)],
    queue: &dyn Queue,
) -> Result<Vec<(usize, Cancelled)>, LaunchError> {
    let mut marked = Vec::new();
    let mut told = Vec::new();
    for (number, task) in jobs {
        let mut before = None;
        let now = ledger.update(*number, |job| before = mark(job))?;
        match before {
            Some(before) => marked.push((*number, *task, before)),
            None => told.push((*number, Cancelled::Ended(now.state))),
        }
    }
    let tasks: Vec<_> = marked.iter().map(|(_, task, _)| *task).collect();
    if !tasks.is_empty()
        && let Err(error) = queue.cancel(&tasks)
    {
        for (number, _, before) in marked {
            put_back(ledger, number, before)?;
        }
        return Err(error);
    }
    told.extend(marked.into_iter().map(|(number, ..)| (number, Cancelled::Dropped)));
    Ok(told)
}

/// Marks a job that is not over; gives the state it had.
fn mark(job: &mut JobRecord) -> Option<JobState> {
    match job.state {
        JobState::Completed | JobState::Failed | JobState::Cancelled => None,
        JobState::Queued | JobState::Submitted | JobState::Running | JobState::Preempted => {
            Some(std::mem::replace(&mut job.state, JobState::Cancelled))
        }
    }
}

/// Undoes [`mark`], unless the job has moved on since.
fn put_back(ledger: &Ledger, number: usize, state: JobState) -> Result<(), LaunchError> {
    ledger.update(number, |job| {
        if job.state == JobState::Cancelled {
            job.state = state;
        }
    })?;
    Ok(())
}

/// Waits for processes that were told to stop, and marks what they left behind; gives the jobs whose
/// processes are still at it, with a checkpoint to write for instance.
pub fn settle_cancelled(
    ledger: &Ledger,
    numbers: &[usize],
    patience: Duration,
) -> Result<Vec<usize>, LaunchError> {
    const PAUSE: Duration = Duration::from_millis(50);
    let started = Instant::now();
    let mut left = numbers.to_vec();
    loop {
        let mut working = Vec::new();
        for number in left {
            let job = ledger.job(number)?;
            let lives = job.process.is_some_and(|p| p.liveness() == Liveness::Alive);
            match lives {
                true => working.push(number),
                // A worker that does not know of the order says `preempted`.
                false => drop(ledger.update(number, |job| {
                    if job.state != JobState::Completed {
                        job.state = JobState::Cancelled;
                    }
                })?),
            }
        }
        if working.is_empty() || started.elapsed() >= patience {
            return Ok(working);
        }
        left = working;
        std::thread::sleep(PAUSE);
    }
}

#[cfg(test)]
mod tests;
