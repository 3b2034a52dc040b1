//! One training step, written as the algorithm reads: one update from one batch or several.

use burn::optim::{GradientsAccumulator, GradientsParams};
use burn::tensor::{Device, Tensor};

use crate::models::in_bf16;

use super::criterion::{Criterion, Judged, Term};
use super::error::TrainError;
use super::evaluate::entry;
use super::kept::Kept;
use super::objective::Objective;
use super::optim::{GradClip, Optimizer};
use super::outside::Progress;
use super::ranks::terms::{Found, put_together};
use super::ranks::{Ranks, agree, gradients};

/// What a step reports.
pub struct StepReport {
    /// Loss term and its unweighted mean, in order; terms of weight 0 included.
    pub terms: Vec<(String, f64)>,
    /// The weighted total.
    pub loss: f64,
    /// Norm of the gradient before clipping.
    pub grad_norm: f64,
    /// Label type and logits (B, classes) of this rank's rows of all batches, for the accuracies of
    /// logged steps.
    pub logits: Vec<(String, Tensor<2>)>,
}

/// The numbers that a step computes with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits.
    #[default]
    Full,
    /// bf16 in matrix products; the weights keep 32 bits.
    Bf16,
}

/// What stays the same over all steps.
pub struct Stepper<'a, C = Objective> {
    /// Loss terms and weights.
    pub objective: &'a C,
    /// Scales gradients down, or only measures them.
    pub clip: GradClip,
    /// The training device, with gradients.
    pub device: &'a Device,
    /// Seeds dropout.
    pub seed: u64,
    /// The numbers of the model.
    pub precision: Precision,
    /// Who else takes the step, with other rows of the same batches.
    pub ranks: &'a dyn Ranks,
}

/// Is shown a model and its gradients.
pub(super) type Seen<'a, M> = &'a mut dyn FnMut(&M, &GradientsParams);

/// What the batches of a step give together.
#[derive(Default)]
struct Sums {
    terms: Vec<(String, f64)>,
    loss: f64,
    logits: Vec<(String, Vec<Tensor<2>>)>,
}

impl<C: Criterion> Stepper<'_, C> {
    /// Losses -> mean of each -> weighted sum -> check -> backward -> sum over ranks -> clip -> update.
    ///
    /// The gradient is that of the mean over the batches' totals; so is what is reported, a term
    /// that a batch does not have counting as 0. Of several ranks each has its rows of a batch, and
    /// the step is that of one process with all of them.
    ///
    /// # Errors
    /// A term without a weight, or a non-finite loss or gradient: weights are then as before.
    pub fn step(
        &self,
        model: &mut C::Model,
        optimizer: &mut Optimizer,
        lrs: &[f64],
        batches: &[C::Batch],
        progress: &Progress,
    ) -> Result<StepReport, TrainError> {
        self.step_seen(model, optimizer, lrs, batches, progress, &mut |_, _| {})
    }

    /// The same, with the gradients shown as the update takes them.
    ///
    /// # Errors
    /// As [`Stepper::step`].
    pub(super) fn step_seen(
        &self,
        model: &mut C::Model,
        optimizer: &mut Optimizer,
        lrs: &[f64],
        batches: &[C::Batch],
        progress: &Progress,
        seen: Seen<'_, C::Model>,
    ) -> Result<StepReport, TrainError> {
        self.device.seed(self.step_seed(progress.step));
        let mut sums = Sums::default();
        let mut gradients = GradientsAccumulator::new();
        for batch in batches {
            let of_batch = self.backward(model, batch, batches.len(), progress, &mut sums)?;
            gradients.accumulate(model, of_batch);
        }
        let without = self.device.clone().inner();
        let gradients = gradients::sum(self.ranks, model, gradients.grads(), &without);
        let (gradients, grad_norm) = match optimizer.clip(model, gradients, self.clip) {
            Ok(clipped) => clipped,
            // The sum is the same on all ranks, and so is what is wrong with it.
            Err(error) => agree(self.ranks, Err(TrainError::from(error)))?,
        };
        seen(model, &gradients);
        *model = optimizer.step(lrs, model.clone(), gradients);
        Ok(sums.report(batches.len() as f64, grad_norm))
    }

    /// The gradient of one batch's share in the loss of the step.
    fn backward(
        &self,
        model: &mut C::Model,
        batch: &C::Batch,
        batches: usize,
        progress: &Progress,
        sums: &mut Sums,
    ) -> Result<GradientsParams, TrainError> {
        let total = match self.ranks.size() {
            1 => self.total(model, batch, progress, sums)?,
            _ => self.share_of_total(model, batch, progress, sums)?,
        };
        let share = if batches == 1 { total } else { total / batches as f64 };
        Ok(GradientsParams::from_module(&mut share.backward(), model))
    }

    /// The weighted total of a batch.
    fn total(
        &self,
        model: &mut C::Model,
        batch: &C::Batch,
        progress: &Progress,
        sums: &mut Sums,
    ) -> Result<Tensor<1>, TrainError> {
        let Judged { terms, logits } = self.judge(model, batch)?;
        let total = self.weighted_total(&terms)?;
        let values = read_means(&terms, Some(&total));
        check_finite(&terms, &values, progress)?;
        let loss = *values.last().expect("the total is read last");
        let named = terms.iter().map(|term| term.name.clone()).zip(values);
        sums.add(named.collect(), loss);
        sums.add_logits(logits);
        Ok(total)
    }

    /// This rank's share in the weighted total of a batch that all ranks see together.
    fn share_of_total(
        &self,
        model: &mut C::Model,
        batch: &C::Batch,
        progress: &Progress,
        sums: &mut Sums,
    ) -> Result<Tensor<1>, TrainError> {
        let judged = match self.objective.rows(batch) {
            0 => Ok(Judged { terms: Vec::new(), logits: Vec::new() }),
            _ => self.judge(model, batch),
        };
        let found = judged.and_then(|judged| {
            let values = read_means(&judged.terms, None);
            check_finite(&judged.terms, &values, progress)?;
            self.weighted_total(&judged.terms)?;
            Ok((found(&judged.terms, &values), judged))
        });
        let (found, judged) = found.map_or_else(|e| (Err(e), None), |(f, j)| (Ok(f), Some(j)));
        let whole = put_together(self.ranks, found)?;
        let Judged { mut terms, logits } = judged.expect("it went well on every rank");
        for (term, share) in terms.iter_mut().zip(whole.shares) {
            term.mean = term.mean.clone() * share;
        }
        sums.add(whole.terms, whole.loss);
        sums.add_logits(logits);
        self.weighted_total(&terms)
    }

    /// A seed for each step and rank, so that a resumed run draws the same dropout masks.
    fn step_seed(&self, step: u64) -> u64 {
        let seed = step_seed(self.seed, step);
        match self.ranks.rank() {
            0 => seed,
            rank => step_seed(seed, rank as u64),
        }
    }

    /// What the model says of a batch, computed in the numbers of the step.
    fn judge(&self, model: &mut C::Model, batch: &C::Batch) -> Result<Judged, TrainError> {
        if self.precision == Precision::Full {
            return self.objective.judge(model, batch, self.device);
        }
        let rounded = in_bf16(model.clone());
        let judged = self.objective.judge(&rounded, batch, self.device)?;
        *model = Kept::of(&rounded).restore(model.clone());
        Ok(judged)
    }

    /// Sum of `weight * mean` over the terms that have a positive weight. (1)
    ///
    /// A batch may have none, say when all its rows are left out of the only term: nothing is
    /// learned from it.
    ///
    /// # Errors
    /// No term has a weight, or none that has depends on a parameter that trains.
    fn weighted_total(&self, terms: &[Term]) -> Result<Tensor<1>, TrainError> {
        let weighted = terms.iter().filter(|t| t.weight > 0.0).map(|t| t.mean.clone() * t.weight);
        match weighted.reduce(|a, b| a + b) {
            Some(total) if total.is_tracked() => Ok(total),
            None if self.objective.weights().iter().any(|(_, weight)| *weight > 0.0) => {
                Ok(Tensor::zeros([1], self.device).require_grad())
            }
            _ => Err(TrainError::NothingToLearn {
                terms: terms.iter().map(|t| format!("{} {}", t.name, t.weight)).collect(),
            }),
        }
    }
}

