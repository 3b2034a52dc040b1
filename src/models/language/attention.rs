//! Self-attention of encoders: every token of a sentence sees all of them.
//!
//! Query, key and value come from maps of their own, so that parameters keep their names; what
//! happens between the three and the result is [`attend`], which other families share.

use burn::module::Module;
use burn::nn::Dropout;
use burn::tensor::activation::softmax;
use burn::tensor::{Device, Tensor};

use super::super::attention::Heads;
use super::super::layers::{LayerNorm, dropout};
use super::super::{Linear, ModelError};
use super::bert::BertConfig;
use super::init::linear;

/// Which tokens' states are wanted of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// All.
    All,
    /// The first of each sentence; keys and values come from all the same.
    First,
}

impl Asked {
    /// The states of the tokens that ask.
    ///
    /// # Shapes
    /// - states: `[B, T, F]`
    /// - output: `[B, T, F]` or `[B, 1, F]`
    pub(crate) fn of(self, states: Tensor<3>) -> Tensor<3> {
        match self {
            Self::All => states,
            Self::First => states.narrow(1, 0, 1),
        }
    }
}

/// What each query finds by softmax of scaled products.
///
/// # Shapes
/// - query: `[B, A, F]`; key, value: `[B, T, F]`; mask, added to the scores: `[B, 1, 1, T]`
/// - output: `[B, A, F]`, heads side by side
pub(crate) fn attend(
    [query, key, value]: [Tensor<3>; 3],
    heads: usize,
    mask: Option<&Tensor<4>>,
    dropout: &Dropout,
    layer: &Linear,
) -> Tensor<3> {
    let number = layer.weight.val().dtype();
    let heads = Heads::of([query, key, value], heads);
    heads.attend_by(number, |scores| {
        let scores = match mask {
            Some(mask) => scores + mask.clone(),
            None => scores,
        };
        dropout.forward(softmax(scores, 3))
    })
}

/// `BertAttention`: attention, projection, residual sum and norm.
#[derive(Module, Debug)]
pub(super) struct Attention {
    self_: SelfAttention,
    output: Output,
}

/// `BertSelfAttention`.
#[derive(Module, Debug)]
struct SelfAttention {
    query: Linear,
    key: Linear,
    value: Linear,
    dropout: Dropout,
    heads: usize,
}

impl Attention {
    pub(super) fn new(config: &BertConfig, device: &Device) -> Result<Self, ModelError> {
        let width = config.hidden_size;
        let map = || linear(width, width, config.initializer_range, device);
        let self_ = SelfAttention {
            query: map(),
            key: map(),
            value: map(),
            dropout: dropout("attention_probs_dropout_prob", config.attention_probs_dropout_prob)?,
            heads: config.num_attention_heads,
        };
        Ok(Self { self_, output: Output::new(config, width, device)? })
    }

    /// # Shapes
    /// - x: `[B, T, F]`
    /// - output: `[B, A, F]`, of the tokens that ask
    pub(super) fn forward(
        &self,
        x: Tensor<3>,
        mask: Option<&Tensor<4>>,
        asked: Asked,
    ) -> Tensor<3> {
        let SelfAttention { query, key, value, dropout, heads } = &self.self_;
        let asking = asked.of(x.clone()); // [B, A, F]
        let projected = [query.forward(asking.clone()), key.forward(x.clone()), value.forward(x)];
        self.output.forward(attend(projected, *heads, mask, dropout, query), asking)
    }
}

/// `BertSelfOutput`, `BertOutput`: a projection, added to what came in, normalised.
#[derive(Module, Debug)]
pub(super) struct Output {
    dense: Linear,
    LayerNorm: LayerNorm,
    dropout: Dropout,
}

impl Output {
    pub(super) fn new(
        config: &BertConfig,
        input: usize,
        device: &Device,
    ) -> Result<Self, ModelError> {
        Ok(Self {
            dense: linear(input, config.hidden_size, config.initializer_range, device),
            LayerNorm: LayerNorm::new(config.hidden_size, config.layer_norm_eps, device),
            dropout: dropout("hidden_dropout_prob", config.hidden_dropout_prob)?,
        })
    }

    /// # Shapes
    /// - x: `[B, A, input]`; residual, output: `[B, A, F]`
    pub(super) fn forward(&self, x: Tensor<3>, residual: Tensor<3>) -> Tensor<3> {
        self.LayerNorm.forward(self.dropout.forward(self.dense.forward(x)) + residual)
    }
}
