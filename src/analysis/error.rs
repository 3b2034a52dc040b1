//! Why a table cannot be made.

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
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")
}
