//! `train_eval_op`: which losses and accuracies are computed.

use schemars::JsonSchema;
use serde::Deserialize;

use super::target::{NoKeys, by_target, only_target};

only_target!(OpTarget, "func.train_eval_ops.Basic");
only_target!(LossAccuracyTarget, "func.train_eval_ops.BasicLossAccuracy");

/// `train_eval_op`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpConfig {
    /// What the node configures.
    #[serde(rename = "_target_")]
    pub target: OpTarget,
    /// Classification.
    pub cls_loss_acc_fn: LossAccuracy,
    /// Regression of future features, which `Basic` does not use.
    pub reg_criterion: RegCriterion,
}

/// `train_eval_op.cls_loss_acc_fn`
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LossAccuracy {
    /// What the node configures.
    #[serde(rename = "_target_")]
    pub target: LossAccuracyTarget,
    /// Whether rare classes weigh more.
    pub balance_classes: bool,
}

by_target! {
    /// `train_eval_op.reg_criterion`
    pub enum RegCriterion {
        "torch.nn.MSELoss" => Mse(NoKeys),
    }
}
