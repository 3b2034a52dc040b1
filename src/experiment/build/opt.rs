//! Parameter groups, update rule and learning rates from the `opt` node.

use burn::module::Module;

use crate::models::{Student, named_parameters, untrained_parameters};
use crate::train::optim::{
    AdafactorConfig, AdamConfig, Decay, GroupsConfig, LrWd, Optimizer, OptimizerConfig, Overlap,
    ParamGroups, SgdConfig,
};
use crate::train::schedule::{
    CosineConfig, LinearConfig, MainConfig, MultiStepConfig, PlateauConfig, PlateauGoal,
    PlateauThreshold, PlateauWarmup, Ramp, Schedule, ScheduleConfig, WarmupConfig,
};

use super::super::SetupError;
use super::super::config::{self, ExperimentConfig};

/// Modules of the student that may be without parameters, and that `opt.lr_wd` may name.
const PARAMETERLESS: [&str; 5] = [
    "backbone",
    "temporal_aggregator",
    "reset_temp_agg_feat_dim",
    "future_predictor",
    "temporal_aggregator_after_future_pred",
];

/// Builds the optimizer over the student's parameters, and its schedule, for so many ranks.
pub(super) fn init(
    config: &ExperimentConfig,
    student: &Student,
    iters_per_epoch: usize,
    ranks: usize,
) -> Result<(Optimizer, Schedule), SetupError> {
    let groups = groups(&groups_config(config, ranks), student, &PARAMETERLESS)?;
    over(config, groups, iters_per_epoch, ranks)
}

/// Builds the optimizer over a language model's parameters, of which those with one of `no_decay` in
/// their name have no weight decay, and its schedule.
pub(super) fn init_of_language_model(
    config: &ExperimentConfig,
    no_decay: &[String],
    model: &impl Module,
    iters_per_epoch: usize,
    ranks: usize,
) -> Result<(Optimizer, Schedule), SetupError> {
    let named = GroupsConfig { no_decay: no_decay.to_vec(), ..groups_config(config, ranks) };
    over(config, groups(&named, model, &[])?, iters_per_epoch, ranks)
}

fn over(
    config: &ExperimentConfig,
    groups: ParamGroups,
    iters_per_epoch: usize,
    ranks: usize,
) -> Result<(Optimizer, Schedule), SetupError> {
    let rest = groups.ungrouped().iter().filter(|_| !config.opt.classifier_only);
    for name in rest {
        tracing::warn!("`{name}` is in no group of opt.lr_wd: it is not trained");
    }
    let base_lrs = groups.base_lrs();
    let optimizer = rule(&config.opt.optimizer).init(groups)?;
    let schedule = ScheduleConfig {
        warmup: WarmupConfig {
            init_lr_ratio: config.opt.warmup.init_lr_ratio,
            num_epochs: config.opt.warmup.num_epochs,
            floor: config.opt.warmup.min_lr,
        },
        main: main_schedule(&config.opt),
        iters_per_epoch,
        world_size: factor(config, ranks),
    };
    Ok((optimizer, Schedule::new(schedule, base_lrs)?))
}

