//! An evaluation that stores outputs alone: no targets, no metrics, nothing lost when it is stopped.
//!
//! Rows are handed on whole, those of earlier attempts first, from time to time and at the end: what
//! takes them replaces what it had. Source: `only_run_featext` of the original's `evaluate`.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use burn::tensor::{Device, Tensor};

use crate::data::Batch;
use crate::models::Student;

use super::endpoints::{self, endpoints};
use super::error::TrainError;
use super::evaluate::{EvalSet, append, append_logits, to_host};
use super::inputs::{Inputs, check_class_numbers};
use super::labels::LabelLosses;
use super::made_do::Watch;
use super::outside::{EvalRows, EventSink, StopSignal};

/// How outputs are stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OutputOptions {
    /// Epochs trained, stored with the rows.
    pub epoch: f64,
    /// Ends the pass early, for debugging.
    pub max_batches: Option<usize>,
    /// Rows are handed on this often.
    pub every: Option<Duration>,
}

/// What is said of a set, and by whom.
pub struct OutputPass<'a> {
    /// The student, without gradients, as `device`.
    pub student: &'a Student,
    /// The samples.
    pub set: &'a EvalSet,
    /// Losses that are stored beside outputs.
    pub labels: &'a LabelLosses,
    /// Where it is computed.
    pub device: &'a Device,
}

impl OutputPass<'_> {
    /// Hands `rows` and those of the samples that are not among them to `events`; false when
    /// stopped. Returns how many rows there are, too.
    ///
    /// # Errors
    /// A batch that cannot be read, a sink that fails.
    pub fn store(
        &self,
        mut rows: EvalRows,
        options: OutputOptions,
        events: &mut dyn EventSink,
        stop: &dyn StopSignal,
    ) -> Result<(bool, usize), TrainError> {
        let done: HashSet<String> = rows.uids.iter().map(ToString::to_string).collect();
        let loader = &self.set.loader;
        let left = loader.dataset().without(&done);
        tracing::info!("{}: {} samples, {} stored before", self.set.split, left.len(), done.len());
        let watch = Watch::new(loader);
        let mut handed_on = Instant::now();
        let batches = loader.clone().only(left).epoch(0, 0);
        for batch in batches.take(options.max_batches.unwrap_or(usize::MAX)) {
            if stop.stop_requested() {
                self.hand_on(&rows, events)?;
                return Ok((false, rows.idx.len()));
            }
            self.add(&mut rows, &batch?, options.epoch)?;
            if options.every.is_some_and(|every| handed_on.elapsed() >= every) {
                self.hand_on(&rows, events)?;
                handed_on = Instant::now();
            }
        }
        rows.read = watch.seen();
        self.hand_on(&rows, events)?;
        Ok((true, rows.idx.len()))
    }

    fn hand_on(&self, rows: &EvalRows, events: &mut dyn EventSink) -> Result<(), TrainError> {
        if rows.idx.is_empty() {
            return Ok(());
        }
        events.results(&self.set.split, rows).map_err(TrainError::Outside)
    }

    fn add(&self, rows: &mut EvalRows, batch: &Batch, epoch: f64) -> Result<(), TrainError> {
        check_class_numbers(self.student, batch)?;
        let prefix = self.set.store_endpoint.as_str();
        let inputs = Inputs::new(batch, self.device);
        let output = self.student.forward_crops(inputs.video.clone());
        rows.idx.extend(batch.idx.iter().map(|i| *i as i64));
        rows.uids.extend(batch.uids.iter().cloned());
        rows.epoch.push(epoch);
        let losses = self.labels.terms(&output, &inputs, |_| false).into_iter();
        let own = output.aux.iter().map(|(name, loss)| ((*name).to_owned(), loss.clone()));
        for (name, loss) in losses.chain(own) {
            append(&mut rows.losses, &name, &per_sample(loss, batch.len()));
        }
        for (label, logits) in &output.logits {
            if format!("logits/{label}").starts_with(prefix) {
                let [_, classes] = logits.dims();
                append_logits(&mut rows.logits, label, classes, to_host(logits.clone()));
            }
        }
        if let Some(durations) = &output.logits_regression
            && "logits_regression".starts_with(prefix)
        {
            rows.durations.extend(to_host(durations.clone()));
        }
        endpoints::extend(&mut rows.outputs, endpoints(&output, prefix));
        Ok(())
    }
}

/// One number of each sample; a loss of the whole batch counts for every one of them.
fn per_sample(loss: Tensor<2>, samples: usize) -> Vec<f32> {
    let values = to_host(loss.mean_dim(1));
    match values[..] {
        [of_batch] => vec![of_batch; samples],
        _ => values,
    }
}
