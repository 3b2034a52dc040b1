//! The student: backbone, aggregation, future prediction, classifiers.
//!
//! Source: AVT's `models/base_model.py`, `BaseModel`.

use burn::module::Module;
use burn::nn::{Dropout, Linear};
use burn::tensor::{Device, Tensor};

use super::error::positive;
use super::layers::{dropout, linear};
use super::mapping::find;
use super::names::materialize_values;
use super::{
    Aggregator, AggregatorConfig, Backbone, BackboneConfig, ClassMap, ClassMapping,
    FuturePredictor, FuturePredictorConfig, ModelError, ModuleDict,
};

/// Which classifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClassifierConfig {
    /// `torch.nn.Linear`.
    Linear {
        /// Whether it adds a bias.
        bias: bool,
    },
}

/// Settings of [`Student`]; field names are those of the `model` node of the original.
#[derive(Clone, Debug, PartialEq)]
pub struct StudentConfig {
    /// What a frame becomes.
    pub backbone: BackboneConfig,
    /// Width of the backbone's output.
    pub backbone_dim: usize,
    /// Width of everything after it; `None` is `backbone_dim`.
    pub intermediate_featdim: Option<usize>,
    /// Features of a clip -> what the future predictor sees.
    pub temporal_aggregator: AggregatorConfig,
    /// Maps the aggregator's output back to `intermediate_featdim` when it differs.
    pub same_temp_agg_dim: bool,
    /// Past features -> future features.
    pub future_predictor: FuturePredictorConfig,
    /// Future features -> the one that is classified.
    pub temporal_aggregator_after_future_pred: AggregatorConfig,
    /// The classifier of each label type.
    pub classifier: ClassifierConfig,
    /// Dropout before the classifiers.
    pub dropout: f64,
    /// Classifies the past features too.
    pub classifier_on_past: bool,
    /// Classifies the first label type only and derives the others.
    pub use_cls_mappings: bool,
}

impl StudentConfig {
    /// Builds the student for label types and their class counts, in order.
    ///
    /// Every linear layer starts from N(0, 0.01) with bias zero, GPT-2's own layers from
    /// N(0, 0.02), as `BaseModel._initialize_weights` leaves them.
    ///
    /// # Errors
    /// [`ModelError`] when the configuration describes no model.
    pub fn init(
        &self,
        classes: &[(String, usize)],
        mappings: &[ClassMapping],
        device: &Device,
    ) -> Result<Student, ModelError> {
        let backbone_dim = positive("backbone_dim", self.backbone_dim)?;
        let width = positive("intermediate_featdim", self.width())?;
        let aggregated = self.temporal_aggregator.output_dim(width);
        let reset = self.same_temp_agg_dim && aggregated != width;
        let in_features = if reset { width } else { aggregated };
        let classified = self.temporal_aggregator_after_future_pred.output_dim(in_features);
        let student = Student {
            backbone: self.backbone.init(device),
            mapper_to_inter: (backbone_dim != width)
                .then(|| linear(backbone_dim, width, false, device)),
            temporal_aggregator: self.temporal_aggregator.init(device),
            reset_temp_agg_feat_dim: reset.then(|| linear(aggregated, width, true, device)),
            future_predictor: self.future_predictor.init(in_features, device)?,
            temporal_aggregator_after_future_pred: self
                .temporal_aggregator_after_future_pred
                .init(device),
            dropout: dropout("dropout", self.dropout)?,
            classifiers: self.classifiers(classified, classes, device)?,
            class_maps: self.class_maps(classes, mappings, device)?,
            label_types: classes.iter().map(|(name, _)| name.clone()).collect(),
            classifier_on_past: self.classifier_on_past,
        };
        materialize_values(&student);
        Ok(student)
    }

    /// Checks that clips of `frames` time steps lead to one feature per sample.
    ///
    /// # Errors
    /// [`ModelError`] saying which part does not fit.
    pub fn check_input(&self, clips: usize, frames: usize) -> Result<(), ModelError> {
        let steps = self.temporal_aggregator.output_len(positive("frames", frames)?);
        if positive("clips", clips)? > 1 && steps > 1 {
            return Err(ModelError::UnaggregatedClips { clips, steps });
        }
        let future = self.future_predictor.output_len(clips * steps)?;
        match self.temporal_aggregator_after_future_pred.output_len(future) {
            1 => Ok(()),
            steps => Err(ModelError::UnaggregatedFuture { steps }),
        }
    }

    fn width(&self) -> usize {
        self.intermediate_featdim.unwrap_or(self.backbone_dim)
    }

    fn classifiers(
        &self,
        width: usize,
        classes: &[(String, usize)],
        device: &Device,
    ) -> Result<ModuleDict<Linear>, ModelError> {
        if classes.is_empty() {
            return Err(ModelError::NoClasses);
        }
        let ClassifierConfig::Linear { bias } = self.classifier;
        let own = if self.use_cls_mappings { &classes[..1] } else { classes };
        own.iter()
            .map(|(name, count)| {
                Ok((name.clone(), linear(width, positive("classes", *count)?, bias, device)))
            })
            .collect()
    }

