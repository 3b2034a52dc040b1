//! The student: backbone, aggregation, future prediction, classifiers.
//!
//! Source: AVT's `models/base_model.py`, `BaseModel`.

mod config;
mod output;

use burn::module::Module;
use burn::nn::Dropout;
use burn::tensor::Tensor;

use super::mapping::find;
use super::product::Linear;
use super::state::StateDict;
use super::{
    Aggregated, Aggregator, Backbone, ClassMap, Classifier, FuturePredictor, ModuleDict, stack,
};

pub use config::StudentConfig;
pub use output::StudentOutput;

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
    classifiers: ModuleDict<Classifier>,
    regression_head: Option<Linear>,
    class_maps: Vec<ClassMap>,
    #[module(skip)]
    label_types: Vec<String>,
    classifier_on_past: bool,
}

impl Student {
    /// Anticipates from one crop of each clip.
    ///
    /// # Shapes
    /// - video: `[B, clips, C, T, H, W]`
    ///
    /// # Panics
    /// When the input is one that [`StudentConfig::check_input`] refuses or has another width
    /// than the model.
    pub fn forward(&self, video: Tensor<6>) -> StudentOutput {
        let [b, clips, ..] = video.dims();
        let backbone = self.backbone_maps(self.on_our_side(video)); // [N, C, T, H, W]
        let frames = spatial_mean(backbone.clone()); // [N, C, T]
        let backbone_mean: Tensor<2> = frames.clone().mean_dim(2).squeeze_dim(2);
        let aggregated = self.aggregated(self.mapped(frames.swap_dims(1, 2)));
        let Aggregated { features: temp_agg, mut aux } = aggregated; // [N, T', F]
        let temp_agg_projected = self.projected(temp_agg.clone());
        let predicted = self.future_predictor.forward(unfold_clips(temp_agg.clone(), b, clips));
        update(&mut aux, predicted.feat_loss.map(|loss| ("feat", loss)));
        let future = self.temporal_aggregator_after_future_pred.forward(predicted.future.clone());
        update(&mut aux, future.aux);
        assert_eq!(future.features.dims()[1], 1, "one future feature reaches the classifier");
        let future_agg: Tensor<2> = future.features.squeeze_dim(1);
        let past_logits = match self.classifier_on_past {
            true => self.classify(self.dropout.forward(predicted.past.clone())),
            false => Vec::new(),
        };
        let classified = self.dropout.forward(future_agg.clone());
        StudentOutput {
            past_logits,
            logits: self.classify(classified.clone()),
            logits_regression: self.regression_head.as_ref().map(|head| head.forward(classified)),
            backbone,
            future: predicted.future,
            future_agg,
            past: predicted.past,
            backbone_mean_projected: self.projected_mean(&backbone_mean),
            backbone_mean,
            future_projected: unfold_clips(temp_agg_projected.clone(), b, clips),
            temp_agg_projected,
            temp_agg,
            aux,
            attentions: predicted.attentions,
        }
    }

    /// Anticipates from several crops of each clip: the mean of what each says, scores (before any
    /// softmax) and losses included.
    ///
    /// # Shapes
    /// - crops: `[B, clips, C, T, H, W]` each
    ///
    /// # Panics
    /// When there is no crop, or as [`Student::forward`].
    pub fn forward_crops(&self, crops: Vec<Tensor<6>>) -> StudentOutput {
        let mut outputs: Vec<StudentOutput> =
            crops.into_iter().map(|crop| self.forward(crop)).collect();
        match outputs.len() {
            1 => outputs.remove(0),
            _ => StudentOutput::mean(&outputs),
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

    /// The input under autodiff when the parameters are: dropout looks at its input only, and would
    /// silently rest on a batch made elsewhere.
    fn on_our_side(&self, video: Tensor<6>) -> Tensor<6> {
        let training = self.classifiers.iter().any(|(_, head)| head.is_trained());
        if training { video.autodiff() } else { video }
    }

    /// What the backbone gives: `[B, clips, C, T, H, W]` -> `[N, C, T, H, W]`.
    fn backbone_maps(&self, video: Tensor<6>) -> Tensor<5> {
        let [b, clips, c, t, h, w] = video.dims();
        self.backbone.forward(video.reshape([b * clips, c, t, h, w]))
    }

    /// Features of the width inside the model, `[N, T, F]`.
    fn mapped(&self, features: Tensor<3>) -> Tensor<3> {
        match &self.mapper_to_inter {
            Some(mapper) => mapper.forward(features),
            None => features,
        }
    }

    /// What the future predictor sees, clips still folded, `[N, T', F]`.
    fn aggregated(&self, features: Tensor<3>) -> Aggregated {
        let Aggregated { features, aux } = self.temporal_aggregator.forward(features);
        let features = match &self.reset_temp_agg_feat_dim {
            Some(reset) => reset.forward(features),
            None => features,
        };
        Aggregated { features, aux }
    }

    /// What a contrastive loss compares: features through the projection, if there is one.
    fn projected(&self, features: Tensor<3>) -> Tensor<3> {
        match &self.project_mlp {
            Some(layers) => stack::forward(layers, features),
            None => features,
        }
    }

    fn projected_mean(&self, backbone_mean: &Tensor<2>) -> Option<Tensor<2>> {
        let layers = self.project_mlp.as_ref()?;
        let [_, width] = backbone_mean.dims();
        let (_, first) = layers.iter().next()?;
        (first.weight.dims()[0] == width).then(|| stack::forward(layers, backbone_mean.clone()))
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

/// Features of each frame: `[N, C, T, H, W]` -> `[N, C, T]`.
fn spatial_mean(maps: Tensor<5>) -> Tensor<3> {
    let [n, c, t, h, w] = maps.dims();
    match h * w {
        1 => maps.reshape([n, c, t]),
        _ => maps.reshape([n, c, t, h * w]).mean_dim(3).squeeze_dim(3),
    }
}

/// Adds losses; one of a name that is there already takes its place, as in the original.
fn update(
    aux: &mut Vec<(&'static str, Tensor<2>)>,
    new: impl IntoIterator<Item = (&'static str, Tensor<2>)>,
) {
    for (name, loss) in new {
        aux.retain(|(known, _)| *known != name);
        aux.push((name, loss));
    }
}

/// `[B * clips, T, F]` -> `[B, T, F]` for one clip, `[B, clips, F]` for several of one feature.
fn unfold_clips(features: Tensor<3>, b: usize, clips: usize) -> Tensor<3> {
    let [_, t, f] = features.dims();
    assert!(clips == 1 || t == 1, "several clips have one feature each, got {t}");
    if clips == 1 { features } else { features.reshape([b, clips, f]) }
}

impl StateDict for Student {
    fn tied_names(&self) -> &'static [(&'static str, &'static str)] {
        match &self.future_predictor {
            FuturePredictor::Avth(avth) if avth.ties_decoder() => {
                &[("future_predictor.decoder.weight", "future_predictor.encoder.weight")]
            }
            _ => &[],
        }
    }

    fn class_maps(&self) -> &[ClassMap] {
        &self.class_maps
    }
}

#[cfg(test)]
mod tests;
