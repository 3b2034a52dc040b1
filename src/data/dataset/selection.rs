//! Which segments come up in an epoch, in which order, and how often.
//!
//! Source: `uid_subset`, `repeat_data_times`, `class_balanced_sampling` and `random_seed` of
//! `BaseVideoDataset`. Segments that are left out still label the frames of others.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::data::error::DataError;
use crate::data::noise::Stream;

use super::{Dataset, Item};

/// Sets what is drawn here apart from what is drawn for the clip.
const DRAWN: u64 = 0x5e1e_c7ed;

/// Which segments, how often.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// The segments kept, by uid and in this order; `None` keeps all.
    pub uids: Option<Vec<String>>,
    /// Samples of an epoch for each segment: from 1 on a segment comes up so many times in a row,
    /// below 1 the segments of an epoch are drawn.
    pub repeat: f64,
    /// Whether every class that occurs comes up equally often, its segments drawn.
    pub balanced: bool,
    /// Decides what is drawn, in place of the run's seed.
    pub random_seed: Option<u64>,
}

impl Default for Selection {
    /// Every segment once.
    fn default() -> Self {
        Self { uids: None, repeat: 1.0, balanced: false, random_seed: None }
    }
}

impl Dataset {
    /// Changes which segments come up; comes before a teacher is added.
    ///
    /// # Errors
    /// A uid that no kept segment has, an epoch without samples, classes of several label types to
    /// balance.
    pub fn with_selection(mut self, selection: Selection) -> Result<Self, DataError> {
        let refuse = |setting, value: String, reason: &str| {
            Err(DataError::Setting { setting, value, reason: reason.into() })
        };
        if let Some(uids) = &selection.uids {
            self.items = self.subset(uids)?;
        }
        if !(selection.repeat.is_finite() && self.items.len() as f64 * selection.repeat >= 1.0) {
            let value = selection.repeat.to_string();
            return refuse("repeat_data_times", value, "an epoch would have no sample");
        }
        if selection.balanced && self.labels.len() > 1 {
            let reason = "classes of one label type can be balanced";
            return refuse("class_balanced_sampling", "true".into(), reason);
        }
        self.classes = selection.balanced.then(|| self.by_class());
        self.selection = selection;
        Ok(self)
    }

    /// What decides the draws of this set in place of the run's seed.
    pub fn random_seed(&self) -> Option<u64> {
        self.selection.random_seed
    }

    /// Samples of an epoch.
    pub fn len(&self) -> usize {
        (self.items.len() as f64 * self.selection.repeat) as usize
    }

    /// The samples of segments that are not among `uids`, by position.
    pub fn without(&self, uids: &HashSet<String>) -> Vec<usize> {
        let uid = |idx: usize| {
            let item = &self.items[self.position(idx, 0)];
            self.annotations.segments[item.segment].uid.to_string()
        };
        (0..self.len()).filter(|idx| uids.is_empty() || !uids.contains(&uid(*idx))).collect()
    }

    /// The position among the segments that a sample stands for.
    pub(super) fn position(&self, idx: usize, seed: u64) -> usize {
        let mut stream = Stream::of(&[seed, DRAWN]);
        let mut draw = |n: usize| stream.below(n as u64) as usize;
        match &self.classes {
            Some(classes) => balanced(idx, self.len(), classes, &mut draw),
            None => repeated(idx, self.items.len(), self.selection.repeat, &mut draw),
        }
    }

    fn subset(&self, uids: &[String]) -> Result<Vec<Item>, DataError> {
        let uid = |item: &Item| self.annotations.segments[item.segment].uid.to_string();
        let known: HashMap<String, &Item> =
            self.items.iter().map(|item| (uid(item), item)).collect();
        let item = |uid: &String| {
            known.get(uid).map(|item| (*item).clone()).ok_or_else(|| DataError::Setting {
                setting: "uid_subset",
                value: uid.clone(),
                reason: "no segment of that uid is kept".into(),
            })
        };
        uids.iter().map(item).collect()
    }

    /// Positions of the segments of each class that occurs, unlabelled ones being a class.
    fn by_class(&self) -> Vec<Vec<usize>> {
        let label = &self.labels[0].name;
        let mut classes: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        for (position, item) in self.items.iter().enumerate() {
            let class = self.annotations.segments[item.segment].labels.get(label);
            classes.entry(class).or_default().push(position);
        }
        classes.into_values().collect()
    }
}

/// Sample `idx` among `n` segments that come up `repeat` times each.
fn repeated(idx: usize, n: usize, repeat: f64, draw: &mut impl FnMut(usize) -> usize) -> usize {
    let jitter = if repeat < 1.0 { draw((1.0 / repeat) as usize) } else { 0 };
    ((idx as f64 / repeat + jitter as f64) as usize) % n
}

/// Sample `idx` of `len` over classes that take equal shares of them; within one it is drawn.
fn balanced(
    idx: usize,
    len: usize,
    classes: &[Vec<usize>],
    draw: &mut impl FnMut(usize) -> usize,
) -> usize {
    let share = classes.iter().map(Vec::len).max().unwrap_or(1);
    let last = (classes.len() * share - 1) as f64;
    let scaled = idx as f64 * (last / (len.max(2) - 1) as f64);
    let class = &classes[scaled.round_ties_even() as usize / share];
    class[draw(class.len())]
}

#[cfg(test)]
mod tests;
