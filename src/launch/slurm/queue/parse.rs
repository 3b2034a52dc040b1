//! The answers of `squeue` and `sacct` as states. What cannot be read is left out: a newer Slurm may
//! say more than is known here, and the rest of its answer is still true.

use std::collections::{BTreeSet, HashMap};

use super::QueueState;
use crate::launch::SlurmTask;

/// The job, its place in the array, its state, why: what [`squeue`] reads.
pub(super) const COLUMNS: &str = "%F|%K|%T|%r";

/// Lines of `squeue --array` with [`COLUMNS`].
pub(super) fn squeue(text: &str) -> HashMap<SlurmTask, QueueState> {
    text.lines().filter_map(of_squeue).collect()
}

fn of_squeue(line: &str) -> Option<(SlurmTask, QueueState)> {
    let [job, task, word, reason] = line.splitn(4, '|').collect::<Vec<_>>().try_into().ok()?;
    let task = match task {
        "N/A" => None,
        number => Some(number.parse().ok()?),
    };
    let reason = if reason == "None" { "" } else { reason };
    Some((SlurmTask { job_id: job.trim().parse().ok()?, task }, state(word, reason)))
}

/// Lines of `sacct --parsable2` with `JobID,State,ExitCode`.
pub(super) fn sacct(text: &str) -> HashMap<SlurmTask, QueueState> {
    text.lines().filter_map(of_sacct).collect()
}

fn of_sacct(line: &str) -> Option<(SlurmTask, QueueState)> {
    let [job, word, code] = line.splitn(3, '|').collect::<Vec<_>>().try_into().ok()?;
    // `CANCELLED by 1000`
    let word = word.split_whitespace().next()?;
    Some((job.parse().ok()?, state(word, &format!("exit code {code}"))))
}

fn state(word: &str, reason: &str) -> QueueState {
    let failed = || match reason {
        "" => word.to_owned(),
        reason => format!("{word} ({reason})"),
    };
    match word {
        "PENDING" | "CONFIGURING" | "REQUEUED" | "REQUEUE_FED" | "REQUEUE_HOLD"
        | "RESV_DEL_HOLD" | "SPECIAL_EXIT" => QueueState::Pending { reason: reason.to_owned() },
        "RUNNING" | "RESIZING" | "SIGNALING" | "STAGE_OUT" => QueueState::Running,
        "SUSPENDED" | "STOPPED" => QueueState::Suspended,
        "COMPLETING" => QueueState::Completing,
        "COMPLETED" => QueueState::Completed,
        "FAILED" | "BOOT_FAIL" | "DEADLINE" | "LAUNCH_FAILED" | "NODE_FAIL" | "OUT_OF_MEMORY"
        | "RECONFIG_FAIL" => QueueState::Failed { reason: failed() },
        "TIMEOUT" => QueueState::TimedOut,
        "PREEMPTED" | "REVOKED" => QueueState::Preempted,
        "CANCELLED" => QueueState::Cancelled,
        word => QueueState::Other { word: word.to_owned() },
    }
}

/// One number a line.
pub(super) fn numbers(text: &str) -> BTreeSet<u64> {
    text.lines().filter_map(|line| line.trim().parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Slurm 22.05.8, one node.
    const SQUEUE: &str = "\
1|N/A|COMPLETED|None
2|2|PENDING|JobArrayTaskLimit
2|3|PENDING|BeginTime
2|0|RUNNING|None
5|3|FAILED|NonZeroExitCode
7|N/A|TIMEOUT|TimeLimit
8|N/A|CANCELLED|None
9|N/A|COMPLETING|None
10|N/A|NEWEST|None
squeue says more one day
11|x|RUNNING|None
";

    fn task(job_id: u64, task: Option<u64>) -> SlurmTask {
        SlurmTask { job_id, task }
    }

    #[test]
    fn what_squeue_says() {
        let found = squeue(SQUEUE);
        let failed = |reason: &str| QueueState::Failed { reason: reason.into() };
        let pending = |reason: &str| QueueState::Pending { reason: reason.into() };
        let expected = [
            (task(1, None), QueueState::Completed),
            (task(2, Some(2)), pending("JobArrayTaskLimit")),
            (task(2, Some(3)), pending("BeginTime")),
            (task(2, Some(0)), QueueState::Running),
            (task(5, Some(3)), failed("FAILED (NonZeroExitCode)")),
            (task(7, None), QueueState::TimedOut),
            (task(8, None), QueueState::Cancelled),
            (task(9, None), QueueState::Completing),
            (task(10, None), QueueState::Other { word: "NEWEST".into() }),
        ];
        assert_eq!(found, HashMap::from(expected));
    }

    #[test]
    fn numbers_alone() {
        assert_eq!(numbers(" 17\n18 \n\nnonsense\n"), BTreeSet::from([17, 18]));
    }

    #[test]
    fn what_sacct_says() {
        let text = "17_3|CANCELLED by 1000|0:15\n17_[4-9]|PENDING|0:0\n18|OUT_OF_MEMORY|0:125\n";
        let reason = "OUT_OF_MEMORY (exit code 0:125)".to_owned();
        let expected = [
            (task(17, Some(3)), QueueState::Cancelled),
            (task(18, None), QueueState::Failed { reason }),
        ];
        assert_eq!(sacct(text), HashMap::from(expected));
    }
}
