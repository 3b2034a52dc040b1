//! Settings of the student and how it is built from them.

use burn::tensor::Device;

use super::Student;
use crate::models::error::positive;
use crate::models::layers::{dropout, linear};
use crate::models::mapping::find;
use crate::models::names::materialize_values;
use crate::models::product::Linear;
use crate::models::{
    AggregatorConfig, BackboneConfig, ClassMap, ClassMapping, FuturePredictorConfig, ModelError,
    ModuleDict,
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
    /// Projects features to that width for contrastive losses, through a layer that keeps it.
    pub project_dim_for_nce: Option<usize>,
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
        let (in_features, classified) = (self.predicted_dim(), self.feature_dim());
        let reset = aggregated != in_features;
        Ok(Student {
            backbone: self.backbone.init(device),
            mapper_to_inter: (backbone_dim != width)
                .then(|| linear(backbone_dim, width, false, device)),
            temporal_aggregator: self.temporal_aggregator.init(device),
            reset_temp_agg_feat_dim: reset.then(|| linear(aggregated, width, true, device)),
            future_predictor: self.future_predictor.init(in_features, device)?,
            project_mlp: self.project_dim_for_nce.map(|dim| {
                let layer =
                    |name: &str, out| (name.to_owned(), linear(in_features, out, true, device));
                [layer("0", in_features), layer("2", dim)].into_iter().collect()
            }),
            temporal_aggregator_after_future_pred: self
                .temporal_aggregator_after_future_pred
                .init(device),
            dropout: dropout("dropout", self.dropout)?,
            classifiers: self.classifiers(classified, classes, device)?,
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
        let steps = self.temporal_aggregator.output_len(frames);
        if positive("clips", clips)? > 1 && steps > 1 {
            return Err(ModelError::UnaggregatedClips { clips, steps });
        }
        let future = self.future_predictor.output_len(clips * steps)?;
        match self.temporal_aggregator_after_future_pred.output_len(future) {
            1 => Ok(()),
            steps => Err(ModelError::UnaggregatedFuture { steps }),
        }
    }

    /// Width of the feature that is classified, [`StudentOutput::future_agg`].
    ///
    /// [`StudentOutput::future_agg`]: super::StudentOutput::future_agg
    pub fn feature_dim(&self) -> usize {
        let predicted = self.future_predictor.output_dim(self.predicted_dim());
        self.temporal_aggregator_after_future_pred.output_dim(predicted)
    }

    /// Width that the future predictor sees.
    fn predicted_dim(&self) -> usize {
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
mod tests {
    use super::*;
    use crate::models::{AvthConfig, Gpt2Config, VideoResNetConfig, named_parameters};
    use burn::module::{Module, Param};
    use burn::tensor::Tensor;

    fn classes() -> Vec<(String, usize)> {
        vec![("action".into(), 40), ("verb".into(), 30)]
    }

    fn config() -> StudentConfig {
        let gpt = Gpt2Config { n_layer: 1, n_head: 2, n_positions: 6, ..Gpt2Config::new(64) };
        StudentConfig {
            intermediate_featdim: Some(32),
            future_predictor: FuturePredictorConfig::Avth(AvthConfig {
                gpt,
                avg_last_n: Some(1),
                ..AvthConfig::new(64)
            }),
            ..StudentConfig::new(48)
        }
    }

    fn with_avth(change: impl FnOnce(&mut AvthConfig)) -> StudentConfig {
        let mut config = config();
        if let FuturePredictorConfig::Avth(avth) = &mut config.future_predictor {
            change(avth);
        }
        config
    }

    #[test]
    fn values_are_drawn_when_built_in_the_order_of_the_fields() {
        struct Drawn;
        impl burn::module::ModuleVisitor for Drawn {
            fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
                assert!(param.is_initialized(), "the first use would draw {:?}", param.id);
            }
        }
        config().init(&classes(), &[], &Device::default()).unwrap().visit(&mut Drawn);
    }

    #[test]
    fn names_follow_the_fields() {
        let student = config().init(&classes(), &[], &Device::default()).unwrap();
        let names: Vec<String> = named_parameters(&student).into_iter().map(|p| p.name).collect();
        assert_eq!(names[0], "mapper_to_inter.weight");
        assert_eq!(names[1], "future_predictor.encoder.weight");
        assert_eq!(names.last().unwrap(), "classifiers.verb.bias");
        let unique: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(unique.len(), names.len());
    }

    #[test]
    fn what_describes_no_model_is_refused() {
        let no_head = StudentConfig { dropout: 1.0, ..config() };
        let mapped = StudentConfig { use_cls_mappings: true, ..config() };
        let r3d = BackboneConfig::VideoResNet(VideoResNetConfig::r3d_18());
        let pictures = StudentConfig { backbone: r3d, ..config() };
        let pairs = vec![(3, 30)];
        let wrong = ClassMapping {
            target: "verb".into(),
            source: "action".into(),
            source_classes: 40,
            target_classes: 30,
            pairs,
        };
        for (what, config, maps, message) in [
            ("dropout", no_head, vec![], "dropout probability dropout is 1"),
            ("maps", mapped.clone(), vec![], "no class mapping gives `verb` from `action`"),
            ("class", mapped, vec![wrong], "names class 30, expected less than 30"),
            ("heads", with_avth(|a| a.gpt.n_head = 5), vec![], "64 is not a multiple of n_head 5"),
            ("length", with_avth(|a| a.output_len = 0), vec![], "output_len is 0"),
            ("width", StudentConfig { backbone_dim: 0, ..config() }, vec![], "backbone_dim is 0"),
            ("backbone", pictures, vec![], "backbone_dim is 48, but the backbone gives 512"),
        ] {
            let error = config.init(&classes(), &maps, &Device::default()).unwrap_err().to_string();
            assert!(error.contains(message), "{what}: {error}");
        }
        assert_eq!(config().init(&[], &[], &Device::default()).unwrap_err(), ModelError::NoClasses);
    }

    #[test]
    fn inputs_that_do_not_fit_are_refused() {
        let sequence = with_avth(|a| a.avg_last_n = None);
        let identity =
            StudentConfig { future_predictor: FuturePredictorConfig::Identity, ..config() };
        let long = with_avth(|a| a.output_len = 4);
        let dropped = with_avth(|a| a.drop_last_n = 3);
        for (config, clips, frames, expected) in [
            (config(), 1, 6, Ok(())),
            (config(), 6, 1, Ok(())),
            (config(), 1, 7, Err(ModelError::Positions { steps: 7, n_positions: 6 })),
            (config(), 2, 3, Err(ModelError::UnaggregatedClips { clips: 2, steps: 3 })),
            (long, 1, 4, Err(ModelError::Positions { steps: 7, n_positions: 6 })),
            (dropped, 1, 3, Err(ModelError::DroppedAll { drop_last_n: 3, steps: 3 })),
            (identity.clone(), 1, 1, Ok(())),
            (identity, 1, 4, Err(ModelError::UnaggregatedFuture { steps: 4 })),
            (sequence.clone(), 1, 4, Ok(())),
            (with_mean(sequence), 1, 4, Ok(())),
            (config(), 0, 4, Err(ModelError::Zero { name: "clips" })),
        ] {
            assert_eq!(config.check_input(clips, frames), expected, "{clips} x {frames}");
        }
    }

    fn with_mean(config: StudentConfig) -> StudentConfig {
        StudentConfig { temporal_aggregator_after_future_pred: AggregatorConfig::Mean, ..config }
    }
}
