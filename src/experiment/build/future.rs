//! `train_eval_op`: regression of the features of future clips.

use crate::data::{DataError, Dataset, FutureClips, SampleStrategy};
use crate::train::{CombineFutures, FutureCriterion, FutureFeatures, FutureLoss, FutureTarget};

use super::super::config::{self, ExperimentConfig, OpConfig, PredFutureFeat};
use super::head::info_nce;

/// How clips of the future are compared; `None` when no term asks for them.
pub(super) fn features(config: &ExperimentConfig) -> Option<FutureFeatures> {
    let OpConfig::PredFutureFeat(op) = &config.train_eval_op else { return None };
    (config.train.train_one_epoch_fn.loss_wts.pred > 0.0).then(|| FutureFeatures {
        target: match op.future_target {
            config::FutureTarget::BackboneMean => FutureTarget::BackboneMean,
            config::FutureTarget::BackboneMeanProjected => FutureTarget::BackboneMeanProjected,
            config::FutureTarget::TempAgg => FutureTarget::TempAgg,
            config::FutureTarget::TempAggProjected => FutureTarget::TempAggProjected,
        },
        cumulative: op.cumulative_future,
        loss: loss(op),
    })
}

/// `together` goes with the contrastive loss, which the config was checked for.
fn loss(op: &PredFutureFeat) -> FutureLoss {
    let criterion = match &op.reg_criterion {
        config::RegCriterion::Mse(_) => FutureCriterion::Mse,
        config::RegCriterion::NormedMse(_) => FutureCriterion::NormedMse,
        config::RegCriterion::SimclrInfoNce(node) => FutureCriterion::InfoNce(info_nce(node)),
    };
    match (op.incur_loss_style, criterion) {
        (config::IncurLoss::Together, FutureCriterion::InfoNce(config)) => {
            FutureLoss::Together(config)
        }
        (_, criterion) => FutureLoss::Separately(criterion, combine(&op.combine_future_losses)),
    }
}

fn combine(node: &config::CombineLosses) -> CombineFutures {
    match node {
        config::CombineLosses::Min(_) => CombineFutures::Min,
        config::CombineLosses::Max(_) => CombineFutures::Max,
        config::CombineLosses::Mean(_) => CombineFutures::Mean,
        config::CombineLosses::Sum(_) => CombineFutures::Sum,
    }
}

/// Adds the clips that the term compares with; what no term asks for is not read.
pub(super) fn with_clips(
    dataset: Dataset,
    node: &config::DatasetConfig,
    config: &ExperimentConfig,
) -> Result<Dataset, DataError> {
    let wanted = features(config).and(node.sample_strategy_future().zip(node.anticipation()));
    let Some((strategy, times)) = wanted else { return Ok(dataset) };
    dataset.with_futures(FutureClips {
        ratios: times.future_clip_ratios.clone(),
        strategy: SampleStrategy::from_key(strategy.name())?,
    })
}
