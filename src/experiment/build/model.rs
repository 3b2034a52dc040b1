//! The student from the `model` node.

use burn::tensor::Device;

use crate::data::Dataset;
use crate::models::{
    AggregateStyle, AggregatorConfig, BackboneConfig, BatchNormConfig, BnInceptionConfig,
    ClassMapping, ClassifierConfig, FuturePredictorConfig, LastModule, RulstmConfig, Student,
    StudentConfig, TransformerAggregatorConfig, VideoResNetConfig, VitConfig,
};

use super::super::SetupError;
use super::super::config::{self, ExperimentConfig};
use super::head;

/// Channels of a picture.
const COLOURS: usize = 3;

/// Builds the student for the classes of a data set, seeded.
pub(super) fn init(
    config: &ExperimentConfig,
    dataset: &Dataset,
    device: &Device,
) -> Result<Student, SetupError> {
    let node = &config.model;
    let expected = match node.backbone.temporal() {
        config::Temporal::Features => node.backbone_dim,
        config::Temporal::Frames | config::Temporal::Convolution => COLOURS,
    };
    if dataset.channels() != expected {
        return Err(SetupError::FeatureWidth { found: dataset.channels(), expected });
    }
    let student = student(node)?;
    let [clips, _, frames] = dataset.sample_shape();
    let dropped = node.backbone_last_n_modules_to_drop;
    student.check_input(clips, node.backbone.frames(frames, dropped))?;
    crate::device::seed(device, config.run.seed);
    Ok(student.init(&classes(dataset), &mappings(dataset), device)?)
}

fn classes(dataset: &Dataset) -> Vec<(String, usize)> {
    dataset.classes().iter().map(|label| (label.name.clone(), label.classes.len())).collect()
}

/// The maps from action to verb and to noun, whichever of them are classified.
fn mappings(dataset: &Dataset) -> Vec<ClassMapping> {
    // Data sets of actions alone have no verbs.
    let mappings = dataset.class_mappings().into_iter().filter(|m| m.classes > 0);
    mappings
        .map(|m| ClassMapping {
            target: m.label,
            source: "action".into(),
            source_classes: m.actions,
            target_classes: m.classes,
            pairs: m.pairs,
        })
        .collect()
}

/// The model that the node describes, before its classes are known.
pub(super) fn student(node: &config::ModelConfig) -> Result<StudentConfig, SetupError> {
    let width = node.intermediate_featdim.unwrap_or(node.backbone_dim);
    Ok(StudentConfig {
        backbone: backbone(node),
        backbone_dim: node.backbone_dim,
        intermediate_featdim: node.intermediate_featdim,
        temporal_aggregator: aggregator(&node.temporal_aggregator, width),
        same_temp_agg_dim: node.same_temp_agg_dim,
        future_predictor: future_predictor(&node.future_predictor)?,
        temporal_aggregator_after_future_pred: aggregator(
            &node.temporal_aggregator_after_future_pred,
            width,
        ),
        classifier: match &node.classifier {
            config::Classifier::Linear(linear) => ClassifierConfig::Linear { bias: linear.bias },
            config::Classifier::Mlp(mlp) => {
                ClassifierConfig::Mlp { nlayers: mlp.nlayers, bias: mlp.bias }
            }
        },
        project_dim_for_nce: node.project_dim_for_nce,
        add_regression_head: node.add_regression_head,
        dropout: node.dropout,
        classifier_on_past: node.classifier_on_past,
        use_cls_mappings: node.use_cls_mappings,
    })
}

fn backbone(node: &config::ModelConfig) -> BackboneConfig {
    let network = match &node.backbone {
        config::Backbone::Identity(_) => return BackboneConfig::Identity,
        config::Backbone::Timm(timm) => return BackboneConfig::Vit(vit(timm)),
        config::Backbone::BnInception(_) => {
            return BackboneConfig::BnInception(BnInceptionConfig::default());
        }
        config::Backbone::R3d18(_) => VideoResNetConfig::r3d_18(),
        config::Backbone::R2plus1d18(_) => VideoResNetConfig::r2plus1d_18(),
        config::Backbone::VmzR2plus1d34(vmz) => VideoResNetConfig::r2plus1d_34(vmz.use_pool1),
        config::Backbone::R2plus1d34(_) => VideoResNetConfig::r2plus1d_34(false),
        config::Backbone::R2plus1d152(_) => VideoResNetConfig::r2plus1d_152(),
        config::Backbone::IrCsn152(_) => VideoResNetConfig::ir_csn_152(),
        config::Backbone::IpCsn152(_) => VideoResNetConfig::ip_csn_152(),
        config::Backbone::IpCsn50(_) => VideoResNetConfig::ip_csn_50(),
    };
    let last = LastModule::after_dropping(node.backbone_last_n_modules_to_drop)
        .expect("the config's checks leave a trunk");
    let norm = BatchNormConfig { epsilon: node.bn.eps, momentum: node.bn.mom };
    BackboneConfig::VideoResNet(VideoResNetConfig { last, norm, ..network })
}

/// `BaseModel` asks a classifier that is kept for one class.
fn vit(node: &config::TimmModel) -> VitConfig {
    let config = match node.model_type {
        config::TimmName::VitBasePatch16_224 | config::TimmName::VitBasePatch16_224In21k => {
            VitConfig::base()
        }
    };
    VitConfig { classes: (!node.drop_cls).then_some(1), ..config }
}

/// An aggregator inside a model of that width.
fn aggregator(node: &config::Aggregator, width: usize) -> AggregatorConfig {
    match node {
        config::Aggregator::Identity(_) => AggregatorConfig::Identity,
        config::Aggregator::Mean(_) => AggregatorConfig::Mean,
        config::Aggregator::Transformer(node) => {
            AggregatorConfig::Transformer(TransformerAggregatorConfig {
                inter_rep: node.inter_rep,
                nheads: node.nheads,
                nlayers: node.nlayers,
                agg_style: match node.agg_style {
                    config::AggregateStyle::Mean => AggregateStyle::Mean,
                    config::AggregateStyle::Last => AggregateStyle::Last,
                },
                cloze_loss_ratio: node.cloze_loss_ratio,
                cloze_loss_wt: node.cloze_loss_wt,
                dropout: node.dropout,
                ..Default::default()
            })
        }
        config::Aggregator::Rulstm(node) => AggregatorConfig::Rulstm(RulstmConfig {
            hidden: node.intermediate_featdim.unwrap_or(width),
            dropout: node.dropout,
            num_pad_feats: node.num_pad_feats,
        }),
    }
}

fn future_predictor(node: &config::FuturePredictor) -> Result<FuturePredictorConfig, SetupError> {
    match node {
        config::FuturePredictor::Identity(_) => Ok(FuturePredictorConfig::Identity),
        config::FuturePredictor::Mlp(mlp) => {
            Ok(FuturePredictorConfig::Mlp { num_layers: mlp.num_layers })
        }
        config::FuturePredictor::Avth(avth) => Ok(FuturePredictorConfig::Avth(head::avth(avth)?)),
    }
}
