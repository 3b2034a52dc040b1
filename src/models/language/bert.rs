//! BERT.
//!
//! Source: Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for Language
//! Understanding" (2019); `modeling_bert.py` of `transformers`. The pooler is left out: teachers
//! take the last state of the first token, and masked language modelling has no use for it.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::super::error::positive;
use super::super::{Activation, ModelError};
use super::TokenBatch;
use super::attention::Asked;
use super::embeddings::{Embeddings, Positions};
use super::encoder::Encoder;
use super::head::BertHead;

/// Sizes and dropouts of BERT and of the models that are built like it, by the keys of their
/// `config.json`.
#[derive(Clone, Debug, PartialEq)]
pub struct BertConfig {
    /// Rows of the table of words.
    pub vocab_size: usize,
    /// Width.
    pub hidden_size: usize,
    /// Layers.
    pub num_hidden_layers: usize,
    /// Attention heads of each layer.
    pub num_attention_heads: usize,
    /// Width inside the feed-forward part.
    pub intermediate_size: usize,
    /// Inside the feed-forward part.
    pub hidden_act: Activation,
    /// Dropout of embeddings and before each residual sum.
    pub hidden_dropout_prob: f64,
    /// Dropout of attention weights.
    pub attention_probs_dropout_prob: f64,
    /// Rows of the table of positions.
    pub max_position_embeddings: usize,
    /// Rows of the table of sentence types.
    pub type_vocab_size: usize,
    /// Standard deviation of initial weights.
    pub initializer_range: f64,
    /// Epsilon of layer norms.
    pub layer_norm_eps: f64,
    /// The number of padding.
    pub pad_token_id: Option<usize>,
}

impl BertConfig {
    /// `bert-base-uncased`.
    pub fn base() -> Self {
        Self {
            vocab_size: 30_522,
            hidden_size: 768,
            num_hidden_layers: 12,
            num_attention_heads: 12,
            intermediate_size: 3_072,
            hidden_act: Activation::Gelu,
            hidden_dropout_prob: 0.1,
            attention_probs_dropout_prob: 0.1,
            max_position_embeddings: 512,
            type_vocab_size: 2,
            initializer_range: 0.02,
            layer_norm_eps: 1e-12,
            pad_token_id: Some(0),
        }
    }

    /// A few narrow layers.
    pub fn tiny(vocab_size: usize) -> Self {
        Self {
            vocab_size,
            hidden_size: 32,
            num_hidden_layers: 2,
            num_attention_heads: 4,
            intermediate_size: 64,
            ..Self::base()
        }
    }

    /// Builds the model.
    ///
    /// # Errors
    /// [`ModelError`] when a size is zero, heads do not divide the width, or a dropout is not a
    /// probability.
    pub fn init(&self, device: &Device) -> Result<BertModel, ModelError> {
        self.check()?;
        Ok(BertModel {
            embeddings: Embeddings::new(self, self.hidden_size, Positions::InOrder, device)?,
            encoder: Encoder::new(self, device)?,
        })
    }

    /// Builds the model with its masked-language-model head.
    ///
    /// # Errors
    /// Those of [`Self::init`].
    pub fn init_masked_lm(&self, device: &Device) -> Result<BertForMaskedLm, ModelError> {
        Ok(BertForMaskedLm { bert: self.init(device)?, cls: BertHead::new(self, device) })
    }

    /// Checks what embeddings need; the encoder checks the rest.
    pub(super) fn check(&self) -> Result<(), ModelError> {
        positive("vocab_size", self.vocab_size)?;
        positive("max_position_embeddings", self.max_position_embeddings)?;
        positive("type_vocab_size", self.type_vocab_size)?;
        Ok(())
    }
}

/// BERT, `transformers.BertModel` without pooler.
#[derive(Module, Debug)]
pub struct BertModel {
    embeddings: Embeddings,
    encoder: Encoder,
}

impl BertModel {
    /// The states after the last layer, of the tokens that are asked for.
    ///
    /// # Shapes
    /// - output: `[B, T, F]` or `[B, 1, F]`
    pub(super) fn states(&self, tokens: &TokenBatch, asked: Asked) -> Tensor<3> {
        let x = self.embeddings.forward(tokens.ids.clone());
        self.encoder.forward(x, tokens.additive().as_ref(), asked)
    }
}

/// BERT with its masked-language-model head, `transformers.BertForMaskedLM`.
#[derive(Module, Debug)]
pub struct BertForMaskedLm {
    pub(super) bert: BertModel,
    cls: BertHead,
}

impl BertForMaskedLm {
    /// Scores of all words.
    ///
    /// # Shapes
    /// - states: `[N, F]`
    /// - output: `[N, V]`
    pub fn logits(&self, states: Tensor<2>) -> Tensor<2> {
        self.cls.forward(states, self.bert.embeddings.words())
    }
}

/// Second names of shared parameters: `(second, first)`.
pub(super) const TIED: &[(&str, &str)] = &[
    ("cls.predictions.decoder.weight", "bert.embeddings.word_embeddings.weight"),
    ("cls.predictions.decoder.bias", "cls.predictions.bias"),
];
