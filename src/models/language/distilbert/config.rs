//! Sizes, dropouts and initial values.

use burn::nn::Embedding;
use burn::tensor::{Device, Tensor, TensorData};

use super::{
    Block, DistilBertForMaskedLm, DistilBertModel, Embeddings, FeedForward, Projector,
    SelfAttention, Transformer,
};
use crate::models::error::{multiple, positive};
use crate::models::language::head::no_bias;
use crate::models::language::init::{linear, padded_embedding, table};
use crate::models::layers::dropout;
use crate::models::{Activation, LayerNorm, Linear, ModelError};
/// Sizes and dropouts of [`DistilBertModel`], by the names of `config.json`.
#[derive(Clone, Debug, PartialEq)]
pub struct DistilBertConfig {
    /// Tokens.
    pub vocab_size: usize,
    /// Rows of the position table.
    pub max_position_embeddings: usize,
    /// Positions begin as sines and cosines.
    pub sinusoidal_pos_embds: bool,
    /// Layers.
    pub n_layers: usize,
    /// Attention heads per layer.
    pub n_heads: usize,
    /// Width.
    pub dim: usize,
    /// Width inside the feed-forward part.
    pub hidden_dim: usize,
    /// Dropout of embeddings and of the feed-forward part.
    pub dropout: f64,
    /// Dropout of the attention weights.
    pub attention_dropout: f64,
    /// Inside the feed-forward part and the head.
    pub activation: Activation,
    /// Standard deviation of the initial weights.
    pub initializer_range: f64,
    /// The token whose embedding begins as zero.
    pub pad_token_id: Option<usize>,
}

/// Of all layer norms; no key of `config.json`.
const LAYER_NORM_EPS: f64 = 1e-12;

impl DistilBertConfig {
    /// `distilbert-base-uncased`.
    pub fn base() -> Self {
        Self {
            vocab_size: 30_522,
            max_position_embeddings: 512,
            sinusoidal_pos_embds: false,
            n_layers: 6,
            n_heads: 12,
            dim: 768,
            hidden_dim: 3072,
            dropout: 0.1,
            attention_dropout: 0.1,
            activation: Activation::Gelu,
            initializer_range: 0.02,
            pad_token_id: Some(0),
        }
    }

    /// A few narrow layers.
    pub fn tiny(vocab_size: usize) -> Self {
        Self { vocab_size, n_layers: 2, n_heads: 4, dim: 32, hidden_dim: 64, ..Self::base() }
    }

    /// Builds the encoder.
    ///
    /// # Errors
    /// [`ModelError`] when a size is zero, heads do not divide the width, or a dropout is not a
    /// probability.
    pub fn init(&self, device: &Device) -> Result<DistilBertModel, ModelError> {
        multiple("dim", self.dim, "n_heads", self.n_heads)?;
        positive("n_layers", self.n_layers)?;
        let layer = (0..self.n_layers).map(|_| self.block(device)).collect::<Result<_, _>>()?;
        Ok(DistilBertModel {
            embeddings: self.embeddings(device)?,
            transformer: Transformer { layer },
        })
    }

    /// Builds the encoder with the head that names hidden tokens.
    ///
    /// # Errors
    /// As for [`init`](Self::init).
    pub fn init_masked_lm(&self, device: &Device) -> Result<DistilBertForMaskedLm, ModelError> {
        Ok(DistilBertForMaskedLm {
            distilbert: self.init(device)?,
            vocab_transform: self.linear(self.dim, self.dim, device),
            vocab_layer_norm: self.norm(device),
            vocab_projector: Projector { bias: no_bias(self.vocab_size, device) },
            activation: self.activation,
        })
    }

    fn embeddings(&self, device: &Device) -> Result<Embeddings, ModelError> {
        let std = self.initializer_range;
        let rows = positive("max_position_embeddings", self.max_position_embeddings)?;
        let positions = match self.sinusoidal_pos_embds {
            true => sinusoids(rows, self.dim, device),
            false => padded_embedding(rows, self.dim, std, None, device),
        };
        let words = positive("vocab_size", self.vocab_size)?;
        Ok(Embeddings {
            word_embeddings: padded_embedding(words, self.dim, std, self.pad_token_id, device),
            position_embeddings: positions,
            LayerNorm: self.norm(device),
            dropout: dropout("dropout", self.dropout)?,
        })
    }

    fn block(&self, device: &Device) -> Result<Block, ModelError> {
        let square = || self.linear(self.dim, self.dim, device);
        positive("hidden_dim", self.hidden_dim)?;
        Ok(Block {
            attention: SelfAttention {
                q_lin: square(),
                k_lin: square(),
                v_lin: square(),
                out_lin: square(),
                dropout: dropout("attention_dropout", self.attention_dropout)?,
                heads: self.n_heads,
            },
            sa_layer_norm: self.norm(device),
            ffn: FeedForward {
                lin1: self.linear(self.dim, self.hidden_dim, device),
                lin2: self.linear(self.hidden_dim, self.dim, device),
                dropout: dropout("dropout", self.dropout)?,
                activation: self.activation,
            },
            output_layer_norm: self.norm(device),
        })
    }

    fn linear(&self, from: usize, to: usize, device: &Device) -> Linear {
        linear(from, to, self.initializer_range, device)
    }

    fn norm(&self, device: &Device) -> LayerNorm {
        LayerNorm::new(self.dim, LAYER_NORM_EPS, device)
    }
}

/// Sines in even columns, cosines in odd ones; wavelengths rise from 2 pi to 10 000 times that.
fn sinusoids(rows: usize, width: usize, device: &Device) -> Embedding {
    let angle = move |at: usize| {
        let (row, column) = (at / width, at % width);
        let angle = row as f64 / 10_000_f64.powf(2.0 * (column / 2) as f64 / width as f64);
        (if column % 2 == 0 { angle.sin() } else { angle.cos() }) as f32
    };
    table([rows, width], device, move |device| {
        let values: Vec<f32> = (0..rows * width).map(angle).collect();
        Tensor::from_data(TensorData::new(values, [rows, width]), device)
    })
}
