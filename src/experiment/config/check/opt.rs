//! Learning rates, groups, schedules.

use super::super::{ExperimentConfig, FrozenOverlap, LrGroup, OptConfig, Optimizer, Scheduler};
use super::Findings;

pub(super) fn check(config: &ExperimentConfig, found: &mut Findings) {
    let opt = &config.opt;
    groups(opt, found);
    classifier_only(opt, found);
    found.not_negative("opt.bias_bn_wd_scale", opt.bias_bn_wd_scale);
    found.positive("opt.grad_clip.max_norm", opt.grad_clip.max_norm.unwrap_or(1.0));
    found.not_negative("opt.warmup.min_lr", opt.warmup.min_lr);
    found.not_negative("opt.warmup.num_epochs", opt.warmup.num_epochs);
    found.not_negative("opt.warmup.init_lr_ratio", opt.warmup.init_lr_ratio);
    optimizer(&opt.optimizer, found);
    scheduler(config, found);
}

fn groups(opt: &OptConfig, found: &mut Findings) {
    let key = "opt.lr_wd";
    if opt.lr_wd.is_empty() {
        found.add(key, "names no group, so nothing would be trained");
    }
    for group in &opt.lr_wd {
        found.not_negative(key, group.lr);
        found.not_negative(key, group.wd);
    }
    if opt.frozen_overlap == FrozenOverlap::Freeze {
        return;
    }
    let (frozen, trained): (Vec<_>, Vec<_>) = opt.lr_wd.iter().partition(|group| group.lr == 0.0);
    for (frozen, trained) in frozen.iter().flat_map(|f| trained.iter().map(move |t| (f, t))) {
        if let Some((a, b)) = shared(frozen, trained) {
            let message = format!(
                "freezes `{a}` (learning rate 0) and trains `{b}`: name modules that do not \
                 overlap, or set opt.frozen_overlap=freeze"
            );
            found.add(key, message);
        }
    }
}

/// AVT's switch asks for one group by a name that no module has; this is what it means.
fn classifier_only(opt: &OptConfig, found: &mut Findings) {
    let inside = |path: &String| path == "classifiers" || path.starts_with("classifiers.");
    let alone = matches!(opt.lr_wd.as_slice(), [only] if only.modules.iter().all(inside));
    if opt.classifier_only && !alone {
        let message = "must be the one group `classifiers` with opt.classifier_only=true";
        found.add_with("opt.lr_wd", message, &["[[classifiers,<learning rate>,<weight decay>]]"]);
    }
}

/// Two paths of which one is inside the other.
fn shared<'a>(one: &'a LrGroup, other: &'a LrGroup) -> Option<(&'a str, &'a str)> {
    let inside = |a: &str, b: &str| {
        b == LrGroup::ALL || a == b || a.strip_prefix(b).is_some_and(|rest| rest.starts_with('.'))
    };
    let pairs = one.modules.iter().flat_map(|a| other.modules.iter().map(move |b| (a, b)));
    pairs.map(|(a, b)| (a.as_str(), b.as_str())).find(|(a, b)| inside(a, b) || inside(b, a))
}

fn optimizer(optimizer: &Optimizer, found: &mut Findings) {
    match optimizer {
        Optimizer::Sgd(sgd) => {
            found.not_negative("opt.optimizer.momentum", sgd.momentum);
            if sgd.nesterov && (sgd.momentum <= 0.0 || sgd.dampening != 0.0) {
                found.add("opt.optimizer.nesterov", "needs a momentum above 0 and no dampening");
            }
        }
        Optimizer::Adam(adam) | Optimizer::AdamW(adam) => {
            adam.betas.iter().for_each(|beta| found.probability("opt.optimizer.betas", *beta));
            found.not_negative("opt.optimizer.eps", adam.eps);
        }
        Optimizer::Adafactor(adafactor) => {
            adafactor.eps.iter().for_each(|eps| found.not_negative("opt.optimizer.eps", *eps));
            if adafactor.decay_rate.is_nan() || adafactor.decay_rate > 0.0 {
                let message = format!("must be 0 or less, is {}", adafactor.decay_rate);
                found.add("opt.optimizer.decay_rate", message);
            }
            found.positive("opt.optimizer.clip_threshold", adafactor.clip_threshold);
            found.probability("opt.optimizer.beta1", adafactor.beta1.unwrap_or(0.0));
            if adafactor.warmup_init && !adafactor.relative_step {
                found.add("opt.optimizer.warmup_init", "needs opt.optimizer.relative_step=true");
            }
        }
    }
}

fn scheduler(config: &ExperimentConfig, found: &mut Findings) {
    match &config.opt.scheduler {
        Scheduler::Constant(_) => {}
        Scheduler::Linear(line) => {
            after_warmup(config, line.num_epochs, found);
            found.not_negative("opt.scheduler.final_ratio", line.final_ratio);
        }
        Scheduler::Cosine(cosine) => {
            after_warmup(config, cosine.num_epochs, found);
            found.not_negative("opt.scheduler.eta_min", cosine.eta_min);
            found.not_negative("opt.scheduler.final_lr", cosine.final_lr.unwrap_or(0.0));
        }
        Scheduler::WarmupMultiStep(steps) => {
            if !steps.milestone_epochs.is_sorted() {
                found.add("opt.scheduler.milestone_epochs", "must rise");
            }
            found.not_negative("opt.scheduler.warmup_epochs", steps.warmup_epochs);
            if steps.last_epoch != -1 {
                let message = "must be -1: a run that goes on takes its step from the checkpoint";
                found.add("opt.scheduler.last_epoch", message);
            }
        }
        Scheduler::ReduceOnPlateau(plateau) => {
            found.probability("opt.scheduler.factor", plateau.factor);
        }
    }
}

/// What follows a warm-up that is longer than training never starts.
fn after_warmup(config: &ExperimentConfig, num_epochs: f64, found: &mut Findings) {
    if num_epochs < 0.0 {
        let message = format!(
            "is {num_epochs}: warm-up (opt.warmup.num_epochs={}) is longer than training \
             (train.num_epochs={})",
            config.opt.warmup.num_epochs, config.train.num_epochs
        );
        found.add("opt.scheduler.num_epochs", message);
    }
}
