//! The student from the `model` node.

use burn::tensor::Device;

use crate::data::Dataset;
use crate::models::{
    AggregatorConfig, BackboneConfig, ClassMapping, ClassifierConfig, FuturePredictorConfig,
    Student, StudentConfig,
};

use super::super::SetupError;
use super::super::config::{self, ExperimentConfig};
use super::head;

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
    let student = student(node)?;
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

fn student(node: &config::ModelConfig) -> Result<StudentConfig, SetupError> {
    let after = "model.temporal_aggregator_after_future_pred";
    Ok(StudentConfig {
        backbone: backbone(&node.backbone)?,
        backbone_dim: node.backbone_dim,
        intermediate_featdim: node.intermediate_featdim,
        temporal_aggregator: aggregator("model.temporal_aggregator", &node.temporal_aggregator)?,
        same_temp_agg_dim: node.same_temp_agg_dim,
        future_predictor: future_predictor(&node.future_predictor)?,
        temporal_aggregator_after_future_pred: aggregator(
            after,
            &node.temporal_aggregator_after_future_pred,
        )?,
        classifier: match &node.classifier {
            config::Classifier::Linear(linear) => ClassifierConfig::Linear { bias: linear.bias },
            config::Classifier::Mlp(_) => return Err(SetupError::unavailable("model.classifier")),
        },
        dropout: node.dropout,
        classifier_on_past: node.classifier_on_past,
        use_cls_mappings: node.use_cls_mappings,
    })
}

fn backbone(node: &config::Backbone) -> Result<BackboneConfig, SetupError> {
    match node {
        config::Backbone::Identity(_) => Ok(BackboneConfig::Identity),
        config::Backbone::Timm(_)
        | config::Backbone::BnInception(_)
        | config::Backbone::R3d18(_)
        | config::Backbone::R2plus1d18(_)
        | config::Backbone::VmzR2plus1d34(_)
        | config::Backbone::R2plus1d34(_)
        | config::Backbone::R2plus1d152(_)
        | config::Backbone::IrCsn152(_)
        | config::Backbone::IpCsn152(_)
        | config::Backbone::IpCsn50(_) => Err(SetupError::unavailable("model.backbone")),
    }
}

fn aggregator(key: &str, node: &config::Aggregator) -> Result<AggregatorConfig, SetupError> {
    match node {
        config::Aggregator::Identity(_) => Ok(AggregatorConfig::Identity),
        config::Aggregator::Mean(_) => Ok(AggregatorConfig::Mean),
        config::Aggregator::Transformer(_) | config::Aggregator::Rulstm(_) => {
            Err(SetupError::unavailable(key))
        }
    }
}

fn future_predictor(node: &config::FuturePredictor) -> Result<FuturePredictorConfig, SetupError> {
    match node {
        config::FuturePredictor::Identity(_) => Ok(FuturePredictorConfig::Identity),
        config::FuturePredictor::Mlp(_) => Err(SetupError::unavailable("model.future_predictor")),
        config::FuturePredictor::Avth(avth) => Ok(FuturePredictorConfig::Avth(head::avth(avth)?)),
    }
}
