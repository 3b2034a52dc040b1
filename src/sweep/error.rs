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
    /// An interval that no point can be drawn from.
    #[error("draw from `{text}`: {problem}\n  at {origin}")]
    Interval {
        /// The override.
        text: String,
        /// Why.
        problem: String,
        /// Where it was written.
        origin: Origin,
    },
    /// Zipped sweeps of different lengths.
    #[error(
        "zip `{first}` ({} values) with `{second}` ({} values): expected as many values in both\n  \
         at {origin}",
        .lengths.0, .lengths.1
    )]
    ZipLengths {
        /// The override that comes first.
        first: String,
        /// The other one.
        second: String,
        /// How many values each has.
        lengths: (usize, usize),
        /// Where the second was written.
        origin: Origin,
    },
    /// More jobs than anybody can want.
    #[error("expand the sweep: it has more than {limit} jobs")]
    TooMany {
        /// How many are allowed.
        limit: usize,
    },
    /// A condition that does not follow the grammar.
    #[error("parse the condition `{text}`: {problem} at column {column}\n  at {origin}")]
    ConditionSyntax {
        /// The condition.
        text: String,
        /// What is wrong with it.
        problem: String,
        /// Where, from 1, in characters.
        column: usize,
        /// Where it was written.
        origin: Origin,
    },
    /// A condition that has no answer for a job.
    #[error("evaluate the condition `{text}` for the job `{job}`: {problem}\n  at {origin}")]
    Condition {
        /// The condition.
        text: String,
        /// The overrides of the job.
        job: String,
        /// Why.
        problem: String,
        /// Where it was written.
        origin: Origin,
    },
    /// A trial of another sweep among those of this one.
    #[error("read trial {number}, `{overrides}`: {problem}")]
    Foreign {
        /// Its number.
        number: usize,
        /// Its overrides.
        overrides: String,
        /// What does not belong.
        problem: String,
    },
    /// Conditions, or choices of nothing, that leave no point to draw.
    #[error(
        "draw a point: none of {draws} is a job; see `hydra.sweeper.exclude` and \
         `hydra.sweeper.only`"
    )]
    NothingLeft {
        /// How many points were tried.
        draws: usize,
    },
    /// A setting of the sweeper that it cannot use.
    #[error("use `{key}`: {problem}\n  at {origin}")]
    Setting {
        /// Dotted path.
        key: String,
        /// What is wrong with it.
        problem: String,
        /// Where it was written.
        origin: Origin,
    },
}

impl From<ConfigError> for SweepError {
    fn from(error: ConfigError) -> Self {
        SweepError::Config(error.into())
    }
}
