//! Lower rates when a metric stalls (`common.scheduler.ReduceLROnPlateau`, torch's class).
//!
//! | goal | threshold | better means |
//! |---|---|---|
//! | min | relative | `metric < best * (1 - threshold)` |
//! | min | absolute | `metric < best - threshold` |
//! | max | relative | `metric > best * (1 + threshold)` |
//! | max | absolute | `metric > best + threshold` |
//!
//! More than `patience` epochs in a row that are not better: each rate becomes
//! `max(rate * factor, min_lr)` if that lowers it by more than `eps`, and the next `cooldown`
//! epochs do not count.

use serde::{Deserialize, Serialize};

use super::{ScheduleError, exact, require};

/// Direction of improvement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlateauGoal {
    /// Smaller is better.
    Min,
    /// Larger is better.
    Max,
}

/// What the threshold is measured against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlateauThreshold {
    /// `rel`: the best metric so far.
    Relative,
    /// `abs`: nothing.
    Absolute,
}

/// What a warm-up of more than one iteration does around this schedule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlateauWarmup {
    /// Rates rise per iteration as around other schedules; metrics count from the end of it on.
    #[default]
    PerIteration,
    /// As the original computes: rates move per epoch, and the metric is taken as the position
    /// within the warm-up, in iterations.
    MetricAsPosition,
}

/// When rates fall.
#[derive(Clone, Debug, PartialEq)]
pub struct PlateauConfig {
    /// Direction of improvement.
    pub mode: PlateauGoal,
    /// Factor of a reduction, below 1.
    pub factor: f64,
    /// Epochs without improvement that are tolerated.
    pub patience: u64,
    /// Least improvement that counts.
    pub threshold: f64,
    /// What the threshold is measured against.
    pub threshold_mode: PlateauThreshold,
    /// Epochs after a reduction that do not count.
    pub cooldown: u64,
    /// Lower bound of every rate.
    pub min_lr: f64,
    /// Reductions up to this are not made.
    pub eps: f64,
    /// What a warm-up does around this schedule.
    pub warmup: PlateauWarmup,
}

impl Default for PlateauConfig {
    /// torch's defaults.
    fn default() -> Self {
        Self {
            mode: PlateauGoal::Min,
            factor: 0.1,
            patience: 10,
            threshold: 1e-4,
            threshold_mode: PlateauThreshold::Relative,
            cooldown: 0,
            min_lr: 0.0,
            eps: 1e-8,
            warmup: PlateauWarmup::default(),
        }
    }
}

/// What the schedule remembers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlateauState {
    /// Best metric so far.
    pub best: Option<Metric>,
    /// Epochs without improvement.
    pub bad_epochs: u64,
    /// Epochs of the cooldown left.
    pub cooldown: u64,
}

/// A metric, exact in text.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metric(#[serde(with = "exact::number")] pub f64);

impl PlateauConfig {
    pub(super) fn check(&self) -> Result<(), ScheduleError> {
        require(self.factor < 1.0, "opt.scheduler.factor", self.factor, "a number below 1")?;
        for (setting, value) in [
            ("opt.scheduler.threshold", self.threshold),
            ("opt.scheduler.min_lr", self.min_lr),
            ("opt.scheduler.eps", self.eps),
        ] {
            require(!value.is_nan(), setting, value, "a number")?;
        }
        Ok(())
    }

    /// Takes one epoch's metric.
    pub(super) fn advance(&self, memory: &mut PlateauState, metric: f64, lrs: &mut [f64]) {
        if self.is_better(metric, memory.best) {
            memory.best = Some(Metric(metric));
            memory.bad_epochs = 0;
        } else {
            memory.bad_epochs += 1;
        }
        if memory.cooldown > 0 {
            memory.cooldown -= 1;
            memory.bad_epochs = 0;
        }
        if memory.bad_epochs > self.patience {
            self.reduce(lrs);
            memory.cooldown = self.cooldown;
            memory.bad_epochs = 0;
        }
    }

    fn is_better(&self, metric: f64, best: Option<Metric>) -> bool {
        use {PlateauGoal::*, PlateauThreshold::*};
        let worst = if self.mode == Min { f64::INFINITY } else { f64::NEG_INFINITY };
        let best = best.map_or(worst, |metric| metric.0);
        match (self.mode, self.threshold_mode) {
            (Min, Relative) => metric < best * (1.0 - self.threshold),
            (Min, Absolute) => metric < best - self.threshold,
            (Max, Relative) => metric > best * (self.threshold + 1.0),
            (Max, Absolute) => metric > best + self.threshold,
        }
    }

    fn reduce(&self, lrs: &mut [f64]) {
        for lr in lrs {
            let lower = (*lr * self.factor).max(self.min_lr);
            if *lr - lower > self.eps {
                *lr = lower;
            }
        }
    }
}
