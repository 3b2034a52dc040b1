//! A straight line down (`get_linear_schedule_with_warmup` of transformers).
//!
//! `rate = base * (1 - (1 - final_ratio) * min(n / T, 1))`, `n` iterations after the warm-up and
//! `T = num_epochs * iterations`. The warm-up ends at `n = 0`, the full rate; without one, the
//! first iteration of the run has it.

use super::{ScheduleError, require};

/// How rates fall along a line.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearConfig {
    /// Length in epochs, warm-up excluded.
    pub num_epochs: f64,
    /// Share of the base rate at and after the end.
    pub final_ratio: f64,
}

impl LinearConfig {
    pub(super) fn check(&self) -> Result<(), ScheduleError> {
        let finite = "a finite number";
        require(self.num_epochs.is_finite(), "opt.scheduler.num_epochs", self.num_epochs, finite)?;
        let least = "a number, 0 or more";
        let ratio = self.final_ratio;
        require(ratio >= 0.0 && ratio.is_finite(), "opt.scheduler.final_ratio", ratio, least)
    }

    /// The share of the base rate after `n` iterations.
    pub(super) fn share(&self, n: u64, iters_per_epoch: usize) -> f64 {
        let length = self.num_epochs * iters_per_epoch as f64;
        let passed = if n as f64 >= length { 1.0 } else { n as f64 / length };
        1.0 - (1.0 - self.final_ratio) * passed
    }
}
