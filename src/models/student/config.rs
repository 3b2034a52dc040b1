//! Settings of the student and how it is built from them.

use burn::tensor::Device;

use super::Student;
use crate::models::error::positive;
use crate::models::layers::{dropout, linear};
use crate::models::mapping::find;
use crate::models::names::materialize_values;
use crate::models::stack::relu_stack;
use crate::models::{
    AggregatorConfig, BackboneConfig, ClassMap, ClassMapping, Classifier, ClassifierConfig,
    FuturePredictorConfig, ModelError, ModuleDict,
};

const PROJECTED: &str = "project_dim_for_nce";

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
    /// Projects features to that width for contrastive losses, through a layer that keeps it.
    pub project_dim_for_nce: Option<usize>,
    /// Predicts how long the action lasts too.
    pub add_regression_head: bool,
    /// Dropout before the classifiers.
    pub dropout: f64,
    /// Classifies the past features too.
    pub classifier_on_past: bool,
    /// Classifies the first label type only and derives the others.
    pub use_cls_mappings: bool,
}

impl StudentConfig {
    /// The least student: features of width `backbone_dim`, classified as they are.
    pub fn new(backbone_dim: usize) -> Self {
        Self {
            backbone: BackboneConfig::Identity,
            backbone_dim,
            intermediate_featdim: None,
            temporal_aggregator: AggregatorConfig::Identity,
            same_temp_agg_dim: false,
            future_predictor: FuturePredictorConfig::Identity,
            temporal_aggregator_after_future_pred: AggregatorConfig::Identity,
            classifier: ClassifierConfig::Linear { bias: true },
            project_dim_for_nce: None,
            add_regression_head: false,
            dropout: 0.0,
            classifier_on_past: false,
            use_cls_mappings: false,
        }
    }

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
        let student = self.outline(classes, mappings, device)?;
        materialize_values(&student);
        Ok(student)
    }

    /// The same student before its values are drawn: names and shapes, at no cost.
    ///
    /// # Errors
    /// As [`StudentConfig::init`].
    pub fn outline(
        &self,
        classes: &[(String, usize)],
        mappings: &[ClassMapping],
        device: &Device,
    ) -> Result<Student, ModelError> {
        let backbone_dim = positive("backbone_dim", self.backbone_dim)?;
        if let Some(found) = self.backbone.output_dim().filter(|width| *width != backbone_dim) {
            return Err(ModelError::BackboneDim { found, expected: backbone_dim });
        }
        let width = positive("intermediate_featdim", self.width())?;
        let aggregated = self.temporal_aggregator.output_dim(width);
        let (seen, classified) = (self.seen_dim(), self.feature_dim());
        let predicted = self.future_predictor.output_dim(seen);
        if self.classifier_on_past && predicted != classified {
            return Err(ModelError::PastWidth { past: predicted, future: classified });
        }
        let project = |dim| Ok(relu_stack(&[seen, seen, positive(PROJECTED, dim)?], true, device));
        Ok(Student {
            backbone: self.backbone.init(device)?,
            mapper_to_inter: (backbone_dim != width)
                .then(|| linear(backbone_dim, width, false, device)),
            temporal_aggregator: self.temporal_aggregator.init(width, device)?,
            reset_temp_agg_feat_dim: (aggregated != seen)
                .then(|| linear(aggregated, seen, true, device)),
            future_predictor: self.future_predictor.init(seen, device)?,
            project_mlp: self.project_dim_for_nce.map(project).transpose()?,
            temporal_aggregator_after_future_pred: self
                .temporal_aggregator_after_future_pred
                .init(predicted, device)?,
            dropout: dropout("dropout", self.dropout)?,
            classifiers: self.classifiers(classified, classes, device)?,
            regression_head: self.add_regression_head.then(|| linear(classified, 1, true, device)),
            class_maps: self.class_maps(classes, mappings, device)?,
            label_types: classes.iter().map(|(name, _)| name.clone()).collect(),
            classifier_on_past: self.classifier_on_past,
        })
    }

    /// Checks that clips of `frames` time steps lead to one feature per sample.
    ///
    /// # Errors
    /// [`ModelError`] saying which part does not fit.
    pub fn check_input(&self, clips: usize, frames: usize) -> Result<(), ModelError> {
        let frames = self.backbone.output_len(positive("frames", frames)?);
        let steps = self.temporal_aggregator.output_len(frames)?;
        if positive("clips", clips)? > 1 && steps > 1 {
            return Err(ModelError::UnaggregatedClips { clips, steps });
        }
        let future = self.future_predictor.output_len(clips * steps)?;
        match self.temporal_aggregator_after_future_pred.output_len(future)? {
            1 => Ok(()),
            steps => Err(ModelError::UnaggregatedFuture { steps }),
        }
    }

    /// Width of the feature that is classified, [`StudentOutput::future_agg`].
    ///
    /// [`StudentOutput::future_agg`]: super::StudentOutput::future_agg
    pub fn feature_dim(&self) -> usize {
        let predicted = self.future_predictor.output_dim(self.seen_dim());
        self.temporal_aggregator_after_future_pred.output_dim(predicted)
    }

    /// Width that the future predictor sees.
    fn seen_dim(&self) -> usize {
        match self.same_temp_agg_dim {
            true => self.width(),
            false => self.temporal_aggregator.output_dim(self.width()),
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
    ) -> Result<ModuleDict<Classifier>, ModelError> {
        if classes.is_empty() {
            return Err(ModelError::NoClasses);
        }
        let own = if self.use_cls_mappings { &classes[..1] } else { classes };
        own.iter()
            .map(|(name, count)| Ok((name.clone(), self.classifier.init(width, *count, device)?)))
            .collect()
    }

    fn class_maps(
        &self,
        classes: &[(String, usize)],
        mappings: &[ClassMapping],
        device: &Device,
    ) -> Result<Vec<ClassMap>, ModelError> {
        let maps: Vec<ClassMap> =
            mappings.iter().map(|m| m.init(device)).collect::<Result<_, _>>()?;
        if self.use_cls_mappings {
            for (target, _) in &classes[1..] {
                find(&maps, target, &classes[0].0)?;
            }
        }
        Ok(maps)
    }
}

#[cfg(test)]
mod tests;
