//! Predictions as a results file, which every reader of results takes.

use std::path::Path;

use super::super::AnalysisError;
use super::Predictions;
use crate::data::Uid;
use crate::files;
use crate::runs::{Results, ResultsWriter, Rows, RunError, Uids};

impl Predictions {
    /// Writes a results file that must not exist yet: `idx` counts the rows, scores are single floats.
    ///
    /// # Errors
    /// A file that is there already, or cannot be written; then there is none.
    pub fn write(&self, path: &Path) -> Result<(), AnalysisError> {
        let mut writer = ResultsWriter::new();
        writer.append(self.results())?;
        files::create_new(path, &[])?;
        writer.write(path).map_err(|error| {
            // the name was claimed above; a file of nothing would bar the next attempt
            match files::remove_file(path) {
                Ok(()) => error.into(),
                Err(left) => AnalysisError::from(RunError::from(left)),
            }
        })
    }

    fn results(&self) -> Results {
        let rows = self.uids.len();
        let numbers: Option<Vec<i64>> = self.uids.iter().map(Uid::as_int).collect();
        let texts = || self.uids.iter().map(Uid::to_string).collect();
        let scores = self.scores.iter().map(|(label, table)| {
            let values = table.values.iter().map(|score| *score as f32).collect();
            (label.clone(), Rows::new([rows, table.classes], values))
        });
        let targets = self.targets.iter();
        Results {
            idx: (0..).take(rows).collect(),
            uid: numbers.map_or_else(|| Uids::Texts(texts()), Uids::Numbers),
            logits: scores.collect(),
            logits_regression: None,
            target: targets.map(|(label, t)| (label.clone(), Rows::column(t.clone()))).collect(),
            loss: Default::default(),
            epoch: Vec::new(),
        }
    }
}
