//! The AVT head: sizes, lengths, and what stands for a feature.

use super::super::{Aggregator, AvthConfig, ExperimentConfig, ModelConfig};
use super::Findings;
use super::model::Shapes;

pub(super) fn check(config: &ExperimentConfig, avth: &AvthConfig, found: &mut Findings) {
    sizes(avth, found);
    lengths(config, avth, found);
    classes(&config.model, avth, found);
    future_loss(&config.model, avth, found);
}

fn key(name: &str) -> String {
    format!("model.future_predictor.{name}")
}

fn sizes(avth: &AvthConfig, found: &mut Findings) {
    for (name, value) in [
        ("inter_dim", avth.inter_dim),
        ("n_layer", avth.n_layer),
        ("n_inner", avth.n_inner.unwrap_or(1)),
        ("num_cluster_centers", avth.num_cluster_centers),
    ] {
        found.at_least_one(&key(name), value);
    }
    found.divides(&key("n_head"), avth.n_head, "inter_dim", avth.inter_dim);
    found.positive(&key("layer_norm_epsilon"), avth.layer_norm_epsilon);
    found.not_negative(&key("initializer_range"), avth.initializer_range);
    for (name, value) in [
        ("embd_pdrop", avth.embd_pdrop),
        ("attn_pdrop", avth.attn_pdrop),
        ("resid_pdrop", avth.resid_pdrop),
    ] {
        found.probability(&key(name), value);
    }
}

fn lengths(config: &ExperimentConfig, avth: &AvthConfig, found: &mut Findings) {
    let shapes = Shapes::of(&config.model, &config.data_train);
    let only_evaluated = config.run.test_only && avth.output_len_eval > 0;
    if avth.output_len < 1 && !only_evaluated {
        found.add(key("output_len"), "must be at least 1: that many features are predicted");
    }
    if avth.output_len_eval == 0 {
        found.add(key("output_len_eval"), "must be at least 1, or negative for output_len");
    }
    if avth.drop_last_n >= shapes.frames() {
        let message = format!("hides all {} frames", shapes.frames());
        found.add(key("drop_last_n"), message);
    }
    let longest = shapes.frames() as i64 + avth.output_len.max(avth.output_len_eval) - 1;
    if longest > avth.n_positions as i64 {
        let message = format!("is shorter than the {longest} frames that are seen and predicted");
        found.add(key("n_positions"), message);
    }
}

/// Class numbers come from the data as they are, or from centroids.
fn classes(model: &ModelConfig, avth: &AvthConfig, found: &mut Findings) {
    let numbers = model.past_width() == 1;
    let assigned = avth.assign_to_centroids.is_some();
    if numbers && assigned {
        let message = "makes class numbers of features, and features of width 1 are such already";
        found.add_with(key("assign_to_centroids"), message, &["null"]);
    }
    let unchanged = matches!(model.temporal_aggregator, Aggregator::Identity(_));
    if numbers && (model.backbone_dim != 1 || !unchanged) {
        let message = "takes features of width 1 for class numbers, which reach it unchanged only \
                       with model.backbone_dim=1 and model.temporal_aggregator=identity";
        found.add("model.future_predictor", message);
    }
    if avth.quantize_before_rollout && !numbers && !assigned {
        let message = "needs classes: model.future_predictor.assign_to_centroids, or features that \
                       are class numbers";
        found.add_with(key("quantize_before_rollout"), message, &["false"]);
    }
}

/// The loss compares what there is: features, or scores with class numbers.
fn future_loss(model: &ModelConfig, avth: &AvthConfig, found: &mut Findings) {
    let Some(loss) = &avth.future_pred_loss else { return };
    let of_classes = model.past_width() == 1 || avth.assign_to_centroids.is_some();
    let key = key("future_pred_loss");
    match (of_classes, loss.takes_classes()) {
        (true, false) => found.add_with(
            key.clone(),
            "compares features, and the predictor gives scores of classes",
            &["{_target_: loss_fn.multidim_xentropy.MultiDimCrossEntropy}"],
        ),
        (false, true) => found.add_with(
            key.clone(),
            "compares scores with class numbers, and the predictor gives features",
            &["{_target_: torch.nn.MSELoss}", "+model.future_predictor.assign_to_centroids=<file>"],
        ),
        _ => {}
    }
    if let Some(contrastive) = loss.contrastive() {
        found.positive(&format!("{key}.temperature"), contrastive.temperature);
    }
}
