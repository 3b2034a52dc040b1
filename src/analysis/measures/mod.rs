//! All metrics of stored predictions.
//!
//! | name | is |
//! |---|---|
//! | `final_acc/action/...` | as an evaluation reports it, from the stored scores |
//! | `final_acc/verb/...`, `final_acc/noun/...` | the same, of heads of their own, else of the probabilities of actions added up |
//! | `final_acc/<label>/topK` | for every depth that is asked for |
//! | `final_acc/<label>/top1_meanOverPresent` | class-mean accuracy over the classes that occur |
//! | `decomposed/verb/topK`, `decomposed/noun/topK` | whether one of the K highest actions has the true verb or noun |
//!
//! Values are percent; a metric that no row counts for is left out. Without annotations there is only
//! what scores and stored classes give: nothing of many-shot classes, and verbs and nouns only of models
//! that have heads for them.

mod of;
mod table;

use indexmap::IndexMap;

use super::{AnalysisError, Predictions};
use crate::data::{Annotations, EvalLists};
use crate::metrics::UnlabelledRows;

pub use table::MeasureTable;

/// The labels of a data set and what an evaluation makes of them.
#[derive(Clone, Debug)]
pub struct Labelled {
    /// Segments and classes.
    pub annotations: Annotations,
    /// Segments that are reported on their own.
    pub lists: Option<EvalLists>,
    /// What rows without label do to the class-mean accuracy.
    pub unlabelled: UnlabelledRows,
}

/// The metrics of one place.
#[derive(Clone, Debug)]
pub struct Measured {
    /// What it is called in tables.
    pub name: String,
    /// What its data is worth (`real`, `simulated`, `synthetic`), where that is known.
    pub data: Option<String>,
    /// Its segments.
    pub segments: usize,
    /// Those whose action has a class.
    pub labelled: usize,
    /// Label types whose scores are those of actions added up.
    pub derived: Vec<String>,
    /// Metrics by name.
    pub values: IndexMap<String, f64>,
}

/// Predictions with the labels that they are measured against.
#[derive(Clone, Debug)]
pub struct Labels<'a> {
    /// The data set's; `None` where only the classes stored beside the scores are known.
    pub labelled: Option<&'a Labelled>,
    /// The k of top-k.
    pub depths: &'a [usize],
}

/// Computes all metrics of some predictions, which have targets.
///
/// # Errors
/// No classes beside the scores, or no segment that has one.
pub fn measure(predictions: &Predictions, labels: &Labels<'_>) -> Result<Measured, AnalysisError> {
    let name = predictions.name.clone();
    if predictions.targets.is_empty() {
        return Err(AnalysisError::NoLabels { name });
    }
    let segments = predictions.uids.len();
    let (values, derived) = of::Of::new(predictions, labels).values();
    if values.is_empty() {
        return Err(AnalysisError::Unlabelled { name, segments });
    }
    let first = predictions.targets.get("action").or_else(|| predictions.targets.values().next());
    let labelled = first.map_or(0, |targets| targets.iter().filter(|t| **t >= 0).count());
    Ok(Measured { name, data: None, segments, labelled, derived, values })
}

#[cfg(test)]
mod tests;
