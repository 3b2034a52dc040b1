//! RoBERTa: BERT with other positions and another head.
//!
//! Source: Liu et al., "RoBERTa: A Robustly Optimized BERT Pretraining Approach" (2019);
//! `modeling_roberta.py` of `transformers`.

use burn::module::{Module, Param};
use burn::tensor::activation::gelu;
use burn::tensor::{Device, Tensor};

use super::super::layers::LayerNorm;
use super::super::{Linear, ModelError};
use super::TokenBatch;
use super::attention::Asked;
use super::bert::BertConfig;
use super::embeddings::{Embeddings, Positions};
use super::encoder::Encoder;
use super::head::{by_words, no_bias};
use super::init::linear;

/// What padding is numbered when nothing else is said.
pub const ROBERTA_PADDING: usize = 1;

/// Sizes and dropouts: the keys are BERT's.
#[derive(Clone, Debug, PartialEq)]
pub struct RobertaConfig(pub BertConfig);

impl RobertaConfig {
    /// `roberta-base`.
    pub fn base() -> Self {
        Self(BertConfig {
            vocab_size: 50_265,
            max_position_embeddings: 514,
            type_vocab_size: 1,
            layer_norm_eps: 1e-5,
            pad_token_id: Some(ROBERTA_PADDING),
            ..BertConfig::base()
        })
    }

    /// A few narrow layers.
    pub fn tiny(vocab_size: usize) -> Self {
        let Self(base) = Self::base();
        let (max_position_embeddings, type_vocab_size) =
            (base.max_position_embeddings, base.type_vocab_size);
        let (layer_norm_eps, pad_token_id) = (base.layer_norm_eps, base.pad_token_id);
        Self(BertConfig {
            max_position_embeddings,
            type_vocab_size,
            layer_norm_eps,
            pad_token_id,
            ..BertConfig::tiny(vocab_size)
        })
    }

    /// Tokens that a sentence can have.
    pub fn max_tokens(&self) -> usize {
        self.0.max_position_embeddings.saturating_sub(self.padding() + 1)
    }

    fn padding(&self) -> usize {
        self.0.pad_token_id.unwrap_or(ROBERTA_PADDING)
    }

    /// Builds the model.
    ///
    /// # Errors
    /// As [`BertConfig::init`].
    pub fn init(&self, device: &Device) -> Result<RobertaModel, ModelError> {
        let Self(config) = self;
        config.check()?;
        let positions = Positions::After(self.padding());
        Ok(RobertaModel {
            embeddings: Embeddings::new(config, config.hidden_size, positions, device)?,
            encoder: Encoder::new(config, device)?,
        })
    }

    /// Builds the model with its masked-language-model head.
    ///
    /// # Errors
    /// Those of [`Self::init`].
    pub fn init_masked_lm(&self, device: &Device) -> Result<RobertaForMaskedLm, ModelError> {
        Ok(RobertaForMaskedLm { roberta: self.init(device)?, lm_head: Head::new(&self.0, device) })
    }
}

/// RoBERTa, `transformers.RobertaModel` without pooler.
#[derive(Module, Debug)]
pub struct RobertaModel {
    embeddings: Embeddings,
    encoder: Encoder,
}

impl RobertaModel {
    /// The states after the last layer, of the tokens that are asked for.
    ///
    /// # Shapes
    /// - output: `[B, T, F]` or `[B, 1, F]`
    pub(super) fn states(&self, tokens: &TokenBatch, asked: Asked) -> Tensor<3> {
        let x = self.embeddings.forward(tokens.ids.clone());
        self.encoder.forward(x, tokens.additive().as_ref(), asked)
    }
}

/// RoBERTa with its masked-language-model head, `transformers.RobertaForMaskedLM`.
#[derive(Module, Debug)]
pub struct RobertaForMaskedLm {
    pub(super) roberta: RobertaModel,
    lm_head: Head,
}

/// `RobertaLMHead`.
#[derive(Module, Debug)]
struct Head {
    bias: Param<Tensor<1>>,
    dense: Linear,
    layer_norm: LayerNorm,
}

impl Head {
    fn new(config: &BertConfig, device: &Device) -> Self {
        let width = config.hidden_size;
        Self {
            bias: no_bias(config.vocab_size, device),
            dense: linear(width, width, config.initializer_range, device),
            layer_norm: LayerNorm::new(width, config.layer_norm_eps, device),
        }
    }
}

impl RobertaForMaskedLm {
    /// Scores of all words.
    ///
    /// # Shapes
    /// - states: `[N, F]`
    /// - output: `[N, V]`
    pub fn logits(&self, states: Tensor<2>) -> Tensor<2> {
        let Head { bias, dense, layer_norm } = &self.lm_head;
        let states = layer_norm.forward(gelu(dense.forward(states)));
        by_words(states, self.roberta.embeddings.words(), bias)
    }
}

/// Second names of shared parameters: `(second, first)`.
pub(super) const TIED: &[(&str, &str)] = &[
    ("lm_head.decoder.weight", "roberta.embeddings.word_embeddings.weight"),
    ("lm_head.decoder.bias", "lm_head.bias"),
];
