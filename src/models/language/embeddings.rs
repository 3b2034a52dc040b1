//! Token numbers -> vectors: the sum of a word's, a position's and a sentence's embedding.
//!
//! There is one sentence, of type 0. Source: `BertEmbeddings`, `RobertaEmbeddings` and
//! `ElectraEmbeddings` of `transformers`.

use burn::module::Module;
use burn::nn::{Dropout, Embedding};
use burn::tensor::{Device, Int, Tensor, module};

use super::super::ModelError;
use super::super::layers::{LayerNorm, dropout, embedding};
use super::bert::BertConfig;
use super::init::padded_embedding;

/// How positions are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Positions {
    /// From 0, padding included.
    InOrder,
    /// From one more than this token's number; the token itself, which is padding, has its own
    /// number for position.
    After(usize),
}

/// `BertEmbeddings`.
#[derive(Module, Debug)]
pub(super) struct Embeddings {
    word_embeddings: Embedding,
    position_embeddings: Embedding,
    token_type_embeddings: Embedding,
    LayerNorm: LayerNorm,
    dropout: Dropout,
    #[module(skip)]
    positions: Positions,
}

impl Embeddings {
    /// Tables of vectors of so many features.
    pub(super) fn new(
        config: &BertConfig,
        features: usize,
        positions: Positions,
        device: &Device,
    ) -> Result<Self, ModelError> {
        let std = config.initializer_range;
        let table = |rows, padding| padded_embedding(rows, features, std, padding, device);
        let padded_position = match positions {
            Positions::InOrder => None,
            Positions::After(padding) => Some(padding),
        };
        Ok(Self {
            word_embeddings: table(config.vocab_size, config.pad_token_id),
            position_embeddings: table(config.max_position_embeddings, padded_position),
            token_type_embeddings: embedding(config.type_vocab_size, features, std, device),
            LayerNorm: LayerNorm::new(features, config.layer_norm_eps, device),
            dropout: dropout("hidden_dropout_prob", config.hidden_dropout_prob)?,
            positions,
        })
    }

    /// # Shapes
    /// - ids: `[B, T]`
    /// - output: `[B, T, features]`
    pub(super) fn forward(&self, ids: Tensor<2, Int>) -> Tensor<3> {
        let kind: Tensor<3> = self.token_type_embeddings.weight.val().narrow(0, 0, 1).unsqueeze();
        let around = self.position(&ids) + kind;
        let words = self.word_embeddings.forward(ids);
        self.dropout.forward(self.LayerNorm.forward(words + around))
    }

    /// The words' vectors, `[V, features]`, which masked-language-model heads share.
    pub(super) fn words(&self) -> Tensor<2> {
        self.word_embeddings.weight.val()
    }

    /// `[1, T, features]`, or `[B, T, features]` where sentences differ.
    fn position(&self, ids: &Tensor<2, Int>) -> Tensor<3> {
        let table = self.position_embeddings.weight.val();
        match self.positions {
            Positions::InOrder => table.narrow(0, 0, ids.dims()[1]).unsqueeze(),
            Positions::After(padding) => module::embedding(table, numbered(ids, padding)),
        }
    }
}

/// Positions after the number of padding, `[B, T]`.
fn numbered(ids: &Tensor<2, Int>, padding: usize) -> Tensor<2, Int> {
    let padding = i64::try_from(padding).expect("the number of a token");
    let is_token = ids.clone().not_equal_elem(padding).int();
    is_token.clone().cumsum(1) * is_token + padding
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_begin_after_padding_and_padding_stays() {
        let device = Device::default();
        let ids = Tensor::<2, Int>::from_ints([[0, 9, 2, 1], [0, 2, 1, 1]], &device);
        let found: Vec<i64> = numbered(&ids, 1).into_data().iter::<i64>().collect();
        assert_eq!(found, [2, 3, 4, 1, 2, 3, 1, 1]);
    }
}
