//! The warm-up around a main schedule (`common.scheduler.Warmup`).
//!
//! Rates rise linearly from `init_lr_ratio * base` towards `base`, which they do not reach: the
//! last rate is `floor + base * (ratio + (1 - ratio) * (W - 1) / W)` and the main schedule takes
//! over from there. With `W = 1` (no warm-up) the one rate of this phase is `floor + base`.

use super::{ScheduleError, require};

/// How rates rise at the start.
#[derive(Clone, Debug, PartialEq)]
pub struct WarmupConfig {
    /// Share of the base rate to start from, 0 to 1.
    pub init_lr_ratio: f64,
    /// Length in epochs; 0 for none.
    pub num_epochs: f64,
    /// Added to every rate of this phase, whatever the group or the number of processes: 0 in AVT,
    /// [`FORK_FLOOR`](super::FORK_FLOOR) in its distillation fork.
    pub floor: f64,
}

/// The warm-up of one run.
#[derive(Clone, Debug)]
pub(super) struct Warmup {
    iterations: f64,
    ratio: f64,
    floor: f64,
}

impl Warmup {
    pub(super) fn new(
        config: &WarmupConfig,
        iters_per_epoch: usize,
    ) -> Result<Self, ScheduleError> {
        let WarmupConfig { init_lr_ratio, num_epochs, floor } = *config;
        require(
            (0.0..=1.0).contains(&init_lr_ratio),
            "opt.warmup.init_lr_ratio",
            init_lr_ratio,
            "a number from 0 to 1",
        )?;
        require(
            num_epochs >= 0.0 && num_epochs.is_finite(),
            "opt.warmup.num_epochs",
            num_epochs,
            "a number of epochs, 0 or more",
        )?;
        require(floor.is_finite(), "opt.warmup.floor", floor, "a finite number")?;
        let iterations = (num_epochs * iters_per_epoch as f64).max(1.0);
        // One iteration cannot rise from anything.
        let ratio = if iterations > 1.0 { init_lr_ratio } else { 1.0 };
        Ok(Self { iterations, ratio, floor })
    }

    /// The rates at a position of the warm-up.
    pub(super) fn lrs(&self, position: f64, base_lrs: &[f64]) -> Vec<f64> {
        let share = self.ratio + (1.0 - self.ratio) * (position / self.iterations);
        base_lrs.iter().map(|base| self.floor + base * share).collect()
    }

    /// Whether there is a warm-up at all.
    pub(super) fn ramps(&self) -> bool {
        self.iterations > 1.0
    }

    /// Whether the iteration after `position` is still a warm-up iteration.
    pub(super) fn lasts_after(&self, position: f64) -> bool {
        position < self.iterations - 1.0
    }

    pub(super) fn check_position(&self, metric: f64) -> Result<(), ScheduleError> {
        if metric < self.iterations {
            return Ok(());
        }
        Err(ScheduleError::MetricPastWarmup { metric, iterations: self.iterations })
    }
}
