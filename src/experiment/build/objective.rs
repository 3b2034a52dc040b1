//! The training objective from `loss_wts`, `train_eval_op` and `teacher`.

use burn::tensor::Device;

use crate::data::{LabelType, Loader};
use crate::losses::{
    KlClasses, KlConfig, TeacherAttention, TeacherAttentionConfig, balanced_weights,
};
use crate::train::{LabelLosses, Objective};

use super::super::config::{self, ExperimentConfig, LossAccuracy};
use super::future;

/// Sets the numbers of the attention apart from those of the model.
const ATTENTION: u64 = 0x7465_6163_6865_7273;

/// The objective over the training sets.
pub(super) fn objective(config: &ExperimentConfig, train: &Loader, device: &Device) -> Objective {
    let weights = config.train.train_one_epoch_fn.loss_wts.terms();
    let kl = &config.teacher.kl;
    Objective {
        weights: weights.into_iter().map(|(name, weight)| (name.to_owned(), weight)).collect(),
        kl: KlConfig {
            temperature: kl.temperature,
            top_k: kl.top_k,
            classes: match kl.classes {
                config::KlClasses::Top => KlClasses::Top,
                config::KlClasses::TopMiddleBottom => KlClasses::TopMiddleBottom,
            },
        },
        labels: labels(config, train),
        attention: attention(config, train, device),
        future: future::features(config),
    }
}

fn labels(config: &ExperimentConfig, train: &Loader) -> LabelLosses {
    let counts = |label: &LabelType| {
        let sets = train.datasets().iter().map(|set| set.class_counts(label));
        sets.reduce(|a, b| a.iter().zip(b).map(|(a, b)| a + b).collect()).unwrap_or_default()
    };
    let balanced = |label: &LabelType| (label.name.clone(), balanced_weights(&counts(label)));
    match config.train_eval_op.cls_loss_acc_fn() {
        LossAccuracy::No(_) => LabelLosses::None,
        LossAccuracy::Basic(keys) if keys.balance_classes => LabelLosses::CrossEntropy {
            class_weights: train.dataset().classes().iter().map(balanced).collect(),
        },
        LossAccuracy::Basic(_) => LabelLosses::default(),
    }
}

/// The attention to several teachers, for a term with a weight; the run's seed alone decides it, so
/// that a resumed run draws the same.
fn attention(
    config: &ExperimentConfig,
    train: &Loader,
    device: &Device,
) -> Option<TeacherAttention> {
    let weighted = config.train.train_one_epoch_fn.loss_wts.ens_distill > 0.0;
    let teacher_width = train.dataset().teacher().filter(|_| weighted)?.feature_dim()?;
    let attention = TeacherAttentionConfig {
        width: config.model.feature_width(),
        teacher_width,
        num_heads: config.teacher.attention.num_heads,
    };
    crate::device::seed(device, config.run.seed ^ ATTENTION);
    Some(attention.init(device))
}
