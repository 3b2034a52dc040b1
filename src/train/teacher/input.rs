//! Batches of histories as tensors on a device.

use burn::tensor::Device;

use crate::models::TeacherInput;
use crate::models::actions::ActionTokens;
use crate::models::language::TokenBatch;
use crate::text::{HistoryBatch, HistoryInput, TextBatch};

/// What a model reads of a batch.
pub(super) fn of(batch: &HistoryBatch, device: &Device) -> TeacherInput {
    match &batch.input {
        HistoryInput::Actions(past) => {
            let actions = past.actions.clone();
            TeacherInput::Actions(ActionTokens::new(actions, &past.lengths, past.width, device))
        }
        HistoryInput::Text(text) => TeacherInput::Text(tokens(text, device)),
    }
}

/// The token ids of texts.
pub(in crate::train) fn tokens(text: &TextBatch, device: &Device) -> TokenBatch {
    TokenBatch::new(text.ids.clone(), &text.lengths, text.width, device)
}
