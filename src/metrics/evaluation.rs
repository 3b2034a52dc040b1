//! Metrics over the stored scores of a whole evaluation: `final_acc/...`.

use std::collections::BTreeMap;

use super::rank::{Score, Scores, target_ranks};

/// What rows without label do to the class-mean accuracy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum UnlabelledRows {
    /// They are left out.
    #[default]
    Skip,
    /// Labels close the gaps and meet the scores of other rows, as in the original's confusion
    /// matrix.
    ShiftLabels,
}

/// Options of [`final_metrics`].
#[derive(Clone, Debug, Default)]
pub struct FinalOptions<'a> {
    /// Classes with many training samples, where the data set names them.
    pub many_shot: Option<&'a [usize]>,
    /// What rows without label do.
    pub unlabelled: UnlabelledRows,
}

/// Metrics of an evaluation, percent; NaN where no row counts.
#[derive(Clone, Debug, PartialEq)]
pub struct FinalMetrics {
    /// Rows whose highest score is the true class.
    pub top1: f64,
    /// Rows whose five highest scores hold the true class.
    pub top5: f64,
    /// Top-1 accuracy averaged over all classes, absent ones counting as 0.
    pub top1_mean_over_classes: f64,
    /// Top-5 recall averaged over the classes that are present.
    pub ar5: f64,
    /// The same over many-shot classes that are present.
    pub ar5_many_shot: f64,
}

impl FinalMetrics {
    /// The metrics that some row counts for under their names: `final_acc/action/top1`, ...
    pub fn named(&self, label: &str) -> Vec<(String, f64)> {
        [
            ("top1", self.top1),
            ("top5", self.top5),
            ("top1_meanOverClasses", self.top1_mean_over_classes),
            ("AR5", self.ar5),
            ("AR5_manyshot", self.ar5_many_shot),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_nan())
        .map(|(name, value)| (format!("final_acc/{label}/{name}"), value))
        .collect()
    }
}

/// Computes the metrics of one label type; `many_shot: None` repeats `AR5` as `AR5_manyshot`.
///
/// # Panics
/// When there is not one target per row.
pub fn final_metrics<T: Score>(
    scores: Scores<'_, T>,
    targets: &[i64],
    options: &FinalOptions<'_>,
) -> FinalMetrics {
    let ranks = target_ranks(scores, targets);
    let labelled: Vec<usize> = ranks.iter().flatten().copied().collect();
    let top = |k| percent(labelled.iter().filter(|rank| **rank < k).count(), labelled.len());
    let classes = ClassCounts::new(targets, &ranks);
    let ar5 = classes.mean_recall(5, |_| true);
    FinalMetrics {
        top1: top(1),
        top5: top(5),
        top1_mean_over_classes: match options.unlabelled {
            _ if labelled.is_empty() => f64::NAN,
            UnlabelledRows::Skip => classes.sum_recall(1) / scores.classes() as f64,
            UnlabelledRows::ShiftLabels => {
                let shifted: Vec<i64> = targets.iter().copied().filter(|t| *t >= 0).collect();
                let ranks = first_ranks(scores, &shifted);
                ClassCounts::new(&shifted, &ranks).sum_recall(1) / scores.classes() as f64
            }
        },
        ar5,
        ar5_many_shot: match options.many_shot {
            Some(many) => classes.mean_recall(5, |class| many.contains(&class)),
            None => ar5,
        },
    }
}

/// Top-5 recall over the rows that are kept, averaged over the classes present among them; NaN where
/// none counts.
///
/// # Panics
/// When there is not one target and one choice per row.
pub fn recall_of_rows<T: Score>(scores: Scores<'_, T>, targets: &[i64], keep: &[bool]) -> f64 {
    assert_eq!(targets.len(), keep.len(), "one choice per row");
    let kept = targets.iter().zip(keep).map(|(target, keep)| if *keep { *target } else { -1 });
    let kept: Vec<i64> = kept.collect();
    ClassCounts::new(&kept, &target_ranks(scores, &kept)).mean_recall(5, |_| true)
}

/// Top-k recall averaged over the classes that are present; NaN where none is.
///
/// With `k` = 1 it is what the study's notebook prints as class-mean accuracy: `nanmean` over the rows of
/// the confusion matrix of sklearn, in which classes that are only predicted have no value.
///
/// # Panics
/// When there is not one target per row.
pub fn recall_of_present<T: Score>(scores: Scores<'_, T>, targets: &[i64], k: usize) -> f64 {
    ClassCounts::new(targets, &target_ranks(scores, targets)).mean_recall(k, |_| true)
}

/// Rows whose `k` highest scores hold the true class, percent, for each `k`; NaN where no row has one.
///
/// `ranks` are those of [`target_ranks`] and [`super::decomposed_ranks`].
pub fn top_k(ranks: &[Option<usize>], depths: &[usize]) -> Vec<f64> {
    let labelled: Vec<usize> = ranks.iter().flatten().copied().collect();
    let hits = |k: &usize| labelled.iter().filter(|rank| *rank < k).count();
    depths.iter().map(|k| percent(hits(k), labelled.len())).collect()
}

