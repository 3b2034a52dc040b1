//! What `hydra.launcher` says of jobs on this machine, under the keys of `local` and of submitit's
//! `submitit_local`.
//!
//! | key | here |
//! |---|---|
//! | `n_jobs`, `gpus`, `share_gpus` | see [`super::plan`] |
//! | `cpus_per_task` | cores of a job, from which the number of jobs at a time follows where nothing else says it |
//! | `gpus_per_node` | GPUs of a job; null is 1 for a job that runs on one |
//! | `timeout_min`, `signal_delay_s`, `max_num_timeout` | see [`TimeLimit`] |
//! | `tasks_per_node` | at most 1: a job is one process |
//! | `nodes` | 1: there is one machine |
//! | `mem_gb` | a wish that nobody enforces; said when it is given |
//! | `submitit_folder`, `name`, `stderr_to_stdout` | nothing: logs lie in the ledger, both streams in one |

use std::num::NonZeroUsize;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{DeviceUse, LaunchError};

/// Seconds between the signal and the end of a job's time, where no key says it: submitit's.
const SIGNAL_DELAY_S: u64 = 30;
/// How often a job is started again after a time-out, where no key says it: submitit's.
const MAX_NUM_TIMEOUT: u64 = 3;

/// `hydra/launcher=local`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LocalLauncher {
    /// Always `launch.Local`.
    #[serde(rename = "_target_")]
    pub target: LocalTarget,
    /// Jobs at a time.
    pub n_jobs: Option<usize>,
    /// GPUs that jobs may be given, as CUDA numbers those that are visible; `None` for all.
    pub gpus: Option<Vec<usize>>,
    /// Whether jobs may share one.
    pub share_gpus: bool,
    /// Minutes of a job's time, parts of one too.
    pub timeout_min: f64,
    /// Seconds before the end of its time at which a job is told.
    pub signal_delay_s: u64,
    /// How often a job is started again after a time-out.
    pub max_num_timeout: u64,
    /// Cores of a job.
    pub cpus_per_task: Option<usize>,
    /// GPUs of a job.
    pub gpus_per_node: Option<usize>,
    /// Processes of a job.
    pub tasks_per_node: Option<usize>,
    /// Memory of a job.
    pub mem_gb: Option<u64>,
    /// Machines of a job.
    pub nodes: usize,
}

/// `_target_` of `local`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum LocalTarget {
    /// The only one.
    #[serde(rename = "launch.Local")]
    Local,
}

/// `hydra/launcher=submitit_local`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmititLocal {
    /// Always submitit's.
    #[serde(rename = "_target_")]
    pub target: SubmititLocalTarget,
    /// Where submitit keeps its files.
    pub submitit_folder: String,
    /// Minutes of a job's time.
    pub timeout_min: u64,
    /// Cores of a job.
    pub cpus_per_task: Option<usize>,
    /// GPUs of a job.
    pub gpus_per_node: Option<usize>,
    /// Processes of a job.
    pub tasks_per_node: Option<usize>,
    /// Memory of a job.
    pub mem_gb: Option<u64>,
    /// Machines of a job.
    pub nodes: usize,
    /// Name of the jobs.
    pub name: String,
    /// Whether both streams go to one file.
    pub stderr_to_stdout: bool,
}

/// `_target_` of `submitit_local`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum SubmititLocalTarget {
    /// The only one.
    #[serde(rename = "hydra_plugins.hydra_submitit_launcher.submitit_launcher.LocalLauncher")]
    Submitit,
}

/// How jobs are run on this machine, whichever launcher's keys said it.
#[derive(Clone, Debug, PartialEq)]
pub struct LocalSettings {
    /// Jobs at a time.
    pub n_jobs: Option<NonZeroUsize>,
    /// GPUs that jobs may be given; `None` for all.
    pub gpus: Option<Vec<usize>>,
    /// Whether jobs may share one.
    pub share_gpus: bool,
    /// GPUs of a job that runs on some; `None` for one.
    pub gpus_per_job: Option<usize>,
    /// Cores of a job.
    pub cores_per_job: Option<NonZeroUsize>,
    /// How long a job may take.
    pub time: TimeLimit,
    /// What the jobs compute on, each kind once or more.
    pub uses: Vec<DeviceUse>,
    /// What was asked for and is not done.
    pub notes: Vec<String>,
}

