//! `model`: the student, part by part.

use schemars::JsonSchema;
use serde::Deserialize;

use super::aggregator::Aggregator;
use super::backbone::Backbone;
use super::predictor::FuturePredictor;
use super::target::by_target;

/// `model`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelConfig {
    /// Frames to features.
    pub backbone: Backbone,
    /// Features of a clip to one, or to a sequence.
    pub temporal_aggregator: Aggregator,
    /// Past features to future ones.
    pub future_predictor: FuturePredictor,
    /// Future features to one.
    pub temporal_aggregator_after_future_pred: Aggregator,
    /// Feature to logits, one for each label type.
    pub classifier: Classifier,
    /// Width of the backbone's output.
    pub backbone_dim: usize,
    /// Width inside the model; `None` stands for `backbone_dim`.
    pub intermediate_featdim: Option<usize>,
    /// Modules cut off the end of the backbone; an identity has none.
    pub backbone_last_n_modules_to_drop: usize,
    /// Dropout in front of the classifiers, as a probability.
    pub dropout: f64,
    /// Width of the projection in front of contrastive losses.
    pub project_dim_for_nce: Option<usize>,
    /// Whether a duration is predicted too.
    pub add_regression_head: bool,
    /// Batch normalisation of the backbone.
    pub bn: BatchNorm,
    /// Whether a linear map restores the width behind the aggregator.
    pub same_temp_agg_dim: bool,
    /// Whether verb and noun logits are sums of action logits.
    pub use_cls_mappings: bool,
    /// Whether observed clips are classified too.
    pub classifier_on_past: bool,
}

impl ModelConfig {
    /// Width of what the future predictor sees.
    pub fn past_width(&self) -> usize {
        let inside = self.width();
        if self.same_temp_agg_dim { inside } else { self.temporal_aggregator.width(inside, inside) }
    }

    /// Width of what the future predictor gives, past and future.
    pub fn predicted_width(&self) -> usize {
        let past = self.past_width();
        match &self.future_predictor {
            FuturePredictor::Avth(avth) if past == 1 => avth.inter_dim,
            FuturePredictor::Identity(_) | FuturePredictor::Mlp(_) | FuturePredictor::Avth(_) => {
                past
            }
        }
    }

    /// Width of the feature that is classified and distilled.
    pub fn feature_width(&self) -> usize {
        self.temporal_aggregator_after_future_pred.width(self.predicted_width(), self.width())
    }

    /// Width behind the backbone.
    fn width(&self) -> usize {
        self.intermediate_featdim.unwrap_or(self.backbone_dim)
    }
}

/// `model.bn`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchNorm {
    /// Added to the variance.
    pub eps: f64,
    /// Share of a batch in the running statistics.
    pub mom: f64,
}

by_target! {
    /// `model.classifier`
    pub enum Classifier {
        "torch.nn.Linear" => Linear(Linear),
        "models.classifiers.MLP" => Mlp(MlpClassifier),
    }
}

/// Keys of a linear classifier.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Linear {
    /// Whether it has a bias.
    pub bias: bool,
}

/// Keys of a classifier of several layers.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MlpClassifier {
    /// Layers, the last of which gives the logits.
    pub nlayers: usize,
    /// Whether the layers before the last have a bias.
    pub bias: bool,
}
