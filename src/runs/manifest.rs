//! `run.json`: what a run is, where it runs, how far it came.
//!
//! Only the data; who may change it and when is [`super::RunManifest`]'s.

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Elsewhere, Git, Liveness, ProcessStamp, RunError, Slurm, Status};
use crate::files;

/// What kind of data the numbers of a run come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DataKind {
    /// Annotations and inputs are generated.
    Synthetic,
    /// Annotations are real, inputs are derived from labels.
    Simulated,
    /// Everything is real.
    Real,
}

impl DataKind {
    /// As written in a manifest.
    pub fn as_str(self) -> &'static str {
        match self {
            DataKind::Synthetic => "synthetic",
            DataKind::Simulated => "simulated",
            DataKind::Real => "real",
        }
    }
}

/// Metrics by name: `loss`, `acc1/action`, `final_acc/action/top1`, ... (accuracies in percent).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricSets {
    /// Of the latest evaluation.
    pub last: Map<String, Value>,
    /// Of the evaluation that was best on the main metric.
    pub best: Map<String, Value>,
}

/// How long a run that trains is going to be, unless it ends early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunLength {
    /// Steps in all.
    pub steps: u64,
    /// Epochs in all.
    pub epochs: u64,
    /// Samples of a step, of all processes.
    pub batch_size: u64,
}

/// The content of `run.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of this layout.
    pub schema: u64,
    /// Where the run stands.
    pub status: Status,
    /// Name of the experiment.
    pub experiment: String,
    /// `0001`, or `0001/3` for a job of a sweep.
    pub version: String,
    /// Command line, program first.
    pub command: Vec<String>,
    /// When the first attempt started, RFC 3339, UTC.
    pub started: String,
    /// When the manifest last changed.
    pub updated: String,
    /// When the run ended; `null` while it runs.
    pub finished: Option<String>,
    /// Number of starts, 1 for a run that was never resumed.
    pub attempts: u64,
    /// Working tree it was started from; `null` without git.
    pub git: Option<Git>,
    /// Machine.
    pub host: String,
    /// Process of the current attempt.
    pub process: ProcessStamp,
    /// Device.
    pub device: String,
    /// Compute backend.
    pub backend: String,
    /// Version of this crate.
    pub crate_version: String,
    /// Seed.
    pub seed: u64,
    /// Fingerprint of the resolved config.
    pub config_hash: String,
    /// Kind of data.
    pub data: DataKind,
    /// Fingerprint of the data.
    pub data_fingerprint: Option<String>,
    /// Fingerprint of the classes, segments and labels of the evaluation sets alone; not said by tasks
    /// without, nor by old runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eval_fingerprint: Option<String>,
    /// Slurm's ids; `null` outside Slurm.
    pub slurm: Option<Slurm>,
    /// How long training is going to be; not said by tasks that do not train, nor by old runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<RunLength>,
    /// Evaluation metrics.
    pub metrics: MetricSets,
    /// What went wrong; `null` otherwise.
    pub error: Option<String>,
}

impl Manifest {
    /// File name in a run directory.
    pub const FILE: &str = "run.json";
    /// Version written and the newest one read.
    pub const SCHEMA: u64 = 1;

    /// Reads the manifest of the run directory `run`.
    pub fn read(run: &Path) -> Result<Self, RunError> {
        let path = run.join(Self::FILE);
        let reason =
            |e: serde_json::Error| RunError::Manifest { path: path.clone(), reason: e.to_string() };
        let value: Value = serde_json::from_slice(&files::read(&path)?).map_err(reason)?;
        // Before the fields: a newer layout has fields that are unknown here.
        match value.get("schema").and_then(Value::as_u64) {
            Some(found) if found > Self::SCHEMA => {
                Err(RunError::Schema { path: path.clone(), found, known: Self::SCHEMA })
            }
            _ => serde_json::from_value(value).map_err(reason),
        }
    }

    /// Whether it says `running` and its process is gone for certain.
    pub fn is_stale(&self) -> bool {
        self.is_stale_by(&|_| Liveness::Unknown)
    }

    /// The same, where somebody may know how runs on other machines stand.
    pub(super) fn is_stale_by(&self, word: Elsewhere<'_>) -> bool {
        self.status == Status::Running
            && match self.process.liveness() {
                Liveness::Gone => true,
                Liveness::Alive => false,
                Liveness::Unknown => word(self) == Liveness::Gone,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_manifest_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(Manifest::FILE);
        for text in ["", "{", "[]", "{}", r#"{"schema":1}"#, r#"{"schema":"x"}"#] {
            files::write_atomic(&path, text.as_bytes()).unwrap();
            let error = Manifest::read(dir.path()).unwrap_err();
            assert!(matches!(error, RunError::Manifest { .. }), "{text}: {error}");
        }
        files::write_atomic(&path, br#"{"schema":2,"new":1}"#).unwrap();
        assert!(matches!(Manifest::read(dir.path()), Err(RunError::Schema { found: 2, .. })));
    }
}
