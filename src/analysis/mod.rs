//! Tables over runs.
//!
//! Decides which runs and which numbers a table shows, and what may be compared. It only reads, and
//! it does not know where a table is printed, nor how a config is written: whoever asks hands in a
//! [`ConfigReader`].
//!
//! | question | answered by |
//! |---|---|
//! | which runs | [`Selection`]: names and [`Condition`]s |
//! | what a word means: a field, a metric, a config key | [`Name`] |
//! | what is known of a run | [`Record`] |
//! | which keys are worth a column | [`differing`] |
//! | how the runs did | [`RunTable`], [`Comparison`] |
//! | what a model said of every segment | [`Predictions`] |
//! | who is right where: teacher, baseline, distilled | [`Errors`] |
//! | which classes gained | [`Classes`] |
//! | which classes a model takes for each other | [`correlated`] |
//! | how good that was | [`measure`], [`MeasureTable`] |
//! | what several models say together | [`Pool`] |
//! | what a challenge takes | [`Submission`] |
//! | what else differs between two | [`environment`], [`metrics_apart`] |

mod apart;
mod classes;
mod columns;
mod compare;
mod condition;
mod correlations;
mod error;
mod errors;
mod fusion;
mod grid;
mod matched;
mod measures;
mod name;
mod predictions;
mod record;
mod selection;
#[cfg(test)]
mod small_world;
mod submission;
mod table;
mod value;

pub use apart::{Apart, environment, metrics_apart};
pub use classes::{ClassOptions, ClassRow, ClassSort, Classes, Support};
pub use columns::{differing, shown_first};
pub use compare::{Comparison, ComparisonOptions, REPEATS, Row, Summary, doubt, main_metrics};
pub use condition::Condition;
pub use correlations::{Correlated, correlated};
pub use error::AnalysisError;
pub use errors::{Case, ErrorOptions, Errors, Guess, Guesses, Outcome, Role};
pub use fusion::{Found, FusionError, Goal, Norm, Pool, complete, search, video_folds};
pub use grid::{Cell, Grid, Marked};
pub use matched::{LeftOut, Matched};
pub use measures::{Labelled, Labels, MeasureTable, Measured, measure};
pub use name::{Field, MetricSet, Name};
pub use predictions::{Common, Met, Predictions, Table, common};
pub use record::{ConfigReader, Record, Settings, load};
pub use selection::Selection;
pub use submission::{
    Challenge, Checked, Problem, Submission, SubmissionError, Supervision, archive, check, members,
};
pub use table::{RunTable, sort};
pub use value::short;
