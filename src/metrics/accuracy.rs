//! Top-k accuracy of a batch as training reports it: `acc1` ... `acc10`.

use super::rank::{Scores, target_ranks};

/// Top-k accuracy of one batch, percent.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchAccuracy {
    /// Accuracy for k = 1, 2, ...; as many as [`accuracy_depth`].
    pub top: Vec<f64>,
    /// Rows of the batch.
    pub rows: usize,
    /// Rows whose target is a class.
    pub labelled: usize,
}

/// Greatest k that is reported for that many classes: 10, but fewer than the classes.
pub fn accuracy_depth(classes: usize) -> usize {
    classes.saturating_sub(1).min(10)
}

/// Accuracy of a batch over all its rows: rows without label count as wrong.
///
/// # Panics
/// When there is not one target per row.
pub fn batch_accuracy(scores: Scores<'_>, targets: &[i64]) -> BatchAccuracy {
    let ranks = target_ranks(scores, targets);
    let labelled: Vec<usize> = ranks.iter().flatten().copied().collect();
    let percent = 100.0 / ranks.len().max(1) as f64;
    let hits = |k: usize| labelled.iter().filter(|rank| **rank < k).count();
    BatchAccuracy {
        top: (1..=accuracy_depth(scores.classes())).map(|k| hits(k) as f64 * percent).collect(),
        rows: ranks.len(),
        labelled: labelled.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unlabelled_rows_count_as_wrong() {
        let values = [3.0, 2.0, 1.0, 3.0, 2.0, 1.0, 3.0, 2.0, 1.0, 3.0, 2.0, 1.0];
        let accuracy = batch_accuracy(Scores::new(&values, 3), &[0, 1, 2, -1]);
        assert_eq!(accuracy, BatchAccuracy { top: vec![25.0, 50.0], rows: 4, labelled: 3 });
    }

    #[test]
    fn no_label_at_all_is_zero() {
        let accuracy = batch_accuracy(Scores::new(&[1.0, 0.0], 2), &[-1]);
        assert_eq!(accuracy.top, [0.0]);
    }

    #[test]
    fn depth() {
        for (classes, depth) in [(1, 0), (2, 1), (10, 9), (11, 10), (2513, 10)] {
            assert_eq!(accuracy_depth(classes), depth, "{classes} classes");
        }
    }
}
