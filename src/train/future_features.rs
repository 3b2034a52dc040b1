//! Regression of future features: what `PredFutureFeat` adds to classification.
//!
//! The observed clips and those of the future go through the student side by side, in one batch;
//! [`observed`] takes back what is said of the observed ones, and the term `pred` compares the
//! features that the student would predict from with those that really come. Nothing is detached:
//! gradient flows into both sides. Losses of the model itself are of all clips, as in the original.
//!
//! Source: AVT's `func/train_eval_ops.py`, `PredFutureFeat`, which cannot run; `docs/faithful.md`
//! lists what was mended.

use burn::tensor::Tensor;

use crate::losses::{self, InfoNceConfig};
use crate::models::StudentOutput;

/// How features of the future are compared.
#[derive(Clone, Debug, PartialEq)]
pub struct FutureFeatures {
    /// The output that is the target.
    pub target: FutureTarget,
    /// Whether a target is the mean of the futures up to its own, instead of its own.
    pub cumulative: bool,
    /// One loss out of several futures.
    pub loss: FutureLoss,
}

/// Which output of the student on a future clip is to be predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FutureTarget {
    /// [`StudentOutput::backbone_mean`]
    BackboneMean,
    /// [`StudentOutput::backbone_mean_projected`]
    BackboneMeanProjected,
    /// [`StudentOutput::temp_agg`]
    TempAgg,
    /// [`StudentOutput::temp_agg_projected`]
    TempAggProjected,
}

/// One loss out of several futures.
#[derive(Clone, Debug, PartialEq)]
pub enum FutureLoss {
    /// One for each future, then combined.
    Separately(FutureCriterion, CombineFutures),
    /// All futures of a row are positives of one contrastive loss.
    Together(InfoNceConfig),
}

/// How two features are compared.
#[derive(Clone, Debug, PartialEq)]
pub enum FutureCriterion {
    /// Mean squared difference.
    Mse,
    /// The same of features scaled to length one.
    NormedMse,
    /// Contrastive, the other rows of the batch being negatives.
    InfoNce(InfoNceConfig),
}

/// What becomes of the losses of several futures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CombineFutures {
    /// The least counts.
    Min,
    /// The greatest counts.
    Max,
    /// Their mean.
    Mean,
    /// Their sum.
    Sum,
}

/// Keeps the rows of the `b` observed clips of what is said of every row; features that the term
/// `pred` compares, and losses of the model itself, stay those of all clips.
pub(super) fn observed(output: StudentOutput, b: usize) -> StudentOutput {
    StudentOutput {
        logits: rows(&output.logits, b),
        past_logits: rows(&output.past_logits, b),
        future_agg: output.future_agg.clone().narrow(0, 0, b),
        past: output.past.clone().narrow(0, 0, b),
        attentions: output.attentions.iter().map(|maps| maps.clone().narrow(0, 0, b)).collect(),
        logits_regression: output.logits_regression.clone().map(|rows| rows.narrow(0, 0, b)),
        ..output
    }
}

fn rows<const D: usize>(all: &[(String, Tensor<D>)], b: usize) -> Vec<(String, Tensor<D>)> {
    all.iter().map(|(name, rows)| (name.clone(), rows.clone().narrow(0, 0, b))).collect()
}

impl FutureFeatures {
    /// The term, from the student's output on the observed clips of `b` samples and, behind them,
    /// on every clip of the future.
    ///
    /// Each of the `N` features of a sample is a row of its own: one, or one for each sub-clip or
    /// frame that the first aggregator leaves.
    ///
    /// # Shapes
    /// - output.future_projected: `[(1 + K) * B, N, F]`, the targets alike
    /// - output: `[1]`
    ///
    /// # Panics
    /// When predictions and targets are not of one shape, which settings are checked for.
    pub fn loss(&self, output: &StudentOutput, b: usize) -> Tensor<1> {
        let [all, n, width] = output.future_projected.dims();
        let prediction = output.future_projected.clone().narrow(0, 0, b).reshape([b * n, width]);
        let [rows, steps, features] = self.targets(output).dims();
        assert_eq!([rows * steps, features], [all * n, width], "one target for each prediction");
        let futures = all / b - 1;
        let targets = self.targets(output).reshape([all, n * width]).narrow(0, b, futures * b);
        let targets = self.cumulated(targets.reshape([futures, b * n, width]));
        match &self.loss {
            FutureLoss::Together(config) => {
                losses::simclr_infonce(prediction, targets.swap_dims(0, 1), config)
            }
            FutureLoss::Separately(criterion, combine) => {
                let each = (0..futures).map(|i| {
                    let target = targets.clone().narrow(0, i, 1).squeeze_dim(0);
                    criterion.loss(prediction.clone(), target)
                });
                combine.of(Tensor::cat(each.collect(), 0))
            }
        }
    }

    /// The features to be predicted, a row for each clip. `[N, T, F]`
    fn targets(&self, output: &StudentOutput) -> Tensor<3> {
        match self.target {
            FutureTarget::BackboneMean => output.backbone_mean.clone().unsqueeze_dim(1),
            FutureTarget::BackboneMeanProjected => {
                let projected = output.backbone_mean_projected.clone();
                projected.expect("the projection fits the backbone").unsqueeze_dim(1)
            }
            FutureTarget::TempAgg => output.temp_agg.clone(),
            FutureTarget::TempAggProjected => output.temp_agg_projected.clone(),
        }
    }

