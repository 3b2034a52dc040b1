//! Task `train` with `test_only` and `eval.eval_fn.only_run_featext`: the outputs of every
//! evaluation set, without metrics.
//!
//! Where `featext_skip_done` asks for it, what an earlier attempt stored in the same directory is
//! kept and not computed again.

use crate::train::{EvalRows, OutputOptions, OutputPass, Outside, Record, TrainError};

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
    let options = OutputOptions {
        epoch: progress.epoch as f64,
        max_batches: built.options.max_eval_batches,
        every: built.options.saving.every,
    };
    let mut resumable = false;
    for (set, skip_done) in built.evals.iter().zip(&built.skip_done) {
        let before = match skip_done {
            true => outside.events.stored(&set.split).map_err(TrainError::Outside)?,
            false => EvalRows::default(),
        };
        let labels = &built.objective.labels;
        let pass = OutputPass { student: &student, set, labels, device: &device };
        let (finished, rows) = pass.store(before, options, outside.events, outside.stop)?;
        resumable |= *skip_done && rows > 0;
        if !finished {
            return Ok(Finished::Stopped { resumable });
        }
        let record = Record {
            split: set.split.clone(),
            epoch: options.epoch,
            step: progress.step,
            values: vec![("samples".to_owned(), rows as f64)],
        };
        outside.events.record(&record).map_err(TrainError::Outside)?;
    }
    Ok(Finished::Completed)
}
