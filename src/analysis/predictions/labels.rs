//! Predictions and the annotations of a data set, segment by segment.

use std::collections::HashMap;

use super::super::AnalysisError;
use super::Predictions;
use crate::data::{Annotations, Segment, Uid};

/// The label types of every data set.
const LABELS: [&str; 3] = ["action", "verb", "noun"];

/// How predictions meet annotations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Met {
    /// Annotated segments.
    pub annotated: usize,
    /// Those that have a prediction.
    pub known: usize,
    /// Predictions of no annotated segment; they were left out.
    pub strangers: usize,
    /// Those among the known whose action has no class.
    pub unlabelled: usize,
    /// Those among the known of which the place and the annotations name different classes; the place's
    /// were kept.
    pub disagreeing: usize,
}

impl Met {
    /// What is doubtful about it, in words.
    pub fn doubts(&self) -> Vec<String> {
        let Met { annotated, known, strangers, disagreeing, .. } = *self;
        let mut doubts = Vec::new();
        if known < annotated {
            doubts.push(format!("has predictions for {known} of {annotated} annotated segments"));
        }
        if strangers > 0 {
            doubts.push(format!("{strangers} predictions are for segments without annotation"));
        }
        if disagreeing > 0 {
            let text = "segments have other classes than in the annotations; the stored ones count";
            doubts.push(format!("{disagreeing} {text}"));
        }
        doubts
    }
}

impl Predictions {
    /// The rows of annotated segments, with the targets that the place lacks.
    ///
    /// # Errors
    /// Scores for another number of classes; no segment, or mostly other classes, in common: these are
    /// predictions for another data set.
    pub fn with_targets(self, annotations: &Annotations) -> Result<(Self, Met), AnalysisError> {
        self.check_classes(annotations)?;
        let by_uid: HashMap<&Uid, &Segment> =
            annotations.segments.iter().map(|segment| (&segment.uid, segment)).collect();
        let (mut rows, mut segments) = (Vec::new(), Vec::new());
        for (row, uid) in self.uids.iter().enumerate() {
            if let Some(segment) = by_uid.get(uid) {
                rows.push(row);
                segments.push(*segment);
            }
        }
        if rows.is_empty() {
            return Err(self.other_segments(annotations));
        }
        let strangers = self.uids.len() - rows.len();
        let mut kept = if strangers == 0 { self } else { self.select(&rows) };
        let disagreeing = kept.disagreeing(&segments);
        if 2 * disagreeing > rows.len() {
            let (name, of) = (kept.name, rows.len());
            return Err(AnalysisError::OtherLabels { name, disagreeing, of });
        }
        for label in LABELS {
            let annotated = || segments.iter().map(|segment| segment.labels.get(label)).collect();
            kept.targets.entry(label.to_owned()).or_insert_with(annotated);
        }
        let met = Met {
            annotated: annotations.segments.len(),
            known: rows.len(),
            strangers,
            unlabelled: kept.targets["action"].iter().filter(|target| **target < 0).count(),
            disagreeing,
        };
        Ok((kept, met))
    }

    /// Refuses scores for other numbers of classes than the annotations have.
    fn check_classes(&self, annotations: &Annotations) -> Result<(), AnalysisError> {
        for (label, table) in &self.scores {
            let expected = annotations.class_names(label).len();
            if LABELS.contains(&label.as_str()) && expected != table.classes {
                return Err(AnalysisError::OtherClasses {
                    name: self.name.clone(),
                    label: label.clone(),
                    found: table.classes,
                    expected,
                });
            }
        }
        Ok(())
    }

    fn other_segments(&self, annotations: &Annotations) -> AnalysisError {
        let shown = |uid: Option<&Uid>| uid.map(Uid::to_string).unwrap_or_default();
        AnalysisError::OtherSegments {
            name: self.name.clone(),
            found: shown(self.uids.first()),
            expected: shown(annotations.segments.first().map(|segment| &segment.uid)),
        }
    }

    /// How many rows have another class in the annotations than here.
    fn disagreeing(&self, segments: &[&Segment]) -> usize {
        let differs = |row: &usize| {
            let differs = |(label, targets): (&String, &Vec<i64>)| {
                LABELS.contains(&label.as_str())
                    && segments[*row].labels.get(label) != targets[*row]
            };
            self.targets.iter().any(differs)
        };
        (0..segments.len()).filter(differs).count()
    }
}
