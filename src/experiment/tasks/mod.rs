//! What can be done with a config: each task is one function, chosen in one place.

mod evaluate;
pub(super) mod extract;
mod outputs;
mod train;

use crate::train::Outside;

use super::build::Built;
use super::config::{self, ExperimentConfig};
use super::{ExperimentError, SetupError};

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finished {
    /// All of it is done.
    Completed,
    /// Stopped on request.
    Stopped {
        /// Whether there is a checkpoint to go on from.
        resumable: bool,
    },
}

/// Does its work in an open run directory.
pub(super) type Task = fn(&mut Built, &mut Outside<'_>) -> Result<Finished, ExperimentError>;

/// The function of the task that the config names.
///
/// # Errors
/// For a task that this version does not have.
pub(super) fn task(config: &ExperimentConfig) -> Result<Task, SetupError> {
    match (config.run.task, config.run.test_only) {
        (config::Task::Train, false) => Ok(train::run),
        (config::Task::Train, true) if config.eval.eval_fn.only_run_featext => Ok(outputs::run),
        (config::Task::Train, true) => Ok(evaluate::run),
        (
            config::Task::ExtractFeatures
            | config::Task::TeacherPretrain
            | config::Task::TeacherFinetune
            | config::Task::TeacherPredict
            | config::Task::TeacherEnsemble,
            _,
        ) => Err(SetupError::unavailable("task")),
    }
}
