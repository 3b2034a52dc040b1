//! What a config asks for, built: a student with its task, or an extraction of features.

use crate::data::{DataKind, Shard};
use crate::device::DeviceSpec;
use crate::files::sha256_bytes;

use super::SetupError;
use super::build::{Built, Extraction};
use super::config::{self, ExperimentConfig};
use super::rank;
use super::tasks::{self, Task};

/// Everything a run needs before it has a directory.
pub(super) enum Work {
    /// A student is trained or evaluated.
    Student(Task, Box<Built>),
    /// Features are stored.
    Features(Box<Extraction>),
}

impl Work {
    /// Builds what the task needs.
    ///
    /// # Errors
    /// As the builders say; a task that this version does not have.
    pub(super) fn new(config: &ExperimentConfig) -> Result<Self, SetupError> {
        if config.run.task == config::Task::ExtractFeatures {
            return Ok(Self::Features(Box::new(Extraction::new(config)?)));
        }
        let task = tasks::task(config)?;
        Ok(Self::Student(task, Box::new(Built::new(config)?)))
    }

    pub(super) fn spec(&self) -> DeviceSpec {
        match self {
            Self::Student(_, built) => built.spec,
            Self::Features(extraction) => extraction.spec,
        }
    }

    pub(super) fn kind(&self) -> DataKind {
        match self {
            Self::Student(_, built) => built.kind,
            Self::Features(extraction) => extraction.kind,
        }
    }

    pub(super) fn fingerprint(&self) -> &str {
        match self {
            Self::Student(_, built) => &built.fingerprint,
            Self::Features(extraction) => &extraction.fingerprint,
        }
    }
}

/// Identifies what is run: the config and, where processes share the work, which of them this is,
/// so that each goes on in its own directory.
///
/// # Errors
/// When the environment does not say which it is.
pub(super) fn hash(config: &ExperimentConfig, config_hash: String) -> Result<String, SetupError> {
    let cuts =
        |set: &config::DatasetConfig| set.dense_clips().is_some_and(|clips| clips.shard_per_worker);
    let is_shared = config.run.task == config::Task::ExtractFeatures
        || config.datasets().any(|(_, set)| cuts(set));
    let shard = if is_shared { rank::shard()? } else { Shard::WHOLE };
    Ok(match shard.world {
        1 => config_hash,
        _ => sha256_bytes(format!("{config_hash} {} of {}", shard.rank, shard.world).as_bytes()),
    })
}
