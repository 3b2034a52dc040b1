//! What a model said of the segments of a data set, wherever that is stored.
//!
//! | place | is |
//! |---|---|
//! | a run directory | its `results/<set>.h5`; of the original, the files in its `results` |
//! | `*.h5` | results, ours or the original's |
//! | `*.pth` | results of the original from before it wrote HDF5 |
//! | a pickle of arrays `uid`, `logits`, `target` | what the study's `extract_preds` keeps of results |
//! | a pickle with a dict a segment, or from uid to tensor | a teacher of the study |
//! | a store of teacher predictions | a teacher |
//!
//! What a file is, its first bytes say, not its name. Every row is one segment: scores of segments that
//! were evaluated more than once are averaged in double precision, as in `read_results` of the original's
//! `notebooks/utils.py`; several teachers in one file are averaged as well. Invariant: no segment twice,
//! every score finite, every table as long as `uids`.

mod common;
mod labels;
mod pickled;
mod place;
mod results;
mod stored;
mod teacher;
mod write;

use std::collections::BTreeMap;
use std::path::Path;

use super::AnalysisError;
use crate::data::{ClassMapping, Uid};
use crate::metrics::{Scores, marginals};

pub use common::{Common, common};
pub use labels::Met;

/// Scores of all rows for the classes of one label type.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Scores a row.
    pub classes: usize,
    /// Row-major.
    pub values: Vec<f64>,
}

impl Table {
    /// The scores of row `i`.
    pub fn row(&self, i: usize) -> &[f64] {
        &self.values[i * self.classes..(i + 1) * self.classes]
    }

    /// All rows.
    pub fn scores(&self) -> Scores<'_, f64> {
        Scores::new(&self.values, self.classes)
    }

    /// Probabilities of the classes of another label type: the softmax over actions, summed over those
    /// of each class.
    pub fn marginal(&self, mapping: &ClassMapping) -> Table {
        let values = marginals(self.scores(), &mapping.pairs, mapping.classes);
        Table { classes: mapping.classes, values }
    }

    /// Some of the rows, in the order given.
    pub fn select(&self, rows: &[usize]) -> Table {
        let values = rows.iter().flat_map(|row| self.row(*row)).copied().collect();
        Table { classes: self.classes, values }
    }
}

/// What a model said of some segments.
#[derive(Clone, Debug, PartialEq)]
pub struct Predictions {
    /// What it is called in tables.
    pub name: String,
    /// The segment of each row, no one twice.
    pub uids: Vec<Uid>,
    /// Scores by label type: `action`, and `verb` and `noun` of a model that has heads for them.
    pub scores: BTreeMap<String, Table>,
    /// The class of each row by label type, -1 where there is none; nothing where the place has none.
    pub targets: BTreeMap<String, Vec<i64>>,
}

impl Predictions {
    /// Reads the predictions that a place holds; `set` is `eval`, `eval2`, ... of a run directory.
    ///
    /// # Errors
    /// A place that holds none, in words that say what it is; scores that are no numbers.
    pub fn read(place: &Path, set: &str, name: &str) -> Result<Self, AnalysisError> {
        place::read(place, set)?.predictions(place, name)
    }

    /// Some of the rows, in the order given.
    pub fn select(&self, rows: &[usize]) -> Self {
        let chosen = |all: &Vec<i64>| rows.iter().map(|row| all[*row]).collect();
        Self {
            name: self.name.clone(),
            uids: rows.iter().map(|row| self.uids[*row].clone()).collect(),
            scores: self.scores.iter().map(|(l, all)| (l.clone(), all.select(rows))).collect(),
            targets: self.targets.iter().map(|(l, all)| (l.clone(), chosen(all))).collect(),
        }
    }
}
