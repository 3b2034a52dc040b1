//! What has become of tasks, as the queue and, where there is one, the accounting tell it.
//!
//! `squeue` knows what waits and runs, and what has ended for some minutes (`MinJobAge`); `sacct`
//! knows the rest on clusters that keep accounts. A task that neither knows is in no answer.

mod parse;

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use super::SlurmError;
use super::client::Client;
use crate::launch::{LaunchError, SlurmTask};

const ASKING: &str = "ask for the state of jobs";
const CANCELLING: &str = "cancel jobs";

/// Where a task stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueueState {
    /// It waits.
    Pending {
        /// For what, in Slurm's word: `Resources`, `Priority`, `BeginTime`, ...
        reason: String,
    },
    /// It runs.
    Running,
    /// It is halted, and keeps its memory.
    Suspended,
    /// It ends: its processes have been told to.
    Completing,
    /// It has ended with exit code 0.
    Completed,
    /// It has ended in another way.
    Failed {
        /// Which, in Slurm's words: `FAILED (NonZeroExitCode)`, `OUT_OF_MEMORY`, ...
        reason: String,
    },
    /// It was ended at its time limit.
    TimedOut,
    /// It was ended for the sake of another.
    Preempted,
    /// Somebody took it back.
    Cancelled,
    /// A word of a newer Slurm.
    Other {
        /// That word.
        word: String,
    },
}

impl QueueState {
    /// Whether it has ended, and does not start again on its own.
    pub fn is_ended(&self) -> bool {
        match self {
            Self::Pending { .. } | Self::Running | Self::Suspended | Self::Completing => false,
            Self::Completed
            | Self::Failed { .. }
            | Self::TimedOut
            | Self::Preempted
            | Self::Cancelled => true,
            Self::Other { .. } => false,
        }
    }
}

impl fmt::Display for QueueState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pending { reason } if reason.is_empty() => f.write_str("pending"),
            Self::Pending { reason } => write!(f, "pending ({reason})"),
            Self::Running => f.write_str("running"),
            Self::Suspended => f.write_str("suspended"),
            Self::Completing => f.write_str("completing"),
            Self::Completed => f.write_str("completed"),
            Self::Failed { reason } => write!(f, "failed: {reason}"),
            Self::TimedOut => f.write_str("ended at its time limit"),
            Self::Preempted => f.write_str("preempted"),
            Self::Cancelled => f.write_str("cancelled"),
            Self::Other { word } => f.write_str(word),
        }
    }
}

/// Where tasks stand; those that Slurm knows nothing of any more are left out.
///
/// # Errors
/// Where there is no Slurm ([`SlurmError::NoProgram`]), and where it does not answer.
pub fn queue(tasks: &[SlurmTask]) -> Result<HashMap<SlurmTask, QueueState>, LaunchError> {
    Ok(Client::default().queue(tasks)?)
}

/// The numbers of all jobs in the queue, each task of an array by its own.
///
/// # Errors
/// As [`queue`].
pub fn numbers() -> Result<BTreeSet<u64>, LaunchError> {
    let arguments = ["--noheader", "--array", "--format=%A"];
    let text = Client::default().ask("squeue", ASKING, &arguments)?;
    Ok(parse::numbers(&text))
}

/// Takes tasks back: those that wait never start, those that run are told to stop. What has ended
/// already is left as it is.
///
/// # Errors
/// As [`queue`], and what `scancel` says.
pub fn cancel(tasks: &[SlurmTask]) -> Result<(), LaunchError> {
    Ok(Client::default().cancel(tasks)?)
}

impl Client {
    pub(super) fn queue(
        &self,
        tasks: &[SlurmTask],
    ) -> Result<HashMap<SlurmTask, QueueState>, SlurmError> {
        if tasks.is_empty() {
            return Ok(HashMap::new());
        }
        let mut found = parse::squeue(&self.squeue(tasks)?);
        let forgotten: Vec<_> = tasks.iter().filter(|task| !found.contains_key(task)).collect();
        if !forgotten.is_empty() {
            found.extend(parse::sacct(&self.sacct(&forgotten)));
        }
        found.retain(|task, _| tasks.contains(task));
        Ok(found)
    }

    fn squeue(&self, tasks: &[SlurmTask]) -> Result<String, SlurmError> {
        let jobs = format!("--jobs={}", job_ids(tasks));
        let columns = format!("--format={}", parse::COLUMNS);
        let arguments = ["--noheader", "--array", "--states=all", &jobs, &columns];
        let answer = self.answer("squeue", ASKING, &arguments)?;
        // What it says of one that it has forgotten; of several it names those it knows.
        if answer.status.success() || answer.stderr.contains("Invalid job id") {
            return Ok(answer.stdout);
        }
        Err(SlurmError::Refused { program: "squeue", aim: ASKING, words: answer.words() })
    }

    /// Nothing where no accounts are kept.
    fn sacct(&self, tasks: &[&SlurmTask]) -> String {
        let jobs = format!("--jobs={}", job_ids(tasks.iter().copied()));
        let format = "--format=JobID,State,ExitCode";
        let arguments = ["--noheader", "--parsable2", "--allocations", format, &jobs];
        self.ask("sacct", ASKING, &arguments).unwrap_or_default()
    }

    pub(super) fn cancel(&self, tasks: &[SlurmTask]) -> Result<(), SlurmError> {
        /// Far below what a command line may hold.
        const AT_ONCE: usize = 500;
        for some in tasks.chunks(AT_ONCE) {
            let names: Vec<String> = some.iter().map(SlurmTask::to_string).collect();
            self.ask("scancel", CANCELLING, &names)?;
        }
        Ok(())
    }
}

/// Each job once, whatever the number of its tasks.
fn job_ids<'t>(tasks: impl IntoIterator<Item = &'t SlurmTask>) -> String {
    let ids: BTreeSet<u64> = tasks.into_iter().map(|task| task.job_id).collect();
    ids.iter().map(u64::to_string).collect::<Vec<_>>().join(",")
}
