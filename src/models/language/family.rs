//! The choice of a family: configuration, model, model with head.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::super::names::materialize_values;
use super::super::{ModelError, StateDict};
use super::attention::Asked;
use super::{
    AlbertConfig, AlbertForMaskedLm, AlbertModel, BertConfig, BertForMaskedLm, BertModel,
    DebertaConfig, DebertaForMaskedLm, DebertaModel, DistilBertConfig, DistilBertForMaskedLm,
    DistilBertModel, ElectraConfig, ElectraForMaskedLm, ElectraModel, RobertaConfig,
    RobertaForMaskedLm, RobertaModel, TokenBatch, albert, bert, distilbert, electra, roberta,
};

/// Families of language models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LanguageFamily {
    /// BERT.
    Bert,
    /// RoBERTa.
    Roberta,
    /// ELECTRA.
    Electra,
    /// DistilBERT.
    DistilBert,
    /// ALBERT.
    Albert,
    /// DeBERTa.
    Deberta,
}

/// Which language model.
#[derive(Clone, Debug, PartialEq)]
pub enum LanguageModelConfig {
    /// BERT.
    Bert(BertConfig),
    /// RoBERTa.
    Roberta(RobertaConfig),
    /// ELECTRA.
    Electra(ElectraConfig),
    /// DistilBERT.
    DistilBert(DistilBertConfig),
    /// ALBERT.
    Albert(AlbertConfig),
    /// DeBERTa.
    Deberta(DebertaConfig),
}

impl LanguageModelConfig {
    /// A few narrow layers of a family.
    pub fn tiny(family: LanguageFamily, vocab_size: usize) -> Self {
        match family {
            LanguageFamily::Bert => Self::Bert(BertConfig::tiny(vocab_size)),
            LanguageFamily::Roberta => Self::Roberta(RobertaConfig::tiny(vocab_size)),
            LanguageFamily::Electra => Self::Electra(ElectraConfig::tiny(vocab_size)),
            LanguageFamily::DistilBert => Self::DistilBert(DistilBertConfig::tiny(vocab_size)),
            LanguageFamily::Albert => Self::Albert(AlbertConfig::tiny(vocab_size)),
            LanguageFamily::Deberta => Self::Deberta(DebertaConfig::tiny(vocab_size)),
        }
    }

    /// Which family.
    pub fn family(&self) -> LanguageFamily {
        match self {
            Self::Bert(_) => LanguageFamily::Bert,
            Self::Roberta(_) => LanguageFamily::Roberta,
            Self::Electra(_) => LanguageFamily::Electra,
            Self::DistilBert(_) => LanguageFamily::DistilBert,
            Self::Albert(_) => LanguageFamily::Albert,
            Self::Deberta(_) => LanguageFamily::Deberta,
        }
    }

    /// Builds the model.
    ///
    /// # Errors
    /// [`ModelError`] when the sizes describe no model.
    pub fn init(&self, device: &Device) -> Result<LanguageModel, ModelError> {
        let model = self.outline(device)?;
        materialize_values(&model);
        Ok(model)
    }

    /// Builds the model with its masked-language-model head.
    ///
    /// # Errors
    /// Those of [`Self::init`].
    pub fn init_masked_lm(&self, device: &Device) -> Result<MaskedLm, ModelError> {
        let model = self.outline_masked_lm(device)?;
        materialize_values(&model);
        Ok(model)
    }

    /// The model by names and shapes: values are drawn when they are used first.
    ///
    /// # Errors
    /// Those of [`Self::init`].
    pub fn outline(&self, device: &Device) -> Result<LanguageModel, ModelError> {
        Ok(match self {
            Self::Bert(config) => LanguageModel::Bert(config.init(device)?),
            Self::Roberta(config) => LanguageModel::Roberta(config.init(device)?),
            Self::Electra(config) => LanguageModel::Electra(config.init(device)?),
            Self::DistilBert(config) => LanguageModel::DistilBert(config.init(device)?),
            Self::Albert(config) => LanguageModel::Albert(config.init(device)?),
            Self::Deberta(config) => LanguageModel::Deberta(config.init(device)?),
        })
    }

    /// The model with its masked-language-model head by names and shapes.
    ///
    /// # Errors
    /// Those of [`Self::init`].
    pub fn outline_masked_lm(&self, device: &Device) -> Result<MaskedLm, ModelError> {
        Ok(match self {
            Self::Bert(config) => MaskedLm::Bert(config.init_masked_lm(device)?),
            Self::Roberta(config) => MaskedLm::Roberta(config.init_masked_lm(device)?),
            Self::Electra(config) => MaskedLm::Electra(config.init_masked_lm(device)?),
            Self::DistilBert(config) => MaskedLm::DistilBert(config.init_masked_lm(device)?),
            Self::Albert(config) => MaskedLm::Albert(config.init_masked_lm(device)?),
            Self::Deberta(config) => MaskedLm::Deberta(config.init_masked_lm(device)?),
        })
    }

    /// Width of the states.
    pub fn hidden_size(&self) -> usize {
        match self {
            Self::Bert(config) | Self::Roberta(RobertaConfig(config)) => config.hidden_size,
            Self::Electra(config) => config.encoder.hidden_size,
            Self::DistilBert(config) => config.dim,
            Self::Albert(config) => config.hidden_size,
            Self::Deberta(config) => config.hidden_size,
        }
    }

