//! What each task does: `mlm`, `finetune`, `predict`, `ensemble`, `extract`.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

/// `mlm`: which tokens a model must restore.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MlmConfig {
    /// Share of the tokens that are asked for, drawn anew each time.
    pub probability: f64,
    /// Share of those that are hidden behind the mask.
    pub mask: f64,
    /// Share of those that become another token; the rest stays.
    pub random: f64,
    /// Directory that the weights are written to, in the form they were read in.
    pub folder: PathBuf,
}

/// `finetune`: how a model learns what comes after a history. The weights of the three losses are
/// `train.train_one_epoch_fn.loss_wts.cls_{action,verb,noun}`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FinetuneConfig {
    /// What a class weighs.
    pub class_weights: ClassWeights,
    /// Share of the target spread over all classes.
    pub label_smoothing: f64,
    /// Share of the past actions hidden in training.
    pub input_masking: f64,
    /// Share of the past actions left out in training, before the last `history.length` are taken.
    pub input_thinning: f64,
    /// Parameters with one of these in their name have no weight decay.
    pub no_decay: Vec<String>,
    /// Which weights of the run are left in `folder`.
    pub keep: Keep,
    /// Directory that the weights are written to, in the form they were read in.
    pub folder: PathBuf,
}

/// `finetune.keep`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// Those after the last epoch.
    Last,
    /// Those of the best evaluation, which has then chosen them.
    Best,
}

/// `finetune.class_weights`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClassWeights {
    /// The same as every other.
    Equal,
    /// Segments / (classes x segments of the class): scikit-learn's `balanced`.
    Balanced,
}

/// `predict`: what a trained model says after every segment's history.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PredictConfig {
    /// The teacher's name in the store's manifest.
    pub name: String,
    /// Directory of the trained weights: what `task=teacher_finetune` leaves in `finetune.folder`.
    pub folder: PathBuf,
    /// The store that is written.
    pub store: PathBuf,
    /// In which form.
    pub format: StoreFormat,
}

/// `predict.format`, `ensemble.format`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StoreFormat {
    /// Ours.
    Safetensors,
    /// The original's list of dicts.
    Pickle,
}

/// `ensemble`: one teacher of several.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EnsembleConfig {
    /// Its name in the store's manifest.
    pub name: String,
    /// The stores of its members.
    pub members: Vec<PathBuf>,
    /// How their logits are joined.
    pub combine: Combine,
    /// Whether it is examined on the evaluation sets, whose annotations are then read.
    pub evaluate: bool,
    /// The store that is written.
    pub store: PathBuf,
    /// In which form.
    pub format: StoreFormat,
}

/// `ensemble.combine`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// Their mean.
    Mean,
    /// The largest of each class.
    MaxPool,
    /// Side by side, for the term `ens_distill`.
    Stack,
}

/// `extract`: features of videos, from `model.backbone`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtractConfig {
    /// The LMDB that is written, or gone on with.
    pub store: PathBuf,
    /// Which output of the model is stored.
    pub endpoint: String,
    /// Frames per second that get a feature.
    pub frame_rate: f64,
    /// Whether frames that are in the store already are left out.
    pub skip_done: bool,
}
