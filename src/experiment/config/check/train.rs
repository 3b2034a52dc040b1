//! Steps, epochs, initial weights.

use super::super::ExperimentConfig;
use super::super::sections::LOSS_WTS;
use super::Findings;

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
