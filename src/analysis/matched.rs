//! The segments that several models and the annotations have in matched.
//!
//! Decides what belongs together: segments are matched by uid, in the order of the annotations; a
//! place whose classes or labels are others is of another data set and is refused. It does not know
//! what is asked of the rows. Invariant: every segment has a label and a row of every model.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{AnalysisError, Predictions, Table};
use crate::data::{Annotations, Segment, Uid};

/// The rows of some models for the labelled segments that all of them have.
#[derive(Debug)]
pub struct Matched<'a> {
    /// Scores of each model.
    pub tables: Vec<Cow<'a, Table>>,
    /// The segments in file order.
    pub segments: Vec<&'a Segment>,
    /// The class of each segment.
    pub targets: Vec<usize>,
    /// The row of each model for each segment.
    pub rows: Vec<Vec<usize>>,
    /// What could not be used.
    pub left_out: LeftOut,
}

/// Segments that are not in matched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Segments without a label.
    pub unlabelled: usize,
    /// Labelled segments that some model lacks.
    pub missing: usize,
    /// How many labelled segments each model lacks, by name; only those that lack some.
    pub lacking: Vec<(String, usize)>,
}

impl<'a> Matched<'a> {
    /// Matches the rows of `models` with the annotations, for one label type.
    ///
    /// Scores of verbs and nouns that a model has no head for are those of its actions, added up.
    ///
    /// # Errors
    /// A model without scores for the label, of other classes or with other labels than the annotations;
    /// nothing in matched.
    pub fn new(
        models: &[&'a Predictions],
        annotations: &'a Annotations,
        label: &str,
    ) -> Result<Self, AnalysisError> {
        let tables: Vec<_> =
            models.iter().map(|model| model.table(label, annotations)).collect::<Result<_, _>>()?;
        let index = |model: &&'a Predictions| -> HashMap<&Uid, usize> {
            model.uids.iter().zip(0..).collect()
        };
        let indices: Vec<_> = models.iter().map(index).collect();
        let mut matched = Self {
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
                matched.left_out.unlabelled += 1;
                continue;
            };
            lacking.iter_mut().zip(&rows).for_each(|(n, row)| *n += usize::from(row.is_none()));
            match rows.into_iter().collect::<Option<Vec<_>>>() {
                Some(rows) => matched.push(segment, target, rows),
                None => matched.left_out.missing += 1,
            }
        }
        matched.check(models, annotations)?;
        let named = models.iter().map(|model| model.name.clone()).zip(lacking);
        matched.left_out.lacking = named.filter(|(_, n)| *n > 0).collect();
        Ok(matched)
    }

    /// The scores of a model for segment `i`.
    pub fn scores(&self, model: usize, i: usize) -> &[f64] {
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
        if !self.segments.is_empty() {
            return Ok(());
        }
        Err(AnalysisError::Unmatched {
            names: models.iter().map(|model| model.name.clone()).collect(),
            sizes: models.iter().map(|model| model.uids.len()).collect(),
            annotated: annotations.segments.len(),
        })
    }
}

impl Predictions {
    /// The scores of a label type, one a class: the model's own, else those of its actions added up.
    ///
    /// # Errors
    /// Neither of them; scores of other classes than the data set has.
    pub fn table(
        &self,
        label: &str,
        annotations: &Annotations,
    ) -> Result<Cow<'_, Table>, AnalysisError> {
        if let Some(table) = self.scores.get(label) {
            self.same_classes(table, label, annotations)?;
            return Ok(Cow::Borrowed(table));
        }
        let mappings = annotations.vocabulary.class_mappings();
        let mapping = mappings.iter().find(|mapping| mapping.label == label && mapping.classes > 0);
        let (Some(mapping), Some(actions)) = (mapping, self.scores.get("action")) else {
            let found = self.scores.keys().cloned().collect();
            let (name, label) = (self.name.clone(), label.to_owned());
            return Err(AnalysisError::NoScores { name, label, found });
        };
        self.same_classes(actions, "action", annotations)?;
        Ok(Cow::Owned(actions.marginal(mapping)))
    }

    fn same_classes(
        &self,
        table: &Table,
        label: &str,
        annotations: &Annotations,
    ) -> Result<(), AnalysisError> {
        let expected = annotations.class_names(label).len();
        if table.classes == expected {
            return Ok(());
        }
        let (name, label, found) = (self.name.clone(), label.to_owned(), table.classes);
        Err(AnalysisError::OtherClasses { name, label, found, expected })
    }
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
