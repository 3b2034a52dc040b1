//! Teaching a language model to say what comes after a history, and examining it.
//!
//! | term | computed from |
//! |---|---|
//! | `cls_action`, `cls_verb`, `cls_noun` | logits, targets: the mean of torch's cross-entropy, smoothed and weighed by class as configured |
//!
//! An evaluation gives the names of a student's. Rows of one segment that has several histories are
//! averaged, logits and features, before anything is counted; every labelled segment weighs the same.
//! Source: `epic55_finetuning.py` and `egtea_finetuning.py` of the fork.

pub(super) mod input;
mod rows;
mod said;
mod set;
#[cfg(test)]
mod tests;

use burn::tensor::{Device, Int, Tensor};

use crate::losses::{SmoothedConfig, mean_smoothed_cross_entropy, smoothed_cross_entropy};
use crate::models::TeacherModel;
use crate::text::HistoryBatch;

use super::criterion::{Criterion, Judged, Term};
use super::error::TrainError;
use super::evaluate::{EvalOptions, EvalReport, on_the_first};
use super::objective::scores;
use super::ranks::Ranks;

pub use rows::TeacherRows;
pub use said::{NgramTeacher, Said, Teacher};
pub use set::HistorySet;

/// Targets with this value are ignored.
const IGNORE_INDEX: i64 = -1;

/// How teachers learn.
#[derive(Clone, Debug, Default)]
pub struct TeacherObjective {
    /// Weights of `cls_action`, `cls_verb`, `cls_noun`, in config order.
    pub weights: Vec<(String, f64)>,
    /// Label type -> weight of each of its classes; in types that are not there all weigh 1.
    pub class_weights: Vec<(String, Vec<f32>)>,
    /// Share of a target that is spread over all classes.
    pub label_smoothing: f64,
}

impl TeacherObjective {
    /// The weight of a term; a term without one is an error.
    fn weight(&self, term: &str) -> Result<f64, TrainError> {
        self.weights.iter().find(|(name, _)| name == term).map(|(_, w)| *w).ok_or_else(|| {
            TrainError::MissingWeight {
                term: term.to_owned(),
                known: self.weights.iter().map(|(name, _)| name.clone()).collect(),
            }
        })
    }

    fn loss_of(&self, label: &str, device: &Device) -> SmoothedConfig {
        let weights = self.class_weights.iter().find(|(name, _)| name == label);
        SmoothedConfig {
            label_smoothing: self.label_smoothing,
            class_weights: weights.map(|(_, w)| Tensor::from_floats(w.as_slice(), device)),
        }
    }

    /// The terms of a batch.
    fn terms(
        &self,
        logits: &[(String, Tensor<2>)],
        batch: &HistoryBatch,
        device: &Device,
    ) -> Result<Vec<Term>, TrainError> {
        let term = |(label, targets): &(String, Vec<i64>)| {
            let name = format!("cls_{label}");
            let (weight, loss) = (self.weight(&name)?, self.loss_of(label, device));
            let logits = scores(logits, label).clone();
            let logits = if weight > 0.0 { logits } else { logits.detach() };
            let rows = self.weight_of_rows(label, targets);
            let targets = Tensor::<1, Int>::from_ints(targets.as_slice(), device);
            let mean = mean_smoothed_cross_entropy(logits, targets, &loss, IGNORE_INDEX);
            Ok(Term { name, weight, mean, rows })
        };
        batch.targets.iter().map(term).collect()
    }

    /// What labelled rows weigh together in the mean.
    fn weight_of_rows(&self, label: &str, targets: &[i64]) -> f64 {
        let weights = self.class_weights.iter().find(|(name, _)| name == label);
        let labelled = targets.iter().filter(|target| **target != IGNORE_INDEX);
        labelled.map(|class| weights.map_or(1.0, |(_, w)| f64::from(w[*class as usize]))).sum()
    }

    /// Loss and weight of every row, `cls_<label>` first.
    pub(super) fn losses_of_rows(
        &self,
        label: &str,
        logits: Tensor<2>,
        targets: &[i64],
        device: &Device,
    ) -> (Tensor<1>, Tensor<1>) {
        let targets = Tensor::<1, Int>::from_ints(targets, device);
        smoothed_cross_entropy(logits, targets, &self.loss_of(label, device), IGNORE_INDEX)
    }

    /// Examines anything that says what comes next; `device` is without gradients.
    ///
    /// # Errors
    /// A model that does not read what the set holds; a set without rows.
    pub fn examine(
        &self,
        teacher: &impl Teacher,
        set: &HistorySet,
        device: &Device,
        options: &EvalOptions,
    ) -> Result<EvalReport, TrainError> {
        let all = set.loader.len().min(options.max_batches.unwrap_or(usize::MAX));
        // The next batch is asked for when the one before is done.
        let batches = set.loader.epoch(0, 0).take(all).enumerate().map(|(done, batch)| {
            (options.told)(done, all);
            batch
        });
        let rows = TeacherRows::judged(teacher, batches, Some(self), device)?;
        if rows.idx.is_empty() {
            return Err(TrainError::Empty { set: set.split.clone() });
        }
        Ok(rows.report(set, options))
    }
}

impl Criterion for TeacherObjective {
    type Model = TeacherModel;
    type Batch = HistoryBatch;
    type Set = HistorySet;

    fn judge(
        &self,
        model: &TeacherModel,
        batch: &HistoryBatch,
        device: &Device,
    ) -> Result<Judged, TrainError> {
        let logits = model.forward(input::of(batch, device))?.logits;
        Ok(Judged { terms: self.terms(&logits, batch, device)?, logits })
    }

    fn rows(&self, batch: &HistoryBatch) -> usize {
        batch.idx.len()
    }

    fn weights(&self) -> &[(String, f64)] {
        &self.weights
    }

    fn targets<'a>(&self, batch: &'a HistoryBatch) -> &'a [(String, Vec<i64>)] {
        &batch.targets
    }

    fn split<'a>(&self, set: &'a HistorySet) -> &'a str {
        &set.split
    }

    fn evaluate(
        &self,
        model: &TeacherModel,
        set: &HistorySet,
        device: &Device,
        options: &EvalOptions,
        ranks: &dyn Ranks,
    ) -> Result<EvalReport, TrainError> {
        on_the_first(ranks, || self.examine(model, set, device, options))
    }
}
