//! Late fusion: the scores of several models added up, segment by segment.
//!
//! Decides what is added to what: rows meet by uid, every label type that all models have is summed,
//! a segment that some of them lack is the sum of the others. It does not know which figure is worth
//! reaching until [`Goal`] says so. Invariant: weights are at least zero.
//!
//! | file | decides |
//! |---|---|
//! | `norm` | what a row is divided by before it is added |
//! | `goal` | which figure weights are to reach |
//! | `contest` | which classes can stand above the true one at all |
//! | `search` | which weights reach most |
//! | `folds` | which videos are kept aside together |
//!
//! Source: `get_epic_marginalize_late_fuse` of the original's `notebooks/utils.py`.

mod contest;
mod error;
mod folds;
mod goal;
mod norm;
mod search;

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Predictions, Table};
use crate::data::{ClassMapping, Uid};

pub use error::FusionError;
pub use folds::video_folds;
pub use goal::Goal;
pub use norm::Norm;
pub use search::{Found, search};

/// Adds the scores of verbs and nouns that a model has no heads for: probabilities of its actions,
/// summed by the classes that the actions belong to.
pub fn complete(model: &mut Predictions, mappings: &[ClassMapping]) {
    let Some(actions) = model.scores.get("action") else { return };
    let lacks = |mapping: &&ClassMapping| {
        !mapping.pairs.is_empty() && !model.scores.contains_key(&mapping.label)
    };
    let lacking = mappings.iter().filter(lacks);
    let tables: Vec<_> = lacking.map(|m| (m.label.clone(), actions.marginal(m))).collect();
    model.scores.extend(tables);
}

/// Models side by side.
#[derive(Debug)]
pub struct Pool {
    models: Vec<Predictions>,
    /// Every segment that any of them has, in the order in which they come.
    uids: Vec<Uid>,
    /// The row of each segment, model by model.
    rows: Vec<Vec<Option<usize>>>,
    /// The label types that all have.
    labels: Vec<String>,
}

impl Pool {
    /// Puts models side by side.
    ///
    /// # Errors
    /// Models that share no segment with those before them, no label type, or not its number of classes.
    pub fn new(models: Vec<Predictions>) -> Result<Self, FusionError> {
        let mut at: HashMap<Uid, usize> = HashMap::new();
        let mut uids = Vec::new();
        for (i, model) in models.iter().enumerate() {
            if i > 0 && !model.uids.iter().any(|uid| at.contains_key(uid)) {
                return Err(FusionError::Apart {
                    models: [models[0].name.clone(), model.name.clone()],
                    segments: [&models[0], model].map(|m| m.uids.first().cloned()),
                });
            }
            for uid in &model.uids {
                at.entry(uid.clone()).or_insert_with(|| {
                    uids.push(uid.clone());
                    uids.len() - 1
                });
            }
        }
        let rows = models.iter().map(|model| {
            let mut rows = vec![None; uids.len()];
            model.uids.iter().enumerate().for_each(|(row, uid)| rows[at[uid]] = Some(row));
            rows
        });
        let rows = rows.collect();
        let labels = common_labels(&models)?;
        Ok(Self { models, uids, rows, labels })
    }

    /// The models.
    pub fn models(&self) -> &[Predictions] {
        &self.models
    }

    /// The label types that all of them have.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Every segment that any of them has.
    pub fn uids(&self) -> &[Uid] {
        &self.uids
    }

    /// Divides every row by what the norm says.
    pub fn normalise(&mut self, norm: Norm) {
        let tables = self.models.iter_mut().flat_map(|model| model.scores.values_mut());
        tables.for_each(|table| norm.divide(table));
    }

    /// How many segments not all of them have.
    pub fn partial(&self) -> usize {
        let all = |i: &usize| self.rows.iter().all(|rows| rows[*i].is_some());
        (0..self.uids.len()).filter(|i| !all(i)).count()
    }

    /// Label types that only some of them have, and that are left out.
    pub fn left_out(&self) -> Vec<String> {
        let all: HashSet<&String> = self.models.iter().flat_map(|m| m.scores.keys()).collect();
        let mut left: Vec<String> =
            all.into_iter().filter(|label| !self.labels.contains(label)).cloned().collect();
        left.sort();
        left
    }

    /// The sums of the rows, each with the weights that its number has.
    ///
    /// # Panics
    /// When there is not one weight for each model.
    pub fn sum<'w>(&self, name: &str, weights: impl Fn(usize) -> &'w [f64]) -> Predictions {
        let table = |label: &String| {
            let classes = self.models[0].scores[label].classes;
            let mut values = vec![0.0; self.uids.len() * classes];
            for (i, sums) in values.chunks_exact_mut(classes).enumerate() {
                let weights = weights(i);
                assert_eq!(weights.len(), self.models.len(), "a weight for each model");
                for ((model, rows), weight) in self.models.iter().zip(&self.rows).zip(weights) {
                    let Some(row) = rows[i] else { continue };
                    let row = model.scores[label].row(row);
                    sums.iter_mut().zip(row).for_each(|(sum, score)| *sum += score * weight);
                }
            }
            Table { classes, values }
        };
        Predictions {
            name: name.to_owned(),
            uids: self.uids.clone(),
            scores: self.labels.iter().map(|label| (label.clone(), table(label))).collect(),
            targets: self.labels.iter().map(|label| (label.clone(), self.targets(label))).collect(),
        }
    }

    /// What each model says of a segment.
    fn scores_of(&self, segment: usize, label: &str) -> Vec<Option<&[f64]>> {
        let each = self.models.iter().zip(&self.rows);
        each.map(|(model, rows)| Some(model.scores[label].row(rows[segment]?))).collect()
    }

    /// The class of each segment: what the first model says that has one.
    fn targets(&self, label: &str) -> Vec<i64> {
        let told = |model: &Predictions, row: Option<usize>| {
            Some(model.targets.get(label)?[row?]).filter(|class| *class >= 0)
        };
        let class = |i: usize| {
            let mut each = self.models.iter().zip(&self.rows);
            each.find_map(|(model, rows)| told(model, rows[i])).unwrap_or(-1)
        };
        (0..self.uids.len()).map(class).collect()
    }
}

/// The label types that all models have, with equally many classes.
fn common_labels(models: &[Predictions]) -> Result<Vec<String>, FusionError> {
    let mut classes: BTreeMap<&String, Vec<(&Predictions, usize)>> = BTreeMap::new();
    for model in models {
        for (label, table) in &model.scores {
            classes.entry(label).or_default().push((model, table.classes));
        }
    }
    for (label, counts) in &classes {
        if let Some((other, count)) = counts.iter().find(|(_, count)| *count != counts[0].1) {
            return Err(FusionError::Classes {
                label: (*label).clone(),
                models: [counts[0].0.name.clone(), other.name.clone()],
                counts: [counts[0].1, *count],
            });
        }
    }
    let all = |counts: &Vec<_>| counts.len() == models.len();
    let labels: Vec<String> =
        classes.iter().filter(|(_, c)| all(c)).map(|(label, _)| (*label).clone()).collect();
    if labels.is_empty() {
        let has = |model: &Predictions| {
            let labels: Vec<&str> = model.scores.keys().map(String::as_str).collect();
            format!("`{}` has {}", model.name, labels.join(", "))
        };
        return Err(FusionError::Labels { found: models.iter().map(has).collect() });
    }
    Ok(labels)
}

#[cfg(test)]
mod tests;