impl Sums {
    fn add(&mut self, terms: Vec<(String, f64)>, loss: f64) {
        for (name, value) in terms {
            *entry(&mut self.terms, &name, || 0.0) += value;
        }
        self.loss += loss;
    }

    fn add_logits(&mut self, of_batch: Vec<(String, Tensor<2>)>) {
        for (label, logits) in of_batch {
            entry(&mut self.logits, &label, Vec::new).push(logits.detach());
        }
    }

    fn report(self, batches: f64, grad_norm: f64) -> StepReport {
        StepReport {
            terms: self.terms.into_iter().map(|(name, sum)| (name, sum / batches)).collect(),
            loss: self.loss / batches,
            grad_norm,
            logits: self.logits.into_iter().map(|(n, parts)| (n, Tensor::cat(parts, 0))).collect(),
        }
    }
}

/// What this rank tells of its terms.
fn found(terms: &[Term], means: &[f64]) -> Vec<Found> {
    let of = |(term, mean): (&Term, &f64)| {
        let Term { name, weight, rows, .. } = term;
        Found { name: name.clone(), weight: *weight, rows: *rows, mean: *mean }
    };
    terms.iter().zip(means).map(of).collect()
}

/// The means and, last, the total, in one read from the device.
fn read_means(terms: &[Term], total: Option<&Tensor<1>>) -> Vec<f64> {
    let means: Vec<_> = terms.iter().map(|t| &t.mean).chain(total).collect();
    if means.is_empty() {
        return Vec::new();
    }
    let means = means.into_iter();
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

/// Mixes a seed with a number (SplitMix64).
fn step_seed(seed: u64, step: u64) -> u64 {
    let mut z = seed ^ step.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use crate::losses::KlConfig;
    use crate::train::{Alone, LabelLosses};

    use super::*;

    #[test]
    fn a_batch_without_a_term_teaches_nothing() {
        let device = Device::default().autodiff();
        let objective = Objective {
            weights: vec![("distill".into(), 1.0)],
            kl: KlConfig::default(),
            labels: LabelLosses::None,
            attention: None,
            future: None,
        };
        let clip = GradClip::new(None, 2.0).unwrap();
        let precision = Precision::Full;
        let ranks = &Alone;
        let stepper =
            Stepper { objective: &objective, clip, device: &device, seed: 0, precision, ranks };
        let total = stepper.weighted_total(&[]).unwrap();
        let _ = total.backward();
        assert_eq!(total.into_scalar::<f32>(), 0.0);
    }
}
