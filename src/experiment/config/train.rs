//! `train`: how long, in which steps, for which losses.

use schemars::JsonSchema;
use serde::Deserialize;

use super::opt::GradClip;
use super::target::only_target;

/// `train`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrainConfig {
    /// AVT's file in `func/`.
    #[serde(rename = "fn")]
    pub function: TrainFunction,
    /// Samples in a step on one device.
    pub batch_size: usize,
    /// Where initial weights come from: `[path]`, `[module, path]` or `[module, prefixes, path]`.
    pub init_from_model: Option<Vec<Vec<String>>>,
    /// Epochs in total, warm-up included.
    pub num_epochs: usize,
    /// Epochs between evaluations, counted from the first; `None` or 0 never evaluates.
    pub eval_freq: Option<usize>,
    /// Whether the order of samples is drawn anew in every epoch.
    pub shuffle_data: bool,
    /// Whether the weights of the best evaluation are kept.
    pub store_best: bool,
    /// Steps after which an epoch ends early.
    pub max_steps_per_epoch: Option<usize>,
    /// Batches whose mean gradient makes one step; schedules count steps.
    pub accumulate_steps: usize,
    /// Numbers that the model computes with.
    pub precision: Precision,
    /// Whether activations are computed again on the way back instead of being kept.
    pub gradient_checkpointing: bool,
    /// Share of the old average of the weights in the new one, which is what is evaluated; `None`
    /// averages nothing.
    pub ema_decay: Option<f64>,
    /// Evaluations without a better one after which training ends; `None` goes on to the end.
    pub early_stop_patience: Option<usize>,
    /// One epoch.
    pub train_one_epoch_fn: TrainOneEpoch,
}

/// `train.fn`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrainFunction {
    /// `func/train.py`
    Train,
}

/// `train.precision`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// 32 bits.
    Full,
    /// 16 bits of which 8 are the exponent, in matrix products; weights keep 32.
    Bf16,
}

only_target!(TrainOneEpochTarget, "func.train.train_one_epoch");

/// `train.train_one_epoch_fn`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrainOneEpoch {
    /// What the node configures.
    #[serde(rename = "_target_")]
    pub target: TrainOneEpochTarget,
    /// Steps between logged steps.
    pub print_freq: usize,
    /// Steps between pictures of the input; features have none.
    pub print_large_freq: usize,
    /// `opt.grad_clip`, by interpolation.
    pub grad_clip_params: GradClip,
    /// Epochs between extra checkpoints; may be a part of one.
    pub save_freq: Option<f64>,
    /// Minutes between checkpoints inside an epoch.
    pub save_freq_min: Option<f64>,
    /// Whether extra checkpoints are kept under names of their own.
    pub save_intermediates: bool,
    /// Weights of the terms of the loss.
    pub loss_wts: LossWeights,
}

/// `train.train_one_epoch_fn.loss_wts`: a term of weight 0 is left out of the graph.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LossWeights {
    /// Cross-entropy of the next action.
    pub cls_action: f64,
    /// Cross-entropy of its verb.
    pub cls_verb: f64,
    /// Cross-entropy of its noun.
    pub cls_noun: f64,
    /// Squared error of each next frame's predicted feature.
    pub feat: f64,
    /// Regression of future features (`PredFutureFeat`).
    pub pred: f64,
    /// Hidden frames' features, restored by the transformer (`cloze_loss_ratio`).
    pub tx_mlm: f64,
    /// Cross-entropy of the action during each observed clip.
    pub past_cls_action: f64,
    /// Its verb.
    pub past_cls_verb: f64,
    /// Its noun.
    pub past_cls_noun: f64,
    /// KL divergence from the teacher's logits.
    pub distill: f64,
    /// KL divergence from several teachers' logits, weighed by attention.
    pub ens_distill: f64,
    /// 1 - cosine between the student's and the teacher's feature.
    pub distill_feat: f64,
    /// Squared distance of the two features after scaling each to length 1.
    pub distill_feat_mse: f64,
}

impl LossWeights {
    /// Name and weight of every term, in the order of the config.
    pub fn terms(&self) -> [(&'static str, f64); 13] {
        [
            ("cls_action", self.cls_action),
            ("cls_verb", self.cls_verb),
            ("cls_noun", self.cls_noun),
            ("feat", self.feat),
            ("pred", self.pred),
            ("tx_mlm", self.tx_mlm),
            ("past_cls_action", self.past_cls_action),
            ("past_cls_verb", self.past_cls_verb),
            ("past_cls_noun", self.past_cls_noun),
            ("distill", self.distill),
            ("ens_distill", self.ens_distill),
            ("distill_feat", self.distill_feat),
            ("distill_feat_mse", self.distill_feat_mse),
        ]
    }

    /// The weight of a term; `None` for a term that has none.
    pub fn get(&self, term: &str) -> Option<f64> {
        self.terms().into_iter().find(|(name, _)| *name == term).map(|(_, weight)| weight)
    }
}
