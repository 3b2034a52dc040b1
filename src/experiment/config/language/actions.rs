//! Small models over actions instead of words, of our own: they train in minutes on a CPU.
//!
//! A past action is the sum of the embeddings of its verb, its noun and itself; an action's logit is
//! the sum of its own, its verb's and its noun's.

use schemars::JsonSchema;
use serde::Deserialize;

/// Keys of the recurrent one.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionGru {
    /// Its name, which stores and directories carry.
    pub name: String,
    /// Width.
    pub dim: usize,
    /// Layers.
    pub num_layers: usize,
    /// Dropout on embeddings and outputs, as a probability.
    pub dropout: f64,
    /// Whether verbs and nouns share their embeddings with the outputs.
    pub tie_outputs: bool,
}

/// Keys of the one with attention.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionTransformer {
    /// Its name, which stores and directories carry.
    pub name: String,
    /// Width.
    pub dim: usize,
    /// Layers.
    pub num_layers: usize,
    /// Attention heads in a layer; they divide `dim`.
    pub num_heads: usize,
    /// Dropout on embeddings and outputs, as a probability.
    pub dropout: f64,
    /// Dropout in layers, as a probability.
    pub layer_dropout: f64,
    /// Whether verbs and nouns share their embeddings with the outputs.
    pub tie_outputs: bool,
}

/// Keys of the one that counts.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionNgram {
    /// Its name, which stores and directories carry.
    pub name: String,
    /// Actions counted together; 3 looks two back.
    pub order: usize,
    /// What actions that were not seen get.
    pub smoothing: Smoothing,
    /// How much the smoothing takes from what was seen.
    pub discount: f64,
}

/// `lm.smoothing`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Smoothing {
    /// `discount` is added to every count.
    Additive,
    /// `discount` is the share of the next shorter order.
    Interpolated,
    /// Kneser and Ney's: `discount` is taken from every count, and shorter orders count contexts.
    KneserNey,
}
