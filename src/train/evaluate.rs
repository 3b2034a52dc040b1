//! Evaluation: one pass over a set, its metrics and its per-sample rows.
//!
//! The evaluation `loss` is the unweighted sum of its terms, without those of distillation
//! (student.md 24). Every sample weighs the same, or every batch (student.md 19): the same choice
//! for losses and accuracies. Of what no sample has a label for, no number is given.

use std::collections::BTreeSet;

use burn::tensor::{Device, Tensor};

use crate::data::{Batch, Dataset, Loader};
use crate::metrics::{
    BatchAverage, EpochAccuracy, RowAverage, Scores, UnlabelledRows, batch_accuracy,
};
use crate::models::Student;

use super::endpoints::{self, endpoints};
use super::error::TrainError;
use super::final_values::final_values;
use super::inputs::{Inputs, check_class_numbers};
use super::labels::LabelLosses;
use super::made_do::Watch;
use super::objective::scores;
use super::outside::EvalRows;

/// One evaluation set.
pub struct EvalSet {
    /// `eval`, `eval2`, ...: the name of its split.
    pub split: String,
    /// Its batches, in order.
    pub loader: Loader,
    /// Outputs whose names start so are kept with its rows.
    pub store_endpoint: String,
}

/// What an evaluation found.
#[derive(Clone, Debug, PartialEq)]
pub struct EvalReport {
    /// Metric name and value, in order.
    pub values: Vec<(String, f64)>,
    /// Per-sample outcome.
    pub rows: EvalRows,
}

/// What rows and batches count for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counting {
    /// Averages every batch with its nominal size, as the original; else every labelled row alike.
    pub nominal_batches: bool,
    /// What rows without label do to the final metrics.
    pub unlabelled: UnlabelledRows,
}

/// How an evaluation is done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EvalOptions {
    /// What rows and batches count for.
    pub counting: Counting,
    /// Epochs trained, stored with the rows.
    pub epoch: f64,
    /// Ends the pass early, for debugging.
    pub max_batches: Option<usize>,
}

/// Evaluates `student` over a set; model and `device` are without gradients.
///
/// # Errors
/// A batch that cannot be read; a set without samples.
pub fn evaluate(
    student: &Student,
    set: &EvalSet,
    labels: &LabelLosses,
    device: &Device,
    options: &EvalOptions,
) -> Result<EvalReport, TrainError> {
    let mut pass = Pass::new(set, labels, *options);
    let watch = Watch::new(&set.loader);
    for batch in set.loader.epoch(0, 0).take(options.max_batches.unwrap_or(usize::MAX)) {
        let batch = batch?;
        check_class_numbers(student, &batch)?;
        pass.add(student, &batch, device);
    }
    if pass.rows.idx.is_empty() {
        return Err(TrainError::Empty { set: set.split.clone() });
    }
    pass.rows.read = watch.seen();
    Ok(pass.finish(set.loader.dataset()))
}

/// Accumulates one pass.
struct Pass<'a> {
    set: &'a EvalSet,
    labels: &'a LabelLosses,
    options: EvalOptions,
    average: RowAverage,
    loss: BatchAverage,
    terms: Vec<(String, BatchAverage)>,
    /// Loss terms that some sample has a label for.
    said: BTreeSet<String>,
    accuracies: Vec<(String, EpochAccuracy)>,
    rows: EvalRows,
}

impl<'a> Pass<'a> {
    fn new(set: &'a EvalSet, labels: &'a LabelLosses, options: EvalOptions) -> Self {
        let of_batches = |batch_size| match options.counting.nominal_batches {
            true => RowAverage::PerNominalBatch { batch_size },
            false => RowAverage::PerLabelledRow,
        };
        let average = of_batches(set.loader.batch_size());
        Self {
            set,
            labels,
            options,
            average,
            // the original counts a batch's loss once, its terms as often as it has rows
            loss: BatchAverage::new(of_batches(1)),
            terms: Vec::new(),
            said: BTreeSet::new(),
            accuracies: Vec::new(),
            rows: EvalRows::default(),
        }
    }

