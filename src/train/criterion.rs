//! What a kind of model learns, as the loop sees it.
//!
//! The loop knows batches, terms and evaluations by these traits only; students implement them with
//! [`Objective`](super::Objective), language models with theirs.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use crate::data::{Batch, Loader, ReadStats};

use super::error::TrainError;
use super::evaluate::{EvalOptions, EvalReport};
use super::ranks::Ranks;

/// The mean of one loss term.
#[derive(Debug)]
pub struct Term {
    /// `cls_action`, `distill`, `mlm`, ...
    pub name: String,
    /// What it weighs in the total; a term of weight 0 is reported only.
    pub weight: f64,
    /// (1).
    pub mean: Tensor<1>,
    /// How many rows the mean is over: what it weighs among those of other ranks.
    pub rows: f64,
}

/// What a model says of a batch, judged.
#[derive(Debug)]
pub struct Judged {
    /// The terms of the loss, in order.
    pub terms: Vec<Term>,
    /// Label type and logits (B, classes) whose accuracies are of interest.
    pub logits: Vec<(String, Tensor<2>)>,
}

/// How a model is taught and examined.
pub trait Criterion {
    /// What learns.
    type Model: Module;
    /// What it learns from in one go.
    type Batch;
    /// What it is examined on.
    type Set;

    /// The loss of a batch, term by term.
    ///
    /// # Errors
    /// A term without a weight; a batch that is nothing for this model.
    fn judge(
        &self,
        model: &Self::Model,
        batch: &Self::Batch,
        device: &Device,
    ) -> Result<Judged, TrainError>;

    /// Rows that a batch has a loss for; one without is not judged.
    fn rows(&self, batch: &Self::Batch) -> usize;

    /// Names and weights of all terms that there may be.
    fn weights(&self) -> &[(String, f64)];

    /// Label type and targets of a batch's rows, in the order of [`Judged::logits`].
    fn targets<'a>(&self, batch: &'a Self::Batch) -> &'a [(String, Vec<i64>)];

    /// The split that a set is: `eval`, `eval2`, ...
    fn split<'a>(&self, set: &'a Self::Set) -> &'a str;

    /// Examines a model on a set; model and device are without gradients. All ranks have the values,
    /// the first one has the rows.
    ///
    /// # Errors
    /// A batch that cannot be read; a set without samples.
    fn evaluate(
        &self,
        model: &Self::Model,
        set: &Self::Set,
        device: &Device,
        options: &EvalOptions,
        ranks: &dyn Ranks,
    ) -> Result<EvalReport, TrainError>;
}

/// Batches of one epoch, from first to last.
pub type EpochBatches<'a, B> = Box<dyn Iterator<Item = Result<B, TrainError>> + 'a>;

/// Where the batches to train on come from. Their order depends on the epoch's number alone.
///
/// Where ranks share them, each sees its part of every batch, and that may be without a row.
pub trait Batches<B> {
    /// Batches of an epoch, as many on every rank.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The batches of an epoch without the first `skip`.
    fn epoch(&self, epoch: u64, skip: usize) -> EpochBatches<'_, B>;

    /// What was made do with so far.
    fn read_stats(&self) -> ReadStats {
        ReadStats::default()
    }
}

impl Batches<Batch> for Loader {
    fn len(&self) -> usize {
        Loader::len(self)
    }

    fn epoch(&self, epoch: u64, skip: usize) -> EpochBatches<'_, Batch> {
        Box::new(Loader::epoch(self, epoch, skip).map(|batch| Ok(batch?)))
    }

    fn read_stats(&self) -> ReadStats {
        self.datasets().iter().fold(ReadStats::default(), |all, set| all + set.read_stats())
    }
}
