//! Learning rates, groups, schedules.

use super::super::{ExperimentConfig, FrozenOverlap, LrGroup, OptConfig, Optimizer, Scheduler};
use super::Findings;

pub(super) fn check(config: &ExperimentConfig, found: &mut Findings) {
    let opt = &config.opt;
    groups(opt, found);
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
        Optimizer::Adam(adam) => {
            adam.betas.iter().for_each(|beta| found.probability("opt.optimizer.betas", *beta));
            found.not_negative("opt.optimizer.eps", adam.eps);
        }
    }
}

fn scheduler(config: &ExperimentConfig, found: &mut Findings) {
    match &config.opt.scheduler {
        Scheduler::Cosine(cosine) => {
            if cosine.num_epochs < 0.0 {
                let message = format!(
                    "is {}: warm-up (opt.warmup.num_epochs={}) is longer than training \
                     (train.num_epochs={})",
                    cosine.num_epochs, config.opt.warmup.num_epochs, config.train.num_epochs
                );
                found.add("opt.scheduler.num_epochs", message);
            }
            found.not_negative("opt.scheduler.eta_min", cosine.eta_min);
            found.not_negative("opt.scheduler.final_lr", cosine.final_lr.unwrap_or(0.0));
        }
        Scheduler::WarmupMultiStep(steps) => {
            if !steps.milestone_epochs.is_sorted() {
                found.add("opt.scheduler.milestone_epochs", "must rise");
            }
            found.not_negative("opt.scheduler.warmup_epochs", steps.warmup_epochs);
        }
        Scheduler::ReduceOnPlateau(plateau) => {
            found.probability("opt.scheduler.factor", plateau.factor);
        }
    }
}