    /// Words that have an embedding.
    pub fn vocab_size(&self) -> usize {
        match self {
            Self::Bert(config) | Self::Roberta(RobertaConfig(config)) => config.vocab_size,
            Self::Electra(config) => config.encoder.vocab_size,
            Self::DistilBert(config) => config.vocab_size,
            Self::Albert(config) => config.vocab_size,
            Self::Deberta(config) => config.vocab_size,
        }
    }

    /// Checks that a tokeniser's numbers are those of the table of words, which may have been
    /// rounded up.
    ///
    /// # Errors
    /// [`ModelError::Vocabulary`].
    pub fn check_vocabulary(&self, tokens: usize) -> Result<(), ModelError> {
        /// Tables are rounded up to a multiple of this at most.
        const ROUNDED: usize = 128;
        let words = self.vocab_size();
        match tokens <= words && words - tokens < ROUNDED {
            true => Ok(()),
            false => Err(ModelError::Vocabulary { tokens, words }),
        }
    }

    /// Tokens that a sentence can have.
    pub fn max_tokens(&self) -> usize {
        match self {
            Self::Bert(config) => config.max_position_embeddings,
            Self::Roberta(config) => config.max_tokens(),
            Self::Electra(config) => config.encoder.max_position_embeddings,
            Self::DistilBert(config) => config.max_position_embeddings,
            Self::Albert(config) => config.max_position_embeddings,
            Self::Deberta(config) => config.max_position_embeddings,
        }
    }
}

/// A language model.
#[derive(Module, Debug)]
#[allow(clippy::large_enum_variant)] // there is one of it
pub enum LanguageModel {
    /// BERT.
    Bert(BertModel),
    /// RoBERTa.
    Roberta(RobertaModel),
    /// ELECTRA.
    Electra(ElectraModel),
    /// DistilBERT.
    DistilBert(DistilBertModel),
    /// ALBERT.
    Albert(AlbertModel),
    /// DeBERTa.
    Deberta(DebertaModel),
}

impl LanguageModel {
    /// The state of every token after the last layer: `last_hidden_state`.
    ///
    /// # Shapes
    /// - output: `[B, T, F]`
    ///
    /// # Panics
    /// When a sentence has more tokens than there are positions.
    pub fn forward(&self, tokens: &TokenBatch) -> Tensor<3> {
        self.states(tokens, Asked::All)
    }

    /// The last state of the first token, for less work than [`Self::forward`] takes.
    ///
    /// # Shapes
    /// - output: `[B, F]`
    ///
    /// # Panics
    /// As [`Self::forward`].
    pub fn first_state(&self, tokens: &TokenBatch) -> Tensor<2> {
        self.states(tokens, Asked::First).squeeze_dim(1)
    }

    fn states(&self, tokens: &TokenBatch, asked: Asked) -> Tensor<3> {
        match self {
            Self::Bert(model) => model.states(tokens, asked),
            Self::Roberta(model) => model.states(tokens, asked),
            Self::Electra(model) => model.states(tokens, asked),
            Self::DistilBert(model) => model.states(tokens, asked),
            Self::Albert(model) => model.states(tokens, asked),
            Self::Deberta(model) => model.states(tokens, asked),
        }
    }
}

/// A language model with its masked-language-model head.
#[derive(Module, Debug)]
#[allow(clippy::large_enum_variant)] // there is one of it
pub enum MaskedLm {
    /// BERT.
    Bert(BertForMaskedLm),
    /// RoBERTa.
    Roberta(RobertaForMaskedLm),
    /// ELECTRA.
    Electra(ElectraForMaskedLm),
    /// DistilBERT.
    DistilBert(DistilBertForMaskedLm),
    /// ALBERT.
    Albert(AlbertForMaskedLm),
    /// DeBERTa.
    Deberta(DebertaForMaskedLm),
}

impl MaskedLm {
    /// The state of every token after the last layer.
    ///
    /// # Shapes
    /// - output: `[B, T, F]`
    ///
    /// # Panics
    /// As [`LanguageModel::forward`].
    pub fn forward(&self, tokens: &TokenBatch) -> Tensor<3> {
        match self {
            Self::Bert(model) => model.bert.states(tokens, Asked::All),
            Self::Roberta(model) => model.roberta.states(tokens, Asked::All),
            Self::Electra(model) => model.electra.states(tokens, Asked::All),
            Self::DistilBert(model) => model.distilbert.states(tokens, Asked::All),
            Self::Albert(model) => model.albert.states(tokens, Asked::All),
            Self::Deberta(model) => model.deberta.states(tokens, Asked::All),
        }
    }

    /// Scores of the words that may stand where a state is.
    ///
    /// # Shapes
    /// - states: `[N, F]`
    /// - output: `[N, V]`
    pub fn logits(&self, states: Tensor<2>) -> Tensor<2> {
        match self {
            Self::Bert(model) => model.logits(states),
            Self::Roberta(model) => model.logits(states),
            Self::Electra(model) => model.logits(states),
            Self::DistilBert(model) => model.logits(states),
            Self::Albert(model) => model.logits(states),
            Self::Deberta(model) => model.logits(states),
        }
    }
}

impl StateDict for MaskedLm {
    fn tied_names(&self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Bert(_) => bert::TIED,
            Self::Roberta(_) => roberta::TIED,
            Self::Electra(_) => electra::TIED,
            Self::DistilBert(_) => distilbert::TIED,
            Self::Albert(_) => albert::TIED,
            Self::Deberta(model) => model.tied(),
        }
    }
}

impl StateDict for LanguageModel {}
