//! Evaluation: one pass over a set, its metrics and its per-sample rows.
//!
//! The evaluation `loss` is the unweighted sum of the mean losses of each batch, without
//! distillation terms, averaged over batches (student.md 24).

use burn::tensor::{Device, Tensor};

use crate::data::{Batch, Dataset, Loader};
use crate::metrics::{
    EpochAccuracy, FinalOptions, RowAverage, Scores, UnlabelledRows, average_repeats,
    batch_accuracy, final_metrics,
};
use crate::models::Student;

use super::endpoints::{self, endpoints};
use super::error::TrainError;
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
    batches: usize,
    loss: f64,
    /// Term and sum of its batch means.
    terms: Vec<(String, f64)>,
    accuracies: Vec<(String, EpochAccuracy)>,
    rows: EvalRows,
}

impl<'a> Pass<'a> {
    fn new(set: &'a EvalSet, labels: &'a LabelLosses, options: EvalOptions) -> Self {
        let average = match options.counting.nominal_batches {
            true => RowAverage::PerNominalBatch { batch_size: set.loader.batch_size() },
            false => RowAverage::PerLabelledRow,
        };
        Self {
            set,
            labels,
            options,
            average,
            batches: 0,
            loss: 0.0,
            terms: Vec::new(),
            accuracies: Vec::new(),
            rows: EvalRows::default(),
        }
    }

    fn add(&mut self, student: &Student, batch: &Batch, device: &Device) {
        let inputs = Inputs::new(batch, device);
        let output = student.forward_crops(inputs.video.clone());
        self.batches += 1;
        self.rows.idx.extend(batch.idx.iter().map(|i| *i as i64));
        self.rows.uids.extend(batch.uids.iter().cloned());
        self.rows.epoch.push(self.options.epoch);
        for (name, loss) in self.labels.terms(&output, &inputs, |_| false) {
            self.add_loss(&name, loss, batch.len());
        }
        let durations = output.logits_regression.clone();
        self.rows.durations.extend(durations.map(to_host).unwrap_or_default());
        for (name, loss) in &output.aux {
            self.add_loss(name, loss.clone(), batch.len());
        }
        for (label, ids) in &batch.targets {
            self.add_logits(label, scores(&output.logits, label), ids);
        }
        for (label, classes) in batch.long_term.iter().flatten() {
            append(&mut self.rows.long_term, label, classes);
        }
        endpoints::extend(&mut self.rows.outputs, endpoints(&output, &self.set.store_endpoint));
    }

    /// Keeps one number of each sample; a loss of the whole batch counts for every one of them.
    fn add_loss(&mut self, name: &str, loss: Tensor<2>, samples: usize) {
        let mut per_sample = to_host(loss.mean_dim(1));
        let mean = per_sample.iter().map(|v| f64::from(*v)).sum::<f64>() / per_sample.len() as f64;
        if let [of_batch] = per_sample[..] {
            per_sample = vec![of_batch; samples];
        }
        self.loss += mean;
        *entry(&mut self.terms, name, || 0.0) += mean;
        append(&mut self.rows.losses, name, &per_sample);
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
        let batches = self.batches as f64;
        let mut values = vec![("loss".to_owned(), self.loss / batches)];
        values.extend(self.terms.iter().map(|(n, sum)| (format!("loss/{n}"), sum / batches)));
        for (label, accuracy) in &self.accuracies {
            values.extend(accuracy.named(label));
        }
        let idx: Vec<usize> = self.rows.idx.iter().map(|i| *i as usize).collect();
        for ((label, classes, logits), (_, targets)) in
            self.rows.logits.iter().zip(&self.rows.targets)
        {
            let rows = average_repeats(&idx, logits, *classes, targets);
            let many_shot = dataset.many_shot(label);
            let options = FinalOptions { many_shot, unlabelled: self.options.counting.unlabelled };
            let scores = Scores::new(&rows.scores, *classes);
            values.extend(final_metrics(scores, &rows.targets, &options).named(label));
        }
        let made_do = self.rows.read.named();
        values.extend(made_do.map(|(name, count)| (name.to_owned(), count as f64)));
        EvalReport { values, rows: self.rows }
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
