//! Batches of histories as tensors on a device.

use burn::tensor::Device;

use crate::models::actions::ActionTokens;
use crate::models::{TeacherInput, TeacherModel};
use crate::text::{HistoryBatch, HistoryInput};
use crate::train::error::TrainError;

/// What a model reads of a batch.
///
/// # Errors
/// A model of the other kind of input.
pub(super) fn of(
    model: &TeacherModel,
    batch: &HistoryBatch,
    device: &Device,
) -> Result<TeacherInput, TrainError> {
    match (model, &batch.input) {
        (TeacherModel::Gru(_) | TeacherModel::Transformer(_), HistoryInput::Actions(past)) => {
            let actions = past.actions.clone();
            Ok(TeacherInput::Actions(ActionTokens::new(actions, &past.lengths, past.width, device)))
        }
        (TeacherModel::Gru(_) | TeacherModel::Transformer(_), HistoryInput::Text(_)) => {
            Err(TrainError::HistoryKind { expected: "class numbers", found: "text" })
        }
    }
}
