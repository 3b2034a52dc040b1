//! Why there is no submission.

use super::{Challenge, Problem};

/// A submission that cannot be made or read.
#[derive(Debug, thiserror::Error)]
pub enum SubmissionError {
    /// Levels of supervision that cannot be read.
    #[error("expected three levels from 0 to 5 as in `1,4,4`, found `{text}`")]
    Supervision {
        /// As given.
        text: String,
    },
    /// Another data set.
    #[error(
        "failed to write for {challenge}: the data set has {found} {label} classes, the challenge \
         {expected}"
    )]
    Classes {
        /// The challenge.
        challenge: Challenge,
        /// Label type.
        label: &'static str,
        /// Classes of the scores.
        found: usize,
        /// Classes of the challenge.
        expected: usize,
    },
    /// No scores of a label type.
    #[error("failed to write for {challenge}: there are no scores of {label}")]
    Lacking {
        /// The challenge.
        challenge: Challenge,
        /// Label type.
        label: &'static str,
    },
    /// Too few actions to rank.
    #[error(
        "failed to write for {challenge}: it takes {expected} actions a segment, the data set has \
         {found}"
    )]
    Actions {
        /// The challenge.
        challenge: Challenge,
        /// Actions that are verb and noun.
        found: usize,
        /// Actions a segment.
        expected: usize,
    },
    /// A document that its own check refuses.
    #[error("failed to write for {challenge}: {problem}")]
    Refused {
        /// The challenge.
        challenge: Challenge,
        /// What is wrong first.
        problem: Problem,
    },
    /// No JSON, or not that of a submission at all.
    #[error("it is no submission: {reason}")]
    Json {
        /// What the parser says, with line and column.
        reason: String,
    },
    /// No ZIP file, or one that holds something else.
    #[error("it is no archive of a submission: {reason}")]
    Archive {
        /// What is wrong with it.
        reason: String,
    },
}
