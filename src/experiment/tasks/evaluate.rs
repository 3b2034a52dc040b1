//! With `test_only`: every evaluation set once, with the weights as they are.

use crate::train::ranks::any;
use crate::train::{Criterion, EvalOptions, Outside, Record, TrainError};

use super::super::ExperimentError;
use super::super::build::Built;
use super::Finished;

pub(super) fn run<C: Criterion>(
    built: &mut Built<C>,
    outside: &mut Outside<'_, C::Model>,
) -> Result<Finished, ExperimentError> {
    let ranks = outside.ranks;
    let model = built.trainer.evaluated();
    let device = built.device.clone().inner();
    let progress = &built.trainer.progress;
    let options = EvalOptions {
        counting: built.options.counting,
        epoch: progress.epoch as f64,
        max_batches: built.options.max_eval_batches,
    };
    for set in &built.evals {
        if any(ranks, outside.stop.stop_requested()) {
            return Ok(Finished::Stopped { resumable: false });
        }
        let split = built.objective.split(set);
        let report = built.objective.evaluate(&model, set, &device, &options, ranks)?;
        let record = Record {
            split: split.to_owned(),
            epoch: options.epoch,
            step: progress.step,
            values: report.values,
        };
        outside.events.results(split, &report.rows).map_err(TrainError::Outside)?;
        outside.events.record(&record).map_err(TrainError::Outside)?;
    }
    Ok(Finished::Completed)
}
