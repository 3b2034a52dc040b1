//! Cosine annealing (`common.scheduler.CosineLR` over torch's `CosineAnnealingLR`).
//!
//! | count `k` | rate |
//! |---|---|
//! | `k < T` | `(1 + cos(pi k / T)) / (1 + cos(pi (k-1) / T)) * (previous - eta) + eta` |
//! | `k >= T` | the final rate, for every group |
//!
//! `T = num_epochs * iterations`, `eta = eta_min * world_size`. The recursion starts from whatever
//! the warm-up left, so the closed form with the base rate gives other numbers.

use std::f64::consts::PI;

use super::{ScheduleError, require};

/// How rates fall along a cosine.
#[derive(Clone, Debug, PartialEq)]
pub struct CosineConfig {
    /// Length in epochs, warm-up excluded.
    pub num_epochs: f64,
    /// Rate the cosine tends to, before scaling with the number of processes.
    pub eta_min: f64,
    /// Rate at and after the end, not scaled: 0 in AVT,
    /// [`FORK_FINAL_LR`](super::FORK_FINAL_LR) in its distillation fork; `None` stays at the
    /// scaled `eta_min`.
    pub final_lr: Option<f64>,
}

/// The cosine of one run, in iterations.
pub(super) struct Span {
    length: f64,
    eta: f64,
    final_lr: f64,
}

impl CosineConfig {
    pub(super) fn check(&self) -> Result<(), ScheduleError> {
        let finite = "a finite number";
        require(self.num_epochs.is_finite(), "opt.scheduler.num_epochs", self.num_epochs, finite)?;
        require(self.eta_min.is_finite(), "opt.scheduler.eta_min", self.eta_min, finite)?;
        let last = self.final_lr.unwrap_or(0.0);
        require(last.is_finite(), "opt.scheduler.final_lr", last, finite)
    }

    pub(super) fn span(&self, iters_per_epoch: usize, world_size: usize) -> Span {
        let eta = self.eta_min * world_size as f64;
        let length = self.num_epochs * iters_per_epoch as f64;
        Span { length, eta, final_lr: self.final_lr.unwrap_or(eta) }
    }
}

impl Span {
    /// Replaces the rates of count `k - 1` by those of count `k`.
    pub(super) fn advance(&self, k: u64, lrs: &mut [f64]) {
        let k = k as f64;
        if k >= self.length {
            return lrs.fill(self.final_lr);
        }
        let height = |k: f64| 1.0 + (PI * k / self.length).cos();
        let ratio = height(k) / height(k - 1.0);
        for lr in lrs {
            *lr = ratio * (*lr - self.eta) + self.eta;
        }
    }
}
