//! The metrics of the scores of one place.

use indexmap::IndexMap;

use super::super::{Predictions, Table};
use super::{Labelled, Labels};
use crate::data::ClassMapping;
use crate::metrics::{
    FinalOptions, decomposed_ranks, final_metrics, recall_of_present, recall_of_rows, target_ranks,
    top_k,
};

/// The label types in the order of tables.
const LABELS: [&str; 3] = ["action", "verb", "noun"];

/// What is measured, against what.
pub(super) struct Of<'a> {
    predictions: &'a Predictions,
    labelled: Option<&'a Labelled>,
    depths: &'a [usize],
    mappings: Vec<ClassMapping>,
}

type Values = IndexMap<String, f64>;

impl<'a> Of<'a> {
    pub(super) fn new(predictions: &'a Predictions, labels: &Labels<'a>) -> Self {
        let Labels { labelled, depths } = *labels;
        let mappings = labelled.map(|l| l.annotations.vocabulary.class_mappings());
        // a data set without verbs and nouns maps to no class
        let mappings = mappings.into_iter().flatten().filter(|mapping| mapping.classes > 0);
        Self { predictions, labelled, depths, mappings: mappings.collect() }
    }

    /// The values that some row counts for, and the label types whose scores were derived.
    pub(super) fn values(&self) -> (Values, Vec<String>) {
        let mut values = Values::new();
        let mut derived = Vec::new();
        let scores = &self.predictions.scores;
        let actions = scores.get("action");
        let others = scores.keys().map(String::as_str).filter(|label| !LABELS.contains(label));
        for label in LABELS.into_iter().chain(others) {
            if let Some(table) = scores.get(label) {
                self.add(&mut values, label, table, true);
            } else if let (Some(actions), Some(mapping)) = (actions, self.mapping(label)) {
                self.add(&mut values, label, &actions.marginal(mapping), false);
                derived.push(label.to_owned());
            }
        }
        if let Some(actions) = actions {
            self.mappings.iter().for_each(|mapping| self.decomposed(&mut values, actions, mapping));
        }
        values.retain(|_, value| !value.is_nan());
        (values, derived)
    }

    fn mapping(&self, label: &str) -> Option<&ClassMapping> {
        self.mappings.iter().find(|mapping| mapping.label == label)
    }

    /// The metrics of one label type. Where the data set names no many-shot classes, an evaluation takes
    /// all for such, but says nothing of them for derived scores.
    fn add(&self, values: &mut Values, label: &str, table: &Table, own: bool) {
        let Some(targets) = self.predictions.targets.get(label) else { return };
        let (scores, name) = (table.scores(), |metric: &str| format!("final_acc/{label}/{metric}"));
        let vocabulary = self.labelled.map(|labelled| &labelled.annotations.vocabulary);
        let many_shot = vocabulary.and_then(|vocabulary| vocabulary.many_shot.as_ref());
        let options = FinalOptions {
            many_shot: many_shot.and_then(|lists| lists.of(label)),
            unlabelled: self.labelled.map(|labelled| labelled.unlabelled).unwrap_or_default(),
        };
        let tops = top_k(&target_ranks(scores, targets), self.depths);
        values.extend(self.depths.iter().zip(tops).map(|(k, top)| (name(&format!("top{k}")), top)));
        let all = final_metrics(scores, targets, &options);
        values.insert(name("top1_meanOverClasses"), all.top1_mean_over_classes);
        values.insert(name("top1_meanOverPresent"), recall_of_present(scores, targets, 1));
        values.insert(name("AR5"), all.ar5);
        if options.many_shot.is_some() || (own && self.labelled.is_some()) {
            values.insert(name("AR5_manyshot"), all.ar5_many_shot);
        }
        let listed =
            many_shot.and_then(|lists| lists.listed.as_ref()).filter(|_| label == "action");
        if let Some(listed) = listed {
            let is_listed = |t: &i64| usize::try_from(*t).is_ok_and(|t| listed.contains(&t));
            let keep: Vec<bool> = targets.iter().map(is_listed).collect();
            values.insert(name("AR5_manyshot_listed"), recall_of_rows(scores, targets, &keep));
        }
        let lists = self.labelled.and_then(|labelled| labelled.lists.as_ref());
        for (metric, list) in lists.into_iter().flat_map(|lists| lists.of(label)) {
            let keep: Vec<bool> =
                self.predictions.uids.iter().map(|uid| list.contains(uid)).collect();
            values.insert(name(metric), recall_of_rows(scores, targets, &keep));
        }
    }

    fn decomposed(&self, values: &mut Values, actions: &Table, mapping: &ClassMapping) {
        let Some(targets) = self.predictions.targets.get("action") else { return };
        let ranks = decomposed_ranks(actions.scores(), targets, &mapping.pairs);
        let tops = self.depths.iter().zip(top_k(&ranks, self.depths));
        values.extend(tops.map(|(k, top)| (format!("decomposed/{}/top{k}", mapping.label), top)));
    }
}
