//! ALBERT: all layers of a group share their weights, and the vocabulary has narrow vectors.
//!
//! Source: Lan et al., "ALBERT: A Lite BERT for Self-supervised Learning of Language
//! Representations" (2020); `transformers`, `modeling_albert.py`. The pooler is left out, as
//! everywhere here.

mod config;

use burn::module::{Module, Param};
use burn::nn::{Dropout, Embedding};
use burn::tensor::Tensor;

pub use config::AlbertConfig;

use super::TokenBatch;
use super::attention::{Asked, attend};
use super::head::by_words;
use crate::models::{Activation, LayerNorm, Linear};

/// ALBERT, `transformers.AlbertModel` without pooler.
#[derive(Module, Debug)]
pub struct AlbertModel {
    embeddings: Embeddings,
    encoder: Encoder,
}

impl AlbertModel {
    /// The states after the last layer, of the tokens that are asked for.
    ///
    /// # Shapes
    /// - output: `[B, T, F]` or `[B, 1, F]`
    pub(super) fn states(&self, tokens: &TokenBatch, asked: Asked) -> Tensor<3> {
        let x = self.embeddings.forward(tokens);
        self.encoder.forward(x, tokens.additive().as_ref(), asked)
    }

    /// The vectors of the vocabulary, `[V, E]`.
    fn words(&self) -> Tensor<2> {
        self.embeddings.word_embeddings.weight.val()
    }
}

#[derive(Module, Debug)]
struct Embeddings {
    word_embeddings: Embedding,
    position_embeddings: Embedding,
    token_type_embeddings: Embedding,
    LayerNorm: LayerNorm,
    dropout: Dropout,
}

impl Embeddings {
    /// `[B, T, E]`.
    fn forward(&self, tokens: &TokenBatch) -> Tensor<3> {
        let [_, t] = tokens.ids.dims();
        let words = self.word_embeddings.forward(tokens.ids.clone());
        let positions = self.position_embeddings.weight.val().narrow(0, 0, t);
        let first_type = self.token_type_embeddings.weight.val().narrow(0, 0, 1);
        let places = (positions + first_type).unsqueeze(); // [1, T, E]
        self.dropout.forward(self.LayerNorm.forward(words + places))
    }
}

#[derive(Module, Debug)]
struct Encoder {
    embedding_hidden_mapping_in: Linear,
    albert_layer_groups: Vec<Group>,
    num_hidden_layers: usize,
}

impl Encoder {
    fn forward(&self, x: Tensor<3>, mask: Option<&Tensor<4>>, asked: Asked) -> Tensor<3> {
        let x = self.embedding_hidden_mapping_in.forward(x); // [B, T, F]
        let groups = &self.albert_layer_groups;
        let per_group = self.num_hidden_layers as f64 / groups.len() as f64;
        let turns = (0..self.num_hidden_layers).map(|turn| (turn as f64 / per_group) as usize);
        let layers: Vec<_> = turns.flat_map(|group| &groups[group].albert_layers).collect();
        let last = layers.len() - 1;
        layers.iter().enumerate().fold(x, |x, (i, layer)| {
            layer.forward(x, mask, if i == last { asked } else { Asked::All })
        })
    }
}

#[derive(Module, Debug)]
struct Group {
    albert_layers: Vec<Layer>,
}

#[derive(Module, Debug)]
struct Layer {
    full_layer_layer_norm: LayerNorm,
    attention: Attention,
    ffn: Linear,
    ffn_output: Linear,
    #[module(skip)]
    activation: Activation,
}

impl Layer {
    fn forward(&self, x: Tensor<3>, mask: Option<&Tensor<4>>, asked: Asked) -> Tensor<3> {
        let x = self.attention.forward(x, mask, asked);
        let inner = self.activation.forward(self.ffn.forward(x.clone()));
        self.full_layer_layer_norm.forward(self.ffn_output.forward(inner) + x)
    }
}

#[derive(Module, Debug)]
struct Attention {
    query: Linear,
    key: Linear,
    value: Linear,
    dense: Linear,
    LayerNorm: LayerNorm,
    attention_dropout: Dropout,
    output_dropout: Dropout,
    heads: usize,
}

impl Attention {
    fn forward(&self, x: Tensor<3>, mask: Option<&Tensor<4>>, asked: Asked) -> Tensor<3> {
        let asking = asked.of(x.clone()); // [B, A, F]
        let maps = [
            self.query.forward(asking.clone()),
            self.key.forward(x.clone()),
            self.value.forward(x),
        ];
        let found = attend(maps, self.heads, mask, &self.attention_dropout, &self.dense);
        let found = self.output_dropout.forward(self.dense.forward(found));
        self.LayerNorm.forward(asking + found)
    }
}

/// ALBERT with its masked-language-model head, `transformers.AlbertForMaskedLM`.
#[derive(Module, Debug)]
pub struct AlbertForMaskedLm {
    pub(super) albert: AlbertModel,
    predictions: Predictions,
}

#[derive(Module, Debug)]
struct Predictions {
    LayerNorm: LayerNorm,
    bias: Param<Tensor<1>>,
    dense: Linear,
    #[module(skip)]
    activation: Activation,
}

impl AlbertForMaskedLm {
    /// Scores of all words.
    ///
    /// # Shapes
    /// - states: `[N, F]`
    /// - output: `[N, V]`
    pub fn logits(&self, states: Tensor<2>) -> Tensor<2> {
        let Predictions { LayerNorm: norm, bias, dense, activation } = &self.predictions;
        let states = norm.forward(activation.forward(dense.forward(states))); // [N, E]
        by_words(states, self.albert.words(), bias)
    }
}

/// Second names of shared parameters: `(second, first)`.
pub(super) const TIED: &[(&str, &str)] = &[
    ("predictions.decoder.weight", "albert.embeddings.word_embeddings.weight"),
    ("predictions.decoder.bias", "predictions.bias"),
];
