//! With `test_only`: every evaluation set once, with the weights as they are.

use std::cell::RefCell;

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
    let epoch = progress.epoch as f64;
    for set in &built.evals {
        if any(ranks, outside.stop.stop_requested()) {
            return Ok(Finished::Stopped { resumable: false });
        }
        let split = built.objective.split(set);
        let events = RefCell::new(&mut *outside.events);
        let options = EvalOptions {
            counting: built.options.counting,
            epoch,
            max_batches: built.options.max_eval_batches,
            told: &|done, all| events.borrow_mut().evaluating(split, done, all),
        };
        let report = built.objective.evaluate(&model, set, &device, &options, ranks)?;
        let (split, step) = (split.to_owned(), progress.step);
        let record = Record { split, epoch, step, values: report.values };
        outside.events.results(&record.split, &report.rows).map_err(TrainError::Outside)?;
        outside.events.record(&record).map_err(TrainError::Outside)?;
    }
    Ok(Finished::Completed)
}
