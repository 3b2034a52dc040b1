//! Which runs a table is about.

use super::AnalysisError;
use crate::runs::{RunEntry, RunState};

/// Conditions that must all hold; none means all runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunFilter {
    experiment: Option<String>,
    state: Option<String>,
}

impl RunFilter {
    /// Checks the words. An experiment is matched whole, or by its start when it ends in `*`.
    pub fn new(experiment: Option<&str>, state: Option<&str>) -> Result<Self, AnalysisError> {
        if let Some(state) = state
            && !RunState::WORDS.contains(&state)
        {
            return Err(AnalysisError::State {
                state: state.to_owned(),
                expected: RunState::WORDS.map(str::to_owned).to_vec(),
            });
        }
        Ok(Self { experiment: experiment.map(str::to_owned), state: state.map(str::to_owned) })
    }

    /// Whether a run is meant.
    pub fn matches(&self, run: &RunEntry) -> bool {
        let experiment =
            self.experiment.as_deref().is_none_or(|wanted| match wanted.strip_suffix('*') {
                Some(start) => run.experiment.starts_with(start),
                None => run.experiment == wanted,
            });
        experiment && self.state.as_deref().is_none_or(|wanted| run.state.as_str() == wanted)
    }
}
