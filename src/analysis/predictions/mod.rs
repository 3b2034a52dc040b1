//! What a model said of the segments of a data set, wherever that is stored.
//!
//! | place | is |
//! |---|---|
//! | a run directory | its `results/<set>.h5` |
//! | `*.h5` | results, ours or the original's |
//!
//! Every row is one segment: scores of segments that were evaluated more than once are averaged, as in
//! `read_results` of the original's `notebooks/utils.py`.

mod results;

use std::collections::BTreeMap;
use std::path::Path;

use super::AnalysisError;
use crate::data::Uid;
use crate::files;
use crate::metrics::Scores;

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
    /// A place that holds none, in words that say what it is.
    pub fn read(place: &Path, set: &str, name: &str) -> Result<Self, AnalysisError> {
        let file = match files::is_dir(place) {
            true => place.join("results").join(format!("{set}.h5")),
            false => place.to_owned(),
        };
        results::read(&file, name)
    }
}