/// How long an attempt of a job may take.
///
/// At its end less `notice` (at half of it, if that is later) the worker is sent `SIGUSR1`, writes a
/// checkpoint and ends; it is then started again, up to `restarts` times. One that is still there at
/// the end is killed. A worker that is told to stop for another reason has `notice` as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeLimit {
    /// From its start to its end.
    pub limit: Duration,
    /// Between being told and the end.
    pub notice: Duration,
    /// How often a job is started again after a time-out.
    pub restarts: u64,
}

impl LocalLauncher {
    /// With what its jobs compute on.
    ///
    /// # Errors
    /// What no single machine can give.
    pub fn settings(self, uses: Vec<DeviceUse>) -> Result<LocalSettings, LaunchError> {
        one_process(self.nodes, self.tasks_per_node)?;
        Ok(LocalSettings {
            n_jobs: at_least_one("hydra.launcher.n_jobs", self.n_jobs)?,
            gpus: self.gpus,
            share_gpus: self.share_gpus,
            gpus_per_job: self.gpus_per_node,
            cores_per_job: at_least_one("hydra.launcher.cpus_per_task", self.cpus_per_task)?,
            time: time_limit(self.timeout_min, self.signal_delay_s, self.max_num_timeout)?,
            uses,
            notes: memory(self.mem_gb),
        })
    }
}

impl SubmititLocal {
    /// With what its jobs compute on.
    ///
    /// # Errors
    /// What no single machine can give.
    pub fn settings(self, uses: Vec<DeviceUse>) -> Result<LocalSettings, LaunchError> {
        one_process(self.nodes, self.tasks_per_node)?;
        #[expect(clippy::cast_precision_loss, reason = "a time in minutes")]
        let minutes = self.timeout_min as f64;
        Ok(LocalSettings {
            n_jobs: None,
            gpus: None,
            share_gpus: false,
            gpus_per_job: self.gpus_per_node,
            cores_per_job: at_least_one("hydra.launcher.cpus_per_task", self.cpus_per_task)?,
            time: time_limit(minutes, SIGNAL_DELAY_S, MAX_NUM_TIMEOUT)?,
            uses,
            notes: memory(self.mem_gb),
        })
    }
}

impl TimeLimit {
    /// When the worker is told, from its start.
    pub(super) fn told_after(&self) -> Duration {
        self.limit.saturating_sub(self.notice).max(self.limit / 2)
    }
}

fn at_least_one(
    key: &'static str,
    number: Option<usize>,
) -> Result<Option<NonZeroUsize>, LaunchError> {
    let positive = |number| {
        let problem = "expected 1 or more, or null, got 0".to_owned();
        NonZeroUsize::new(number).ok_or(LaunchError::Setting { key, problem })
    };
    number.map(positive).transpose()
}

fn one_process(nodes: usize, tasks: Option<usize>) -> Result<(), LaunchError> {
    if nodes != 1 {
        let problem = format!(
            "{nodes} nodes for a job, and this launcher has one machine: expected 1, or \
             hydra/launcher=slurm"
        );
        return Err(LaunchError::Setting { key: "hydra.launcher.nodes", problem });
    }
    // AVT's own files say one task for each GPU, which is none on a machine without any.
    match tasks {
        Some(tasks @ 2..) => Err(LaunchError::Setting {
            key: "hydra.launcher.tasks_per_node",
            problem: format!(
                "{tasks} processes for a job, and a job of this launcher is one: expected 1"
            ),
        }),
        None | Some(0 | 1) => Ok(()),
    }
}

fn time_limit(minutes: f64, notice: u64, restarts: u64) -> Result<TimeLimit, LaunchError> {
    let limit = Duration::try_from_secs_f64(minutes * 60.0).ok().filter(|time| !time.is_zero());
    let limit = limit.ok_or_else(|| LaunchError::Setting {
        key: "hydra.launcher.timeout_min",
        problem: format!("expected minutes above 0, got {minutes}"),
    })?;
    Ok(TimeLimit { limit, notice: Duration::from_secs(notice), restarts })
}