    /// Each future, or the mean of the futures up to it. `[K, R, F]`
    fn cumulated(&self, targets: Tensor<3>) -> Tensor<3> {
        if !self.cumulative {
            return targets;
        }
        let [futures, ..] = targets.dims();
        let means = (1..=futures).map(|n| targets.clone().narrow(0, 0, n).mean_dim(0));
        Tensor::cat(means.collect(), 0)
    }
}

impl FutureCriterion {
    /// The mean over all rows. `[R, F]` twice -> `[1]`
    fn loss(&self, prediction: Tensor<2>, target: Tensor<2>) -> Tensor<1> {
        match self {
            Self::Mse => losses::feature_mse(prediction, target).mean(),
            Self::NormedMse => losses::normalised_mse(prediction, target),
            Self::InfoNce(config) => {
                losses::simclr_infonce(prediction, target.unsqueeze_dim(1), config)
            }
        }
    }
}

impl CombineFutures {
    /// `[K]` -> `[1]`
    fn of(self, losses: Tensor<1>) -> Tensor<1> {
        match self {
            Self::Min => losses.min(),
            Self::Max => losses.max(),
            Self::Mean => losses.mean(),
            Self::Sum => losses.sum(),
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Distribution};

    use super::*;

    const B: usize = 2;
    const K: usize = 3;

    /// Two sub-clips of each of the videos, with features of three elements.
    fn output(device: &Device) -> StudentOutput {
        let random = |rows| Tensor::<3>::random([rows, 1, 3], Distribution::Default, device);
        let (all, clips) = ((1 + K) * B, 2);
        let temp_agg = random(all * clips);
        let future_agg = random(all).squeeze_dim::<2>(1);
        StudentOutput {
            logits: vec![("action".into(), future_agg.clone())],
            past_logits: Vec::new(),
            logits_regression: None,
            backbone: Tensor::zeros([all * clips, 3, 1, 1, 1], device),
            future: future_agg.clone().unsqueeze_dim(1),
            past: future_agg.clone().unsqueeze_dim(1),
            future_agg,
            backbone_mean: random(all * clips).squeeze_dim(1),
            backbone_mean_projected: None,
            future_projected: temp_agg.clone().reshape([all, clips, 3]),
            temp_agg_projected: temp_agg.clone(),
            temp_agg,
            aux: vec![("feat", Tensor::ones([all, 1], device))],
            attentions: Vec::new(),
        }
    }

    fn host<const D: usize>(tensor: &Tensor<D>) -> Vec<f32> {
        tensor.to_data().try_to_vec().unwrap()
    }

    fn loss(output: &StudentOutput, cumulative: bool, combine: CombineFutures) -> f32 {
        let loss = FutureLoss::Separately(FutureCriterion::Mse, combine);
        let terms = FutureFeatures { target: FutureTarget::TempAgg, cumulative, loss };
        host(&terms.loss(output, B))[0]
    }

    #[test]
    fn rows_of_the_observed_clips_come_first() {
        let all = output(&Device::default());
        let seen = observed(all.clone(), B);
        assert_eq!((seen.logits[0].1.dims(), seen.past.dims()), ([B, 3], [B, 1, 3]));
        assert_eq!(host(&seen.future_agg), host(&all.future_agg)[..B * 3]);
        assert_eq!(seen.aux[0].1.dims(), [(1 + K) * B, 1], "the model's own losses are of all");
        assert_eq!(host(&seen.temp_agg), host(&all.temp_agg));
    }

    #[test]
    fn each_future_is_compared_with_the_prediction_of_its_own_sample() {
        let output = output(&Device::default());
        let features = host(&output.temp_agg);
        let video = B * 2 * 3; // samples, sub-clips, elements
        let each: Vec<f32> =
            features[video..].chunks(video).map(|future| mse(&features[..video], future)).collect();
        for (combine, expected) in [
            (CombineFutures::Min, each.iter().copied().fold(f32::MAX, f32::min)),
            (CombineFutures::Max, each.iter().copied().fold(0.0, f32::max)),
            (CombineFutures::Mean, each.iter().sum::<f32>() / K as f32),
            (CombineFutures::Sum, each.iter().sum()),
        ] {
            let found = loss(&output, false, combine);
            assert!((found - expected).abs() < 1e-5, "{combine:?}: {found} and {expected}");
        }
    }

    #[test]
    fn a_cumulative_target_is_the_mean_of_the_futures_so_far() {
        let output = output(&Device::default());
        let features = host(&output.temp_agg);
        let video = B * 2 * 3;
        let mut sum = vec![0.0; video];
        let mut total = 0.0;
        for (n, future) in (1..).zip(features[video..].chunks(video)) {
            sum.iter_mut().zip(future).for_each(|(sum, v)| *sum += v);
            let mean: Vec<f32> = sum.iter().map(|v| v / n as f32).collect();
            total += mse(&features[..video], &mean);
        }
        let found = loss(&output, true, CombineFutures::Sum);
        assert!((found - total).abs() < 1e-5, "{found} and {total}");
    }

    fn mse(a: &[f32], b: &[f32]) -> f32 {
        a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>() / a.len() as f32
    }
}
