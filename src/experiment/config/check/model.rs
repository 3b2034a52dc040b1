//! Shapes inside the student: widths, and how many frames each part sees.

use super::super::{
    Aggregator, Classifier, DataConfig, ExperimentConfig, FuturePredictor, ModelConfig, Task,
    Temporal,
};
use super::{Findings, head};

/// How many frames there are in front of and behind the future predictor.
///
/// Sub-clips fold into the batch up to the aggregator and are put side by side behind it.
pub(super) struct Shapes {
    /// Frames in, `None` for a single feature without a time axis.
    past: Option<usize>,
    /// Whether what comes out has a time axis.
    sequence: bool,
    /// Whether sub-clips keep a time axis of their own, which then cannot be unfolded.
    nested: bool,
}

impl Shapes {
    pub(super) fn of(model: &ModelConfig, data: &DataConfig) -> Self {
        let clips = data.clips();
        let dropped = model.backbone_last_n_modules_to_drop;
        let frames = model.backbone.frames(data.frames_per_clip(), dropped);
        let (past, nested) = match model.temporal_aggregator.joins() {
            false if clips == 1 => (Some(frames), false),
            false => (Some(clips), frames > 1),
            true => ((clips > 1).then_some(clips), false),
        };
        let sequence = match &model.future_predictor {
            FuturePredictor::Identity(_) | FuturePredictor::Mlp(_) => past.is_some(),
            FuturePredictor::Avth(avth) => avth.avg_last_n < 1,
        };
        Self { past, sequence, nested }
    }

    /// Frames that the future predictor sees.
    pub(super) fn frames(&self) -> usize {
        self.past.unwrap_or(1)
    }
}

pub(super) fn check(config: &ExperimentConfig, found: &mut Findings) {
    let model = &config.model;
    found.at_least_one("model.backbone_dim", model.backbone_dim);
    found.at_least_one("model.intermediate_featdim", model.intermediate_featdim.unwrap_or(1));
    found.probability("model.dropout", model.dropout);
    found.at_least_one("model.project_dim_for_nce", model.project_dim_for_nce.unwrap_or(1));
    if model.use_cls_mappings && config.label_types().first().is_none_or(|l| l.name() != "action") {
        let message = "needs `action` first in dataset_train.label_type";
        found.add("model.use_cls_mappings", message);
    }
    past_width(model, found);
    sequences(config, found);
    backbone(model, found);
    pictures(config, found);
    aggregator("model.temporal_aggregator", &model.temporal_aggregator, found);
    let after = &model.temporal_aggregator_after_future_pred;
    aggregator("model.temporal_aggregator_after_future_pred", after, found);
    match &model.future_predictor {
        FuturePredictor::Identity(_) => {}
        FuturePredictor::Mlp(mlp) => {
            found.at_least_one("model.future_predictor.num_layers", mlp.num_layers);
        }
        FuturePredictor::Avth(avth) => head::check(config, avth, found),
    }
    if let Classifier::Mlp(mlp) = &model.classifier {
        found.at_least_one("model.classifier.nlayers", mlp.nlayers);
    }
}

/// What is left of a backbone gives features of the width that the model expects.
fn backbone(model: &ModelConfig, found: &mut Findings) {
    found.positive("model.bn.eps", model.bn.eps);
    found.share("model.bn.mom", model.bn.mom);
    let drop = model.backbone_last_n_modules_to_drop;
    let wrong = match (model.backbone.temporal(), drop) {
        (Temporal::Features, _) | (Temporal::Frames, 0) | (Temporal::Convolution, 1..=6) => None,
        (Temporal::Frames, _) => {
            Some(("this backbone is one module, of which nothing would be left", "0"))
        }
        (Temporal::Convolution, 0) => {
            Some(("this backbone then gives scores of its own classifier, not features", "2"))
        }
        (Temporal::Convolution, _) => {
            Some(("this backbone has seven modules, of which nothing would be left", "2"))
        }
    };
    if let Some((why, instead)) = wrong {
        let key = "model.backbone_last_n_modules_to_drop";
        found.add_with(key, format!("is {drop}, but {why}"), &[instead]);
    } else if let Some(width) = model.backbone.width(drop)
        && width != model.backbone_dim
    {
        let message = format!("is {}, but this backbone gives {width}", model.backbone_dim);
        found.add_with("model.backbone_dim", message, &[&width.to_string()]);
    }
}

