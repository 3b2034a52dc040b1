//! Why a question over runs has no answer.

use crate::runs::RunError;

/// A question over runs that has no answer.
#[derive(Debug, thiserror::Error)]
pub enum AnalysisError {
    /// The runs cannot be listed.
    #[error(transparent)]
    Run(#[from] RunError),
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
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")
}
