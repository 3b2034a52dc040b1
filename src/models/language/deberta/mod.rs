//! DeBERTa: attention to contents and to distances, each with scores of its own.
//!
//! Source: He et al., "DeBERTa: Decoding-enhanced BERT with Disentangled Attention" (2021);
//! `transformers`, `modeling_deberta.py` (the first version; `deberta-v2` is another family).
//!
//! | file | what it decides |
//! |---|---|
//! | `config` | sizes, dropouts, initial values |
//! | `relative` | how scores by distance become scores by token |
//! | `attention` | disentangled attention |
//! | `head` | the head that names hidden tokens, in its two versions |

mod attention;
mod config;
mod head;
mod relative;

use burn::module::Module;
use burn::nn::{Dropout, Embedding};
use burn::tensor::Tensor;

use attention::{DisentangledSelfAttention, Seen};
pub use config::{DebertaConfig, Part};
pub use head::DebertaForMaskedLm;
use relative::Distances;

use super::TokenBatch;
use super::attention::Asked;
use crate::models::{Activation, LayerNorm, Linear};

/// DeBERTa, `transformers.DebertaModel`.
#[derive(Module, Debug)]
pub struct DebertaModel {
    embeddings: Embeddings,
    encoder: Encoder,
}

impl DebertaModel {
    /// The states after the last layer, of the tokens that are asked for.
    ///
    /// # Shapes
    /// - output: `[B, T, F]` or `[B, 1, F]`
    pub(super) fn states(&self, tokens: &TokenBatch, asked: Asked) -> Tensor<3> {
        let x = self.embeddings.forward(tokens);
        self.encoder.forward(x, unseen(tokens).as_ref(), asked)
    }

    /// The vectors of the vocabulary, `[V, F]`.
    fn words(&self) -> Tensor<2> {
        self.embeddings.word_embeddings.weight.val()
    }
}

/// What is added to the scores of each pair, `[1, B, T, T]`: a token sees tokens only, and padding
/// sees nothing, which spreads its attention evenly. `None` when nothing is padded.
fn unseen(tokens: &TokenBatch) -> Option<Tensor<4>> {
    let keys = tokens.additive()?; // [B, 1, 1, T]
    let queries = keys.clone().swap_dims(2, 3);
    Some((keys + queries).clamp_min(f32::MIN).swap_dims(0, 1))
}

#[derive(Module, Debug)]
struct Embeddings {
    word_embeddings: Embedding,
    position_embeddings: Option<Embedding>,
    token_type_embeddings: Option<Embedding>,
    LayerNorm: LayerNorm,
    dropout: Dropout,
}

impl Embeddings {
    /// `[B, T, F]`, zero where there is no token.
    fn forward(&self, tokens: &TokenBatch) -> Tensor<3> {
        let [_, t] = tokens.ids.dims();
        let mut x = self.word_embeddings.forward(tokens.ids.clone());
        let positions = self.position_embeddings.as_ref().map(|table| (table, t));
        let first_type = self.token_type_embeddings.as_ref().map(|table| (table, 1));
        for (table, rows) in positions.into_iter().chain(first_type) {
            x = x + table.weight.val().narrow(0, 0, rows).unsqueeze();
        }
        let mut x = self.LayerNorm.forward(x);
        if tokens.is_padded() {
            x = x * tokens.mask.clone().float().unsqueeze_dim(2);
        }
        self.dropout.forward(x)
    }
}

#[derive(Module, Debug)]
struct Encoder {
    layer: Vec<Layer>,
    rel_embeddings: Option<Embedding>,
}

impl Encoder {
    fn forward(&self, x: Tensor<3>, unseen: Option<&Tensor<4>>, asked: Asked) -> Tensor<3> {
        let [_, t, _] = x.dims();
        let table = self.rel_embeddings.as_ref();
        let distances = table.map(|table| Distances::of(table.weight.val(), t));
        let seen = Seen { unseen, distances: distances.as_ref() };
        let last = self.layer.len() - 1;
        self.layer.iter().enumerate().fold(x, |x, (i, layer)| {
            layer.forward(x, seen, if i == last { asked } else { Asked::All })
        })
    }
}

#[derive(Module, Debug)]
struct Layer {
    attention: Attention,
    intermediate: Intermediate,
    output: Output,
}

impl Layer {
    fn forward(&self, x: Tensor<3>, seen: Seen<'_>, asked: Asked) -> Tensor<3> {
        let found = self.attention.self_.forward(x.clone(), seen, asked);
        let x = self.attention.output.forward(found, asked.of(x));
        self.output.forward(self.intermediate.forward(x.clone()), x)
    }
}

#[derive(Module, Debug)]
struct Attention {
    self_: DisentangledSelfAttention,
    output: Output,
}

#[derive(Module, Debug)]
struct Intermediate {
    dense: Linear,
    #[module(skip)]
    activation: Activation,
}

impl Intermediate {
    fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        self.activation.forward(self.dense.forward(x))
    }
}

/// A linear layer, and a sum with what came before.
#[derive(Module, Debug)]
struct Output {
    dense: Linear,
    LayerNorm: LayerNorm,
    dropout: Dropout,
}

impl Output {
    fn forward(&self, x: Tensor<3>, before: Tensor<3>) -> Tensor<3> {
        self.LayerNorm.forward(self.dropout.forward(self.dense.forward(x)) + before)
    }
}
