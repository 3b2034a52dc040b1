//! Segments that several places have in common.

use std::collections::{HashMap, HashSet};

use super::super::AnalysisError;
use super::Predictions;
use crate::data::Uid;

/// What places have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Common {
    /// The segments that all of them have, in the order of the first place.
    pub uids: Vec<Uid>,
    /// In words, what some have and others have not; `None` where all have the same.
    pub doubt: Option<String>,
}

/// Compares the segments and classes of places.
///
/// # Errors
/// Places that score different numbers of classes, or have no segment in common: they are of different
/// data sets.
pub fn common(places: &[Predictions]) -> Result<Common, AnalysisError> {
    same_classes(places)?;
    let sets: Vec<HashSet<&Uid>> = places.iter().map(|one| one.uids.iter().collect()).collect();
    let first = places.first().map_or(&[][..], |first| &first.uids);
    let is_common = |uid: &&Uid| sets.iter().all(|set| set.contains(uid));
    let uids: Vec<Uid> = first.iter().filter(is_common).cloned().collect();
    if uids.is_empty() {
        let names = places.iter().map(|one| one.name.clone()).collect();
        return Err(AnalysisError::NothingInCommon { names });
    }
    let counts: Vec<String> =
        places.iter().map(|one| format!("{} has {}", one.name, one.uids.len())).collect();
    let doubt = format!(
        "these are predictions for different segments ({}, {} are in all)",
        counts.join(", "),
        uids.len()
    );
    let differ = sets.iter().any(|set| set.len() != uids.len());
    Ok(Common { uids, doubt: differ.then_some(doubt) })
}

fn same_classes(places: &[Predictions]) -> Result<(), AnalysisError> {
    let Some((first, others)) = places.split_first() else { return Ok(()) };
    for other in others {
        for (label, table) in &other.scores {
            if let Some(expected) = first.scores.get(label).map(|table| table.classes)
                && expected != table.classes
            {
                return Err(AnalysisError::Apart {
                    first: first.name.clone(),
                    name: other.name.clone(),
                    label: label.clone(),
                    found: table.classes,
                    expected,
                });
            }
        }
    }
    Ok(())
}

impl Predictions {
    /// The rows of some segments, which it has, in the order given.
    pub fn only(&self, uids: &[Uid]) -> Self {
        let rows: HashMap<&Uid, usize> = self.uids.iter().zip(0..).collect();
        let rows: Vec<usize> = uids.iter().filter_map(|uid| rows.get(uid).copied()).collect();
        self.select(&rows)
    }
}
