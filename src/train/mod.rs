//! Training: one step, the loop, parameter groups, schedules, evaluation.
//!
//! Decides how losses become updates and when numbers and checkpoints are produced. It does not
//! know files, devices by name or configs: data arrives as batches, the device as a value, and
//! what leaves goes through the traits of [`outside`](self::EventSink). Invariant: the state after
//! a step depends only on the state before, the batch and the step's seed, so a resumed run goes
//! on exactly where it stopped.

mod average;
mod criterion;
mod endpoints;
mod error;
mod evaluate;
mod extract;
mod final_values;
mod fit;
mod future_features;
mod histogram;
mod inputs;
mod kept;
mod labels;
mod logged;
mod made_do;
mod mlm;
mod objective;
pub mod optim;
mod outputs;
mod outside;
pub mod ranks;
mod saving;
pub mod schedule;
mod seen;
mod setting;
mod step;
pub mod teacher;
#[cfg(test)]
mod tests;

pub use average::Average;
pub use criterion::{Batches, Criterion, EpochBatches, Judged, Term};
pub use endpoints::StoredOutput;
pub use error::TrainError;
pub use evaluate::{Counting, EvalOptions, EvalReport, EvalSet, evaluate};
pub use extract::{FeatureRows, FeatureSink, extract};
pub use final_values::{Examined, final_values};
pub use fit::Trainer;
pub use future_features::{
    CombineFutures, FutureCriterion, FutureFeatures, FutureLoss, FutureTarget,
};
pub use histogram::Histogram;
pub use kept::Kept;
pub use labels::LabelLosses;
pub use mlm::{MlmObjective, MlmSet};
pub use objective::Objective;
pub use outputs::{OutputOptions, OutputPass};
pub use outside::{
    Best, CheckpointName, CheckpointSink, EvalRows, EventSink, NeverStop, OutsideError, Progress,
    Record, Snapshot, StopSignal,
};
pub use ranks::{Alone, Ranks};
pub use saving::Saving;
pub use setting::{FitOptions, Outcome, Outside, Setting};
pub use step::{Precision, StepReport, Stepper};
