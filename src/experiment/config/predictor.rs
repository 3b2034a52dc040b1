//! `model.future_predictor`: from observed features to those of the future.

use schemars::JsonSchema;
use serde::Deserialize;

use super::target::{NoKeys, by_target};

by_target! {
    /// `model.future_predictor`
    pub enum FuturePredictor {
        "models.future_prediction.Identity" => Identity(NoKeys),
        "models.future_prediction.AVTh" => Avth(AvthConfig),
    }
}

/// Keys of AVT-h. Defaults are those of the original's constructor and of `GPT2Config`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AvthConfig {
    /// Width of the transformer.
    pub inter_dim: usize,
    /// Blocks.
    pub n_layer: usize,
    /// Attention heads in a block; they divide `inter_dim`.
    pub n_head: usize,
    /// Longest sequence, in frames.
    pub n_positions: usize,
    /// Features rolled out; the first is the one the last observed frame predicts.
    pub output_len: i64,
    /// The same in evaluation; negative stands for `output_len`.
    pub output_len_eval: i64,
    /// Last features averaged into one; not positive keeps the sequence.
    pub avg_last_n: i64,
    /// Whether the result holds the observed features before the predicted ones.
    pub return_past_too: bool,
    /// The loss `feat` of each next frame's feature.
    pub future_pred_loss: Option<FutureLoss>,
    /// AVT's files set it and AVT passes it on to `GPT2Config`, where it reaches nothing.
    pub future_pred_loss_wt: Option<f64>,
    /// Observed frames hidden at the end, for experiments.
    pub drop_last_n: usize,
    /// Dropout on the input, as a probability.
    pub embd_pdrop: f64,
    /// Dropout on attention weights.
    pub attn_pdrop: f64,
    /// Dropout in front of each residual sum.
    pub resid_pdrop: f64,
}

impl Default for AvthConfig {
    fn default() -> Self {
        Self {
            inter_dim: 768,
            n_layer: 12,
            n_head: 12,
            n_positions: 1024,
            output_len: -1,
            output_len_eval: -1,
            avg_last_n: -1,
            return_past_too: false,
            future_pred_loss: None,
            future_pred_loss_wt: None,
            drop_last_n: 0,
            embd_pdrop: 0.1,
            attn_pdrop: 0.1,
            resid_pdrop: 0.1,
        }
    }
}

by_target! {
    /// `model.future_predictor.future_pred_loss`
    pub enum FutureLoss {
        "torch.nn.MSELoss" => Mse(NoKeys),
    }
}