    fn class_maps(
        &self,
        classes: &[(String, usize)],
        mappings: &[ClassMapping],
        device: &Device,
    ) -> Result<Vec<ClassMap>, ModelError> {
        let maps: Vec<ClassMap> =
            mappings.iter().filter_map(|m| m.init(classes, device)).collect::<Result<_, _>>()?;
        if self.use_cls_mappings {
            for (target, _) in &classes[1..] {
                find(&maps, target, &classes[0].0)?;
            }
        }
        Ok(maps)
    }
}

/// Anticipates the next action from the features of a clip.
#[derive(Module, Debug)]
pub struct Student {
    backbone: Backbone,
    mapper_to_inter: Option<Linear>,
    temporal_aggregator: Aggregator,
    reset_temp_agg_feat_dim: Option<Linear>,
    future_predictor: FuturePredictor,
    temporal_aggregator_after_future_pred: Aggregator,
    dropout: Dropout,
    classifiers: ModuleDict<Linear>,
    class_maps: Vec<ClassMap>,
    #[module(skip)]
    label_types: Vec<String>,
    classifier_on_past: bool,
}

/// What the student says about a batch.
#[derive(Clone, Debug)]
pub struct StudentOutput {
    /// Scores of the next action by label type, `[B, C]`.
    pub logits: Vec<(String, Tensor<2>)>,
    /// Scores of the past actions by label type, `[B, T, C]`; empty unless `classifier_on_past`.
    pub past_logits: Vec<(String, Tensor<3>)>,
    /// The feature that is classified, before dropout, `[B, F]`.
    pub future_agg: Tensor<2>,
    /// Past features as the future predictor returns them, `[B, T, F]`.
    pub past: Tensor<3>,
    /// Unreduced losses of the model itself by name, `[B, N, F]`.
    pub aux: Vec<(&'static str, Tensor<3>)>,
}

impl Student {
    /// Anticipates.
    ///
    /// # Shapes
    /// - video: `[B, clips, C, T, H, W]`
    ///
    /// # Panics
    /// When the input is one that [`StudentConfig::check_input`] refuses or has another width
    /// than the model.
    pub fn forward(&self, video: Tensor<6>) -> StudentOutput {
        let [b, clips, ..] = video.dims();
        let features = self.clip_features(video); // [B * clips, T, F]
        let features = self.temporal_aggregator.forward(features);
        let features = match &self.reset_temp_agg_feat_dim {
            Some(reset) => reset.forward(features),
            None => features,
        };
        let predicted = self.future_predictor.forward(unfold_clips(features, b, clips));
        let future = self.temporal_aggregator_after_future_pred.forward(predicted.future);
        assert_eq!(future.dims()[1], 1, "one future feature per sample reaches the classifier");
        let future_agg: Tensor<2> = future.squeeze_dim(1);
        let past_logits = match self.classifier_on_past {
            true => self.classify(self.dropout.forward(predicted.past.clone())),
            false => Vec::new(),
        };
        StudentOutput {
            past_logits,
            logits: self.classify(self.dropout.forward(future_agg.clone())),
            future_agg,
            past: predicted.past,
            aux: predicted.feat_loss.map(|loss| ("feat", loss)).into_iter().collect(),
        }
    }

    /// Label types in order.
    pub fn label_types(&self) -> &[String] {
        &self.label_types
    }

    /// Buffers of the original's `state_dict`, used by the model or not.
    pub fn class_maps(&self) -> &[ClassMap] {
        &self.class_maps
    }

    /// `[B, clips, C, T, H, W]` -> `[B * clips, T, F]`.
    fn clip_features(&self, video: Tensor<6>) -> Tensor<3> {
        let [b, clips, c, t, h, w] = video.dims();
        let maps = self.backbone.forward(video.reshape([b * clips, c, t, h, w]));
        let [n, c, t, h, w] = maps.dims();
        let features: Tensor<3> = match h * w {
            1 => maps.reshape([n, c, t]),
            _ => maps.reshape([n, c, t, h * w]).mean_dim(3).squeeze_dim(3),
        };
        let features = features.swap_dims(1, 2); // [B * clips, T, C]
        match &self.mapper_to_inter {
            Some(mapper) => mapper.forward(features),
            None => features,
        }
    }

    /// Scores of every label type, those without a classifier derived from the first.
    fn classify<const D: usize>(&self, features: Tensor<D>) -> Vec<(String, Tensor<D>)> {
        let mut scores: Vec<(String, Tensor<D>)> = Vec::with_capacity(self.label_types.len());
        for name in &self.label_types {
            let logits = match self.classifiers.get(name) {
                Some(classifier) => classifier.forward(features.clone()),
                None => {
                    let (source, logits) = &scores[0];
                    let map = find(&self.class_maps, name, source).expect("init checked the maps");
                    map.forward(logits.clone())
                }
            };
            scores.push((name.clone(), logits));
        }
        scores
    }
}

/// `[B * clips, T, F]` -> `[B, T, F]` for one clip, `[B, clips, F]` for several of one feature.
fn unfold_clips(features: Tensor<3>, b: usize, clips: usize) -> Tensor<3> {
    let [_, t, f] = features.dims();
    assert!(clips == 1 || t == 1, "several clips have one feature each, got {t}");
    if clips == 1 { features } else { features.reshape([b, clips, f]) }
}
