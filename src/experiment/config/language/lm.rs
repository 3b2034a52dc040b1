//! `lm`: the language model.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::target::by_target;
use super::actions::{ActionGru, ActionNgram, ActionTransformer};

by_target! {
    /// `lm`
    pub enum LmConfig {
        "transformers.BertModel" => Bert(Published),
        "transformers.RobertaModel" => Roberta(Published),
        "transformers.DistilBertModel" => DistilBert(Published),
        "transformers.AlbertModel" => Albert(Published),
        "transformers.ElectraModel" => Electra(Published),
        "transformers.DebertaModel" => Deberta(Published),
        "models.action_lm.Gru" => ActionGru(ActionGru),
        "models.action_lm.Transformer" => ActionTransformer(ActionTransformer),
        "models.action_lm.Ngram" => ActionNgram(ActionNgram),
    }
}

impl LmConfig {
    /// Its name, which stores and directories carry.
    pub fn name(&self) -> &str {
        match self {
            Self::ActionGru(lm) => &lm.name,
            Self::ActionTransformer(lm) => &lm.name,
            Self::ActionNgram(lm) => &lm.name,
            Self::Bert(_)
            | Self::Roberta(_)
            | Self::DistilBert(_)
            | Self::Albert(_)
            | Self::Electra(_)
            | Self::Deberta(_) => self.published().map_or("", |lm| &lm.name),
        }
    }

    /// Whether it is a network that reads actions.
    pub fn is_network(&self) -> bool {
        matches!(self, Self::ActionGru(_) | Self::ActionTransformer(_))
    }

    /// The keys of a published model, which reads text; `None` for those that read actions.
    pub fn published(&self) -> Option<&Published> {
        match self {
            Self::Bert(lm)
            | Self::Roberta(lm)
            | Self::DistilBert(lm)
            | Self::Albert(lm)
            | Self::Electra(lm)
            | Self::Deberta(lm) => Some(lm),
            Self::ActionGru(_) | Self::ActionTransformer(_) | Self::ActionNgram(_) => None,
        }
    }
}

/// Keys of a published model.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// Its name, which stores and directories carry.
    pub name: String,
    /// As published, or tiny.
    pub size: LmSize,
    /// Directory of `config.json` and of the tokeniser's files.
    pub folder: PathBuf,
    /// Directory of the weights to start from; `None` draws them.
    pub weights: Option<PathBuf>,
}

/// `lm.size`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LmSize {
    /// As `folder` says.
    Published,
    /// A few narrow layers with weights drawn at random and a vocabulary of the actions' words: no
    /// file is read.
    Tiny,
    /// The same, as `+debug=synthetic` asks for it.
    Synthetic,
}
