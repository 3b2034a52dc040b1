//! `model.temporal_aggregator*`: features of a clip to one, or to a sequence.

use schemars::JsonSchema;
use serde::Deserialize;

use super::target::{NoKeys, by_target};

by_target! {
    /// `model.temporal_aggregator` and `model.temporal_aggregator_after_future_pred`
    pub enum Aggregator {
        "models.temporal_aggregation.Identity" => Identity(NoKeys),
        "models.temporal_aggregation.Mean" => Mean(NoKeys),
        "models.temporal_aggregation.Transformer" => Transformer(TransformerAggregator),
        "models.temporal_aggregation.RULSTMAggregation" => Rulstm(RulstmAggregator),
    }
}

impl Aggregator {
    /// Whether it makes one feature of a sequence.
    pub fn joins(&self) -> bool {
        match self {
            Self::Identity(_) => false,
            Self::Mean(_) | Self::Transformer(_) | Self::Rulstm(_) => true,
        }
    }

    /// Width of what it gives of features of a width, inside a model of width `inside`.
    pub fn width(&self, features: usize, inside: usize) -> usize {
        match self {
            Self::Identity(_) | Self::Mean(_) => features,
            Self::Transformer(node) => node.inter_rep,
            Self::Rulstm(node) => node.intermediate_featdim.unwrap_or(inside),
        }
    }
}

/// Keys of the transformer. Defaults are those of the original's constructor.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TransformerAggregator {
    /// Width, also of what comes out.
    pub inter_rep: usize,
    /// Attention heads in a layer; they divide `inter_rep`.
    pub nheads: usize,
    /// Layers.
    pub nlayers: usize,
    /// Which outputs are taken.
    pub agg_style: AggregateStyle,
    /// Share of the frames hidden in training, which the loss `tx_mlm` then compares; 0 hides none.
    pub cloze_loss_ratio: f64,
    /// Factor on that loss.
    pub cloze_loss_wt: f64,
    /// Dropout everywhere in it, as a probability; always 0.1 in AVT, which has no such key.
    pub dropout: f64,
}

impl Default for TransformerAggregator {
    fn default() -> Self {
        Self {
            inter_rep: 512,
            nheads: 8,
            nlayers: 6,
            agg_style: AggregateStyle::Mean,
            cloze_loss_ratio: 0.0,
            cloze_loss_wt: 0.0,
            dropout: 0.1,
        }
    }
}

/// `model.temporal_aggregator.agg_style`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AggregateStyle {
    /// Their mean.
    Mean,
    /// The last.
    Last,
}

/// Keys of the rolling and the unrolling LSTM.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RulstmAggregator {
    /// Width of both; `None` stands for the width inside the model.
    pub intermediate_featdim: Option<usize>,
    /// Dropout on their inputs, as a probability.
    pub dropout: f64,
    /// Empty frames put behind the observed ones, for weights that were trained to see further.
    pub num_pad_feats: usize,
}
