//! SimCLR's contrastive loss with several positives.

use burn::tensor::{Int, Tensor};

/// Taken from the similarity of a row with itself, which then counts for nothing.
const NEVER: f64 = 1e9;

/// What several positives of one row are worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MilType {
    /// All of them count.
    Sum,
    /// The closest counts, the others are left out.
    Max,
}

/// Settings of [`simclr_infonce`].
#[derive(Clone, Debug, PartialEq)]
pub struct InfoNceConfig {
    /// Similarities are divided by it.
    pub temperature: f64,
    /// Whether targets look for their outputs too; the first of several does.
    pub target_to_output_loss: bool,
    /// Several positives of one row.
    pub mil_type: MilType,
}

/// How well each output picks its own targets out of all targets and the other outputs; the mean
/// over rows.
///
/// Source: AVT's `loss_fn/simclr_infonce.py` in one process, after
/// <https://github.com/google-research/simclr> and MIL-NCE, <https://arxiv.org/abs/1912.06430>.
///
/// # Shapes
/// - output: `[B, C]`
/// - targets: `[B, K, C]`
/// - output: `[1]`
///
/// # Panics
/// When the shapes do not belong together.
pub fn simclr_infonce(output: Tensor<2>, targets: Tensor<3>, config: &InfoNceConfig) -> Tensor<1> {
    let [b, k, c] = targets.dims();
    assert_eq!(output.dims(), [b, c], "a row of targets for each output");
    let output = unit(output);
    let targets = unit(targets.reshape([b * k, c]));
    let own = Tensor::<2, Int>::eye(b, &output.device()).float();
    let near =
        |a: &Tensor<2>, b: &Tensor<2>| a.clone().matmul(b.clone().transpose()) / config.temperature;
    let others = near(&output, &output) - own.clone() * NEVER;
    let matches = own.clone().unsqueeze_dim::<3>(2).repeat_dim(2, k).reshape([b, b * k]);
    let loss = contrast(near(&output, &targets), matches, others, k, config.mil_type);
    if !config.target_to_output_loss {
        return loss.mean();
    }
    let first: Tensor<2> = targets.reshape([b, k, c]).narrow(1, 0, 1).squeeze_dim(1);
    let others = near(&first, &first) - own.clone() * NEVER;
    loss.mean() + contrast(near(&first, &output), own, others, 1, config.mil_type).mean()
}

/// `-log` of the share of the positives among all; `matches` has a 1 for each of the `k` positives
/// of a row. `[B, n]` -> `[B, 1]`
fn contrast(
    found: Tensor<2>,
    matches: Tensor<2>,
    others: Tensor<2>,
    k: usize,
    mil_type: MilType,
) -> Tensor<2> {
    let [b, _] = found.dims();
    let at = Tensor::<1, Int>::arange(0..(b * k) as i64, &found.device()).reshape([b, k]);
    let positives = found.clone().gather(1, at); // [B, K]
    match mil_type {
        MilType::Sum => log_sum_exp(Tensor::cat(vec![found, others], 1)) - log_sum_exp(positives),
        MilType::Max => {
            let best = positives.max_dim(1).reshape([b, 1]);
            let negatives = found - matches * NEVER;
            log_sum_exp(Tensor::cat(vec![best.clone(), negatives, others], 1)) - best
        }
    }
}

/// `[B, n]` -> `[B, 1]`
fn log_sum_exp(x: Tensor<2>) -> Tensor<2> {
    let greatest = x.clone().max_dim(1).detach();
    (x - greatest.clone()).exp().sum_dim(1).log() + greatest
}

/// Rows divided by their length, or by 1e-12 if that is greater.
fn unit(x: Tensor<2>) -> Tensor<2> {
    let square = (x.clone() * x.clone()).sum_dim(1).clamp_min(1e-24);
    x / square.sqrt()
}
