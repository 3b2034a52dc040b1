//! One training step, written as the algorithm reads.

use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};

use crate::data::Batch;
use crate::models::Student;

use super::error::TrainError;
use super::inputs::{Inputs, check_class_numbers};
use super::objective::{Objective, Term};
use super::optim::{GradClip, Optimizer};
use super::outside::Progress;

/// What a step reports.
pub(super) struct StepReport {
    /// Loss term and its unweighted mean, in order; terms of weight 0 included.
    pub terms: Vec<(String, f64)>,
    /// The weighted total.
    pub loss: f64,
    /// Norm of the gradient before clipping.
    pub grad_norm: f64,
    /// Label type, number of classes and logits (B, classes), for the accuracies of logged steps.
    pub logits: Vec<(String, Tensor<2>)>,
}

/// What stays the same over all steps.
pub(super) struct Stepper<'a> {
    pub objective: &'a Objective,
    /// Scales gradients down, or only measures them.
    pub clip: GradClip,
    /// The training device, with gradients.
    pub device: &'a Device,
    pub seed: u64,
}

impl Stepper<'_> {
    /// Losses -> mean of each -> weighted sum -> check -> backward -> clip -> update.
    ///
    /// # Errors
    /// A term without a weight, or a non-finite loss or gradient: the model is then as before.
    pub fn step(
        &self,
        student: &mut Student,
        optimizer: &mut Optimizer,
        lrs: &[f64],
        batch: &Batch,
        progress: &Progress,
    ) -> Result<StepReport, TrainError> {
        self.device.seed(step_seed(self.seed, progress.step));
        check_class_numbers(student, batch)?;
        let inputs = Inputs::new(batch, self.device);
        let output = student.forward(inputs.video.clone());
        let terms = self.objective.terms(&output, &inputs)?;

        let total = weighted_total(&terms, self.device);
        let values = read_means(&terms, &total);
        check_finite(&terms, &values, progress)?;

        let mut gradients = total.backward();
        let gradients = GradientsParams::from_module(&mut gradients, student);
        let (gradients, grad_norm) = optimizer.clip(student, gradients, self.clip)?;
        *student = optimizer.step(lrs, student.clone(), gradients);

        let loss = *values.last().expect("the total is read last");
        let terms = terms.into_iter().zip(values).map(|(t, v)| (t.name, v)).collect();
        let shown = if self.objective.labels.are_learned() { &output.logits[..] } else { &[] };
        let logits = shown.iter().map(|(n, l)| (n.clone(), l.clone().detach())).collect();
        Ok(StepReport { terms, loss, grad_norm, logits })
    }
}

/// Sum of `weight * mean` over the terms that have a positive weight. (1)
///
/// A batch may have none, say when all its rows are left out of the only term: nothing is learned.
fn weighted_total(terms: &[Term], device: &Device) -> Tensor<1> {
    terms
        .iter()
        .filter(|t| t.weight > 0.0)
        .map(|t| t.mean.clone() * t.weight)
        .reduce(|a, b| a + b)
        .unwrap_or_else(|| Tensor::zeros([1], device).require_grad())
}

/// The means and, last, the total, in one read from the device.
fn read_means(terms: &[Term], total: &Tensor<1>) -> Vec<f64> {
    let means = terms.iter().map(|t| &t.mean).chain([total]);
    let stacked = Tensor::cat(means.map(|m| m.clone().detach()).collect(), 0);
    stacked.into_data().iter::<f64>().collect()
}

fn check_finite(terms: &[Term], values: &[f64], progress: &Progress) -> Result<(), TrainError> {
    let bad = terms.iter().zip(values).find(|(t, v)| t.weight > 0.0 && !v.is_finite());
    match bad {
        None => Ok(()),
        Some((term, value)) => Err(TrainError::NonFiniteLoss {
            term: term.name.clone(),
            value: *value,
            step: progress.step,
            epoch: progress.epoch as f64,
        }),
    }
}

/// A seed for each step (SplitMix64), so that a resumed run draws the same dropout masks.
fn step_seed(seed: u64, step: u64) -> u64 {
    let mut z = seed ^ step.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_term_nothing_is_learned() {
        let total = weighted_total(&[], &Device::default().autodiff());
        let _ = total.backward();
        assert_eq!(total.into_scalar::<f32>(), 0.0);
    }
}
