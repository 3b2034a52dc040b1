//! A batch of host numbers as tensors on a device.

use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::data::{Batch, TeacherBatch};
use crate::models::Student;

use super::error::TrainError;

/// Tensors of one batch.
pub(super) struct Inputs {
    /// Every view of the clips, (B, clips, C, T, H, W) each; H and W are 1 for features.
    pub video: Vec<Tensor<6>>,
    /// Label type and class ids (B); -1 = ignore.
    pub targets: Vec<(String, Tensor<1, Int>)>,
    /// Label type and class ids (B, clips): the mode over each clip's frames.
    pub past_targets: Vec<(String, Tensor<2, Int>)>,
    /// What the teacher says of each sample.
    pub teacher: Option<Teacher>,
    /// Clips of the future, each shaped as `video`.
    pub futures: Vec<Tensor<6>>,
}

/// Teacher predictions of one batch.
pub(super) struct Teacher {
    /// (B, classes): the mean of several teachers.
    pub logits: Tensor<2>,
    /// (B, F): the mean of several teachers.
    pub features: Option<Tensor<2>>,
    /// Several teachers one by one.
    pub members: Option<Members>,
    /// (B): 1 where the prediction counts, 0 where it is skipped; `None` when all count.
    pub mask: Option<Tensor<1>>,
    /// How many rows count.
    pub rows: usize,
}

/// Several teachers side by side.
pub(super) struct Members {
    /// (B, K, classes).
    pub logits: Tensor<3>,
    /// (B, K, F).
    pub features: Option<Tensor<3>>,
}

impl Inputs {
    /// Moves a batch to `device`.
    pub fn new(batch: &Batch, device: &Device) -> Self {
        let b = batch.len();
        Self {
            video: views(&batch.features, batch, device),
            futures: batch.futures.iter().flat_map(|clip| views(clip, batch, device)).collect(),
            targets: batch
                .targets
                .iter()
                .map(|(name, ids)| (name.clone(), ints(ids.clone(), [b], device)))
                .collect(),
            past_targets: past_targets(batch, device),
            teacher: batch.teacher.as_ref().map(|t| Teacher::new(t, b, device)),
        }
    }

    /// Samples of the batch.
    pub fn rows(&self) -> usize {
        self.video[0].dims()[0]
    }

    /// The observed clips and, behind them, each clip of the future of all samples. Where there is
    /// a future, which is in training, clips are seen once.
    pub fn all_videos(&self) -> Vec<Tensor<6>> {
        if self.futures.is_empty() {
            return self.video.clone();
        }
        vec![Tensor::cat([&self.video[..1], &self.futures].concat(), 0)]
    }
}

impl Teacher {
    fn new(batch: &TeacherBatch, b: usize, device: &Device) -> Self {
        let floats = |v: &[f32], width: usize| -> Tensor<3> {
            Tensor::from_data(TensorData::new(v.to_vec(), [b, batch.members, width]), device)
        };
        let mean = |each: &Tensor<3>| each.clone().mean_dim(1).squeeze_dim(1);
        let logits = floats(&batch.logits, batch.classes);
        let features = batch.features.as_ref().map(|(v, width)| floats(v, *width));
        let rows = batch.present.iter().filter(|p| **p).count();
        let mask = (rows < b).then(|| {
            let ones: Vec<f32> = batch.present.iter().map(|p| f32::from(u8::from(*p))).collect();
            Tensor::from_data(TensorData::new(ones, [b]), device)
        });
        Self {
            logits: mean(&logits),
            features: features.as_ref().map(mean),
            members: (batch.members > 1).then_some(Members { logits, features }),
            mask,
            rows,
        }
    }
}

/// The views in `values`, each in the shape of the batch.
fn views(values: &[f32], batch: &Batch, device: &Device) -> Vec<Tensor<6>> {
    let size = batch.shape.iter().product::<usize>().max(1);
    let view = |values: &[f32]| TensorData::new(values.to_vec(), batch.shape);
    values.chunks(size).map(|values| Tensor::from_data(view(values), device)).collect()
}

/// Refuses features that should be class numbers, where the student takes such, and are not.
///
/// # Errors
/// The first that is none.
pub(super) fn check_class_numbers(student: &Student, batch: &Batch) -> Result<(), TrainError> {
    let Some(classes) = student.class_numbers() else { return Ok(()) };
    let is_class = |value: &f32| *value >= 0.0 && *value < classes as f32 && value.fract() == 0.0;
    match batch.features.iter().position(|value| !is_class(value)) {
        None => Ok(()),
        Some(at) => Err(TrainError::ClassNumber {
            uid: batch.uids[at / (batch.features.len() / batch.len())].to_string(),
            value: batch.features[at],
            classes,
        }),
    }
}

fn past_targets(batch: &Batch, device: &Device) -> Vec<(String, Tensor<2, Int>)> {
    let Some(subclips) = &batch.target_subclips else { return Vec::new() };
    let [b, clips, t] = batch.subclip_shape;
    subclips
        .iter()
        .map(|(name, ids)| {
            let modes = ids.chunks(t).map(mode).collect();
            (name.clone(), ints(modes, [b, clips], device))
        })
        .collect()
}

fn ints<const D: usize>(ids: Vec<i64>, shape: [usize; D], device: &Device) -> Tensor<D, Int> {
    Tensor::from_data(TensorData::new(ids, shape), device)
}

/// The most frequent value; among equals the smallest, as `torch.mode`.
fn mode(values: &[i64]) -> i64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let mut best = (0, -1);
    for run in sorted.chunk_by(|a, b| a == b) {
        if run.len() > best.0 {
            best = (run.len(), run[0]);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::mode;

    #[test]
    fn mode_prefers_the_smallest_of_equals() {
        for (values, expected) in
            [(vec![3], 3), (vec![2, 1, 2, 1], 1), (vec![-1, -1, 5], -1), (vec![7, 4, 7], 7)]
        {
            assert_eq!(mode(&values), expected, "{values:?}");
        }
    }
}
