//! Language models from the `lm` node, and how they read.
//!
//! | `lm.size` | configuration and tokeniser | weights |
//! |---|---|---|
//! | `published` | of a folder | of `lm.weights`, else drawn |
//! | `tiny`, `synthetic` | a few narrow layers, a number for each word of the actions: no file | drawn |

use std::path::Path;
use std::sync::Arc;

use burn::tensor::Device;

use crate::data::Annotations;
use crate::models::TeacherModel;
use crate::models::actions::{
    ActionClasses, ActionGruConfig, ActionTransformerConfig, NgramConfig, Smoothing,
};
use crate::models::language::{LanguageFamily, LanguageModelConfig, LmTeacherConfig, MaskedLm};
use crate::text::{Family, Phrases, Reading, Style, TextReading, Tokeniser, Truncate, Wording};

use super::super::config::{self, ExperimentConfig, LmConfig, LmSize, Published, TextConfig};
use super::super::{SetupError, language_model};
use super::histories::in_text;

/// What learns, or counts.
pub(in super::super) enum Pupil {
    /// A model that learns by gradients.
    Model(Box<TeacherModel>),
    /// Counts.
    Counts(NgramConfig),
}

/// A language model that reads text, before it has weights.
#[derive(Clone, Debug)]
pub(in super::super) struct Reader {
    /// The class of `transformers` that it is.
    pub class: &'static str,
    pub config: LanguageModelConfig,
    pub tokeniser: Arc<Tokeniser>,
    /// Tokens of a text at most.
    pub max_tokens: usize,
}

impl Reader {
    /// The model that the config names, as the files of `folder` have it.
    ///
    /// # Errors
    /// A file that is missing or of another family, a vocabulary that is not the model's.
    pub(super) fn new(
        config: &ExperimentConfig,
        folder: &Path,
        words: impl FnOnce() -> Result<Tokeniser, SetupError>,
    ) -> Result<Option<Self>, SetupError> {
        let lm = lm(config)?;
        let Some((node, family, tokens)) = published(lm) else { return Ok(None) };
        let (model, tokeniser) = match node.size {
            LmSize::Published => (
                language_model::read_config(folder, family)?,
                in_text("lm.folder", Tokeniser::open(folder, tokens))?,
            ),
            LmSize::Tiny | LmSize::Synthetic => {
                let tokeniser = words()?;
                (LanguageModelConfig::tiny(family, tokeniser.len()), tokeniser)
            }
        };
        model.check_vocabulary(tokeniser.len()).map_err(|e| SetupError::Folder {
            key: "lm.folder",
            path: folder.to_owned(),
            reason: e.to_string(),
        })?;
        let asked = text(config)?.max_tokens;
        let max_tokens = asked.min(model.max_tokens());
        if max_tokens < asked {
            tracing::info!("text.max_tokens is {asked}, the model reads {max_tokens} at most");
        }
        let class = lm.target().trim_start_matches("transformers.");
        Ok(Some(Self { class, config: model, tokeniser: Arc::new(tokeniser), max_tokens }))
    }

    /// The model with its masked-language-model head.
    ///
    /// # Errors
    /// Weights that are missing or do not fit.
    pub(super) fn masked(
        &self,
        config: &ExperimentConfig,
        device: &Device,
    ) -> Result<MaskedLm, SetupError> {
        crate::device::seed(device, config.run.seed);
        Ok(match weights(config) {
            Some(path) => language_model::load_masked_lm(&self.config, path, device)?,
            None => self.config.init_masked_lm(device)?,
        })
    }

    fn teacher(
        &self,
        start: Option<&Path>,
        classes: &ActionClasses,
        device: &Device,
    ) -> Result<TeacherModel, SetupError> {
        let teacher = LmTeacherConfig {
            lm: self.config.clone(),
            actions: classes.actions(),
            verbs: classes.verbs,
            nouns: classes.nouns,
        };
        Ok(TeacherModel::Text(match start {
            Some(path) => {
                teacher.on(language_model::load_base(&self.config, path, device)?, device)?
            }
            None => teacher.init(device)?,
        }))
    }
}

/// How the model that the config names reads histories, and the language model behind it, if it is
/// one; its files are those of `folder`.
///
/// # Errors
/// As [`Reader::new`].
pub(super) fn reading(
    config: &ExperimentConfig,
    folder: Option<&Path>,
    annotations: &Annotations,
) -> Result<(Reading, Option<Reader>), SetupError> {
    let actions = annotations.class_names("action");
    let Some((node, ..)) = published(lm(config)?) else {
        return Ok((Reading::Actions { classes: actions.len() }, None));
    };
    let phrases = wording(text(config)?).phrases(&actions);
    let words = || Ok(words_of(text(config)?, &phrases));
    let reader = Reader::new(config, folder.unwrap_or(&node.folder), words)?;
    let reader = reader.ok_or_else(|| SetupError::unavailable("lm"))?;
    let reading = TextReading {
        tokeniser: Arc::clone(&reader.tokeniser),
        phrases,
        max_tokens: reader.max_tokens,
        truncate: match text(config)?.truncate {
            config::Truncate::Oldest => Truncate::Oldest,
            config::Truncate::First => Truncate::First,
        },
    };
    Ok((Reading::Text(reading), Some(reader)))
}

