//! Sizes, dropouts and initial values.

use burn::tensor::Device;

use super::{
    AlbertForMaskedLm, AlbertModel, Attention, Embeddings, Encoder, Group, Layer, Predictions,
};
use crate::models::error::{multiple, positive};
use crate::models::language::head::no_bias;
use crate::models::language::init::{linear, padded_embedding};
use crate::models::layers::dropout;
use crate::models::{Activation, LayerNorm, Linear, ModelError};
/// Sizes and dropouts of [`AlbertModel`], by the names of `config.json`.
#[derive(Clone, Debug, PartialEq)]
pub struct AlbertConfig {
    /// Tokens.
    pub vocab_size: usize,
    /// Width of the vectors of tokens and positions.
    pub embedding_size: usize,
    /// Width of the encoder.
    pub hidden_size: usize,
    /// Layers, counted as often as they are gone through.
    pub num_hidden_layers: usize,
    /// Groups of layers that share weights.
    pub num_hidden_groups: usize,
    /// Attention heads per layer.
    pub num_attention_heads: usize,
    /// Width inside the feed-forward part.
    pub intermediate_size: usize,
    /// Layers of different weights in a group.
    pub inner_group_num: usize,
    /// Inside the feed-forward part and the head.
    pub hidden_act: Activation,
    /// Dropout of embeddings and attention's output.
    pub hidden_dropout_prob: f64,
    /// Dropout of the attention weights.
    pub attention_probs_dropout_prob: f64,
    /// Rows of the position table.
    pub max_position_embeddings: usize,
    /// Rows of the table of token types, of which the first is used.
    pub type_vocab_size: usize,
    /// Standard deviation of the initial weights.
    pub initializer_range: f64,
    /// Epsilon of the layer norms.
    pub layer_norm_eps: f64,
    /// The token whose embedding begins as zero.
    pub pad_token_id: Option<usize>,
}

impl AlbertConfig {
    /// `albert-base-v2`.
    pub fn base() -> Self {
        Self {
            vocab_size: 30_000,
            embedding_size: 128,
            hidden_size: 768,
            num_hidden_layers: 12,
            num_hidden_groups: 1,
            num_attention_heads: 12,
            intermediate_size: 3072,
            inner_group_num: 1,
            hidden_act: Activation::GeluNew,
            hidden_dropout_prob: 0.0,
            attention_probs_dropout_prob: 0.0,
            max_position_embeddings: 512,
            type_vocab_size: 2,
            initializer_range: 0.02,
            layer_norm_eps: 1e-12,
            pad_token_id: Some(0),
        }
    }

    /// A few narrow layers, whose weights differ.
    pub fn tiny(vocab_size: usize) -> Self {
        Self {
            vocab_size,
            embedding_size: 16,
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
    pub fn init(&self, device: &Device) -> Result<AlbertModel, ModelError> {
        let (width, heads) = (self.hidden_size, self.num_attention_heads);
        multiple("hidden_size", width, "num_attention_heads", heads)?;
        positive("num_hidden_layers", self.num_hidden_layers)?;
        let groups = 0..positive("num_hidden_groups", self.num_hidden_groups)?;
        Ok(AlbertModel {
            embeddings: self.embeddings(device)?,
            encoder: Encoder {
                embedding_hidden_mapping_in: self.linear(self.embedding_size, width, device),
                albert_layer_groups: groups
                    .map(|_| self.group(device))
                    .collect::<Result<_, _>>()?,
                num_hidden_layers: self.num_hidden_layers,
            },
        })
    }

    /// Builds the encoder with the head that names hidden tokens.
    ///
    /// # Errors
    /// As for [`init`](Self::init).
    pub fn init_masked_lm(&self, device: &Device) -> Result<AlbertForMaskedLm, ModelError> {
        let predictions = Predictions {
            LayerNorm: LayerNorm::new(self.embedding_size, self.layer_norm_eps, device),
            bias: no_bias(self.vocab_size, device),
            dense: self.linear(self.hidden_size, self.embedding_size, device),
            activation: self.hidden_act,
        };
        Ok(AlbertForMaskedLm { albert: self.init(device)?, predictions })
    }

    fn embeddings(&self, device: &Device) -> Result<Embeddings, ModelError> {
        let width = positive("embedding_size", self.embedding_size)?;
        let table = |name, rows, zero| {
            positive(name, rows)?;
            Ok(padded_embedding(rows, width, self.initializer_range, zero, device))
        };
        Ok(Embeddings {
            word_embeddings: table("vocab_size", self.vocab_size, self.pad_token_id)?,
            position_embeddings: table(
                "max_position_embeddings",
                self.max_position_embeddings,
                None,
            )?,
            token_type_embeddings: table("type_vocab_size", self.type_vocab_size, None)?,
            LayerNorm: LayerNorm::new(width, self.layer_norm_eps, device),
            dropout: dropout("hidden_dropout_prob", self.hidden_dropout_prob)?,
        })
    }

    fn group(&self, device: &Device) -> Result<Group, ModelError> {
        let layers = 0..positive("inner_group_num", self.inner_group_num)?;
        let albert_layers = layers.map(|_| self.layer(device)).collect::<Result<_, _>>()?;
        Ok(Group { albert_layers })
    }

    fn layer(&self, device: &Device) -> Result<Layer, ModelError> {
        let inner = positive("intermediate_size", self.intermediate_size)?;
        Ok(Layer {
            full_layer_layer_norm: self.norm(device),
            attention: self.attention(device)?,
            ffn: self.linear(self.hidden_size, inner, device),
            ffn_output: self.linear(inner, self.hidden_size, device),
            activation: self.hidden_act,
        })
    }

    fn attention(&self, device: &Device) -> Result<Attention, ModelError> {
        let square = || self.linear(self.hidden_size, self.hidden_size, device);
        let attention = self.attention_probs_dropout_prob;
        Ok(Attention {
            query: square(),
            key: square(),
            value: square(),
            dense: square(),
            LayerNorm: self.norm(device),
            attention_dropout: dropout("attention_probs_dropout_prob", attention)?,
            output_dropout: dropout("hidden_dropout_prob", self.hidden_dropout_prob)?,
            heads: self.num_attention_heads,
        })
    }

    fn linear(&self, from: usize, to: usize, device: &Device) -> Linear {
        linear(from, to, self.initializer_range, device)
    }

    fn norm(&self, device: &Device) -> LayerNorm {
        LayerNorm::new(self.hidden_size, self.layer_norm_eps, device)
    }
}
