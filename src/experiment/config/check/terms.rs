//! The terms of the loss, and what an evaluation stores: each needs a part that gives it.
//!
//! A weight that is as AVT has it stays without effect where no part gives its term, as in AVT; any
//! other says that somebody wants the term, and is refused there. The terms that need a teacher are
//! among the teacher's rules.

use super::super::sections::LOSS_WTS;
use super::super::{
    Aggregator, ExperimentConfig, FuturePredictor, LabelType, LossAccuracy, OpConfig, Task,
};
use super::Findings;
use super::features::outputs;
use super::model::Shapes;

pub(super) fn check(config: &ExperimentConfig, found: &mut Findings) {
    // An extraction has no losses.
    if config.run.task != Task::ExtractFeatures {
        feature_loss(config, found);
        past_losses(config, found);
        absent_terms(config, found);
        something_trains(config, found);
    }
    stored(config, found);
}

fn learns_labels(config: &ExperimentConfig) -> bool {
    matches!(config.train_eval_op.cls_loss_acc_fn(), LossAccuracy::Basic(_))
}

/// AVT's weight of the terms that are not asked for by setting one.
const UNASKED: f64 = 1.0;

/// What gives each term that AVT weighs unasked.
const GIVEN_BY: [(&str, &str); 5] = [
    ("cls_action", "`action` in dataset_train.label_type and train_eval_op/cls_loss_acc_fn=basic"),
    ("cls_verb", "`verb` in dataset_train.label_type and train_eval_op/cls_loss_acc_fn=basic"),
    ("cls_noun", "`noun` in dataset_train.label_type and train_eval_op/cls_loss_acc_fn=basic"),
    ("pred", "train_eval_op=pred_future_feat"),
    ("tx_mlm", "model/temporal_aggregator=transformer with a cloze_loss_ratio above 0"),
];

/// A weight that somebody chose is of a term that is there.
fn absent_terms(config: &ExperimentConfig, found: &mut Findings) {
    let weights = &config.train.train_one_epoch_fn.loss_wts;
    for (term, needed) in GIVEN_BY {
        let weight = weights.get(term).unwrap_or(0.0);
        if weight > 0.0 && weight != UNASKED && !gives(config, term) {
            let message = format!("is {weight}, and nothing gives this term: it needs {needed}");
            found.add_with(format!("{LOSS_WTS}.{term}"), message, &["0"]);
        }
    }
}

/// At least one term with a weight is given.
fn something_trains(config: &ExperimentConfig, found: &mut Findings) {
    let weights = &config.train.train_one_epoch_fn.loss_wts;
    if config.run.test_only || weights.terms().iter().any(|(t, w)| *w > 0.0 && gives(config, t)) {
        return;
    }
    let message = "nothing is left to learn: no term that the model and the data give has a weight";
    if learns_labels(config) {
        found.add(LOSS_WTS, message);
    } else {
        found.add_with("train_eval_op.cls_loss_acc_fn", message, &["basic"]);
    }
}

/// Whether model and data give a term.
fn gives(config: &ExperimentConfig, term: &str) -> bool {
    let model = &config.model;
    let hides =
        |a: &Aggregator| matches!(a, Aggregator::Transformer(t) if t.cloze_loss_ratio > 0.0);
    let predicts = matches!(
        &model.future_predictor, FuturePredictor::Avth(avth) if avth.future_pred_loss.is_some()
    );
    match term {
        "feat" => predicts,
        "pred" => matches!(config.train_eval_op, OpConfig::PredFutureFeat(_)),
        "tx_mlm" => {
            hides(&model.temporal_aggregator) || hides(&model.temporal_aggregator_after_future_pred)
        }
        "distill" | "ens_distill" | "distill_feat" | "distill_feat_mse" => {
            config.teacher.source().is_some()
        }
        label => {
            let label = label.rsplit('_').next().unwrap_or(label);
            learns_labels(config) && config.label_types().iter().any(|l| l.name() == label)
        }
    }
}

/// Some output's name starts with what is to be stored.
fn stored(config: &ExperimentConfig, found: &mut Findings) {
    let prefix = config.eval.eval_fn.store_endpoint.as_str();
    let names = outputs(config);
    if !config.eval.eval_fn.store || names.iter().any(|name| name.starts_with(prefix)) {
        return;
    }
    let key = "eval.eval_fn.store_endpoint";
    if "gpt2_att_0".starts_with(prefix) {
        found.add(key, "needs model.future_predictor.output_attentions=true");
        return;
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    found.add_with(key, "no output has a name that starts so", &names);
}

/// AVT's weight stays without effect where no model predicts features; a predictor that could and is
/// not told to is a mistake.
fn feature_loss(config: &ExperimentConfig, found: &mut Findings) {
    let weight = config.train.train_one_epoch_fn.loss_wts.feat;
    if weight <= 0.0 {
        return;
    }
    let key = format!("{LOSS_WTS}.feat");
    match &config.model.future_predictor {
        FuturePredictor::Avth(avth) if avth.future_pred_loss.is_none() => found.add_with(
            key,
            "needs model.future_predictor.future_pred_loss, which is not set",
            &["0", "+model.future_predictor.future_pred_loss={_target_: torch.nn.MSELoss}"],
        ),
        FuturePredictor::Avth(_) if Shapes::of(&config.model, &config.data_train).frames() < 2 => {
            found.add(
                key,
                "compares each frame with the next, but data_train and model.temporal_aggregator \
                 leave one frame only: the term would be the mean of nothing",
            );
        }
        FuturePredictor::Identity(_) | FuturePredictor::Mlp(_) if weight != UNASKED => {
            let message = format!("is {weight}, and only model/future_predictor=avth gives it");
            found.add_with(key, message, &["0"]);
        }
        FuturePredictor::Identity(_) | FuturePredictor::Mlp(_) | FuturePredictor::Avth(_) => {}
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
        if !learns_labels(config) {
            found.add(key, "needs train_eval_op/cls_loss_acc_fn=basic");
        } else if !config.model.classifier_on_past {
            found.add(key, "needs model.classifier_on_past=true");
        } else if !config.data_train.load_seg_labels {
            found.add(key, "needs data_train.load_seg_labels=true");
        } else if !config.label_types().contains(&label) {
            found.add(key, format!("needs `{}` in dataset_train.label_type", label.name()));
        }
    }
}
