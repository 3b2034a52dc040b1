//! Cross-entropy against smoothed targets, as `torch.nn.CrossEntropyLoss` computes it.

use burn::tensor::activation::log_softmax;
use burn::tensor::{Int, Tensor};

/// What the loss makes of labels.
#[derive(Clone, Debug, Default)]
pub struct SmoothedConfig {
    /// Share of a target that is spread over all classes.
    pub label_smoothing: f64,
    /// Weight of each class, `[C]`; without it all weigh 1.
    pub class_weights: Option<Tensor<1>>,
}

/// Cross-entropy per row and what the row weighs in torch's mean; both 0 where the target is
/// `ignore_index`. The mean is the sum of the one over the sum of the other.
///
/// A row's loss is `(1 - e) w[y] (-log p[y]) + e / C sum_c w[c] (-log p[c])`, its weight `w[y]`.
///
/// # Shapes
/// - logits: `[B, C]`
/// - targets, outputs: `[B]`
///
/// # Panics
/// When the numbers of rows or classes disagree.
pub fn smoothed_cross_entropy(
    logits: Tensor<2>,
    targets: Tensor<1, Int>,
    config: &SmoothedConfig,
    ignore_index: i64,
) -> (Tensor<1>, Tensor<1>) {
    let [b, c] = logits.dims();
    assert_eq!([b], targets.dims(), "one target per row of logits");
    let ignored = targets.clone().equal_elem(ignore_index);
    // Any valid class does: what it gives is replaced.
    let targets = targets.mask_fill(ignored.clone(), 0);
    let surprise = log_softmax(logits, 1).neg();
    let weights = config.class_weights.clone();
    if let Some(weights) = &weights {
        assert_eq!([c], weights.dims(), "one weight for each class");
    }
    let of_row = match &weights {
        Some(weights) => weights.clone().select(0, targets.clone()),
        None => Tensor::ones([b], &surprise.device()),
    };
    let hit = surprise.clone().gather(1, targets.reshape([b, 1])).reshape([b]) * of_row.clone();
    let e = config.label_smoothing;
    let loss = if e == 0.0 {
        hit
    } else {
        let all = match weights {
            Some(weights) => surprise * weights.unsqueeze_dim(0),
            None => surprise,
        };
        hit * (1.0 - e) + all.sum_dim(1).reshape([b]) * (e / c as f64)
    };
    (loss.mask_fill(ignored.clone(), 0.0), of_row.mask_fill(ignored, 0.0))
}

/// The mean of [`smoothed_cross_entropy`], `[1]`; 0 where every row is ignored.
///
/// # Panics
/// As there.
pub fn mean_smoothed_cross_entropy(
    logits: Tensor<2>,
    targets: Tensor<1, Int>,
    config: &SmoothedConfig,
    ignore_index: i64,
) -> Tensor<1> {
    let (loss, weights) = smoothed_cross_entropy(logits, targets, config, ignore_index);
    loss.sum() / weights.sum().clamp_min(f32::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tolerance};

    use super::*;
    use crate::losses::cross_entropy;

    fn batch(device: &Device) -> (Tensor<2>, Tensor<1, Int>) {
        let logits = [[1.0, 0.0, -1.0], [0.0, 2.0, 0.3], [0.5, 0.0, 9.0]];
        (Tensor::from_floats(logits, device), Tensor::from_ints([1, 0, -1], device))
    }

    #[test]
    fn without_smoothing_it_is_the_plain_one_over_labelled_rows() {
        let device = Device::default();
        let (logits, targets) = batch(&device);
        let config = SmoothedConfig::default();
        let plain = cross_entropy(logits.clone(), targets.clone(), -1).sum() / 2.0;
        let mean = mean_smoothed_cross_entropy(logits, targets, &config, -1);
        mean.into_data().assert_approx_eq::<f32>(&plain.into_data(), Tolerance::absolute(1e-6));
    }

    #[test]
    fn nothing_labelled_is_nothing_to_learn() {
        let device = Device::default().autodiff();
        let (logits, targets) = batch(&device);
        let logits = logits.require_grad();
        let config = SmoothedConfig { label_smoothing: 0.1, class_weights: None };
        let none = targets.mul_scalar(0).sub_scalar(1);
        let mean = mean_smoothed_cross_entropy(logits.clone(), none, &config, -1);
        let grad = logits.grad(&mean.backward()).unwrap().into_data();
        assert!(grad.try_to_vec::<f32>().unwrap().iter().all(|g| *g == 0.0));
        assert_eq!(mean.into_scalar::<f32>(), 0.0);
    }
}