fn memory(gb: Option<u64>) -> Vec<String> {
    let note = |gb| format!("hydra.launcher.mem_gb={gb}: nobody enforces it on this machine");
    gb.map(note).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCAL: &str = "{_target_: launch.Local, n_jobs: 2, gpus: [0, 1], share_gpus: false, \
        timeout_min: 0.5, signal_delay_s: 10, max_num_timeout: 3, cpus_per_task: 4, \
        gpus_per_node: 1, tasks_per_node: 1, mem_gb: null, nodes: 1}";
    const SUBMITIT: &str = "{submitit_folder: x/.submitit/%j, timeout_min: 60, \
        cpus_per_task: null, gpus_per_node: null, tasks_per_node: 1, mem_gb: 8, nodes: 1, name: n, \
        stderr_to_stdout: false, \
        _target_: hydra_plugins.hydra_submitit_launcher.submitit_launcher.LocalLauncher}";

    fn local(text: &str) -> Result<LocalSettings, LaunchError> {
        serde_yaml::from_str::<LocalLauncher>(text).unwrap().settings(vec![DeviceUse::Auto])
    }

    fn submitit(text: &str) -> Result<LocalSettings, LaunchError> {
        serde_yaml::from_str::<SubmititLocal>(text).unwrap().settings(vec![DeviceUse::Auto])
    }

    #[test]
    fn both_sets_of_keys_are_read() {
        let ours = local(LOCAL).unwrap();
        assert_eq!((ours.n_jobs.map(usize::from), ours.gpus), (Some(2), Some(vec![0, 1])));
        assert_eq!(ours.time.limit, Duration::from_secs(30));
        assert_eq!(ours.time.told_after(), Duration::from_secs(20));
        let theirs = submitit(SUBMITIT).unwrap();
        assert_eq!((theirs.n_jobs, theirs.gpus_per_job), (None, None));
        assert_eq!(theirs.time.told_after(), Duration::from_secs(60 * 60 - 30));
        assert_eq!(theirs.notes.len(), 1, "{:?}", theirs.notes);
    }

    #[test]
    fn a_key_of_nobody_is_refused() {
        let text = LOCAL.replace("n_jobs", "n_job");
        let error = serde_yaml::from_str::<LocalLauncher>(&text).unwrap_err().to_string();
        assert!(error.contains("n_job"), "{error}");
        let text = SUBMITIT.replace("nodes: 1", "nodes: 1, partition: gpu");
        assert!(serde_yaml::from_str::<SubmititLocal>(&text).is_err());
        let text = LOCAL.replace("launch.Local", "launch.Slurm");
        assert!(serde_yaml::from_str::<LocalLauncher>(&text).is_err());
    }

    #[test]
    fn what_one_machine_cannot_give_is_refused() {
        for (from, to, key) in [
            ("nodes: 1", "nodes: 2", "hydra.launcher.nodes"),
            ("nodes: 1", "nodes: 0", "hydra.launcher.nodes"),
            ("tasks_per_node: 1", "tasks_per_node: 2", "hydra.launcher.tasks_per_node"),
            ("n_jobs: 2", "n_jobs: 0", "hydra.launcher.n_jobs"),
            ("cpus_per_task: 4", "cpus_per_task: 0", "hydra.launcher.cpus_per_task"),
            ("timeout_min: 0.5", "timeout_min: 0", "hydra.launcher.timeout_min"),
            ("timeout_min: 0.5", "timeout_min: -1", "hydra.launcher.timeout_min"),
            ("timeout_min: 0.5", "timeout_min: .nan", "hydra.launcher.timeout_min"),
        ] {
            let error = local(&LOCAL.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(key), "{to}: {error}");
        }
        assert!(submitit(&SUBMITIT.replace("timeout_min: 60", "timeout_min: 0")).is_err());
        local(&LOCAL.replace("tasks_per_node: 1", "tasks_per_node: 0")).unwrap();
    }

    #[test]
    fn a_short_time_is_halved() {
        let limit =
            |secs, notice| TimeLimit { limit: Duration::from_secs(secs), notice, restarts: 0 };
        let notice = Duration::from_secs(120);
        assert_eq!(limit(600, notice).told_after(), Duration::from_secs(480));
        assert_eq!(limit(60, notice).told_after(), Duration::from_secs(30));
    }
}
