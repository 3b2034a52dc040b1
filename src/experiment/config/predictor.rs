//! `model.future_predictor`: from observed features to those of the future.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use super::op::SimclrInfoNce;
use super::target::{NoKeys, by_target};

by_target! {
    /// `model.future_predictor`
    pub enum FuturePredictor {
        "models.future_prediction.Identity" => Identity(NoKeys),
        "models.future_prediction.MLP" => Mlp(MlpPredictor),
        "models.future_prediction.AVTh" => Avth(AvthConfig),
    }
}

/// Keys of the predictor from layers that keep the width.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MlpPredictor {
    /// Layers.
    pub num_layers: usize,
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
    /// Whether a predicted feature becomes its likeliest centroid before it is rolled out.
    pub quantize_before_rollout: bool,
    /// File of k-means centroids that stand in for features; `None` keeps features.
    pub assign_to_centroids: Option<PathBuf>,
    /// How many centroids there are.
    pub num_cluster_centers: usize,
    /// Whether the maps into the transformer and out of it stay as they start.
    pub freeze_encoder_decoder: bool,
    /// Width inside a block; `None` stands for four times `inter_dim`.
    pub n_inner: Option<usize>,
    /// Activation inside a block.
    pub activation_function: Activation,
    /// Added to the variance in layer normalisation.
    pub layer_norm_epsilon: f64,
    /// Standard deviation of initial weights.
    pub initializer_range: f64,
    /// Whether attention maps are outputs that can be stored.
    pub output_attentions: bool,
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
            quantize_before_rollout: false,
            assign_to_centroids: None,
            num_cluster_centers: 50_000,
            freeze_encoder_decoder: false,
            n_inner: None,
            activation_function: Activation::GeluNew,
            layer_norm_epsilon: 1e-5,
            initializer_range: 0.02,
            output_attentions: false,
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
        "loss_fn.mse.NormedMSE" => NormedMse(NoKeys),
        "loss_fn.multidim_xentropy.MultiDimCrossEntropy" => CrossEntropy(NoKeys),
        "loss_fn.multidim_xentropy.QuantizeAndCrossEntropy" => Quantized(QuantizedLoss),
        "loss_fn.simclr_infonce.DistributedSimclrInfoNCELoss" => SimclrInfoNce(SimclrInfoNce),
        "loss_fn.simclr_infonce.MultiDimDistributedSimclrInfoNCELoss" => MultiDimSimclrInfoNce(SimclrInfoNce),
    }
}

impl FutureLoss {
    /// Whether it compares scores with class numbers, not features.
    pub fn takes_classes(&self) -> bool {
        matches!(self, Self::CrossEntropy(_))
    }

    /// The keys of a contrastive loss.
    pub fn contrastive(&self) -> Option<&SimclrInfoNce> {
        match self {
            Self::SimclrInfoNce(keys) | Self::MultiDimSimclrInfoNce(keys) => Some(keys),
            Self::Mse(_) | Self::NormedMse(_) | Self::CrossEntropy(_) | Self::Quantized(_) => None,
        }
    }
}

/// Keys of the cross-entropy between the centroids closest to two features.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuantizedLoss {
    /// File of the centroids.
    pub centroids_fpath: PathBuf,
    /// Whether features are scaled to length 1 first.
    #[serde(default = "QuantizedLoss::normed")]
    pub norm: bool,
}

impl QuantizedLoss {
    fn normed() -> bool {
        true
    }
}

/// `model.future_predictor.activation_function`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// GELU by a hyperbolic tangent: GPT-2's.
    GeluNew,
    /// GELU.
    Gelu,
    /// Rectified.
    Relu,
    /// Sigmoid-weighted.
    Silu,
    /// Hyperbolic tangent.
    Tanh,
}
