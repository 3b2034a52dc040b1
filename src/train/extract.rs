//! Features of one video after the other: what the student says of its clips, batch by batch.
//!
//! Whole batches go to the sink and are done; a stop comes between two. A batch is made of the same
//! clips however often one starts anew, so that its numbers are the same to the bit.

use burn::tensor::Device;

use crate::data::Loader;
use crate::models::Student;

use super::endpoints::endpoint;
use super::error::TrainError;
use super::inputs::{Inputs, check_class_numbers};
use super::outside::{OutsideError, StopSignal};

/// What was made of one batch.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureRows {
    /// Positions of the clips in their data set.
    pub idx: Vec<usize>,
    /// Elements of a feature.
    pub width: usize,
    /// A feature for each clip, row-major.
    pub values: Vec<f32>,
}

/// Takes features.
pub trait FeatureSink {
    /// Stores the features of a batch; returns only when they are safe.
    fn store(&mut self, rows: &FeatureRows) -> Result<(), OutsideError>;
}

/// Gives the output called `name` of every batch of `loader` to the sink; false when stopped.
///
/// # Errors
/// A batch that cannot be read, a name that no output has, a sink that fails.
pub fn extract(
    student: &Student,
    loader: &Loader,
    name: &str,
    device: &Device,
    sink: &mut dyn FeatureSink,
    stop: &dyn StopSignal,
) -> Result<bool, TrainError> {
    for batch in loader.epoch(0, 0) {
        if stop.stop_requested() {
            return Ok(false);
        }
        let batch = batch?;
        check_class_numbers(student, &batch)?;
        let output = student.forward_crops(Inputs::new(&batch, device).video);
        let output = endpoint(&output, name)
            .ok_or_else(|| TrainError::UnknownOutput { output: name.to_owned() })?;
        let width = output.shape.iter().product();
        let rows = FeatureRows { idx: batch.idx, width, values: output.values };
        sink.store(&rows).map_err(TrainError::Outside)?;
    }
    Ok(true)
}
