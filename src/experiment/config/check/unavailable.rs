//! Keys of AVT that ask for what there is not: refused, so that nothing is silently left out.

use super::super::{ExperimentConfig, Scheduler};
use super::Findings;

pub(super) fn check(config: &ExperimentConfig, found: &mut Findings) {
    let table: [(&str, bool, &str, &str); 9] = [
        ("sync_bn", config.legacy.sync_bn, "one process trains", "false"),
        ("data_parallel", config.legacy.data_parallel, "one device trains", "false"),
        (
            "train.init_from_model",
            config.train.init_from_model.iter().flatten().any(|entry| entry.len() != 1),
            "only a whole model takes over weights yet",
            "[[<file>.safetensors]]",
        ),
        (
            "train_eval_op.cls_loss_acc_fn.balance_classes",
            config.train_eval_op.cls_loss_acc_fn.balance_classes,
            "the original's class weights never worked and have no successor yet",
            "false",
        ),
        (
            "eval.eval_fn.only_run_featext",
            config.eval.eval_fn.only_run_featext,
            "features cannot be extracted yet",
            "false",
        ),
        (
            "model.project_dim_for_nce",
            config.model.project_dim_for_nce.is_some(),
            "no loss uses projected features yet",
            "null",
        ),
        (
            "model.add_regression_head",
            config.model.add_regression_head,
            "no data set has durations to predict yet",
            "false",
        ),
        (
            "opt.classifier_only",
            config.opt.classifier_only,
            "the original's switch never worked",
            "opt.lr_wd=[[classifiers,<lr>,<wd>]]",
        ),
        (
            "opt.scheduler.last_epoch",
            matches!(&config.opt.scheduler, Scheduler::WarmupMultiStep(s) if s.last_epoch != -1),
            "a resumed run knows its step",
            "-1",
        ),
    ];
    for (key, asked, why, instead) in table {
        if asked {
            found.add_with(key, why, &[instead]);
        }
    }
}
