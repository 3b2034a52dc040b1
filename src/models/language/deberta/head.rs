//! The head that names hidden tokens, in its two versions.
//!
//! `transformers` first gave DeBERTa BERT's head under BERT's names (`legacy`), though published
//! weights have it under `lm_predictions.lm_head`. Both compute the same, so either is read as the
//! other where weights are loaded.

use burn::module::{Module, Param};
use burn::tensor::Tensor;

use super::DebertaModel;
use crate::models::language::head::by_words;
use crate::models::{Activation, LayerNorm, Linear};

/// DeBERTa with its masked-language-model head, `transformers.DebertaForMaskedLM`.
#[derive(Module, Debug)]
pub struct DebertaForMaskedLm {
    pub(in super::super) deberta: DebertaModel,
    cls: Option<Legacy>,
    lm_predictions: Option<OnlyHead>,
    #[module(skip)]
    activation: Activation,
}

#[derive(Module, Debug)]
struct Legacy {
    predictions: Predictions,
}

#[derive(Module, Debug)]
struct Predictions {
    transform: Transform,
    bias: Param<Tensor<1>>,
}

#[derive(Module, Debug)]
struct Transform {
    dense: Linear,
    LayerNorm: LayerNorm,
}

#[derive(Module, Debug)]
struct OnlyHead {
    lm_head: Head,
}

#[derive(Module, Debug)]
struct Head {
    dense: Linear,
    LayerNorm: LayerNorm,
    bias: Param<Tensor<1>>,
}

impl DebertaForMaskedLm {
    /// The parts of a head under the names of its version.
    pub(super) fn new(
        deberta: DebertaModel,
        (dense, norm, bias): (Linear, LayerNorm, Param<Tensor<1>>),
        activation: Activation,
        legacy: bool,
    ) -> Self {
        let (cls, lm_predictions) = if legacy {
            let transform = Transform { dense, LayerNorm: norm };
            (Some(Legacy { predictions: Predictions { transform, bias } }), None)
        } else {
            (None, Some(OnlyHead { lm_head: Head { dense, LayerNorm: norm, bias } }))
        };
        Self { deberta, cls, lm_predictions, activation }
    }

    fn head(&self) -> (&Linear, &LayerNorm, &Param<Tensor<1>>) {
        match (&self.cls, &self.lm_predictions) {
            (Some(Legacy { predictions: head }), _) => {
                (&head.transform.dense, &head.transform.LayerNorm, &head.bias)
            }
            (_, Some(OnlyHead { lm_head: head })) => (&head.dense, &head.LayerNorm, &head.bias),
            (None, None) => unreachable!("`new` gives one of the two"),
        }
    }

    /// Second names of shared parameters: `(second, first)`.
    pub(in super::super) fn tied(&self) -> &'static [(&'static str, &'static str)] {
        if self.cls.is_some() { TIED } else { &[] }
    }

    /// Scores of all words.
    ///
    /// # Shapes
    /// - states: `[N, F]`
    /// - output: `[N, V]`
    pub fn logits(&self, states: Tensor<2>) -> Tensor<2> {
        let (dense, norm, bias) = self.head();
        let states = norm.forward(self.activation.forward(dense.forward(states)));
        by_words(states, self.deberta.words(), bias)
    }
}

const TIED: &[(&str, &str)] = &[
    ("cls.predictions.decoder.weight", "deberta.embeddings.word_embeddings.weight"),
    ("cls.predictions.decoder.bias", "cls.predictions.bias"),
];
