//! The student: backbone, aggregation, future prediction, classifiers.
//!
//! Source: AVT's `models/base_model.py`, `BaseModel`.

mod config;

use burn::module::Module;
use burn::nn::Dropout;
use burn::tensor::Tensor;
use burn::tensor::activation::relu;

use super::mapping::find;
use super::product::Linear;
use super::{Aggregator, Backbone, ClassMap, FuturePredictor, ModuleDict};

pub use config::{ClassifierConfig, StudentConfig};

/// Anticipates the next action from the features of a clip.
#[derive(Module, Debug)]
pub struct Student {
    backbone: Backbone,
    mapper_to_inter: Option<Linear>,
    temporal_aggregator: Aggregator,
    reset_temp_agg_feat_dim: Option<Linear>,
    future_predictor: FuturePredictor,
    project_mlp: Option<ModuleDict<Linear>>,
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
    /// The backbone's features, averaged over space and time, `[B * clips, C]`.
    pub backbone_mean: Tensor<2>,
    /// The same through the projection, where there is one and the width is its input's.
    pub backbone_mean_projected: Option<Tensor<2>>,
    /// Features behind the first aggregator, `[B * clips, T', F]`.
    pub temp_agg: Tensor<3>,
    /// The same through the projection; without one, as they are.
    pub temp_agg_projected: Tensor<3>,
    /// The projection of what the future predictor sees, clips unfolded, `[B, T, F]`.
    pub future_projected: Tensor<3>,
    /// Unreduced losses of the model itself by name: `[B, N]`, or `[1, N]` where a loss is of the
    /// whole batch. Their mean is the term.
    pub aux: Vec<(&'static str, Tensor<2>)>,
    /// Attention weights of each step of the future predictor's roll-out,
    /// `[B, blocks, heads, T, seen + T]`; none unless asked for.
    pub attentions: Vec<Tensor<5>>,
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
        let frames = self.frame_features(self.on_our_side(video)); // [B * clips, C, T]
        let backbone_mean: Tensor<2> = frames.clone().mean_dim(2).squeeze_dim(2);
        let features = self.temporal_aggregator.forward(self.mapped(frames.swap_dims(1, 2)));
        let features = match &self.reset_temp_agg_feat_dim {
            Some(reset) => reset.forward(features),
            None => features,
        };
        let temp_agg_projected = self.projected(features.clone());
        let predicted = self.future_predictor.forward(unfold_clips(features.clone(), b, clips));
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
            backbone_mean_projected: self.projected_mean(&backbone_mean),
            backbone_mean,
            temp_agg: features,
            future_projected: unfold_clips(temp_agg_projected.clone(), b, clips),
            temp_agg_projected,
            aux: predicted.feat_loss.map(|loss| ("feat", loss)).into_iter().collect(),
            attentions: predicted.attentions,
        }
    }

    /// Label types in order.
    pub fn label_types(&self) -> &[String] {
        &self.label_types
    }

    /// How many classes there are where the video's features are class numbers.
    pub fn class_numbers(&self) -> Option<usize> {
        let FuturePredictor::Avth(avth) = &self.future_predictor else { return None };
        avth.class_numbers()
    }

    /// Second names of parameters in the original's `state_dict`: the name, and the first one.
    pub fn tied_names(&self) -> &'static [(&'static str, &'static str)] {
        match &self.future_predictor {
            FuturePredictor::Avth(avth) if avth.ties_decoder() => {
                &[("future_predictor.decoder.weight", "future_predictor.encoder.weight")]
            }
            _ => &[],
        }
    }

    /// Buffers of the original's `state_dict`, used by the model or not.
    pub fn class_maps(&self) -> &[ClassMap] {
        &self.class_maps
    }

    /// The input under autodiff when the parameters are: dropout looks at its input only, and would
    /// silently rest on a batch made elsewhere.
    fn on_our_side(&self, video: Tensor<6>) -> Tensor<6> {
        let training = self.classifiers.iter().any(|(_, head)| head.weight.val().is_autodiff());
        if training { video.autodiff() } else { video }
    }

    /// The backbone's features, averaged over space: `[B, clips, C, T, H, W]` -> `[N, C, T]`.
    fn frame_features(&self, video: Tensor<6>) -> Tensor<3> {
        let [b, clips, c, t, h, w] = video.dims();
        let maps = self.backbone.forward(video.reshape([b * clips, c, t, h, w]));
        let [n, c, t, h, w] = maps.dims();
        match h * w {
            1 => maps.reshape([n, c, t]),
            _ => maps.reshape([n, c, t, h * w]).mean_dim(3).squeeze_dim(3),
        }
    }

    /// Features of the width inside the model, `[N, T, F]`.
    fn mapped(&self, features: Tensor<3>) -> Tensor<3> {
        match &self.mapper_to_inter {
            Some(mapper) => mapper.forward(features),
            None => features,
        }
    }

    /// Features through the projection, if there is one.
    fn projected<const D: usize>(&self, features: Tensor<D>) -> Tensor<D> {
        let Some(layers) = &self.project_mlp else { return features };
        layers
            .iter()
            .enumerate()
            .fold(features, |x, (i, (_, layer))| layer.forward(if i == 0 { x } else { relu(x) }))
    }

    fn projected_mean(&self, backbone_mean: &Tensor<2>) -> Option<Tensor<2>> {
        let (_, first) = self.project_mlp.as_ref()?.iter().next()?;
        let [_, width] = backbone_mean.dims();
        (first.weight.dims()[0] == width).then(|| self.projected(backbone_mean.clone()))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::{AvthConfig, FutureLoss, FuturePredictorConfig, Gpt2Config};
    use burn::tensor::{Device, Distribution};

    fn student(device: &Device) -> Student {
        let gpt = Gpt2Config { n_layer: 2, n_head: 2, ..Gpt2Config::new(8) };
        let avth = AvthConfig {
            gpt,
            avg_last_n: Some(1),
            future_pred_loss: Some(FutureLoss::Mse),
            ..AvthConfig::new(8)
        };
        student_with(FuturePredictorConfig::Avth(avth), device)
    }

    fn student_with(future_predictor: FuturePredictorConfig, device: &Device) -> Student {
        let config = StudentConfig {
            future_predictor,
            dropout: 0.5,
            classifier_on_past: true,
            ..StudentConfig::new(4)
        };
        config.init(&[("action".into(), 3)], &[], device).unwrap()
    }

    fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data_as::<f32>().try_into_vec().unwrap()
    }

    #[test]
    fn shapes() {
        let device = Device::default();
        let output = student(&device).forward(Tensor::ones([2, 5, 4, 1, 3, 3], &device));
        assert_eq!(output.logits[0].1.dims(), [2, 3]);
        assert_eq!(output.past_logits[0].1.dims(), [2, 5, 3]);
        assert_eq!(output.future_agg.dims(), [2, 4]);
        assert_eq!(output.past.dims(), [2, 5, 4]);
        assert_eq!((output.aux[0].0, output.aux[0].1.dims()), ("feat", [2, 16]));
    }

    #[test]
    fn dropout_acts_in_training_only() {
        let device = Device::default();
        let trained = student(&device.clone().autodiff());
        let video = Tensor::random([2, 3, 4, 1, 1, 1], Distribution::Default, &device);
        let run = |model: &Student, video: &Tensor<6>| {
            values(model.forward(video.clone()).future_agg.inner())
        };
        assert_ne!(run(&trained, &video), run(&trained, &video));
        assert_eq!(run(&trained.valid(), &video), run(&trained.valid(), &video));
    }

    #[test]
    fn dropout_acts_on_batches_made_without_autodiff() {
        let device = Device::default();
        let model = student_with(FuturePredictorConfig::Identity, &device.clone().autodiff());
        let video = Tensor::ones([64, 1, 4, 1, 1, 1], &device);
        // Equal rows stay equal unless each loses features of its own.
        let logits = values(model.forward(video).logits.remove(0).1.inner());
        assert!(logits.chunks(3).any(|row| row != &logits[..3]));
    }

    #[test]
    fn the_future_is_not_seen() {
        let device = Device::default();
        let model = student(&device);
        let video = Tensor::random([1, 4, 4, 1, 1, 1], Distribution::Default, &device);
        let changed = Tensor::cat(
            vec![video.clone().narrow(1, 0, 3), Tensor::ones([1, 1, 4, 1, 1, 1], &device)],
            1,
        );
        let (a, b) = (model.forward(video), model.forward(changed));
        // `past` is shifted: its last row is predicted from all but the last feature.
        assert_eq!(values(a.past), values(b.past));
        assert_ne!(values(a.future_agg), values(b.future_agg));
    }

    #[test]
    fn a_past_of_one_feature_has_no_feature_loss() {
        let device = Device::default();
        let output = student(&device).forward(Tensor::ones([2, 1, 4, 1, 1, 1], &device));
        assert!(output.aux[0].1.clone().mean().into_scalar::<f32>().is_nan());
        assert!(values(output.future_agg).iter().all(|v| v.is_finite()));
    }
}
