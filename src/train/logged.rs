//! The numbers of a logged step, under their published names.

use crate::metrics::{Scores, batch_accuracy};

use super::criterion::Criterion;
use super::evaluate::to_host;
use super::step::StepReport;

/// Loss, its terms, learning rates and gradient norm under their published names.
pub(super) fn step_values(report: &StepReport, lrs: &[f64]) -> Vec<(String, f64)> {
    let mut values = vec![("loss".to_owned(), report.loss)];
    values.extend(report.terms.iter().map(|(name, value)| (format!("loss/{name}"), *value)));
    values.extend(lrs.first().map(|lr| ("lr".to_owned(), *lr)));
    values.extend(lrs.iter().enumerate().skip(1).map(|(i, lr)| (format!("lr/{i}"), *lr)));
    values.push(("grad_norm".into(), report.grad_norm));
    values
}

/// `acc1/<type>` to `acc10/<type>` of the rows of a training step, in percent.
pub(super) fn batch_accuracies<C: Criterion>(
    criterion: &C,
    report: StepReport,
    batches: &[C::Batch],
) -> Vec<(String, f64)> {
    let mut values = Vec::new();
    for (i, (label, logits)) in report.logits.into_iter().enumerate() {
        let [_, classes] = logits.dims();
        let targets_of = |batch| criterion.targets(batch)[i].1.iter().copied();
        let targets: Vec<i64> = batches.iter().flat_map(targets_of).collect();
        let accuracy = batch_accuracy(Scores::new(&to_host(logits), classes), &targets);
        let top = accuracy.top.iter().enumerate();
        values.extend(top.map(|(i, percent)| (format!("acc{}/{label}", i + 1), *percent)));
    }
    values
}
