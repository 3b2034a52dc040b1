//! Task `train` with `test_only`: every evaluation set once, with the weights as they are.

use crate::train::{EvalOptions, Outside, Record, TrainError, evaluate};

use super::super::ExperimentError;
use super::super::build::Built;
use super::Finished;

pub(super) fn run(
    built: &mut Built,
    outside: &mut Outside<'_>,
) -> Result<Finished, ExperimentError> {
    let student = built.trainer.evaluated();
    let device = built.device.clone().inner();
    let progress = &built.trainer.progress;
    let options = EvalOptions {
        counting: built.options.counting,
        epoch: progress.epoch as f64,
        max_batches: built.options.max_eval_batches,
    };
    for set in &built.evals {
        if outside.stop.stop_requested() {
            return Ok(Finished::Stopped { resumable: false });
        }
        let report = evaluate(&student, set, &built.objective.labels, &device, &options)?;
        let record = Record {
            split: set.split.clone(),
            epoch: options.epoch,
            step: progress.step,
            values: report.values,
        };
        outside.events.results(&set.split, &report.rows).map_err(TrainError::Outside)?;
        outside.events.record(&record).map_err(TrainError::Outside)?;
    }
    Ok(Finished::Completed)
}
