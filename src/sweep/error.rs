//! What can be wrong with a sweep.

use crate::config::{ConfigError, ConfigErrors, Origin};

/// Why a sweep has no jobs.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SweepError {
    /// An override that does not parse.
    #[error(transparent)]
    Config(#[from] ConfigErrors),
    /// A sweep that cannot be enumerated.
    #[error("enumerate `{text}`: {problem}\n  at {origin}")]
    NotDiscrete {
        /// The override.
        text: String,
        /// Why.
        problem: String,
        /// Where it was written.
        origin: Origin,
    },
    /// More jobs than anybody can want.
    #[error("expand the sweep: it has more than {limit} jobs")]
    TooMany {
        /// How many are allowed.
        limit: usize,
    },
}

impl From<ConfigError> for SweepError {
    fn from(error: ConfigError) -> Self {
        SweepError::Config(error.into())
    }
}
