//! `hydra.launcher` as it is written: `conf/hydra/launcher/slurm.yaml`, and AVT's `submitit_slurm`,
//! which has fewer keys. What a file leaves out is as in submitit, or as said here.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// Every key of both launchers. Numbers may be negative here: that is refused with words of its own.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SlurmKeys {
    /// Names the launcher; no effect.
    #[serde(rename = "_target_")]
    pub target: Option<String>,
    /// Whether the job file is submitted, or only written.
    pub submit: bool,
    /// Where job files are written.
    pub jobs_dir: PathBuf,
    /// The job file by name, instead of a numbered one in `jobs_dir`.
    pub job_file: Option<PathBuf>,
    /// What tells a job that its time is up.
    pub signal: String,
    /// submitit's; what it would put there is in the ledger.
    pub submitit_folder: Option<String>,
    /// Minutes that a job may take.
    pub timeout_min: i64,
    /// Cores of each process.
    pub cpus_per_task: Option<i64>,
    /// GPUs on each node.
    pub gpus_per_node: Option<i64>,
    /// Processes on each node.
    pub tasks_per_node: Option<i64>,
    /// Memory of each node.
    pub mem_gb: Option<i64>,
    /// Number of nodes.
    pub nodes: i64,
    /// Name in the queue.
    pub name: String,
    /// submitit's; one log always holds both.
    pub stderr_to_stdout: bool,
    /// `--partition`
    pub partition: Option<String>,
    /// `--qos`
    pub qos: Option<String>,
    /// `--account`
    pub account: Option<String>,
    /// `--constraint`
    pub constraint: Option<String>,
    /// `--gres`
    pub gres: Option<String>,
    /// `--exclude`
    pub exclude: Option<String>,
    /// `--comment`
    pub comment: Option<String>,
    /// `--cpus-per-gpu`
    pub cpus_per_gpu: Option<i64>,
    /// `--gpus-per-task`
    pub gpus_per_task: Option<i64>,
    /// `--mem-per-gpu`
    pub mem_per_gpu: Option<String>,
    /// `--mem-per-cpu`
    pub mem_per_cpu: Option<String>,
    /// Seconds before the end at which a job is told.
    pub signal_delay_s: i64,
    /// Requeues after a time-out.
    pub max_num_timeout: i64,
    /// Jobs of a sweep at the same time.
    pub array_parallelism: i64,
    /// Lines of the job file before the job.
    pub setup: Option<Vec<String>>,
    /// Arguments of srun.
    pub srun_args: Option<Vec<String>>,
    /// Further `#SBATCH --key=value`.
    pub additional_parameters: BTreeMap<String, Value>,
}

impl Default for SlurmKeys {
    fn default() -> Self {
        Self {
            target: None,
            submit: true,
            jobs_dir: "jobs".into(),
            job_file: None,
            signal: "USR1".into(),
            submitit_folder: None,
            timeout_min: 60,
            cpus_per_task: None,
            gpus_per_node: None,
            tasks_per_node: Some(1),
            mem_gb: None,
            nodes: 1,
            name: "runner".into(),
            stderr_to_stdout: false,
            partition: None,
            qos: None,
            account: None,
            constraint: None,
            gres: None,
            exclude: None,
            comment: None,
            cpus_per_gpu: None,
            gpus_per_task: None,
            mem_per_gpu: None,
            mem_per_cpu: None,
            signal_delay_s: 120,
            max_num_timeout: 0,
            array_parallelism: 256,
            setup: None,
            srun_args: None,
            additional_parameters: BTreeMap::new(),
        }
    }
}
