//! What can be done with a config: each task is one function, chosen in one place.

mod evaluate;
mod train;

use crate::train::Outside;

use super::ExperimentError;
use super::build::Built;
use super::config::{self, ExperimentConfig};

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
pub(super) fn task(config: &ExperimentConfig) -> Task {
    match (config.run.task, config.run.test_only) {
        (config::Task::Train, false) => train::run,
        (config::Task::Train, true) => evaluate::run,
    }
}
