//! ELECTRA: BERT whose embeddings may be narrower than its layers.
//!
//! The base model is the discriminator's; the generator, whose head predicts hidden words, has the
//! same parts. Source: Clark et al., "ELECTRA: Pre-training Text Encoders as Discriminators Rather
//! Than Generators" (2020); `modeling_electra.py` of `transformers`.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

use super::super::error::positive;
use super::super::{Activation, Linear, ModelError};
use super::TokenBatch;
use super::attention::Asked;
use super::bert::BertConfig;
use super::embeddings::{Embeddings, Positions};
use super::encoder::Encoder;
use super::head::{Transform, by_words, no_bias};
use super::init::linear;

/// Sizes and dropouts: the keys are BERT's, and one more.
#[derive(Clone, Debug, PartialEq)]
pub struct ElectraConfig {
    /// Width of embeddings.
    pub embedding_size: usize,
    /// Everything else.
    pub encoder: BertConfig,
}

impl ElectraConfig {
    /// `google/electra-base-discriminator`.
    pub fn base() -> Self {
        Self { embedding_size: 768, encoder: BertConfig::base() }
    }

    /// A few narrow layers.
    pub fn tiny(vocab_size: usize) -> Self {
        Self { embedding_size: 16, encoder: BertConfig::tiny(vocab_size) }
    }

    /// Builds the model.
    ///
    /// # Errors
    /// As [`BertConfig::init`].
    pub fn init(&self, device: &Device) -> Result<ElectraModel, ModelError> {
        let Self { embedding_size, encoder: config } = self;
        config.check()?;
        let (narrow, wide) = (positive("embedding_size", *embedding_size)?, config.hidden_size);
        let project = || linear(narrow, wide, config.initializer_range, device);
        Ok(ElectraModel {
            embeddings: Embeddings::new(config, narrow, Positions::InOrder, device)?,
            embeddings_project: (narrow != wide).then(project),
            encoder: Encoder::new(config, device)?,
        })
    }

    /// Builds the model with the generator's head.
    ///
    /// # Errors
    /// Those of [`Self::init`].
    pub fn init_masked_lm(&self, device: &Device) -> Result<ElectraForMaskedLm, ModelError> {
        let Self { embedding_size, encoder: config } = self;
        let activation = Activation::Gelu; // whatever hidden_act is
        Ok(ElectraForMaskedLm {
            electra: self.init(device)?,
            generator_predictions: Transform::new(config, *embedding_size, activation, device),
            generator_lm_head: WordBias { bias: no_bias(config.vocab_size, device) },
        })
    }
}

/// ELECTRA, `transformers.ElectraModel`.
#[derive(Module, Debug)]
pub struct ElectraModel {
    embeddings: Embeddings,
    embeddings_project: Option<Linear>,
    encoder: Encoder,
}

impl ElectraModel {
    /// The states after the last layer, of the tokens that are asked for.
    ///
    /// # Shapes
    /// - output: `[B, T, F]` or `[B, 1, F]`
    pub(super) fn states(&self, tokens: &TokenBatch, asked: Asked) -> Tensor<3> {
        let x = self.embeddings.forward(tokens.ids.clone());
        let x = match &self.embeddings_project {
            Some(project) => project.forward(x),
            None => x,
        };
        self.encoder.forward(x, tokens.additive().as_ref(), asked)
    }
}

/// ELECTRA with the generator's head, `transformers.ElectraForMaskedLM`.
#[derive(Module, Debug)]
pub struct ElectraForMaskedLm {
    pub(super) electra: ElectraModel,
    generator_predictions: Transform,
    generator_lm_head: WordBias,
}

/// A map whose weight is the table of words.
#[derive(Module, Debug)]
struct WordBias {
    bias: Param<Tensor<1>>,
}

impl ElectraForMaskedLm {
    /// Scores of all words.
    ///
    /// # Shapes
    /// - states: `[N, F]`
    /// - output: `[N, V]`
    pub fn logits(&self, states: Tensor<2>) -> Tensor<2> {
        let states = self.generator_predictions.forward(states);
        by_words(states, self.electra.embeddings.words(), &self.generator_lm_head.bias)
    }
}

/// Second names of shared parameters: `(second, first)`.
pub(super) const TIED: &[(&str, &str)] =
    &[("generator_lm_head.weight", "electra.embeddings.word_embeddings.weight")];
