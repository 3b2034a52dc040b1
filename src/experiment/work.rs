//! What a config asks for, built: a student with its task, or an extraction of features.

use crate::data::Shard;
use crate::files::sha256_bytes;

use super::SetupError;
use super::build::{Basis, Built, Extraction};
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
        Ok(match config.run.task {
            config::Task::Train => {
                Self::Student(tasks::of_student(config), Box::new(Built::new(config)?))
            }
            config::Task::ExtractFeatures => Self::Features(Box::new(Extraction::new(config)?)),
            config::Task::TeacherPretrain
            | config::Task::TeacherFinetune
            | config::Task::TeacherPredict
            | config::Task::TeacherEnsemble => return Err(SetupError::unavailable("task")),
        })
    }

    /// What the manifest says of it.
    pub(super) fn basis(&self) -> &Basis {
        match self {
            Self::Student(_, built) => &built.basis,
            Self::Features(extraction) => &extraction.basis,
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
