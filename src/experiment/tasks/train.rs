//! Training: a model, from where it stands to its last epoch.

use crate::train::{Criterion, Outcome, Outside, Setting};

use super::super::ExperimentError;
use super::super::build::Built;
use super::Finished;

pub(in super::super) fn run<C: Criterion>(
    built: &mut Built<C>,
    outside: &mut Outside<'_, C::Model>,
) -> Result<Finished, ExperimentError> {
    let setting = Setting {
        objective: &built.objective,
        train: &*built.train,
        evals: &built.evals,
        device: &built.device,
        options: &built.options,
    };
    let outcome = built.trainer.fit(&setting, outside)?;
    Ok(match outcome {
        Outcome::Completed => Finished::Completed,
        Outcome::StoppedEarly { evaluations } => {
            tracing::info!("stopped early: {evaluations} evaluations were no better");
            Finished::Completed
        }
        Outcome::Stopped { resumable } => Finished::Stopped { resumable },
    })
}
