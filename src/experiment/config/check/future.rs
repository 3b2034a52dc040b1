//! Regression of the features of future clips: `train_eval_op=pred_future_feat`.

use super::super::{
    DatasetConfig, ExperimentConfig, FutureTarget, IncurLoss, OpConfig, PredFutureFeat,
    RegCriterion,
};
use super::Findings;
use super::model::Shapes;

pub(super) fn check(config: &ExperimentConfig, found: &mut Findings) {
    let OpConfig::PredFutureFeat(op) = &config.train_eval_op else { return };
    for (suffix, set) in &config.dataset_train {
        clips(&format!("dataset_train{suffix}"), set, found);
    }
    let contrastive = matches!(op.reg_criterion, RegCriterion::SimclrInfoNce(_));
    if op.incur_loss_style == IncurLoss::Together && !contrastive {
        let message = "together needs a loss that takes several positives";
        let expected = ["separately", "train_eval_op/reg_criterion=simclr_infonce"];
        found.add_with("train_eval_op.incur_loss_style", message, &expected);
    }
    features(config, op, found);
}

/// The clips that are compared with.
fn clips(key: &str, set: &DatasetConfig, found: &mut Findings) {
    if set.sample_strategy_future().is_none() {
        let message = "train_eval_op=pred_future_feat needs clips of the future";
        found.add_with(format!("{key}.return_future_clips_too"), message, &["true"]);
    }
    match set.anticipation() {
        None => {
            let message = "train_eval_op=pred_future_feat needs to know where the future begins";
            found.add(format!("{key}.conv_to_anticipate_fn"), message);
        }
        Some(times) if times.future_clip_ratios.is_empty() => {
            let key = format!("{key}.{}.future_clip_ratios", set.anticipation_key());
            found.add_with(key, "names no clip of the future", &["[1.0]"]);
        }
        Some(_) => {}
    }
}

/// What is predicted has the shape of its target.
fn features(config: &ExperimentConfig, op: &PredFutureFeat, found: &mut Findings) {
    const KEY: &str = "train_eval_op.future_target";
    let model = &config.model;
    let (seen, predicted) =
        (model.past_width(), model.project_dim_for_nce.unwrap_or(model.past_width()));
    let means = matches!(
        op.future_target,
        FutureTarget::BackboneMean | FutureTarget::BackboneMeanProjected
    );
    let width = match op.future_target {
        FutureTarget::BackboneMean => model.backbone_dim,
        FutureTarget::TempAgg => seen,
        FutureTarget::TempAggProjected => predicted,
        FutureTarget::BackboneMeanProjected if model.project_dim_for_nce.is_none() => {
            let message = "needs model.project_dim_for_nce, which is not set";
            return found.add_with(KEY, message, &["backbone_mean", "temp_agg"]);
        }
        FutureTarget::BackboneMeanProjected if model.backbone_dim != seen => {
            let message = format!(
                "the projection takes {seen} elements, the backbone gives {}",
                model.backbone_dim
            );
            return found.add_with(KEY, message, &["temp_agg_projected"]);
        }
        FutureTarget::BackboneMeanProjected => predicted,
    };
    if width != predicted {
        let message = format!("has {width} elements, the student predicts {predicted}");
        found.add_with(KEY, message, &["temp_agg_projected"]);
    } else if means && Shapes::of(model, &config.data_train).frames() != config.data_train.clips() {
        let message = "is one feature of each clip, the student predicts one for each frame: \
                       model.temporal_aggregator=mean joins frames";
        found.add_with(KEY, message, &["temp_agg", "temp_agg_projected"]);
    }
}
