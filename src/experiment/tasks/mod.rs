//! What can be done with a config: each task is one function, chosen in one place.

pub(super) mod count;
pub(super) mod ensemble;
mod evaluate;
pub(super) mod extract;
mod outputs;
pub(super) mod predict;
pub(super) mod train;

use serde::{Deserialize, Serialize};

use crate::train::{Criterion, Objective, Outside};

use super::ExperimentError;
use super::build::Built;
use super::config::ExperimentConfig;

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finished {
    /// All of it is done.
    Completed,
    /// Stopped on request.
    Stopped {
        /// Whether there is a checkpoint to go on from.
        resumable: bool,
    },
}

/// Teaches or examines a model in an open run directory.
pub(super) type Task<C = Objective> = fn(
    &mut Built<C>,
    &mut Outside<'_, <C as Criterion>::Model>,
) -> Result<Finished, ExperimentError>;

/// What is done with a student.
pub(super) fn of_student(config: &ExperimentConfig) -> Task {
    match (config.run.test_only, config.eval.eval_fn.only_run_featext) {
        (false, _) => train::run,
        (true, true) => outputs::run,
        (true, false) => evaluate::run,
    }
}
