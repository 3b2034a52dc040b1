//! What a config asks for, built: a model with its task, an extraction of features, an ensemble.

use crate::data::Shard;
use crate::files::sha256_bytes;

use super::SetupError;
use super::build::{Basis, Built, Ensemble, Extraction, Finetuning, Prediction, Pretraining};
use super::config::{self, ExperimentConfig};
use super::publish::Publisher;
use super::rank;
use super::tasks::{self, Task};

/// Everything a run needs before it has a directory.
pub(super) enum Work {
    /// A student is trained or evaluated.
    Student(Task, Box<Built>),
    /// Features are stored.
    Features(Box<Extraction>),
    /// A language model learns to restore hidden words.
    Pretraining(Box<Pretraining>, Publisher),
    /// A teacher learns what comes after histories.
    Finetuning(Box<Finetuning>, Publisher),
    /// A teacher is asked what comes after every history.
    Prediction(Box<Prediction>, Publisher),
    /// Several teachers become one.
    Ensemble(Box<Ensemble>, Publisher),
}

impl Work {
    /// Builds what the task needs; `shard` says which rank this is of those that train together.
    ///
    /// # Errors
    /// As the builders say; a task that this version does not have.
    pub(super) fn new(
        config: &ExperimentConfig,
        publisher: Option<Publisher>,
        shard: Shard,
    ) -> Result<Self, SetupError> {
        let publisher = || publisher.ok_or_else(|| SetupError::unavailable("task"));
        Ok(match config.run.task {
            config::Task::Train => {
                Self::Student(tasks::of_student(config), Box::new(Built::new(config, shard)?))
            }
            config::Task::ExtractFeatures => Self::Features(Box::new(Extraction::new(config)?)),
            config::Task::TeacherEnsemble => {
                Self::Ensemble(Box::new(Ensemble::new(config)?), publisher()?)
            }
            config::Task::TeacherFinetune => {
                Self::Finetuning(Box::new(Finetuning::new(config, shard)?), publisher()?)
            }
            config::Task::TeacherPredict => {
                Self::Prediction(Box::new(Prediction::new(config)?), publisher()?)
            }
            config::Task::TeacherPretrain => {
                Self::Pretraining(Box::new(Pretraining::new(config, shard)?), publisher()?)
            }
        })
    }

    /// What the manifest says of it.
    pub(super) fn basis(&self) -> &Basis {
        match self {
            Self::Student(_, built) => &built.basis,
            Self::Features(extraction) => &extraction.basis,
            Self::Pretraining(pretraining, _) => &pretraining.built.basis,
            Self::Finetuning(finetuning, _) => finetuning.basis(),
            Self::Prediction(prediction, _) => &prediction.basis,
            Self::Ensemble(ensemble, _) => &ensemble.basis,
        }
    }

    /// Where what the task leaves for others goes; `None` where it leaves nothing.
    pub(super) fn publisher(&self) -> Option<&Publisher> {
        match self {
            Self::Student(..) | Self::Features(_) => None,
            Self::Pretraining(_, publisher)
            | Self::Finetuning(_, publisher)
            | Self::Prediction(_, publisher)
            | Self::Ensemble(_, publisher) => Some(publisher),
        }
    }

    /// Whether what the task leaves for others is there; so it is where it leaves nothing.
    ///
    /// # Errors
    /// A product that cannot be read.
    pub(super) fn is_published(&self) -> Result<bool, SetupError> {
        self.publisher().map_or(Ok(true), Publisher::is_there)
    }
}

/// Identifies what is run: the config and, where processes share the work, which of them this is,
/// so that each goes on in its own directory.
///
/// # Errors
/// When the environment does not say which it is.
pub(super) fn hash(config: &ExperimentConfig, config_hash: String) -> Result<String, SetupError> {
    let shard = if is_shared(config) { rank::shard()? } else { Shard::WHOLE };
    Ok(match shard.world {
        1 => config_hash,
        _ => sha256_bytes(format!("{config_hash} {} of {}", shard.rank, shard.world).as_bytes()),
    })
}

/// Whether each of several processes does its share of the work in a run of its own.
pub(super) fn is_shared(config: &ExperimentConfig) -> bool {
    let cuts =
        |set: &config::DatasetConfig| set.dense_clips().is_some_and(|clips| clips.shard_per_worker);
    config.run.task == config::Task::ExtractFeatures || config.datasets().any(|(_, set)| cuts(set))
}
