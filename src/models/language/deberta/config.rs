//! Sizes, dropouts and initial values.

use burn::nn::{Dropout, Embedding};
use burn::tensor::Device;

use super::attention::DisentangledSelfAttention;
use super::head::DebertaForMaskedLm;
use super::{Attention, DebertaModel, Embeddings, Encoder, Intermediate, Layer, Output};
use crate::models::error::{multiple, positive};
use crate::models::language::head::no_bias;
use crate::models::language::init::{linear, padded_embedding};
use crate::models::layers::dropout;
use crate::models::{Activation, LayerNorm, Linear, ModelError};

/// A part of an attention score that distances have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `c2p`: how much a token's content asks for a distance.
    ContentToPosition,
    /// `p2c`: how much a distance asks for a token's content.
    PositionToContent,
}

/// Sizes and dropouts of [`DebertaModel`], by the names of `config.json`.
#[derive(Clone, Debug, PartialEq)]
pub struct DebertaConfig {
    /// Tokens.
    pub vocab_size: usize,
    /// Width.
    pub hidden_size: usize,
    /// Layers.
    pub num_hidden_layers: usize,
    /// Attention heads per layer.
    pub num_attention_heads: usize,
    /// Width inside the feed-forward part.
    pub intermediate_size: usize,
    /// Inside the feed-forward part and the head.
    pub hidden_act: Activation,
    /// Dropout of embeddings, of distances, and before each residual sum.
    pub hidden_dropout_prob: f64,
    /// Dropout of the attention weights.
    pub attention_probs_dropout_prob: f64,
    /// Longest sequence, and rows of the position table if there is one.
    pub max_position_embeddings: usize,
    /// Rows of the table of token types, of which the first is used; 0 is none.
    pub type_vocab_size: usize,
    /// Standard deviation of the initial weights.
    pub initializer_range: f64,
    /// Epsilon of the layer norms.
    pub layer_norm_eps: f64,
    /// Scores have parts for distances.
    pub relative_attention: bool,
    /// Distances told apart in each direction; `None` is `max_position_embeddings`.
    pub max_relative_positions: Option<usize>,
    /// The token whose embedding begins as zero.
    pub pad_token_id: Option<usize>,
    /// Positions are added to the embeddings.
    pub position_biased_input: bool,
    /// Which parts scores have for distances. Their number counts in the scale of the scores even
    /// without `relative_attention`, as it does in the original.
    pub pos_att_type: Vec<Part>,
    /// The head is the one that `transformers` had first, with BERT's names.
    pub legacy: bool,
}

impl DebertaConfig {
    /// `microsoft/deberta-base`.
    pub fn base() -> Self {
        Self {
            vocab_size: 50_265,
            hidden_size: 768,
            num_hidden_layers: 12,
            num_attention_heads: 12,
            intermediate_size: 3072,
            hidden_act: Activation::Gelu,
            hidden_dropout_prob: 0.1,
            attention_probs_dropout_prob: 0.1,
            max_position_embeddings: 512,
            type_vocab_size: 0,
            initializer_range: 0.02,
            layer_norm_eps: 1e-7,
            relative_attention: true,
            max_relative_positions: None,
            pad_token_id: Some(0),
            position_biased_input: false,
            pos_att_type: vec![Part::ContentToPosition, Part::PositionToContent],
            legacy: true,
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

    /// Builds the encoder.
    ///
    /// # Errors
    /// [`ModelError`] when a size is zero, heads do not divide the width, or a dropout is not a
    /// probability.
    pub fn init(&self, device: &Device) -> Result<DebertaModel, ModelError> {
        let (width, heads) = (self.hidden_size, self.num_attention_heads);
        multiple("hidden_size", width, "num_attention_heads", heads)?;
        positive("num_hidden_layers", self.num_hidden_layers)?;
        let layers = (0..self.num_hidden_layers).map(|_| self.layer(device));
        let layer = layers.collect::<Result<_, _>>()?;
        let reach = self.max_relative_positions.unwrap_or(self.max_position_embeddings);
        positive("max_relative_positions", reach)?;
        let distances = || self.table(2 * reach, None, device);
        let rel_embeddings = self.relative_attention.then(distances);
        Ok(DebertaModel {
            embeddings: self.embeddings(device)?,
            encoder: Encoder { layer, rel_embeddings },
        })
    }

    /// Builds the encoder with the head that names hidden tokens.
    ///
    /// # Errors
    /// As for [`init`](Self::init).
    pub fn init_masked_lm(&self, device: &Device) -> Result<DebertaForMaskedLm, ModelError> {
        let dense = self.linear(self.hidden_size, self.hidden_size, device);
        let bias = no_bias(self.vocab_size, device);
        let head = (dense, self.norm(device), bias);
        Ok(DebertaForMaskedLm::new(self.init(device)?, head, self.hidden_act, self.legacy))
    }

    fn embeddings(&self, device: &Device) -> Result<Embeddings, ModelError> {
        let words = positive("vocab_size", self.vocab_size)?;
        let positions = positive("max_position_embeddings", self.max_position_embeddings)?;
        let (typed, types) = (self.type_vocab_size > 0, self.type_vocab_size);
        Ok(Embeddings {
            word_embeddings: self.table(words, self.pad_token_id, device),
            position_embeddings: self
                .position_biased_input
                .then(|| self.table(positions, None, device)),
            token_type_embeddings: typed.then(|| self.table(types, None, device)),
            LayerNorm: self.norm(device),
            dropout: self.dropout()?,
        })
    }

    fn layer(&self, device: &Device) -> Result<Layer, ModelError> {
        let (width, inner) = (self.hidden_size, self.intermediate_size);
        positive("intermediate_size", inner)?;
        let output = |from| {
            let dense = self.linear(from, width, device);
            Ok(Output { dense, LayerNorm: self.norm(device), dropout: self.dropout()? })
        };
        Ok(Layer {
            attention: Attention { self_: self.attention(device)?, output: output(width)? },
            intermediate: Intermediate {
                dense: self.linear(width, inner, device),
                activation: self.hidden_act,
            },
            output: output(inner)?,
        })
    }

    fn attention(&self, device: &Device) -> Result<DisentangledSelfAttention, ModelError> {
        let width = self.hidden_size;
        let linear = |to| self.linear(width, to, device);
        let bias = || no_bias(width, device);
        let has = |part| self.relative_attention && self.pos_att_type.contains(&part);
        let attention = self.attention_probs_dropout_prob;
        Ok(DisentangledSelfAttention {
            in_proj: Linear { bias: None, ..linear(3 * width) },
            q_bias: bias(),
            v_bias: bias(),
            pos_proj: has(Part::ContentToPosition).then(|| Linear { bias: None, ..linear(width) }),
            pos_q_proj: has(Part::PositionToContent).then(|| linear(width)),
            pos_dropout: self.dropout()?,
            dropout: dropout("attention_probs_dropout_prob", attention)?,
            heads: self.num_attention_heads,
            parts: self.pos_att_type.len(),
        })
    }

    fn linear(&self, from: usize, to: usize, device: &Device) -> Linear {
        linear(from, to, self.initializer_range, device)
    }

    fn table(&self, rows: usize, zero: Option<usize>, device: &Device) -> Embedding {
        padded_embedding(rows, self.hidden_size, self.initializer_range, zero, device)
    }

    fn norm(&self, device: &Device) -> LayerNorm {
        LayerNorm::new(self.hidden_size, self.layer_norm_eps, device)
    }

    fn dropout(&self) -> Result<Dropout, ModelError> {
        dropout("hidden_dropout_prob", self.hidden_dropout_prob)
    }
}
