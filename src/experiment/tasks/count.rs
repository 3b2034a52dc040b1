//! Task `teacher_finetune` of a model that counts: everything is counted once, then examined.

use std::cell::RefCell;

use crate::models::actions::NgramModel;
use crate::train::teacher::NgramTeacher;
use crate::train::{EvalOptions, EventSink, Record, TrainError};

use super::super::ExperimentError;
use super::super::build::Tally;

pub(in super::super) fn run(
    tally: &Tally,
    events: &mut dyn EventSink,
) -> Result<NgramModel, ExperimentError> {
    let pasts: Vec<(Vec<i64>, i64)> = tally
        .histories
        .iter()
        .map(|row| (row.past.iter().map(|action| *action as i64).collect(), row.labels.action))
        .collect();
    let samples = pasts.iter().map(|(past, target)| (past.as_slice(), *target));
    let model = NgramModel::fit(tally.config, samples, tally.classes.actions());
    let teacher = NgramTeacher { model: &model, classes: &tally.classes };
    for set in &tally.evals {
        let events_of = RefCell::new(&mut *events);
        let options = EvalOptions {
            counting: tally.counting,
            epoch: 1.0,
            max_batches: tally.max_eval_batches,
            told: &|done, all| events_of.borrow_mut().evaluating(&set.split, done, all),
        };
        let report = tally.objective.examine(&teacher, set, &tally.device, &options)?;
        let (split, values) = (set.split.clone(), report.values);
        let record = Record { split, epoch: 1.0, step: 1, values };
        events.results(&set.split, &report.rows).map_err(TrainError::Outside)?;
        events.record(&record).map_err(TrainError::Outside)?;
    }
    Ok(model)
}
