//! Teaching a language model to restore hidden words, and examining it.
//!
//! | term | computed from |
//! |---|---|
//! | `mlm` | scores of all words at the positions that are asked for, the words that stand there |
//!
//! An evaluation gives `loss`, `loss/mlm`, `perplexity` (of the mean loss) and `acc1/token` (percent),
//! every asked position weighing the same, and no rows: nothing is stored of a corpus. It hides the
//! same words each time.

use burn::tensor::{Device, Int, Tensor};

use crate::losses::cross_entropy;
use crate::models::language::MaskedLm;
use crate::text::{CorpusLoader, MaskedBatch};

use super::criterion::{Batches, Criterion, EpochBatches, Judged, Term};
use super::error::TrainError;
use super::evaluate::{EvalOptions, EvalReport, on_the_first, to_host};
use super::outside::EvalRows;
use super::ranks::Ranks;
use super::teacher::input::tokens;

/// The name of the only term.
const TERM: &str = "mlm";

/// No target has this value.
const IGNORE_INDEX: i64 = -1;

/// What masked language models learn.
#[derive(Clone, Debug)]
pub struct MlmObjective {
    weights: [(String, f64); 1],
}

impl MlmObjective {
    /// Takes the weight of `mlm`; it is 1 when there is none.
    pub fn new(weights: &[(String, f64)]) -> Self {
        let given = weights.iter().find(|(name, _)| name == TERM);
        Self { weights: [(TERM.to_owned(), given.map_or(1.0, |(_, weight)| *weight))] }
    }
}

/// One evaluation set.
#[derive(Clone, Debug)]
pub struct MlmSet {
    /// `eval`, `eval2`, ...: the name of its split.
    pub split: String,
    /// Its batches.
    pub loader: CorpusLoader,
}

impl Criterion for MlmObjective {
    type Model = MaskedLm;
    type Batch = MaskedBatch;
    type Set = MlmSet;

    fn judge(
        &self,
        model: &MaskedLm,
        batch: &MaskedBatch,
        device: &Device,
    ) -> Result<Judged, TrainError> {
        let mean = losses(scores(model, batch, device), batch).mean();
        let [(name, weight)] = self.weights.clone();
        let term = Term { name, weight, mean, rows: batch.targets.len() as f64 };
        Ok(Judged { terms: vec![term], logits: Vec::new() })
    }

    fn rows(&self, batch: &MaskedBatch) -> usize {
        batch.asked.len()
    }

    fn weights(&self) -> &[(String, f64)] {
        &self.weights
    }

    fn targets<'a>(&self, _batch: &'a MaskedBatch) -> &'a [(String, Vec<i64>)] {
        &[]
    }

    fn split<'a>(&self, set: &'a MlmSet) -> &'a str {
        &set.split
    }

    fn evaluate(
        &self,
        model: &MaskedLm,
        set: &MlmSet,
        device: &Device,
        options: &EvalOptions,
        ranks: &dyn Ranks,
    ) -> Result<EvalReport, TrainError> {
        on_the_first(ranks, || self.examine(model, set, device, options))
    }
}

impl MlmObjective {
    fn examine(
        &self,
        model: &MaskedLm,
        set: &MlmSet,
        device: &Device,
        options: &EvalOptions,
    ) -> Result<EvalReport, TrainError> {
        let mut sums = Sums::default();
        let all = set.loader.len().min(options.max_batches.unwrap_or(usize::MAX));
        for (at, batch) in set.loader.epoch(0, 0).take(all).enumerate() {
            let batch = batch?;
            sums.add(scores(model, &batch, device), &batch);
            (options.told)(at + 1, all);
        }
        match sums.asked {
            0 => Err(TrainError::Empty { set: set.split.clone() }),
            _ => Ok(EvalReport { values: sums.values(), rows: EvalRows::default() }),
        }
    }
}

/// Scores of all words at the positions that are asked for, `[N, V]`.
fn scores(model: &MaskedLm, batch: &MaskedBatch, device: &Device) -> Tensor<2> {
    let states = model.forward(&tokens(&batch.text, device));
    let [b, t, f] = states.dims();
    let asked: Vec<i64> = batch.asked.iter().map(|position| *position as i64).collect();
    let asked = Tensor::<1, Int>::from_ints(asked.as_slice(), device);
    model.logits(states.reshape([b * t, f]).select(0, asked))
}

/// The loss at each position that is asked for, `[N]`.
fn losses(scores: Tensor<2>, batch: &MaskedBatch) -> Tensor<1> {
    let targets = Tensor::<1, Int>::from_ints(batch.targets.as_slice(), &scores.device());
    cross_entropy(scores, targets, IGNORE_INDEX)
}

/// What an evaluation adds up.
#[derive(Default)]
struct Sums {
    asked: usize,
    loss: f64,
    right: usize,
}

impl Sums {
    fn add(&mut self, scores: Tensor<2>, batch: &MaskedBatch) {
        let best = scores.clone().argmax(1).into_data();
        let right = best.iter::<i64>().zip(&batch.targets).filter(|(best, truth)| best == *truth);
        self.right += right.count();
        let losses = to_host(losses(scores, batch));
        self.loss += losses.iter().map(|loss| f64::from(*loss)).sum::<f64>();
        self.asked += batch.targets.len();
    }

    fn values(&self) -> Vec<(String, f64)> {
        let asked = self.asked as f64;
        let (loss, right) = (self.loss / asked, 100.0 * self.right as f64 / asked);
        let named =
            [("loss", loss), ("loss/mlm", loss), ("perplexity", loss.exp()), ("acc1/token", right)];
        named.map(|(name, value)| (name.to_owned(), value)).into()
    }
}

impl Batches<MaskedBatch> for CorpusLoader {
    fn len(&self) -> usize {
        CorpusLoader::len(self)
    }

    fn epoch(&self, epoch: u64, skip: usize) -> EpochBatches<'_, MaskedBatch> {
        Box::new(CorpusLoader::epoch(self, epoch, skip).map(|batch| Ok(batch?)))
    }
}