/// A number for each word of the actions and of what stands between them.
fn words_of(text: &TextConfig, phrases: &Phrases) -> Tokeniser {
    let actions: Vec<String> = phrases.actions().collect();
    let between = [text.verb_object.as_str(), text.next_action.as_str()];
    Tokeniser::words(actions.iter().map(String::as_str).chain(between))
}

/// The model that the config names: weights drawn by the run's seed, or those to start from where
/// `starts` asks for them.
///
/// # Errors
/// Sizes that describe no model, weights that are missing or do not fit.
pub(super) fn pupil(
    config: &ExperimentConfig,
    reader: Option<&Reader>,
    classes: &ActionClasses,
    starts: bool,
    device: &Device,
) -> Result<Pupil, SetupError> {
    crate::device::seed(device, config.run.seed);
    let model = match (lm(config)?, reader) {
        (LmConfig::ActionNgram(lm), _) => return Ok(Pupil::Counts(ngram(lm))),
        (LmConfig::ActionGru(lm), _) => TeacherModel::Gru(gru(lm).init(classes, device)?),
        (LmConfig::ActionTransformer(lm), _) => {
            let length = config.language.history.as_ref().map_or(0, |history| history.length);
            TeacherModel::Transformer(transformer(lm, length).init(classes, device)?)
        }
        (_, Some(reader)) => reader.teacher(weights(config).filter(|_| starts), classes, device)?,
        (_, None) => return Err(SetupError::unavailable("lm")),
    };
    Ok(Pupil::Model(Box::new(model)))
}

/// The weights to start from; a model that is made up starts from none.
fn weights(config: &ExperimentConfig) -> Option<&Path> {
    let node = config.language.lm.as_ref()?.published()?;
    node.weights.as_deref().filter(|_| node.size == LmSize::Published)
}

pub(super) fn lm(config: &ExperimentConfig) -> Result<&LmConfig, SetupError> {
    config.language.lm.as_ref().ok_or_else(|| SetupError::unavailable("lm"))
}

pub(super) fn text(config: &ExperimentConfig) -> Result<&TextConfig, SetupError> {
    config.language.text.as_ref().ok_or_else(|| SetupError::unavailable("text"))
}

/// How actions are put into words.
pub(super) fn wording(text: &TextConfig) -> Wording {
    Wording {
        style: match text.words {
            config::WordsOf::Epic => Style::Epic,
            config::WordsOf::EpicAsRead => Style::EpicAsRead,
            config::WordsOf::Egtea => Style::Egtea,
        },
        verb_object: text.verb_object.clone(),
        next_action: text.next_action.clone(),
    }
}

/// The keys of a published model, and its family for models and for tokenisers.
fn published(lm: &LmConfig) -> Option<(&Published, LanguageFamily, Family)> {
    let (family, tokens) = match lm {
        LmConfig::Bert(_) => (LanguageFamily::Bert, Family::Bert),
        LmConfig::Roberta(_) => (LanguageFamily::Roberta, Family::Roberta),
        LmConfig::DistilBert(_) => (LanguageFamily::DistilBert, Family::DistilBert),
        LmConfig::Albert(_) => (LanguageFamily::Albert, Family::Albert),
        LmConfig::Electra(_) => (LanguageFamily::Electra, Family::Electra),
        LmConfig::Deberta(_) => (LanguageFamily::Deberta, Family::Deberta),
        LmConfig::ActionGru(_) | LmConfig::ActionTransformer(_) | LmConfig::ActionNgram(_) => {
            return None;
        }
    };
    Some((lm.published()?, family, tokens))
}

fn gru(lm: &config::ActionGru) -> ActionGruConfig {
    let config::ActionGru { dim, num_layers, dropout, tie_outputs, .. } = *lm;
    ActionGruConfig { dim, num_layers, dropout, tie_outputs }
}

fn transformer(lm: &config::ActionTransformer, max_length: usize) -> ActionTransformerConfig {
    ActionTransformerConfig {
        dim: lm.dim,
        num_layers: lm.num_layers,
        num_heads: lm.num_heads,
        dropout: lm.dropout,
        layer_dropout: lm.layer_dropout,
        tie_outputs: lm.tie_outputs,
        max_length,
    }
}

fn ngram(lm: &config::ActionNgram) -> NgramConfig {
    let smoothing = match lm.smoothing {
        config::Smoothing::Additive => Smoothing::Additive,
        config::Smoothing::Interpolated => Smoothing::Interpolated,
        config::Smoothing::KneserNey => Smoothing::KneserNey,
    };
    NgramConfig { order: lm.order, smoothing, discount: lm.discount }
}