/// Ranks of the targets in the first rows, one each.
fn first_ranks<T: Score>(scores: Scores<'_, T>, targets: &[i64]) -> Vec<Option<usize>> {
    let values: Vec<T> = scores.iter().take(targets.len()).flatten().copied().collect();
    target_ranks(Scores::new(&values, scores.classes()), targets)
}

fn percent(hits: usize, rows: usize) -> f64 {
    100.0 * hits as f64 / rows as f64
}

/// Ranks by true class.
struct ClassCounts(BTreeMap<usize, Vec<usize>>);

impl ClassCounts {
    fn new(targets: &[i64], ranks: &[Option<usize>]) -> Self {
        let mut classes: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (target, rank) in targets.iter().zip(ranks) {
            if let (Ok(class), Some(rank)) = (usize::try_from(*target), rank) {
                classes.entry(class).or_default().push(*rank);
            }
        }
        Self(classes)
    }

    fn recall(ranks: &[usize], k: usize) -> f64 {
        percent(ranks.iter().filter(|rank| **rank < k).count(), ranks.len())
    }

    fn sum_recall(&self, k: usize) -> f64 {
        self.0.values().map(|ranks| Self::recall(ranks, k)).sum()
    }

    fn mean_recall(&self, k: usize, keep: impl Fn(usize) -> bool) -> f64 {
        let kept: Vec<f64> = self
            .0
            .iter()
            .filter(|(class, _)| keep(**class))
            .map(|(_, ranks)| Self::recall(ranks, k))
            .collect();
        kept.iter().sum::<f64>() / kept.len() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows that rank class 0 first, then 1, 2, ...
    fn descending(rows: usize, classes: usize) -> Vec<f32> {
        (0..rows * classes).map(|i| -((i % classes) as f32)).collect()
    }

    #[test]
    fn hand_worked_case() {
        let values = descending(4, 8);
        let scores = Scores::new(&values, 8);
        let options = FinalOptions { many_shot: Some(&[4, 6, 7]), ..Default::default() };
        let metrics = final_metrics(scores, &[0, 0, 4, 6], &options);
        assert_eq!(
            metrics,
            FinalMetrics {
                top1: 50.0,
                top5: 75.0,
                top1_mean_over_classes: 100.0 / 8.0,
                ar5: 200.0 / 3.0,
                ar5_many_shot: 50.0,
            }
        );
        assert_eq!(metrics.named("noun")[4], ("final_acc/noun/AR5_manyshot".into(), 50.0));
    }

    #[test]
    fn rows_without_label_are_left_out_or_shift_the_labels() {
        // Row 0 says class 1, row 1 says class 0; only row 1 has a label, 0.
        let values = [0.0, 1.0, 1.0, 0.0];
        let scores = Scores::new(&values, 2);
        let with = |unlabelled| {
            let options = FinalOptions { unlabelled, ..Default::default() };
            final_metrics(scores, &[-1, 0], &options)
        };
        assert_eq!(with(UnlabelledRows::Skip).top1, 100.0);
        assert_eq!(with(UnlabelledRows::Skip).top1_mean_over_classes, 50.0);
        assert_eq!(with(UnlabelledRows::ShiftLabels).top1, 100.0);
        assert_eq!(with(UnlabelledRows::ShiftLabels).top1_mean_over_classes, 0.0);
    }

    #[test]
    fn recall_over_some_rows() {
        let values = descending(4, 8);
        let scores = Scores::new(&values, 8);
        let recall = |keep: [bool; 4]| recall_of_rows(scores, &[0, 6, 6, 7], &keep);
        assert_eq!(recall([true, false, true, false]), 50.0);
        assert_eq!(recall([true, false, false, false]), 100.0);
        assert!(recall([false; 4]).is_nan());
    }

    #[test]
    fn nothing_to_count_has_no_name() {
        for unlabelled in [UnlabelledRows::Skip, UnlabelledRows::ShiftLabels] {
            let options = FinalOptions { unlabelled, ..Default::default() };
            let empty: [f32; 0] = [];
            let none = final_metrics(Scores::new(&empty, 3), &[], &options).named("verb");
            assert!(none.is_empty(), "{none:?}");
            let none = final_metrics(Scores::new(&[0.5, 0.0, 0.0], 3), &[-1], &options);
            assert!(none.named("verb").is_empty(), "{none:?}");
        }
        let options = FinalOptions { many_shot: Some(&[2]), ..Default::default() };
        let values = descending(1, 3);
        assert!(final_metrics(Scores::new(&values, 3), &[0], &options).ar5_many_shot.is_nan());
    }
}
