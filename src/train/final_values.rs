//! What the stored rows of a whole evaluation say: `final_acc/...`.
//!
//! Decides which label types are reported: those that the model scores, and verbs and nouns as sums
//! over the probabilities of actions where it scores actions alone. A metric that no row counts for
//! is left out. Source: `notebooks/utils.py`, `compute_accuracies_epic`.

use crate::data::{ClassMapping, Dataset, EvalLists, Labels, Uid};
use crate::metrics::{
    FinalOptions, Score, Scores, UnlabelledRows, average_repeats, final_metrics, marginals,
    recall_of_rows,
};

use super::outside::EvalRows;

/// What final metrics ask of the set whose rows were evaluated.
pub trait Examined {
    /// The many-shot classes of a label type; `None` where all classes count.
    fn many_shot(&self, label: &str) -> Option<&[usize]>;

    /// Classes of a label type that a list of many-shot classes of its own names; `None` without one.
    fn listed_many_shot(&self, _label: &str) -> Option<&[usize]> {
        None
    }

    /// Lists of segments that are reported on their own.
    fn lists(&self) -> Option<&EvalLists>;

    /// The mappings from action to verb and noun.
    fn class_mappings(&self) -> Vec<ClassMapping>;

    /// The name and classes of a sample.
    fn sample(&self, idx: usize) -> (&Uid, Labels);
}

impl Examined for Dataset {
    fn many_shot(&self, label: &str) -> Option<&[usize]> {
        Dataset::many_shot(self, label)
    }

    fn lists(&self) -> Option<&EvalLists> {
        Dataset::lists(self)
    }

    fn class_mappings(&self) -> Vec<ClassMapping> {
        Dataset::class_mappings(self)
    }

    fn sample(&self, idx: usize) -> (&Uid, Labels) {
        let segment = self.segment(idx);
        (&segment.uid, segment.labels)
    }
}

/// The final metrics of an evaluation of `dataset` under their names, in percent.
///
/// # Panics
/// When a row is of no sample of the data set.
pub fn final_values(
    dataset: &dyn Examined,
    rows: &EvalRows,
    unlabelled: UnlabelledRows,
) -> Vec<(String, f64)> {
    let idx: Vec<usize> = rows.idx.iter().map(|i| *i as usize).collect();
    let mut values = Vec::new();
    let mut derived = Vec::new();
    for ((label, classes, logits), (_, targets)) in rows.logits.iter().zip(&rows.targets) {
        let rows_of = average_repeats(&idx, logits, *classes, targets);
        let of = Labelled { dataset, unlabelled, idx: &rows_of.idx };
        let scores = Scores::new(&rows_of.scores, *classes);
        values.extend(of.values(label, scores, &rows_of.targets, true));
        if label == "action" {
            derived = of.derived(scores, |label| rows.logits.iter().all(|(l, ..)| l != label));
        }
    }
    values.extend(derived);
    values
}

/// Averaged rows of a data set.
struct Labelled<'a> {
    dataset: &'a dyn Examined,
    unlabelled: UnlabelledRows,
    /// Sample of each row.
    idx: &'a [usize],
}

impl Labelled<'_> {
    /// The metrics of one label type. Where the data set names no many-shot classes, all are, or
    /// nothing is said of them.
    fn values<T: Score>(
        &self,
        label: &str,
        scores: Scores<'_, T>,
        targets: &[i64],
        all_many_shot: bool,
    ) -> Vec<(String, f64)> {
        let many_shot = self.dataset.many_shot(label);
        let options = FinalOptions { many_shot, unlabelled: self.unlabelled };
        let mut values = final_metrics(scores, targets, &options).named(label);
        if many_shot.is_none() && !all_many_shot {
            values.retain(|(name, _)| !name.ends_with("/AR5_manyshot"));
        }
        if let Some(listed) = self.dataset.listed_many_shot(label) {
            let keep = |target: &i64| usize::try_from(*target).is_ok_and(|t| listed.contains(&t));
            let keep: Vec<bool> = targets.iter().map(keep).collect();
            let recall = recall_of_rows(scores, targets, &keep);
            let name = format!("final_acc/{label}/AR5_manyshot_listed");
            values.extend((!recall.is_nan()).then_some((name, recall)));
        }
        for (name, list) in self.dataset.lists().into_iter().flat_map(|lists| lists.of(label)) {
            let listed = |idx: &usize| list.contains(self.dataset.sample(*idx).0);
            let keep: Vec<bool> = self.idx.iter().map(listed).collect();
            let recall = recall_of_rows(scores, targets, &keep);
            values
                .extend((!recall.is_nan()).then(|| (format!("final_acc/{label}/{name}"), recall)));
        }
        values
    }

    /// The metrics of verbs and nouns that are `wanted`, from the scores of actions.
    fn derived(&self, actions: Scores<'_>, wanted: impl Fn(&str) -> bool) -> Vec<(String, f64)> {
        let mut values = Vec::new();
        for mapping in self.dataset.class_mappings() {
            let label = &mapping.label;
            if mapping.classes == 0 || mapping.actions != actions.classes() || !wanted(label) {
                continue;
            }
            let target = |idx: &usize| self.dataset.sample(*idx).1.get(label);
            let targets: Vec<i64> = self.idx.iter().map(target).collect();
            let scores = marginals(actions, &mapping.pairs, mapping.classes);
            values.extend(self.values(
                label,
                Scores::new(&scores, mapping.classes),
                &targets,
                false,
            ));
        }
        values
    }
}
