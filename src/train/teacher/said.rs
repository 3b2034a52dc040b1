//! What says what comes next: models of every kind, with gradients or without.

use burn::tensor::{Device, Tensor, TensorData};

use crate::models::actions::{ActionClasses, NgramModel};
use crate::models::{ModelError, TeacherModel};
use crate::text::{HistoryBatch, HistoryInput};
use crate::train::error::TrainError;

use super::input;

/// What a teacher says of a batch.
#[derive(Clone, Debug)]
pub struct Said {
    /// Label type and logits `[B, classes]`.
    pub logits: Vec<(String, Tensor<2>)>,
    /// `[B, width]`; none of a teacher that only counts.
    pub feature: Option<Tensor<2>>,
}

/// Says what comes after histories.
pub trait Teacher {
    /// What it says of a batch.
    ///
    /// # Errors
    /// A batch that is nothing for this teacher.
    fn say(&self, batch: &HistoryBatch, device: &Device) -> Result<Said, TrainError>;
}

impl Teacher for TeacherModel {
    fn say(&self, batch: &HistoryBatch, device: &Device) -> Result<Said, TrainError> {
        let output = self.forward(input::of(batch, device))?;
        Ok(Said { logits: output.logits, feature: Some(output.feature) })
    }
}

/// Counts as a teacher.
#[derive(Clone, Debug)]
pub struct NgramTeacher<'a> {
    /// The counts.
    pub model: &'a NgramModel,
    /// What actions are made of.
    pub classes: &'a ActionClasses,
}

impl Teacher for NgramTeacher<'_> {
    fn say(&self, batch: &HistoryBatch, device: &Device) -> Result<Said, TrainError> {
        let HistoryInput::Actions(past) = &batch.input else {
            let (expected, found) = ("actions", "text");
            return Err(ModelError::TeacherInput { expected, found }.into());
        };
        let mut logits: Vec<(String, Vec<f32>)> = Vec::new();
        for (row, length) in past.actions.chunks(past.width.max(1)).zip(&past.lengths) {
            let said = self.model.predict_all(&row[..*length], self.classes);
            for (i, (label, values)) in said.into_iter().enumerate() {
                match logits.get_mut(i) {
                    Some((_, all)) => all.extend(values),
                    None => logits.push((label, values)),
                }
            }
        }
        let rows = past.lengths.len();
        let tensor = |(label, values): (String, Vec<f32>)| {
            let shape = [rows, values.len() / rows.max(1)];
            (label, Tensor::from_data(TensorData::new(values, shape), device))
        };
        Ok(Said { logits: logits.into_iter().map(tensor).collect(), feature: None })
    }
}
