//! `train_eval_op`: which losses and accuracies are computed.

use schemars::JsonSchema;
use serde::Deserialize;

use super::target::{NoKeys, by_target};

by_target! {
    /// `train_eval_op`
    pub enum OpConfig {
        "func.train_eval_ops.Basic" => Basic(Basic),
        "func.train_eval_ops.PredFutureFeat" => PredFutureFeat(PredFutureFeat),
    }
}

impl OpConfig {
    /// Classification.
    pub fn cls_loss_acc_fn(&self) -> &LossAccuracy {
        match self {
            Self::Basic(op) => &op.cls_loss_acc_fn,
            Self::PredFutureFeat(op) => &op.cls_loss_acc_fn,
        }
    }
}

/// Keys of classification alone.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Basic {
    /// Classification.
    pub cls_loss_acc_fn: LossAccuracy,
    /// Regression of future features, which this operation does not use.
    pub reg_criterion: RegCriterion,
}

/// Keys of classification with regression of the features of future clips.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PredFutureFeat {
    /// Classification.
    pub cls_loss_acc_fn: LossAccuracy,
    /// How predicted and real features are compared.
    pub reg_criterion: RegCriterion,
    /// The output of the model that is the target.
    pub future_target: FutureTarget,
    /// Whether each future is compared by itself.
    pub incur_loss_style: IncurLoss,
    /// What becomes of the losses of several futures.
    pub combine_future_losses: CombineLosses,
    /// Whether a target is the mean of all futures up to its own.
    pub cumulative_future: bool,
}

/// `train_eval_op.future_target`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FutureTarget {
    /// The backbone's features.
    BackboneMean,
    /// The same, projected to `model.project_dim_for_nce`.
    BackboneMeanProjected,
    /// The aggregated feature.
    TempAgg,
    /// The same, projected to `model.project_dim_for_nce`.
    TempAggProjected,
}

/// `train_eval_op.incur_loss_style`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IncurLoss {
    /// One loss for each future, combined by `combine_future_losses`.
    Separately,
    /// One loss over all of them, as multiple-instance learning needs.
    Together,
}

by_target! {
    /// `train_eval_op.combine_future_losses`
    pub enum CombineLosses {
        "torch.min" => Min(NoKeys),
        "torch.max" => Max(NoKeys),
        "torch.mean" => Mean(NoKeys),
        "torch.sum" => Sum(NoKeys),
    }
}

by_target! {
    /// `train_eval_op.cls_loss_acc_fn`
    pub enum LossAccuracy {
        "func.train_eval_ops.BasicLossAccuracy" => Basic(BasicLossAccuracy),
        "func.train_eval_ops.NoLossAccuracy" => No(NoKeys),
    }
}

/// Keys of cross-entropy and accuracy.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BasicLossAccuracy {
    /// Whether rare classes weigh more.
    pub balance_classes: bool,
}

by_target! {
    /// `train_eval_op.reg_criterion`
    pub enum RegCriterion {
        "torch.nn.MSELoss" => Mse(NoKeys),
        "loss_fn.mse.NormedMSE" => NormedMse(NoKeys),
        "loss_fn.simclr_infonce.DistributedSimclrInfoNCELoss" => SimclrInfoNce(SimclrInfoNce),
    }
}

/// Keys of SimCLR's contrastive loss. Defaults are the original's.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SimclrInfoNce {
    /// Similarities are divided by it.
    pub temperature: f64,
    /// Whether targets look for their predictions, too.
    pub target_to_output_loss: bool,
    /// Several positives of one row.
    pub mil_type: MilType,
}

impl Default for SimclrInfoNce {
    fn default() -> Self {
        Self { temperature: 0.1, target_to_output_loss: true, mil_type: MilType::Sum }
    }
}

/// `train_eval_op.reg_criterion.mil_type`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MilType {
    /// All of them count.
    Sum,
    /// The closest counts.
    Max,
}
