//! A task of the queue in Slurm's words: `17`, or `17_3` in an array.

use std::fmt;
use std::str::FromStr;

use crate::launch::SlurmTask;

impl fmt::Display for SlurmTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.task {
            Some(task) => write!(f, "{}_{task}", self.job_id),
            None => write!(f, "{}", self.job_id),
        }
    }
}

/// A text that names no task of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("failed to read a task of the queue: expected `17` or `17_3`")]
pub struct NoTask;

impl FromStr for SlurmTask {
    type Err = NoTask;

    fn from_str(text: &str) -> Result<Self, NoTask> {
        let number = |text: &str| {
            let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| text.parse().ok()).flatten().ok_or(NoTask)
        };
        Ok(match text.split_once('_') {
            Some((job, task)) => Self { job_id: number(job)?, task: Some(number(task)?) },
            None => Self { job_id: number(text)?, task: None },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_slurm_writes_them() {
        for text in ["17", "17_0", "17_3"] {
            assert_eq!(text.parse::<SlurmTask>().unwrap().to_string(), text);
        }
        for text in
            ["", "_", "17_", "_3", "17_3_4", "+17", "17.0", "17_[0-3]", "99999999999999999999"]
        {
            assert_eq!(text.parse::<SlurmTask>(), Err(NoTask), "{text}");
        }
    }
}