    fn add(&mut self, student: &Student, batch: &Batch, device: &Device) {
        let inputs = Inputs::new(batch, device);
        let output = student.forward_crops(inputs.video.clone());
        self.rows.idx.extend(batch.idx.iter().map(|i| *i as i64));
        self.rows.uids.extend(batch.uids.iter().cloned());
        self.rows.epoch.push(self.options.epoch);
        let durations = output.logits_regression.clone();
        self.rows.durations.extend(durations.map(to_host).unwrap_or_default());
        let mut terms = self.labels.terms(&output, &inputs, |_| false);
        terms.extend(output.aux.iter().map(|(name, loss)| ((*name).to_owned(), loss.clone())));
        let total = terms.into_iter().map(|(name, loss)| self.add_loss(&name, loss, batch)).sum();
        self.loss.add(total, batch.len());
        for (label, ids) in &batch.targets {
            self.add_logits(label, scores(&output.logits, label), ids);
        }
        for (label, classes) in batch.long_term.iter().flatten() {
            append(&mut self.rows.long_term, label, classes);
        }
        endpoints::extend(&mut self.rows.outputs, endpoints(&output, &self.set.store_endpoint));
    }

    /// Keeps one number of each sample, and gives the batch's mean; a loss of the whole batch counts
    /// for every sample of it.
    fn add_loss(&mut self, name: &str, loss: Tensor<2>, batch: &Batch) -> f64 {
        let mut per_sample = to_host(loss.mean_dim(1));
        let mean = per_sample.iter().map(|v| f64::from(*v)).sum::<f64>() / per_sample.len() as f64;
        if let [of_batch] = per_sample[..] {
            per_sample = vec![of_batch; batch.len()];
        }
        let average = self.average;
        entry(&mut self.terms, name, || BatchAverage::new(average)).add(mean, batch.len());
        append(&mut self.rows.losses, name, &per_sample);
        if has_labels(batch, name) {
            self.said.insert(name.to_owned());
        }
        mean
    }

    fn add_logits(&mut self, label: &str, logits: &Tensor<2>, ids: &[i64]) {
        let [_, classes] = logits.dims();
        let host = to_host(logits.clone());
        if self.labels.are_learned() {
            let average = self.average;
            entry(&mut self.accuracies, label, || EpochAccuracy::new(average))
                .add(&batch_accuracy(Scores::new(&host, classes), ids));
        }
        append_logits(&mut self.rows.logits, label, classes, host);
        append(&mut self.rows.targets, label, ids);
    }

    fn finish(self, dataset: &Dataset) -> EvalReport {
        let rows = self.rows;
        let mut values = Vec::new();
        let terms = self.terms.iter().filter(|(name, _)| self.said.contains(name));
        values.extend(terms.map(|(name, mean)| (format!("loss/{name}"), mean.mean())));
        if !values.is_empty() {
            values.insert(0, ("loss".to_owned(), self.loss.mean()));
        }
        let labelled = |label: &str| rows.is_labelled(label);
        for (label, accuracy) in self.accuracies.iter().filter(|(label, _)| labelled(label)) {
            values.extend(accuracy.named(label));
        }
        values.extend(final_values(dataset, &rows, self.options.counting.unlabelled));
        let made_do = rows.read.named();
        values.extend(made_do.map(|(name, count)| (name.to_owned(), count as f64)));
        EvalReport { values, rows }
    }
}

/// Whether a loss term says something of the batch: one of labels does where there are some.
fn has_labels(batch: &Batch, term: &str) -> bool {
    let any = |targets: &[(String, Vec<i64>)], label: &str| {
        targets.iter().any(|(name, ids)| name == label && ids.iter().any(|id| *id >= 0))
    };
    match (term.strip_prefix("cls_"), term.strip_prefix("past_cls_")) {
        (Some(label), _) => any(&batch.targets, label),
        (_, Some(label)) => any(batch.target_subclips.as_deref().unwrap_or_default(), label),
        (None, None) => true,
    }
}

/// The entry of `name`, made on first use; order of first use is kept.
pub(super) fn entry<'a, T>(
    list: &'a mut Vec<(String, T)>,
    name: &str,
    new: impl FnOnce() -> T,
) -> &'a mut T {
    let at = match list.iter().position(|(n, _)| n == name) {
        Some(at) => at,
        None => {
            list.push((name.to_owned(), new()));
            list.len() - 1
        }
    };
    &mut list[at].1
}

pub(super) fn append<T: Clone>(list: &mut Vec<(String, Vec<T>)>, name: &str, values: &[T]) {
    entry(list, name, Vec::new).extend_from_slice(values);
}

pub(super) fn append_logits(
    list: &mut Vec<(String, usize, Vec<f32>)>,
    name: &str,
    classes: usize,
    mut values: Vec<f32>,
) {
    match list.iter_mut().find(|(n, _, _)| n == name) {
        Some((_, _, all)) => all.append(&mut values),
        None => list.push((name.to_owned(), classes, values)),
    }
}

/// The values, row-major.
pub(super) fn to_host<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}
