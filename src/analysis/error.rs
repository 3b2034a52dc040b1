//! Why a question over runs has no answer.

use std::path::PathBuf;

use super::{FusionError, SubmissionError};
use crate::data::DataError;
use crate::files::FileError;
use crate::runs::RunError;

/// A question over runs that has no answer.
#[derive(Debug, thiserror::Error)]
pub enum AnalysisError {
    /// The runs cannot be listed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// A pickle or a teacher's store cannot be read.
    #[error(transparent)]
    Data(Box<DataError>),
    /// A file that holds no predictions.
    #[error("failed to read predictions from `{}`: {reason}", place.display())]
    NoPredictions {
        /// The file.
        place: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A directory without results of an evaluation set.
    #[error("failed to find results of `{set}` in `{}`: {}{}", place.display(), there(found), in_state(state.as_deref()))]
    NoResults {
        /// The directory.
        place: PathBuf,
        /// The evaluation set.
        set: String,
        /// The sets that it has results of.
        found: Vec<String>,
        /// How the run stands, if it has not completed.
        state: Option<String>,
    },
    /// Scores for classes of another data set.
    #[error(
        "failed to use `{name}`: it scores {found} classes of `{label}`, the data set has {expected}"
    )]
    OtherClasses {
        /// Whose predictions.
        name: String,
        /// The label type.
        label: String,
        /// Its classes.
        found: usize,
        /// Those of the data set.
        expected: usize,
    },
    /// Predictions for segments of another data set.
    #[error(
        "failed to use `{name}`: none of its segments is annotated; its first is `{found}`, that of the annotations `{expected}`"
    )]
    OtherSegments {
        /// Whose predictions.
        name: String,
        /// Its first segment.
        found: String,
        /// The first one that is annotated.
        expected: String,
    },
    /// Stored classes that are not those of the annotations.
    #[error(
        "failed to use `{name}`: {disagreeing} of its {of} segments have other classes than in the annotations"
    )]
    OtherLabels {
        /// Whose predictions.
        name: String,
        /// Segments of which the classes differ.
        disagreeing: usize,
        /// Of how many.
        of: usize,
    },
    /// Predictions without classes, and no annotations to take them from.
    #[error("failed to measure `{name}`: it stores no classes to compare with")]
    NoLabels {
        /// Whose predictions.
        name: String,
    },
    /// Predictions for segments that nobody labelled.
    #[error("failed to measure `{name}`: none of its {segments} segments has a class")]
    Unlabelled {
        /// Whose predictions.
        name: String,
        /// How many there are.
        segments: usize,
    },
    /// A metric that no place has.
    #[error("failed to find metric `{name}`: there are {}", quoted(known))]
    NoMetric {
        /// As given.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// Places that score different classes.
    #[error(
        "failed to compare `{first}` and `{name}`: they score {expected} and {found} classes of `{label}`, which are those of different data sets"
    )]
    Apart {
        /// The first place.
        first: String,
        /// The other one.
        name: String,
        /// The label type.
        label: String,
        /// Classes of the other one.
        found: usize,
        /// Classes of the first.
        expected: usize,
    },
    /// Places without a common segment.
    #[error("failed to compare {}: they have no segment in common", quoted(names))]
    NothingInCommon {
        /// The places.
        names: Vec<String>,
    },
    /// Models that cannot be fused.
    #[error(transparent)]
    Fusion(#[from] FusionError),
    /// A submission that cannot be made or read.
    #[error(transparent)]
    Submission(#[from] SubmissionError),
    /// A state no run can be in.
    #[error("failed to filter runs by state `{state}`: expected one of {}", quoted(expected))]
    State {
        /// The state as given.
        state: String,
        /// The states there are.
        expected: Vec<String>,
    },
    /// A condition that cannot be read.
    #[error("failed to read condition `{text}`: {problem}")]
    Condition {
        /// The condition as given.
        text: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A word that is neither a field, nor a metric, nor a config key of any of the runs.
    #[error("failed to find `{name}`: no field, metric or config key of these runs is called so")]
    Unknown {
        /// The word as given.
        name: String,
        /// The words that there are.
        known: Vec<String>,
    },
    /// A short form of several metrics.
    #[error("failed to find metric `{name}`: it stands for {}", quoted(found))]
    Ambiguous {
        /// The word as given.
        name: String,
        /// The metrics.
        found: Vec<String>,
    },
    /// A config key that holds further keys.
    #[error("failed to use `{name}`: it is no value but holds {}", quoted(found))]
    Inner {
        /// The key as given.
        name: String,
        /// Keys below it.
        found: Vec<String>,
    },
    /// A selection of no run.
    #[error("failed to find runs to compare: {reason}")]
    Empty {
        /// Why there is nothing, and what there is.
        reason: String,
    },
    /// Predictions without scores for a label type.
    #[error("failed to find scores of {label}s in `{name}`: it has {}", listed(found))]
    NoScores {
        /// Whose predictions.
        name: String,
        /// The label type.
        label: String,
        /// The label types that there are.
        found: Vec<String>,
    },
    /// Predictions that were stored with other labels.
    #[error(
        "failed to match `{name}` with the labels: segment {uid} has {label} {found} there, and is \
         annotated as {expected}: they are of different data sets"
    )]
    OtherLabel {
        /// Whose predictions.
        name: String,
        /// The segment.
        uid: String,
        /// The label type.
        label: String,
        /// The class that was stored.
        found: i64,
        /// The class of the annotations.
        expected: i64,
    },
    /// No labelled segment that all of them have.
    #[error(
        "failed to match segments: no labelled segment of the {annotated} annotated ones is in {}: they \
         are of different data sets",
        counted(names, sizes)
    )]
    Unmatched {
        /// Whose predictions.
        names: Vec<String>,
        /// How many segments each has.
        sizes: Vec<usize>,
        /// How many segments are annotated.
        annotated: usize,
    },
    /// A number that is out of range.
    #[error("failed to use {what} = {found}: expected {expected}")]
    OutOfRange {
        /// What the number is.
        what: String,
        /// The number.
        found: usize,
        /// What it may be.
        expected: String,
    },
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { quoted(names) }
}

fn counted(names: &[String], sizes: &[usize]) -> String {
    let texts = names.iter().zip(sizes).map(|(name, n)| format!("`{name}` ({n} segments)"));
    match &texts.collect::<Vec<_>>()[..] {
        [one] => one.clone(),
        all => format!("all of {}", all.join(", ")),
    }
}

impl From<DataError> for AnalysisError {
    fn from(error: DataError) -> Self {
        Self::Data(Box::new(error))
    }
}

fn there(sets: &[String]) -> String {
    match sets {
        [] => "it has no results".into(),
        some => format!("it has those of {}", quoted(some)),
    }
}

fn in_state(state: Option<&str>) -> String {
    state.map_or(String::new(), |state| format!(" (the run is {state})"))
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")
}
