//! DistilBERT: BERT's encoder in half the layers, without token types and pooler.
//!
//! Source: Sanh et al., "DistilBERT, a distilled version of BERT" (2019); `transformers`,
//! `modeling_distilbert.py`.

mod config;

use burn::module::{Module, Param};
use burn::nn::{Dropout, Embedding};
use burn::tensor::Tensor;

pub use config::DistilBertConfig;

use super::TokenBatch;
use super::attention::{Asked, attend};
use super::head::by_words;
use crate::models::{Activation, LayerNorm, Linear};

/// DistilBERT, `transformers.DistilBertModel`.
#[derive(Module, Debug)]
pub struct DistilBertModel {
    embeddings: Embeddings,
    transformer: Transformer,
}

impl DistilBertModel {
    /// The states after the last layer, of the tokens that are asked for.
    ///
    /// # Shapes
    /// - output: `[B, T, F]` or `[B, 1, F]`
    pub(super) fn states(&self, tokens: &TokenBatch, asked: Asked) -> Tensor<3> {
        let mask = tokens.additive();
        let last = self.transformer.layer.len() - 1;
        let layers = self.transformer.layer.iter().enumerate();
        layers.fold(self.embeddings.forward(tokens), |x, (i, layer)| {
            layer.forward(x, mask.as_ref(), if i == last { asked } else { Asked::All })
        })
    }

    /// The vectors of the vocabulary, `[V, F]`.
    fn words(&self) -> Tensor<2> {
        self.embeddings.word_embeddings.weight.val()
    }
}

#[derive(Module, Debug)]
struct Embeddings {
    word_embeddings: Embedding,
    position_embeddings: Embedding,
    LayerNorm: LayerNorm,
    dropout: Dropout,
}

impl Embeddings {
    fn forward(&self, tokens: &TokenBatch) -> Tensor<3> {
        let [_, t] = tokens.ids.dims();
        let words = self.word_embeddings.forward(tokens.ids.clone()); // [B, T, F]
        let positions = self.position_embeddings.weight.val().narrow(0, 0, t).unsqueeze();
        self.dropout.forward(self.LayerNorm.forward(words + positions))
    }
}

#[derive(Module, Debug)]
struct Transformer {
    layer: Vec<Block>,
}

#[derive(Module, Debug)]
struct Block {
    attention: SelfAttention,
    sa_layer_norm: LayerNorm,
    ffn: FeedForward,
    output_layer_norm: LayerNorm,
}

impl Block {
    fn forward(&self, x: Tensor<3>, mask: Option<&Tensor<4>>, asked: Asked) -> Tensor<3> {
        let found = self.attention.forward(x.clone(), mask, asked);
        let x = self.sa_layer_norm.forward(found + asked.of(x));
        self.output_layer_norm.forward(self.ffn.forward(x.clone()) + x)
    }
}

#[derive(Module, Debug)]
struct SelfAttention {
    q_lin: Linear,
    k_lin: Linear,
    v_lin: Linear,
    out_lin: Linear,
    dropout: Dropout,
    heads: usize,
}

impl SelfAttention {
    fn forward(&self, x: Tensor<3>, mask: Option<&Tensor<4>>, asked: Asked) -> Tensor<3> {
        let query = self.q_lin.forward(asked.of(x.clone()));
        let maps = [query, self.k_lin.forward(x.clone()), self.v_lin.forward(x)];
        self.out_lin.forward(attend(maps, self.heads, mask, &self.dropout, &self.out_lin))
    }
}

#[derive(Module, Debug)]
struct FeedForward {
    lin1: Linear,
    lin2: Linear,
    dropout: Dropout,
    #[module(skip)]
    activation: Activation,
}

impl FeedForward {
    fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        self.dropout.forward(self.lin2.forward(self.activation.forward(self.lin1.forward(x))))
    }
}

/// DistilBERT with its masked-language-model head, `transformers.DistilBertForMaskedLM`.
#[derive(Module, Debug)]
pub struct DistilBertForMaskedLm {
    pub(super) distilbert: DistilBertModel,
    vocab_transform: Linear,
    vocab_layer_norm: LayerNorm,
    vocab_projector: Projector,
    #[module(skip)]
    activation: Activation,
}

/// A map whose weight is the table of words.
#[derive(Module, Debug)]
struct Projector {
    bias: Param<Tensor<1>>,
}

impl DistilBertForMaskedLm {
    /// Scores of all words.
    ///
    /// # Shapes
    /// - states: `[N, F]`
    /// - output: `[N, V]`
    pub fn logits(&self, states: Tensor<2>) -> Tensor<2> {
        let states = self.activation.forward(self.vocab_transform.forward(states));
        let states = self.vocab_layer_norm.forward(states);
        by_words(states, self.distilbert.words(), &self.vocab_projector.bias)
    }
}

/// Second names of shared parameters: `(second, first)`.
pub(super) const TIED: &[(&str, &str)] =
    &[("vocab_projector.weight", "distilbert.embeddings.word_embeddings.weight")];
