//! What can go wrong while training.

use crate::data::DataError;
use crate::models::ModelError;
use crate::text::TextError;

use super::optim::OptimError;
use super::outside::OutsideError;
use super::ranks::Elsewhere;
use super::schedule::ScheduleError;

/// A failed training or evaluation.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// A batch could not be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A line of a corpus could not be read.
    #[error(transparent)]
    Text(#[from] TextError),
    /// A loss term has no weight.
    #[error("loss term `{term}` has no weight in `train.train_one_epoch_fn.loss_wts`")]
    MissingWeight {
        /// The term.
        term: String,
        /// The terms that have a weight.
        known: Vec<String>,
    },
    /// The loss is not there, or says nothing about what trains.
    #[error(
        "no loss term with a weight above 0 depends on a parameter that trains; terms and their \
         `train.train_one_epoch_fn.loss_wts`: {}", terms.join(", ")
    )]
    NothingToLearn {
        /// Terms and their weights.
        terms: Vec<String>,
    },
    /// The student reads class numbers, and the data hold something else.
    #[error(
        "segment {uid} has the feature {value}, and a future predictor over features of width 1 takes class numbers \
         below num_cluster_centers = {classes}"
    )]
    ClassNumber {
        /// Which segment.
        uid: String,
        /// Its feature.
        value: f32,
        /// How many classes there are.
        classes: usize,
    },
    /// The model has no output of that name.
    #[error("the model has no output `{output}`")]
    UnknownOutput {
        /// The name.
        output: String,
    },
    /// A model was handed what it does not read.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A weighted loss term became infinite or not a number.
    #[error(
        "loss term `{term}` is {value} at step {step} (epoch {epoch:.4}); training stopped before the update"
    )]
    NonFiniteLoss {
        /// The term.
        term: String,
        /// Its value.
        value: f64,
        /// Steps taken before.
        step: u64,
        /// Fractional epoch.
        epoch: f64,
    },
    /// The gradient or the optimizer's state is unusable.
    #[error("failed to {0}")]
    Optim(#[from] OptimError),
    /// The learning rates cannot go on.
    #[error("failed to {0}")]
    Schedule(#[from] ScheduleError),
    /// There is nothing to train on or evaluate.
    #[error("the {set} set has no samples")]
    Empty {
        /// Which set.
        set: String,
    },
    /// A metric that the loop needs is not among those computed.
    #[error("the primary metric `{metric}` is not computed by this evaluation")]
    UnknownMetric {
        /// The metric.
        metric: String,
        /// Those computed.
        known: Vec<String>,
    },
    /// Another rank cannot go on.
    #[error("rank {rank}: {reason}")]
    OnRank {
        /// Which, from 0.
        rank: usize,
        /// What it says.
        reason: String,
    },
    /// A checkpoint of another number of ranks.
    #[error(
        "the checkpoint counts steps of {before} ranks, and there are {now}: steps would have other samples"
    )]
    OtherRanks {
        /// How many there were.
        before: usize,
        /// How many there are.
        now: usize,
    },
    /// Ranks that do not start from the same weights.
    #[error("rank {rank} starts from other weights than rank 0")]
    OtherWeights {
        /// Which, from 0.
        rank: usize,
    },
    /// A sink failed.
    #[error("failed to record: {0}")]
    Outside(#[source] OutsideError),
}

impl Elsewhere for TrainError {
    fn elsewhere(rank: usize, reason: String) -> Self {
        Self::OnRank { rank, reason }
    }
}
