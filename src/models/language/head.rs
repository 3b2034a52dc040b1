//! Masked-language-model heads: state of a token -> scores of the words that may stand there.
//!
//! The last map is the table of word embeddings, turned, so its weight is no parameter of the head;
//! state dicts store it under a second name.

use burn::module::{Module, Param};
use burn::nn::Initializer;
use burn::tensor::{Device, Tensor};

use super::super::layers::LayerNorm;
use super::super::product::product;
use super::super::{Activation, Linear};
use super::bert::BertConfig;
use super::init::linear;

/// `BertOnlyMLMHead`.
#[derive(Module, Debug)]
pub(super) struct BertHead {
    predictions: Predictions,
}

/// `BertLMPredictionHead`.
#[derive(Module, Debug)]
struct Predictions {
    bias: Param<Tensor<1>>,
    transform: Transform,
}

/// `BertPredictionHeadTransform`; ELECTRA's `generator_predictions`.
#[derive(Module, Debug)]
pub(super) struct Transform {
    dense: Linear,
    LayerNorm: LayerNorm,
    #[module(skip)]
    activation: Activation,
}

impl BertHead {
    pub(super) fn new(config: &BertConfig, device: &Device) -> Self {
        let transform = Transform::new(config, config.hidden_size, config.hidden_act, device);
        Self { predictions: Predictions { bias: no_bias(config.vocab_size, device), transform } }
    }

    /// # Shapes
    /// - states: `[N, F]`; words: `[V, F]`
    /// - output: `[N, V]`
    pub(super) fn forward(&self, states: Tensor<2>, words: Tensor<2>) -> Tensor<2> {
        let Predictions { bias, transform } = &self.predictions;
        by_words(transform.forward(states), words, bias)
    }
}

impl Transform {
    /// From the width of states to that of words.
    pub(super) fn new(
        config: &BertConfig,
        words: usize,
        activation: Activation,
        device: &Device,
    ) -> Self {
        Self {
            dense: linear(config.hidden_size, words, config.initializer_range, device),
            LayerNorm: LayerNorm::new(words, config.layer_norm_eps, device),
            activation,
        }
    }

    /// # Shapes
    /// - states: `[N, F]`
    /// - output: `[N, words]`
    pub(super) fn forward(&self, states: Tensor<2>) -> Tensor<2> {
        self.LayerNorm.forward(self.activation.forward(self.dense.forward(states)))
    }
}

/// The bias of every word, zero at first.
pub(super) fn no_bias(words: usize, device: &Device) -> Param<Tensor<1>> {
    Initializer::Zeros.init([words], device)
}

/// Products with the words' embeddings, and a bias.
///
/// # Shapes
/// - states: `[N, E]`; words: `[V, E]`; bias: `[V]`
/// - output: `[N, V]`
pub(super) fn by_words(states: Tensor<2>, words: Tensor<2>, bias: &Param<Tensor<1>>) -> Tensor<2> {
    let number = words.dtype();
    product(states, words.transpose(), number) + bias.val().unsqueeze()
}
