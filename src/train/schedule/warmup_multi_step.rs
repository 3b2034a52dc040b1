//! Steps at milestones after a ramp (`common.scheduler.WarmupMultiStepLR`).
//!
//! `rate(k) = base * ramp(k) * gamma ^ (number of milestones <= k)`, with `k` in iterations.
//!
//! | ramp | `k < W` | `k >= W` |
//! |---|---|---|
//! | constant | `warmup_factor` | 1 |
//! | linear | `warmup_factor * (1 - k/W) + k/W` | 1 |
//!
//! It starts at `k = 1` once the warm-up around it is over, hence two ramps follow each other when
//! both have a length, and with no outer warm-up the first iteration runs at the full base rate.

use super::{ScheduleError, require};

/// Shape of the schedule's own ramp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ramp {
    /// `linear`.
    Linear,
    /// `constant`.
    Constant,
}

/// How rates rise once and fall at milestones.
#[derive(Clone, Debug, PartialEq)]
pub struct MultiStepConfig {
    /// Epochs at which the rate falls, increasing.
    pub milestone_epochs: Vec<f64>,
    /// Factor at each milestone.
    pub gamma: f64,
    /// Share of the base rate at the start of the ramp.
    pub warmup_factor: f64,
    /// Length of the ramp in epochs.
    pub warmup_epochs: f64,
    /// Shape of the ramp.
    pub warmup_method: Ramp,
}

/// What the base rate is multiplied by.
pub(super) struct Factor {
    ramp: f64,
    decay: f64,
}

impl Factor {
    /// The rate of a group; the order of the products is the original's.
    pub(super) fn of(&self, base: f64) -> f64 {
        base * self.ramp * self.decay
    }
}

impl MultiStepConfig {
    pub(super) fn check(&self) -> Result<(), ScheduleError> {
        require(
            self.milestone_epochs.is_sorted(),
            "opt.scheduler.milestone_epochs",
            format!("{:?}", self.milestone_epochs),
            "increasing epochs",
        )?;
        for (setting, value) in [
            ("opt.scheduler.gamma", self.gamma),
            ("opt.scheduler.warmup_factor", self.warmup_factor),
            ("opt.scheduler.warmup_epochs", self.warmup_epochs),
        ] {
            require(value.is_finite(), setting, value, "a finite number")?;
        }
        Ok(())
    }

    pub(super) fn factor(&self, k: u64, iterations: f64) -> Factor {
        let k = k as f64;
        let passed = self.milestone_epochs.iter().filter(|epoch| *epoch * iterations <= k).count();
        let length = (self.warmup_epochs * iterations).max(1.0);
        let ramp = match self.warmup_method {
            _ if k >= length => 1.0,
            Ramp::Constant => self.warmup_factor,
            Ramp::Linear => self.warmup_factor * (1.0 - k / length) + k / length,
        };
        Factor { ramp, decay: self.gamma.powf(passed as f64) }
    }
}
