//! The numbers of a logged step, under their published names.

use std::time::{Duration, Instant};

use crate::metrics::{Scores, batch_accuracy};

use super::criterion::Criterion;
use super::error::TrainError;
use super::evaluate::{entry, to_host};
use super::ranks::{Ranks, exchange};
use super::step::StepReport;

/// What the steps since the last logged one took, evaluations between them left out.
#[derive(Default)]
pub(super) struct Spent {
    /// All of them.
    pub steps: Duration,
    /// Waiting for batches.
    pub data: Duration,
}

impl Spent {
    /// Counts a step that began at `since`, where the next one begins now.
    pub fn step_since(&mut self, since: &mut Instant) {
        let now = Instant::now();
        self.steps += now - std::mem::replace(since, now);
    }

    /// The times in seconds, under their names.
    pub fn values(self) -> [(String, f64); 2] {
        [("data_seconds", self.data), ("step_seconds", self.steps)]
            .map(|(name, time)| (name.to_owned(), time.as_secs_f64()))
    }
}

/// Loss, its terms, learning rates and gradient norm under their published names.
pub(super) fn step_values(report: &StepReport, lrs: &[f64]) -> Vec<(String, f64)> {
    let mut values = vec![("loss".to_owned(), report.loss)];
    values.extend(report.terms.iter().map(|(name, value)| (format!("loss/{name}"), *value)));
    values.extend(lrs.first().map(|lr| ("lr".to_owned(), *lr)));
    values.extend(lrs.iter().enumerate().skip(1).map(|(i, lr)| (format!("lr/{i}"), *lr)));
    values.push(("grad_norm".into(), report.grad_norm));
    values
}

/// `acc1/<type>` to `acc10/<type>` of the rows of a training step, of all ranks, in percent.
///
/// # Errors
/// As [`exchange`].
pub(super) fn batch_accuracies<C: Criterion>(
    criterion: &C,
    report: StepReport,
    batches: &[C::Batch],
    ranks: &dyn Ranks,
) -> Result<Vec<(String, f64)>, TrainError> {
    let mut own = Vec::new();
    for (i, (label, logits)) in report.logits.into_iter().enumerate() {
        let [_, classes] = logits.dims();
        let targets_of = |batch| criterion.targets(batch)[i].1.iter().copied();
        let targets: Vec<i64> = batches.iter().flat_map(targets_of).collect();
        let accuracy = batch_accuracy(Scores::new(&to_host(logits), classes), &targets);
        own.push((label, accuracy.rows, accuracy.top));
    }
    if ranks.size() == 1 {
        return Ok(own.into_iter().flat_map(|(label, _, top)| named(&label, top)).collect());
    }
    let all: Vec<Vec<OfLabel>> = exchange(ranks, Ok::<_, TrainError>(own))?;
    let mut sums: Vec<(String, (f64, Vec<f64>))> = Vec::new();
    for (label, rows, top) in all.into_iter().flatten() {
        let (all, hits) = entry(&mut sums, &label, || (0.0, vec![0.0; top.len()]));
        *all += rows as f64;
        hits.iter_mut().zip(top).for_each(|(hits, percent)| *hits += percent * rows as f64);
    }
    let mean = |(label, (rows, hits)): (String, (f64, Vec<f64>))| {
        named(&label, hits.into_iter().map(|hits| hits / rows).collect())
    };
    Ok(sums.into_iter().flat_map(mean).collect())
}

/// A label type, rows, and in percent how many of them are among the first k.
type OfLabel = (String, usize, Vec<f64>);

fn named(label: &str, top: Vec<f64>) -> Vec<(String, f64)> {
    let top = top.into_iter().enumerate();
    top.map(|(i, percent)| (format!("acc{}/{label}", i + 1), percent)).collect()
}