/// The groups of a model's parameters, without those that it keeps as they are; `modules` that have no
/// others may be named as well.
fn groups(
    config: &GroupsConfig,
    model: &impl Module,
    modules: &[&'static str],
) -> Result<ParamGroups, SetupError> {
    let untrained = untrained_parameters(model);
    let (kept, trained): (Vec<_>, Vec<_>) =
        named_parameters(model).into_iter().partition(|p| untrained.contains(&p.id));
    let params: Vec<_> = trained.into_iter().map(|p| (p.name, p.id)).collect();
    let of_kept = kept.iter().filter_map(|p| p.name.rsplit_once('.')).map(|(module, _)| module);
    let modules: Vec<_> = modules.iter().copied().chain(of_kept).map(str::to_owned).collect();
    Ok(ParamGroups::resolve(config, &params, &modules)?)
}

/// What the number of ranks multiplies learning rates by.
fn factor(config: &ExperimentConfig, ranks: usize) -> usize {
    if config.opt.scale_lr_by_ranks { ranks } else { 1 }
}

fn groups_config(config: &ExperimentConfig, ranks: usize) -> GroupsConfig {
    let opt = &config.opt;
    let entry = |group: &config::LrGroup| LrWd {
        modules: group.modules.clone(),
        lr: group.lr,
        weight_decay: group.wd,
    };
    GroupsConfig {
        lr_wd: opt.lr_wd.iter().map(entry).collect(),
        bias_bn_wd_scale: opt.bias_bn_wd_scale,
        no_decay: Vec::new(),
        world_size: factor(config, ranks),
        // The rows of a step: those of all ranks, once.
        scale_lr_by_bs: opt
            .scale_lr_by_bs
            .then_some(config.train.batch_size * ranks / factor(config, ranks)),
        overlap: match opt.overlap {
            config::Overlap::Refuse => Overlap::Refuse,
            config::Overlap::UpdateEachTime => Overlap::UpdateEachTime,
        },
    }
}

fn rule(node: &config::Optimizer) -> OptimizerConfig {
    let adam = |adam: &config::Adam, decay| {
        let config::Adam { betas, eps, amsgrad } = *adam;
        OptimizerConfig::Adam(AdamConfig { betas, eps, decay, amsgrad })
    };
    match node {
        config::Optimizer::Adam(node) => adam(node, Decay::Gradient),
        config::Optimizer::AdamW(node) => adam(node, Decay::Parameter),
        config::Optimizer::Adafactor(node) => OptimizerConfig::Adafactor(adafactor(node)),
        config::Optimizer::Sgd(sgd) => OptimizerConfig::Sgd(SgdConfig {
            momentum: sgd.momentum,
            dampening: sgd.dampening,
            nesterov: sgd.nesterov,
        }),
    }
}

fn adafactor(node: &config::Adafactor) -> AdafactorConfig {
    if node.relative_step {
        tracing::warn!(
            "opt.optimizer.relative_step: learning rates follow the step; those of opt.lr_wd, \
             opt.warmup and opt.scheduler are logged and have no effect"
        );
    }
    AdafactorConfig {
        eps: node.eps,
        clip_threshold: node.clip_threshold,
        decay_rate: node.decay_rate,
        beta1: node.beta1,
        scale_parameter: node.scale_parameter,
        relative_step: node.relative_step,
        warmup_init: node.warmup_init,
    }
}

fn main_schedule(opt: &config::OptConfig) -> MainConfig {
    match &opt.scheduler {
        config::Scheduler::Constant(_) => MainConfig::Constant,
        config::Scheduler::Linear(line) => MainConfig::Linear(LinearConfig {
            num_epochs: line.num_epochs,
            final_ratio: line.final_ratio,
        }),
        config::Scheduler::Cosine(cosine) => MainConfig::Cosine(CosineConfig {
            num_epochs: cosine.num_epochs,
            eta_min: cosine.eta_min,
            final_lr: cosine.final_lr,
        }),
        config::Scheduler::WarmupMultiStep(steps) => MainConfig::MultiStep(MultiStepConfig {
            milestone_epochs: steps.milestone_epochs.clone(),
            gamma: steps.gamma,
            warmup_factor: steps.warmup_factor,
            warmup_epochs: steps.warmup_epochs,
            warmup_method: match steps.warmup_method {
                config::WarmupMethod::Linear => Ramp::Linear,
                config::WarmupMethod::Constant => Ramp::Constant,
            },
        }),
        config::Scheduler::ReduceOnPlateau(plateau) => {
            MainConfig::Plateau(plateau_schedule(plateau, opt.plateau_warmup))
        }
    }
}

fn plateau_schedule(
    node: &config::ReduceOnPlateau,
    warmup: config::PlateauWarmup,
) -> PlateauConfig {
    PlateauConfig {
        mode: match node.mode {
            config::PlateauMode::Min => PlateauGoal::Min,
            config::PlateauMode::Max => PlateauGoal::Max,
        },
        factor: node.factor,
        patience: node.patience as u64,
        threshold: node.threshold,
        threshold_mode: match node.threshold_mode {
            config::ThresholdMode::Rel => PlateauThreshold::Relative,
            config::ThresholdMode::Abs => PlateauThreshold::Absolute,
        },
        cooldown: node.cooldown as u64,
        min_lr: node.min_lr,
        eps: node.eps,
        warmup: match warmup {
            config::PlateauWarmup::PerIteration => PlateauWarmup::PerIteration,
            config::PlateauWarmup::MetricAsPosition => PlateauWarmup::MetricAsPosition,
        },
    }
}
