//! `opt.scheduler`

use schemars::JsonSchema;
use serde::Deserialize;

use super::target::{NoKeys, by_target};

by_target! {
    /// `opt.scheduler`
    pub enum Scheduler {
        "common.scheduler.CosineLR" => Cosine(Cosine),
        "common.scheduler.LinearLR" => Linear(LinearDecay),
        "common.scheduler.ConstantLR" => Constant(NoKeys),
        "common.scheduler.WarmupMultiStepLR" => WarmupMultiStep(WarmupMultiStep),
        "common.scheduler.ReduceLROnPlateau" => ReduceOnPlateau(ReduceOnPlateau),
    }
}

/// Keys of the cosine, stepped after every batch.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cosine {
    /// Epochs from the end of warm-up to `eta_min`.
    pub num_epochs: f64,
    /// Learning rate at the bottom.
    pub eta_min: f64,
    /// Learning rate from there on; `None` holds `eta_min` (student.md 16).
    #[serde(default)]
    pub final_lr: Option<f64>,
}

/// Keys of the straight line, stepped after every batch.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinearDecay {
    /// Epochs from the end of warm-up to `final_ratio`.
    pub num_epochs: f64,
    /// Share of the learning rate at the end.
    pub final_ratio: f64,
}

/// Keys of steps at milestones, with a warm-up of their own.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WarmupMultiStep {
    /// Epochs after which the rate is multiplied by `gamma`, rising.
    pub milestone_epochs: Vec<f64>,
    /// The factor.
    pub gamma: f64,
    /// Share of the rate at the start.
    pub warmup_factor: f64,
    /// Epochs until the full rate.
    pub warmup_epochs: f64,
    /// The way there.
    pub warmup_method: WarmupMethod,
    /// PyTorch's step to go on from; only -1, the start, works.
    pub last_epoch: i64,
}

/// `opt.scheduler.warmup_method`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WarmupMethod {
    /// A straight line.
    Linear,
    /// `warmup_factor` until the end.
    Constant,
}

/// Keys of the schedule that waits for the main metric to stall, stepped after every evaluation.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReduceOnPlateau {
    /// Whether more or less is better.
    pub mode: PlateauMode,
    /// Factor on the rate.
    #[serde(default = "ReduceOnPlateau::pytorch_factor")]
    pub factor: f64,
    /// Evaluations without progress that are put up with.
    pub patience: usize,
    /// Least progress.
    pub threshold: f64,
    /// How `threshold` is meant.
    pub threshold_mode: ThresholdMode,
    /// Evaluations after a reduction in which none is counted.
    pub cooldown: usize,
    /// Lowest rate.
    pub min_lr: f64,
    /// Reductions up to this are not made.
    #[serde(default = "ReduceOnPlateau::pytorch_eps")]
    pub eps: f64,
}

impl ReduceOnPlateau {
    fn pytorch_factor() -> f64 {
        0.1
    }

    fn pytorch_eps() -> f64 {
        1e-8
    }
}

/// `opt.scheduler.mode`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlateauMode {
    /// Less is better.
    Min,
    /// More is better.
    Max,
}

/// `opt.scheduler.threshold_mode`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ThresholdMode {
    /// A share of the best value.
    Rel,
    /// A difference.
    Abs,
}
