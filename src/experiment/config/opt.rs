//! `opt`: parameter groups, clipping, warm-up; the optimiser and the schedule have their own files.

use schemars::JsonSchema;
use serde::Deserialize;

use super::optimizer::Optimizer;
use super::scheduler::Scheduler;
use super::target::{OneOrMany, one_or_many, only_target};

/// `opt`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OptConfig {
    /// The optimiser.
    pub optimizer: Optimizer,
    /// The schedule after warm-up.
    pub scheduler: Scheduler,
    /// Groups of parameters; never empty.
    pub lr_wd: Vec<LrGroup>,
    /// Parameters in two groups that train.
    pub overlap: Overlap,
    /// Parameters in a frozen group and in one that trains.
    pub frozen_overlap: FrozenOverlap,
    /// Whether learning rates are multiplied by the samples of a step, of all ranks.
    pub scale_lr_by_bs: bool,
    /// Whether learning rates are multiplied by the number of ranks: the original.
    pub scale_lr_by_ranks: bool,
    /// Whether the classifier alone is trained: `lr_wd` is then one group, `classifiers`, and running
    /// statistics stay.
    pub classifier_only: bool,
    /// Factor on the weight decay of biases and of modules with `.bn` in their path.
    pub bias_bn_wd_scale: f64,
    /// Clipping.
    pub grad_clip: GradClip,
    /// Learning rate when the cosine has run out; read as `opt.scheduler.final_lr`.
    pub final_lr: Option<f64>,
    /// Warm-up around a schedule that waits for a plateau.
    pub plateau_warmup: PlateauWarmup,
    /// Warm-up, which wraps the schedule.
    pub warmup: Warmup,
}

/// One of `opt.lr_wd`: `[modules, learning rate, weight decay]`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(from = "Triple")]
pub struct LrGroup {
    /// Paths in the model, or [`LrGroup::ALL`].
    pub modules: Vec<String>,
    /// Learning rate.
    pub lr: f64,
    /// Weight decay.
    pub wd: f64,
}

#[derive(Deserialize, JsonSchema)]
#[serde(expecting = "[modules, learning rate, weight decay]")]
#[schemars(title = "[modules, learning rate, weight decay]")]
struct Triple(Modules, f64, f64);

#[derive(Deserialize, JsonSchema)]
struct Modules(
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany<String>")]
    Vec<String>,
);

impl From<Triple> for LrGroup {
    fn from(Triple(Modules(modules), lr, wd): Triple) -> Self {
        Self { modules, lr, wd }
    }
}

impl LrGroup {
    /// The name of the whole model.
    pub const ALL: &'static str = "__all__";
}

/// `opt.overlap`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Overlap {
    /// An error, as PyTorch's optimisers raise.
    Refuse,
    /// One update for each group, as AVT's config announces.
    UpdateEachTime,
}

/// `opt.frozen_overlap` (student.md 14)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FrozenOverlap {
    /// An error.
    Refuse,
    /// They are frozen in both: the original.
    Freeze,
}

/// `opt.plateau_warmup` (student.md 18)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlateauWarmup {
    /// Learning rates rise with every batch, and the metric counts from then on.
    PerIteration,
    /// The metric, taken for a number of batches, says how far warm-up is: the original.
    MetricAsPosition,
}

/// `opt.grad_clip`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GradClip {
    /// Largest norm over all parameters in the optimiser; `None` does not clip.
    pub max_norm: Option<f64>,
    /// Which norm; 2 is Euclid's.
    pub norm_type: f64,
}

only_target!(WarmupTarget, "common.scheduler.Warmup");

/// `opt.warmup`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Warmup {
    /// What the node configures.
    #[serde(rename = "_target_")]
    pub target: WarmupTarget,
    /// Share of the learning rate at the start.
    pub init_lr_ratio: f64,
    /// Epochs of warm-up.
    pub num_epochs: f64,
    /// Added to every learning rate during warm-up (student.md 15).
    pub min_lr: f64,
}
