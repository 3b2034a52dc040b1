//! Data sets one after the other, numbered through: `torch.utils.data.ConcatDataset`.
//!
//! Decides what they must have in common to fill one batch. What is common is asked of the first.

use std::sync::Arc;

use crate::data::error::DataError;

use super::{Dataset, Sample};

/// One data set, or several in a row.
#[derive(Clone, Debug)]
pub struct Joined {
    /// At least one.
    sets: Vec<Arc<Dataset>>,
}

impl Joined {
    /// A data set alone.
    pub fn new(first: Arc<Dataset>) -> Self {
        Self { sets: vec![first] }
    }

    /// Adds the samples of another set behind those that are there.
    ///
    /// # Errors
    /// When its samples are not of the kind of the first set's.
    pub fn push(&mut self, set: Arc<Dataset>) -> Result<(), DataError> {
        for (what, of) in COMMON {
            let (found, expected) = (of(&set), of(self.first()));
            if found != expected {
                return Err(DataError::Joined { what, found, expected });
            }
        }
        self.sets.push(set);
        Ok(())
    }

    /// The sets in order.
    pub fn sets(&self) -> &[Arc<Dataset>] {
        &self.sets
    }

    /// The first set: classes and shapes are those of all.
    pub fn first(&self) -> &Arc<Dataset> {
        &self.sets[0]
    }

    /// Samples of all sets together.
    pub fn len(&self) -> usize {
        self.sets.iter().map(|set| set.len()).sum()
    }

    /// Whether there is none; never, an empty data set is refused.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads a sample; its `idx` counts through all sets.
    pub fn sample(&self, idx: usize, seed: u64) -> Result<Sample, DataError> {
        let mut features = Vec::new();
        let sample = self.append(idx, seed, &mut features)?;
        Ok(Sample { features, ..sample })
    }

    /// Reads a sample and puts its features behind `features`, instead of into it.
    pub(in crate::data) fn append(
        &self,
        idx: usize,
        seed: u64,
        features: &mut Vec<f32>,
    ) -> Result<Sample, DataError> {
        let Some((set, before)) = self.find(idx) else {
            return Err(DataError::Index { index: idx, len: self.len() });
        };
        let sample = set.append(idx - before, seed, features)?;
        Ok(Sample { idx: before + sample.idx, ..sample })
    }

    /// What decides the draws of a sample's set in place of the run's seed.
    pub fn random_seed(&self, idx: usize) -> Option<u64> {
        self.find(idx)?.0.random_seed()
    }

    /// The set of a sample, and how many samples come before it.
    fn find(&self, idx: usize) -> Option<(&Dataset, usize)> {
        let mut before = 0;
        for set in &self.sets {
            if idx < before + set.len() {
                return Some((set, before));
            }
            before += set.len();
        }
        None
    }
}

/// Says something of a data set.
type Say = fn(&Dataset) -> String;

/// What the samples of a batch have in common.
const COMMON: [(&str, Say); 6] = [
    ("label types", |set| names(set).join(", ")),
    ("classes", classes),
    ("sub-clips, channels and frames", |set| format!("{:?}", set.sample_shape())),
    ("clips of the future", |set| set.future_count().to_string()),
    ("labels behind the clip", |set| set.long_term_labels().to_string()),
    ("teacher", teacher),
];

fn names(set: &Dataset) -> Vec<String> {
    set.classes().iter().map(|label| label.name.clone()).collect()
}

/// How many there are of each type, and which.
fn classes(set: &Dataset) -> String {
    let of = |label: &super::LabelType| {
        let hash = crate::data::label_map_hash(&label.classes);
        format!("{} {} ({})", label.classes.len(), label.name, &hash[..8])
    };
    set.classes().iter().map(of).collect::<Vec<_>>().join(", ")
}

fn teacher(set: &Dataset) -> String {
    let Some((teacher, _)) = &set.teacher else { return "none".into() };
    let features = teacher.feature_dim().map_or("no".into(), |dim| dim.to_string());
    format!("{} with {features} features", teacher.members())
}
