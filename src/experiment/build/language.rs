//! Language models from the `lm` node, and how they read histories.

use burn::tensor::Device;

use crate::models::TeacherModel;
use crate::models::actions::{
    ActionClasses, ActionGruConfig, ActionTransformerConfig, NgramConfig, Smoothing,
};
use crate::text::Reading;

use super::super::SetupError;
use super::super::config::{self, ExperimentConfig, LmConfig};

/// What learns, or counts.
pub(in super::super) enum Pupil {
    /// A model that learns by gradients.
    Model(Box<TeacherModel>),
    /// Counts.
    Counts(NgramConfig),
}

/// How the model that the config names reads histories.
pub(super) fn reading(
    config: &ExperimentConfig,
    classes: &ActionClasses,
) -> Result<Reading, SetupError> {
    match lm(config)? {
        LmConfig::ActionGru(_) | LmConfig::ActionTransformer(_) | LmConfig::ActionNgram(_) => {
            Ok(Reading::Actions { classes: classes.actions() })
        }
        LmConfig::Bert(_)
        | LmConfig::Roberta(_)
        | LmConfig::DistilBert(_)
        | LmConfig::Albert(_)
        | LmConfig::Electra(_)
        | LmConfig::Deberta(_) => Err(SetupError::unavailable("lm")),
    }
}

/// The model that the config names, its weights drawn by the run's seed.
///
/// # Errors
/// Sizes that describe no model.
pub(super) fn pupil(
    config: &ExperimentConfig,
    classes: &ActionClasses,
    device: &Device,
) -> Result<Pupil, SetupError> {
    crate::device::seed(device, config.run.seed);
    let model = match lm(config)? {
        LmConfig::ActionGru(lm) => TeacherModel::Gru(gru(lm).init(classes, device)?),
        LmConfig::ActionTransformer(lm) => {
            let length = config.language.history.as_ref().map_or(0, |history| history.length);
            TeacherModel::Transformer(transformer(lm, length).init(classes, device)?)
        }
        LmConfig::ActionNgram(lm) => return Ok(Pupil::Counts(ngram(lm))),
        LmConfig::Bert(_)
        | LmConfig::Roberta(_)
        | LmConfig::DistilBert(_)
        | LmConfig::Albert(_)
        | LmConfig::Electra(_)
        | LmConfig::Deberta(_) => return Err(SetupError::unavailable("lm")),
    };
    Ok(Pupil::Model(Box::new(model)))
}

pub(super) fn lm(config: &ExperimentConfig) -> Result<&LmConfig, SetupError> {
    config.language.lm.as_ref().ok_or_else(|| SetupError::unavailable("lm"))
}

fn gru(lm: &config::ActionGru) -> ActionGruConfig {
    let config::ActionGru { dim, num_layers, dropout, tie_outputs, .. } = *lm;
    ActionGruConfig { dim, num_layers, dropout, tie_outputs }
}

fn transformer(lm: &config::ActionTransformer, max_length: usize) -> ActionTransformerConfig {
    let config::ActionTransformer { dim, num_layers, num_heads, dropout, tie_outputs, .. } = *lm;
    ActionTransformerConfig { dim, num_layers, num_heads, dropout, tie_outputs, max_length }
}

fn ngram(lm: &config::ActionNgram) -> NgramConfig {
    let smoothing = match lm.smoothing {
        config::Smoothing::Additive => Smoothing::Additive,
        config::Smoothing::Interpolated => Smoothing::Interpolated,
        config::Smoothing::KneserNey => Smoothing::KneserNey,
    };
    NgramConfig { order: lm.order, smoothing, discount: lm.discount }
}
