//! Evaluation: one pass over a set, its metrics and its per-sample rows.
//!
//! The evaluation `loss` is the unweighted sum of its terms, without those of distillation
//! (student.md 24). Every sample weighs the same, or every batch (student.md 19): the same choice
//! for losses and accuracies. Of what no sample has a label for, no number is given.

use std::collections::BTreeSet;

use burn::tensor::{Device, Tensor};

use crate::data::{Dataset, Loader};
use crate::metrics::{
    BatchAverage, EpochAccuracy, RowAverage, Scores, UnlabelledRows, batch_accuracy,
};
use crate::models::Student;

use super::endpoints;
use super::error::TrainError;
use super::final_values::final_values;
use super::labels::LabelLosses;
use super::made_do::Watch;
use super::outside::EvalRows;
use super::ranks::{Ranks, of_the_first};
use super::seen::{self, Seen, SeenLoss};

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

/// Is told how many batches of how many are done.
pub type Told<'a> = &'a dyn Fn(usize, usize);

/// How an evaluation is done.
#[derive(Clone, Copy)]
pub struct EvalOptions<'a> {
    /// What rows and batches count for.
    pub counting: Counting,
    /// Epochs trained, stored with the rows.
    pub epoch: f64,
    /// Ends the pass early, for debugging.
    pub max_batches: Option<usize>,
    /// Follows it.
    pub told: Told<'a>,
}

impl EvalOptions<'_> {
    /// Follows an evaluation in silence.
    pub const UNHEARD: Told<'static> = &|_, _| ();
}

/// Evaluates `student` over a set; model and `device` are without gradients.
///
/// Ranks take turns at the batches. The first one puts them together in their order, so that the
/// values, which all ranks get, and the rows, which it keeps, are those of one process.
///
/// # Errors
/// A batch that cannot be read; a set without samples.
pub fn evaluate(
    student: &Student,
    set: &EvalSet,
    labels: &LabelLosses,
    device: &Device,
    options: &EvalOptions,
    ranks: &dyn Ranks,
) -> Result<EvalReport, TrainError> {
    let mut pass = Pass::new(set, labels, *options);
    let watch = Watch::new(&set.loader);
    let all = set.loader.len().min(options.max_batches.unwrap_or(usize::MAX));
    if all == 0 {
        return Err(TrainError::Empty { set: set.split.clone() });
    }
    let mut batches = set.loader.epoch(0, 0);
    for first in (0..all).step_by(ranks.size()) {
        let own = (first + ranks.rank() < all).then(|| batches.next()).flatten();
        let seen = own.map(|batch| Seen::of(student, &batch?, set, labels, device)).transpose();
        for seen in seen::of_all(ranks, seen)? {
            pass.add(seen);
        }
        (options.told)((first + ranks.size()).min(all), all);
    }
    pass.rows.read = watch.seen_by_all(ranks)?;
    let report = (ranks.rank() == 0).then(|| pass.finish(set.loader.dataset()));
    of_the_first_alone(ranks, Ok(report))
}

/// An evaluation that the first rank does, while the others wait for its values.
///
/// # Errors
/// Those of the evaluation, on all ranks.
pub(super) fn on_the_first(
    ranks: &dyn Ranks,
    examine: impl FnOnce() -> Result<EvalReport, TrainError>,
) -> Result<EvalReport, TrainError> {
    of_the_first_alone(ranks, (ranks.rank() == 0).then(examine).transpose())
}

/// The values of the first rank's report for all, its rows for itself.
fn of_the_first_alone(
    ranks: &dyn Ranks,
    report: Result<Option<EvalReport>, TrainError>,
) -> Result<EvalReport, TrainError> {
    let (values, rows) = match report {
        Ok(Some(EvalReport { values, rows })) => (Ok(values), rows),
        Ok(None) => (Ok(Vec::new()), EvalRows::default()),
        Err(error) => (Err(error), EvalRows::default()),
    };
    Ok(EvalReport { values: of_the_first(ranks, values)?, rows })
}

/// Accumulates one pass.
struct Pass<'a> {
    labels: &'a LabelLosses,
    options: EvalOptions<'a>,
    average: RowAverage,
    loss: BatchAverage,
    terms: Vec<(String, BatchAverage)>,
    /// Loss terms that some sample has a label for.
    said: BTreeSet<String>,
    accuracies: Vec<(String, EpochAccuracy)>,
    rows: EvalRows,
}

impl<'a> Pass<'a> {
    fn new(set: &'a EvalSet, labels: &'a LabelLosses, options: EvalOptions<'a>) -> Self {
        let of_batches = |batch_size| match options.counting.nominal_batches {
            true => RowAverage::PerNominalBatch { batch_size },
            false => RowAverage::PerLabelledRow,
        };
        let average = of_batches(set.loader.batch_size());
        Self {
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

    fn add(&mut self, mut seen: Seen) {
        self.rows.idx.extend(&seen.idx);
        self.rows.uids.extend(seen.uids());
        self.rows.epoch.push(self.options.epoch);
        self.rows.durations.append(&mut seen.durations);
        endpoints::extend(&mut self.rows.outputs, seen.outputs());
        let samples = seen.len();
        let total = seen.losses.into_iter().map(|loss| self.add_loss(loss, samples)).sum();
        self.loss.add(total, samples);
        for (label, classes, logits) in seen.logits {
            let of_label = seen.targets.iter().find(|(name, _)| *name == label);
            let (_, ids) = of_label.expect("logits are of label types with targets");
            self.add_logits(&label, classes, logits, ids);
        }
        for (label, classes) in &seen.long_term {
            append(&mut self.rows.long_term, label, classes);
        }
    }

    /// Keeps one number of each sample, and gives the batch's mean; a loss of the whole batch counts
    /// for every sample of it.
    fn add_loss(&mut self, loss: SeenLoss, samples: usize) -> f64 {
        let SeenLoss { name, values: mut per_sample, is_labelled } = loss;
        let mean = per_sample.iter().map(|v| f64::from(*v)).sum::<f64>() / per_sample.len() as f64;
        if let [of_batch] = per_sample[..] {
            per_sample = vec![of_batch; samples];
        }
        let average = self.average;
        entry(&mut self.terms, &name, || BatchAverage::new(average)).add(mean, samples);
        append(&mut self.rows.losses, &name, &per_sample);
        if is_labelled {
            self.said.insert(name);
        }
        mean
    }

    fn add_logits(&mut self, label: &str, classes: usize, logits: Vec<f32>, ids: &[i64]) {
        if self.labels.are_learned() {
            let average = self.average;
            entry(&mut self.accuracies, label, || EpochAccuracy::new(average))
                .add(&batch_accuracy(Scores::new(&logits, classes), ids));
        }
        append_logits(&mut self.rows.logits, label, classes, logits);
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
