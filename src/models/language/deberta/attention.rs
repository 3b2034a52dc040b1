//! Disentangled attention: a score has a part of its own for what the tokens are and for how far
//! they stand from each other.
//!
//! Source: He et al., "DeBERTa: Decoding-enhanced BERT with Disentangled Attention" (2021),
//! section 3.1; `transformers`, `modeling_deberta.py`, `DisentangledSelfAttention`. Heads come
//! before the batch here: a projection of distances then meets the tokens of all sequences in one
//! matrix product per head.

use burn::module::{Module, Param};
use burn::nn::Dropout;
use burn::tensor::activation::softmax;
use burn::tensor::{DType, Tensor};

use super::relative::{Distances, aligned};
use crate::models::Linear;
use crate::models::language::attention::Asked;
use crate::models::product::product;

/// What all layers know of a batch.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    /// Added to the scores of each pair, `[1, B, T, T]`.
    pub unseen: Option<&'a Tensor<4>>,
    /// The vectors of distances, if scores have parts for them.
    pub distances: Option<&'a Distances>,
}

/// Attention of one layer.
#[derive(Module, Debug)]
pub struct DisentangledSelfAttention {
    pub(super) in_proj: Linear,
    pub(super) q_bias: Param<Tensor<1>>,
    pub(super) v_bias: Param<Tensor<1>>,
    pub(super) pos_proj: Option<Linear>,
    pub(super) pos_q_proj: Option<Linear>,
    pub(super) pos_dropout: Dropout,
    pub(super) dropout: Dropout,
    pub(super) heads: usize,
    /// Parts that a score is said to have, which its scale depends on.
    pub(super) parts: usize,
}

impl DisentangledSelfAttention {
    /// What each token that asks finds.
    ///
    /// # Shapes
    /// - x: `[B, T, F]`
    /// - output: `[B, A, F]`
    pub(super) fn forward(&self, x: Tensor<3>, seen: Seen<'_>, asked: Asked) -> Tensor<3> {
        let [_, _, f] = x.dims();
        let number = self.in_proj.weight.val().dtype();
        let [query, key, value] = self.split(self.in_proj.forward(x)); // [H, B, T, D]
        let query = (asked_of(asked, query) + self.by_head(&self.q_bias)) * self.scale(f);
        let value = value + self.by_head(&self.v_bias);
        let mut scores = product(query.clone(), key.clone().swap_dims(2, 3), number);
        if let Some(distances) = seen.distances {
            for part in self.by_distance(query, key, distances, number).into_iter().flatten() {
                scores = scores + part;
            }
        }
        if let Some(unseen) = seen.unseen {
            scores = scores + asked_of(asked, unseen.clone());
        }
        let weights = self.dropout.forward(softmax(scores, 3)); // [H, B, A, T]
        let found = product(weights, value, number);
        let [h, b, a, d] = found.dims();
        found.permute([1, 2, 0, 3]).reshape([b, a, h * d])
    }

    /// The parts of the scores that distances have, each `[H, B, A, T]`: how much a token's content
    /// asks for a distance, and how much a distance asks for a token's content.
    fn by_distance(
        &self,
        query: Tensor<4>,
        key: Tensor<4>,
        distances: &Distances,
        number: DType,
    ) -> [Option<Tensor<4>>; 2] {
        let ([h, b, a, _], [_, _, t, _]) = (query.dims(), key.dims());
        let table = self.pos_dropout.forward(distances.table.clone());
        let part = |tokens: Tensor<4>, rows: Tensor<3>, first| {
            let [h, b, a, d] = tokens.dims();
            let scores = product(tokens.reshape([h, b * a, d]), rows.swap_dims(1, 2), number);
            aligned(scores.reshape([h * b, a, 2 * t]), first) // [H B, A, T]
        };
        let rows = |layer: &Linear| self.rows(distances.spread(layer.forward(table.clone())));
        let asked = self.pos_proj.as_ref().map(|layer| {
            // A later token is nearer to the right: the distance falls along a row.
            part(query, rows(layer).flip([1]), t - 1).reshape([h, b, a, t])
        });
        let asking = self.pos_q_proj.as_ref().map(|layer| {
            let rows = rows(layer);
            let scale = self.scale(rows.dims()[2] * self.heads);
            part(key, rows * scale, t).narrow(2, 0, a).swap_dims(1, 2).reshape([h, b, a, t])
        });
        [asked, asking]
    }

    /// What scores are multiplied by, at width `f`.
    fn scale(&self, f: usize) -> f64 {
        ((f / self.heads * (1 + self.parts)) as f64).sqrt().recip()
    }

    /// `[B, T, 3 F]`, query, key and value side by side within each head -> each `[H, B, T, F / H]`.
    fn split(&self, qkv: Tensor<3>) -> [Tensor<4>; 3] {
        let [b, t, f3] = qkv.dims();
        let (h, d) = (self.heads, f3 / 3 / self.heads);
        let folded = qkv.reshape([b, t, h, 3, d]).permute([3, 2, 0, 1, 4]);
        [0, 1, 2].map(|i| folded.clone().narrow(0, i, 1).reshape([h, b, t, d]))
    }

    /// `[2 T, F]` -> `[H, 2 T, F / H]`.
    fn rows(&self, rows: Tensor<2>) -> Tensor<3> {
        let [distances, f] = rows.dims();
        rows.reshape([distances, self.heads, f / self.heads]).swap_dims(0, 1)
    }

    /// `[F]` -> `[H, 1, 1, F / H]`.
    fn by_head(&self, bias: &Param<Tensor<1>>) -> Tensor<4> {
        let bias = bias.val();
        let [f] = bias.dims();
        bias.reshape([self.heads, 1, 1, f / self.heads])
    }
}

/// What belongs to the tokens that ask: `[.., .., T, ..]` -> `[.., .., A, ..]`.
fn asked_of(asked: Asked, by_query: Tensor<4>) -> Tensor<4> {
    match asked {
        Asked::All => by_query,
        Asked::First => by_query.narrow(2, 0, 1),
    }
}