/// Pictures have a size that the backbone takes.
fn pictures(config: &ExperimentConfig, found: &mut Findings) {
    for (key, data) in [("data_train", &config.data_train), ("data_eval", &config.data_eval)] {
        if let Some(side) = data.crop_size.filter(|side| !config.model.backbone.takes(*side)) {
            let message = format!("is {side}, and BN-Inception cannot halve such maps evenly");
            found.add_with(format!("{key}.crop_size"), message, &["a multiple of 32, such as 224"]);
        }
    }
}

/// One classifier serves past features and what the last aggregator makes of future ones.
fn past_width(model: &ModelConfig, found: &mut Findings) {
    let (past, future) = (model.predicted_width(), model.feature_width());
    if model.classifier_on_past && past != future {
        let message = format!(
            "classifies past features, {past} wide, like the future one, which \
             model.temporal_aggregator_after_future_pred makes {future} wide"
        );
        found.add_with("model.classifier_on_past", message, &["false"]);
    }
}

fn aggregator(key: &str, aggregator: &Aggregator, found: &mut Findings) {
    match aggregator {
        Aggregator::Identity(_) | Aggregator::Mean(_) => {}
        Aggregator::Transformer(node) => {
            let heads = format!("{key}.nheads");
            found.divides(&heads, node.nheads, "inter_rep", node.inter_rep);
            found.at_least_one(&format!("{key}.nlayers"), node.nlayers);
            if node.inter_rep % 2 == 1 {
                found.add(format!("{key}.inter_rep"), "must be even: half of it are sines");
            }
            found.probability(&format!("{key}.cloze_loss_ratio"), node.cloze_loss_ratio);
            found.not_negative(&format!("{key}.cloze_loss_wt"), node.cloze_loss_wt);
            found.probability(&format!("{key}.dropout"), node.dropout);
        }
        Aggregator::Rulstm(node) => {
            let width = node.intermediate_featdim.unwrap_or(1);
            found.at_least_one(&format!("{key}.intermediate_featdim"), width);
            found.probability(&format!("{key}.dropout"), node.dropout);
        }
    }
}

/// Time axes meet parts that expect them.
fn sequences(config: &ExperimentConfig, found: &mut Findings) {
    let model = &config.model;
    for (key, data) in [("data_train", &config.data_train), ("data_eval", &config.data_eval)] {
        if data.num_frames == 0 || data.subclips.num_frames == 0 || data.subclips.stride == 0 {
            return;
        }
        let shapes = Shapes::of(model, data);
        if model.use_cls_mappings && model.classifier_on_past && behind(model, &shapes).is_some() {
            let message = "sums logits of single features, and model.classifier_on_past=true \
                           gives sequences of them";
            found.add("model.use_cls_mappings", message);
            return;
        }
        if shapes.nested {
            let message = format!(
                "cuts clips of {} frames, which model.temporal_aggregator=identity does not join",
                data.frames_per_clip()
            );
            found.add_with(format!("{key}.subclips.num_frames"), message, &["1"]);
        } else if model.classifier_on_past
            && data.load_seg_labels
            && config.run.task != Task::ExtractFeatures
            && behind(model, &shapes) != Some(data.clips())
        {
            let message = "model.classifier_on_past=true classifies every frame, labels are there \
                           for every sub-clip: cut sub-clips of one frame";
            found.add_with(format!("{key}.subclips.num_frames"), message, &["1"]);
        }
    }
    one_feature(config, found);
}

/// What the future predictor gives is joined to one feature, or is one.
fn one_feature(config: &ExperimentConfig, found: &mut Findings) {
    let model = &config.model;
    let after = "model.temporal_aggregator_after_future_pred";
    let joins = model.temporal_aggregator_after_future_pred.joins();
    match (Shapes::of(model, &config.data_train).sequence, joins) {
        (true, false) => found.add_with(
            after,
            "the classifier needs one feature, and the future predictor gives a sequence",
            &["mean", "model.future_predictor.avg_last_n=1"],
        ),
        (false, true) => found.add_with(
            after,
            "the future predictor gives one feature, which has no time to join",
            &["identity"],
        ),
        _ => {}
    }
}

/// Past features that the classifier sees, as the future predictor hands them on.
fn behind(model: &ModelConfig, shapes: &Shapes) -> Option<usize> {
    match &model.future_predictor {
        FuturePredictor::Identity(_) | FuturePredictor::Mlp(_) => shapes.past,
        FuturePredictor::Avth(avth) => Some(shapes.frames().saturating_sub(avth.drop_last_n)),
    }
}
