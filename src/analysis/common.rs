//! The segments that several models and the annotations have in common.
//!
//! Decides what belongs together: segments are matched by uid, in the order of the annotations; a
//! place whose classes or labels are others is of another data set and is refused. It does not know
//! what is asked of the rows. Invariant: every segment has a label and a row of every model.

use std::collections::HashMap;

use super::{AnalysisError, Predictions, Table};
use crate::data::{Annotations, Segment, Uid};

/// The rows of some models for the labelled segments that all of them have.
#[derive(Debug)]
pub struct Common<'a> {
    /// Scores of each model.
    pub tables: Vec<&'a Table>,
    /// The segments in file order.
    pub segments: Vec<&'a Segment>,
    /// The class of each segment.
    pub targets: Vec<usize>,
    /// The row of each model for each segment.
    pub rows: Vec<Vec<usize>>,
    /// What could not be used.
    pub left_out: LeftOut,
}

/// Segments that are not in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Segments without a label.
    pub unlabelled: usize,
    /// Labelled segments that some model lacks.
    pub missing: usize,
    /// How many labelled segments each model lacks, by name; only those that lack some.
    pub lacking: Vec<(String, usize)>,
}

impl<'a> Common<'a> {
    /// Matches the rows of `models` with the annotations, for one label type.
    ///
    /// # Errors
    /// A model without scores for the label, of other classes, with other labels than the annotations
    /// or with a score that is no number; nothing in common.
    pub fn new(
        models: &[&'a Predictions],
        annotations: &'a Annotations,
        label: &str,
    ) -> Result<Self, AnalysisError> {
        let classes = annotations.class_names(label).len();
        let tables: Vec<_> =
            models.iter().map(|model| table(model, label, classes)).collect::<Result<_, _>>()?;
        let index = |model: &&'a Predictions| -> HashMap<&Uid, usize> {
            model.uids.iter().zip(0..).collect()
        };
        let indices: Vec<_> = models.iter().map(index).collect();
        let mut common = Self {
            tables,
            segments: Vec::new(),
            targets: Vec::new(),
            rows: vec![Vec::new(); models.len()],
            left_out: LeftOut::default(),
        };
        let mut lacking = vec![0; models.len()];
        for segment in &annotations.segments {
            let rows: Vec<Option<usize>> =
                indices.iter().map(|index| index.get(&segment.uid).copied()).collect();
            let target = segment.labels.get(label);
            for (model, row) in models.iter().zip(&rows) {
                row.map_or(Ok(()), |row| same_label(model, row, segment, label, target))?;
            }
            let Ok(target) = usize::try_from(target) else {
                common.left_out.unlabelled += 1;
                continue;
            };
            lacking.iter_mut().zip(&rows).for_each(|(n, row)| *n += usize::from(row.is_none()));
            match rows.into_iter().collect::<Option<Vec<_>>>() {
                Some(rows) => common.push(segment, target, rows),
                None => common.left_out.missing += 1,
            }
        }
        common.check(models, annotations)?;
        let named = models.iter().map(|model| model.name.clone()).zip(lacking);
        common.left_out.lacking = named.filter(|(_, n)| *n > 0).collect();
        Ok(common)
    }

    /// The scores of a model for segment `i`.
    pub fn scores(&self, model: usize, i: usize) -> &'a [f64] {
        self.tables[model].row(self.rows[model][i])
    }

    fn push(&mut self, segment: &'a Segment, target: usize, rows: Vec<usize>) {
        self.segments.push(segment);
        self.targets.push(target);
        self.rows.iter_mut().zip(rows).for_each(|(all, row)| all.push(row));
    }

    fn check(
        &self,
        models: &[&Predictions],
        annotations: &Annotations,
    ) -> Result<(), AnalysisError> {
        if self.segments.is_empty() {
            return Err(AnalysisError::NothingInCommon {
                names: models.iter().map(|model| model.name.clone()).collect(),
                sizes: models.iter().map(|model| model.uids.len()).collect(),
                annotated: annotations.segments.len(),
            });
        }
        for (number, model) in models.iter().enumerate() {
            let is_number = |i: &usize| self.scores(number, *i).iter().all(|score| !score.is_nan());
            if let Some(bad) = (0..self.segments.len()).find(|i| !is_number(i)) {
                let uid = self.segments[bad].uid.to_string();
                return Err(AnalysisError::NoNumber { name: model.name.clone(), uid });
            }
        }
        Ok(())
    }
}

/// The scores of a label type, one a class.
fn table<'a>(
    model: &'a Predictions,
    label: &str,
    classes: usize,
) -> Result<&'a Table, AnalysisError> {
    let name = || model.name.clone();
    let Some(table) = model.scores.get(label) else {
        let found = model.scores.keys().cloned().collect();
        return Err(AnalysisError::NoScores { name: name(), label: label.to_owned(), found });
    };
    if table.classes != classes {
        let (label, found) = (label.to_owned(), table.classes);
        return Err(AnalysisError::OtherClasses { name: name(), label, found, expected: classes });
    }
    Ok(table)
}

/// Refuses a model whose own label of a segment is another.
fn same_label(
    model: &Predictions,
    row: usize,
    segment: &Segment,
    label: &str,
    expected: i64,
) -> Result<(), AnalysisError> {
    match model.targets.get(label).and_then(|targets| targets.get(row)) {
        Some(found) if *found >= 0 && *found != expected => Err(AnalysisError::OtherLabel {
            name: model.name.clone(),
            uid: segment.uid.to_string(),
            label: label.to_owned(),
            found: *found,
            expected,
        }),
        _ => Ok(()),
    }
}
