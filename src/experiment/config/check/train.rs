//! Steps, epochs and the terms of the loss.

use super::super::sections::LOSS_WTS;
use super::super::{ExperimentConfig, FuturePredictor, LabelType};
use super::Findings;
use super::model::Shapes;

pub(super) fn check(config: &ExperimentConfig, found: &mut Findings) {
    let train = &config.train;
    found.at_least_one("train.batch_size", train.batch_size);
    found.at_least_one("train.max_steps_per_epoch", train.max_steps_per_epoch.unwrap_or(1));
    found.at_least_one("train.train_one_epoch_fn.print_freq", train.train_one_epoch_fn.print_freq);
    let epoch = &train.train_one_epoch_fn;
    for (name, every) in [("save_freq", epoch.save_freq), ("save_freq_min", epoch.save_freq_min)] {
        found.not_negative(&format!("train.train_one_epoch_fn.{name}"), every.unwrap_or(0.0));
    }
    found.at_least_one("eval.batch_size", config.eval_batch_size());
    found.at_least_one("eval.max_batches", config.eval.max_batches.unwrap_or(1));
    for (term, weight) in train.train_one_epoch_fn.loss_wts.terms() {
        found.not_negative(&format!("{LOSS_WTS}.{term}"), weight);
    }
    if train.train_one_epoch_fn.loss_wts.terms().iter().all(|(_, weight)| *weight == 0.0) {
        found.add(LOSS_WTS, "weighs every term with 0, so nothing would be learnt");
    }
    found.at_least_one("train.accumulate_steps", train.accumulate_steps);
    found.probability("train.ema_decay", train.ema_decay.unwrap_or(0.0));
    found.at_least_one("train.early_stop_patience", train.early_stop_patience.unwrap_or(1));
    if train.early_stop_patience.is_some() && train.eval_freq.unwrap_or(0) == 0 {
        found.add("train.early_stop_patience", "counts evaluations, and train.eval_freq has none");
    }
    initial_weights(config, found);
    feature_loss(config, found);
    past_losses(config, found);
}

/// AVT's three forms.
fn initial_weights(config: &ExperimentConfig, found: &mut Findings) {
    let entries = config.train.init_from_model.iter().flatten();
    if let Some(entry) = entries.into_iter().find(|entry| !(1..=3).contains(&entry.len())) {
        let message = format!("an entry has one to three parts, not {}", entry.len());
        let forms = ["[path]", "[module, path]", "[module, prefix, path]"];
        found.add_with("train.init_from_model", message, &forms);
    }
}

/// AVT's default weight of 1 stays without effect where no model predicts features; a predictor
/// that could and is not told to is a mistake.
fn feature_loss(config: &ExperimentConfig, found: &mut Findings) {
    let FuturePredictor::Avth(avth) = &config.model.future_predictor else { return };
    let key = format!("{LOSS_WTS}.feat");
    if config.train.train_one_epoch_fn.loss_wts.feat <= 0.0 {
        return;
    }
    if avth.future_pred_loss.is_none() {
        found.add_with(
            key,
            "needs model.future_predictor.future_pred_loss, which is not set",
            &["0", "+model.future_predictor.future_pred_loss={_target_: torch.nn.MSELoss}"],
        );
    } else if Shapes::of(&config.model, &config.data_train).frames() < 2 {
        found.add(
            key,
            "compares each frame with the next, but data_train and model.temporal_aggregator leave \
             one frame only: the term would be the mean of nothing",
        );
    }
}

fn past_losses(config: &ExperimentConfig, found: &mut Findings) {
    let weights = &config.train.train_one_epoch_fn.loss_wts;
    let terms = [
        (LabelType::Action, weights.past_cls_action),
        (LabelType::Verb, weights.past_cls_verb),
        (LabelType::Noun, weights.past_cls_noun),
    ];
    for (label, _) in terms.into_iter().filter(|(_, weight)| *weight > 0.0) {
        let key = format!("{LOSS_WTS}.past_cls_{}", label.name());
        if !config.model.classifier_on_past {
            found.add(key, "needs model.classifier_on_past=true");
        } else if !config.data_train.load_seg_labels {
            found.add(key, "needs data_train.load_seg_labels=true");
        } else if !config.label_types().contains(&label) {
            found.add(key, format!("needs `{}` in dataset_train.label_type", label.name()));
        }
    }
}
