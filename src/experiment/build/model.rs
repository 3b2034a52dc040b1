//! The student from the `model` node.

use burn::tensor::Device;

use crate::data::Dataset;
use crate::models::{
    AggregatorConfig, AvthConfig, BackboneConfig, ClassMapping, ClassifierConfig, FutureLoss,
    FuturePredictorConfig, Gpt2Config, Student, StudentConfig,
};

use super::super::SetupError;
use super::super::config::{self, ExperimentConfig};

/// Builds the student for the classes of a data set, seeded.
pub(super) fn init(
    config: &ExperimentConfig,
    dataset: &Dataset,
    device: &Device,
) -> Result<Student, SetupError> {
    let node = &config.model;
    if dataset.feature_dim() != node.backbone_dim {
        return Err(SetupError::FeatureWidth {
            found: dataset.feature_dim(),
            expected: node.backbone_dim,
        });
    }
    let student = student(node);
    let [clips, _, frames] = dataset.sample_shape();
    student.check_input(clips, frames)?;
    crate::device::seed(device, config.run.seed);
    Ok(student.init(&classes(dataset), &mappings(dataset), device)?)
}

fn classes(dataset: &Dataset) -> Vec<(String, usize)> {
    dataset.classes().iter().map(|label| (label.name.clone(), label.classes.len())).collect()
}

fn mappings(dataset: &Dataset) -> Vec<ClassMapping> {
    let mappings = dataset.class_mappings().into_iter();
    mappings
        .map(|m| ClassMapping { target: m.label, source: "action".into(), pairs: m.pairs })
        .collect()
}

fn student(node: &config::ModelConfig) -> StudentConfig {
    let config::Classifier::Linear(linear) = &node.classifier;
    StudentConfig {
        backbone: match node.backbone {
            config::Backbone::Identity(_) => BackboneConfig::Identity,
        },
        backbone_dim: node.backbone_dim,
        intermediate_featdim: node.intermediate_featdim,
        temporal_aggregator: aggregator(&node.temporal_aggregator),
        same_temp_agg_dim: node.same_temp_agg_dim,
        future_predictor: match &node.future_predictor {
            config::FuturePredictor::Identity(_) => FuturePredictorConfig::Identity,
            config::FuturePredictor::Avth(avth) => FuturePredictorConfig::Avth(head(avth)),
        },
        temporal_aggregator_after_future_pred: aggregator(
            &node.temporal_aggregator_after_future_pred,
        ),
        classifier: ClassifierConfig::Linear { bias: linear.bias },
        dropout: node.dropout,
        classifier_on_past: node.classifier_on_past,
        use_cls_mappings: node.use_cls_mappings,
    }
}

fn aggregator(node: &config::Aggregator) -> AggregatorConfig {
    match node {
        config::Aggregator::Identity(_) => AggregatorConfig::Identity,
        config::Aggregator::Mean(_) => AggregatorConfig::Mean,
    }
}

fn head(node: &config::AvthConfig) -> AvthConfig {
    AvthConfig {
        gpt: Gpt2Config {
            n_layer: node.n_layer,
            n_head: node.n_head,
            n_positions: node.n_positions,
            embd_pdrop: node.embd_pdrop,
            attn_pdrop: node.attn_pdrop,
            resid_pdrop: node.resid_pdrop,
            ..Gpt2Config::new(node.inter_dim)
        },
        output_len: usize::try_from(node.output_len).unwrap_or(0),
        output_len_eval: positive(node.output_len_eval),
        avg_last_n: positive(node.avg_last_n),
        future_pred_loss: node.future_pred_loss.as_ref().map(|loss| match loss {
            config::FutureLoss::Mse(_) => FutureLoss::Mse,
        }),
        return_past_too: node.return_past_too,
        drop_last_n: node.drop_last_n,
    }
}

/// The original writes "not set" as -1.
fn positive(value: i64) -> Option<usize> {
    usize::try_from(value).ok().filter(|v| *v > 0)
}
