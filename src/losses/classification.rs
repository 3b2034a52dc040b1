//! Losses against labels.

use burn::tensor::activation::log_softmax;
use burn::tensor::{Int, Tensor};

/// Cross-entropy per row; 0 where the target is `ignore_index`.
///
/// A plain mean over the result counts ignored rows in its denominator, as the original does.
///
/// # Shapes
/// - logits: `[..., C]`
/// - targets, output: `[...]`
///
/// # Panics
/// When the leading dimensions disagree.
pub fn cross_entropy<const D: usize, const E: usize>(
    logits: Tensor<D>,
    targets: Tensor<E, Int>,
    ignore_index: i64,
) -> Tensor<E> {
    let (shape, rows) = (targets.dims(), targets.dims().iter().product::<usize>());
    let classes = logits.dims()[D - 1];
    assert_eq!(logits.dims()[..D - 1], shape, "one target per row of logits");
    let targets = targets.reshape([rows, 1]);
    let ignored = targets.clone().equal_elem(ignore_index);
    // Any valid class does: its loss is replaced.
    let targets = targets.mask_fill(ignored.clone(), 0);
    let loss = log_softmax(logits.reshape([rows, classes]), 1).gather(1, targets).neg();
    loss.mask_fill(ignored, 0.0).reshape(shape)
}

/// The same, times the weight of the row's class, as torch weighs it without reduction.
///
/// # Shapes
/// - logits: `[..., C]`, weights: `[C]`
/// - targets, output: `[...]`
///
/// # Panics
/// When the leading dimensions or the numbers of classes disagree.
pub fn weighted_cross_entropy<const D: usize, const E: usize>(
    logits: Tensor<D>,
    targets: Tensor<E, Int>,
    weights: Tensor<1>,
    ignore_index: i64,
) -> Tensor<E> {
    let (shape, rows) = (targets.dims(), targets.dims().iter().product::<usize>());
    assert_eq!(logits.dims()[D - 1..], weights.dims(), "one weight for each class");
    let ignored = targets.clone().equal_elem(ignore_index);
    // Any valid class does: the loss is 0.
    let classes = targets.clone().mask_fill(ignored, 0).reshape([rows]);
    cross_entropy(logits, targets, ignore_index) * weights.select(0, classes).reshape(shape)
}

/// The weight of each class in a balanced cross-entropy: the inverse of its share of the labelled
/// samples, `1 / (share + 1e-5)`.
///
/// Source: `func/train_eval_ops.py`, `BasicLossAccuracy`, in single precision as there.
pub fn balanced_weights(counts: &[usize]) -> Vec<f32> {
    let all = counts.iter().sum::<usize>().max(1) as f32;
    counts.iter().map(|count| (*count as f32 / all + 1e-5).recip()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, Tolerance};

    #[test]
    fn ignored_rows_are_zero_and_count_in_the_mean() {
        let device = Device::default();
        let logits = Tensor::<2>::from_floats([[0.0, 0.0], [3.0, 1.0], [1.0, 1.0]], &device);
        let targets = Tensor::<1, Int>::from_ints([1, -1, 0], &device);
        let loss = cross_entropy(logits, targets, -1);
        let ln2 = 2f32.ln();
        loss.clone().into_data().assert_approx_eq::<f32>(
            &Tensor::<1>::from_floats([ln2, 0.0, ln2], &device).into_data(),
            Tolerance::absolute(1e-6),
        );
        assert!((loss.mean().into_scalar::<f32>() - 2.0 * ln2 / 3.0).abs() < 1e-6);
    }

    #[test]
    fn leading_dimensions_are_kept_and_gradients_skip_ignored_rows() {
        let device = Device::default().autodiff();
        let logits = Tensor::<3>::zeros([1, 2, 4], &device).require_grad();
        let targets = Tensor::<2, Int>::from_ints([[2, -1]], &device);
        let loss = cross_entropy(logits.clone(), targets, -1);
        assert_eq!(loss.dims(), [1, 2]);
        let grads = loss.sum().backward();
        let grad = logits.grad(&grads).unwrap().into_data();
        let expected = [0.25, 0.25, -0.75, 0.25, 0.0, 0.0, 0.0, 0.0];
        assert_eq!(grad.try_to_vec::<f32>().unwrap(), expected);
    }

    #[test]
    fn weights_follow_the_class() {
        let device = Device::default();
        let logits = Tensor::<2>::from_floats([[1.0, 0.0], [0.0, 2.0], [0.5, 0.0]], &device);
        let targets = Tensor::<1, Int>::from_ints([1, 0, -1], &device);
        let weights = Tensor::<1>::from_floats([3.0, 0.5], &device);
        let plain = cross_entropy(logits.clone(), targets.clone(), -1);
        let factors = Tensor::<1>::from_floats([0.5, 3.0, 1.0], &device);
        let loss = weighted_cross_entropy(logits, targets, weights, -1);
        assert_eq!(loss.into_data(), (plain * factors).into_data());
    }

    #[test]
    fn rare_classes_weigh_more() {
        let weights = balanced_weights(&[3, 1, 0]);
        let expected = [1.0 / 0.75001, 1.0 / 0.25001, 1e5];
        assert!(weights.iter().zip(expected).all(|(w, e)| (w - e).abs() < 1e-5 * e), "{weights:?}");
        assert!(balanced_weights(&[0]).iter().all(|w| w.is_finite()));
    }

    #[test]
    fn large_logits_do_not_overflow() {
        let device = Device::default();
        let logits = Tensor::<2>::from_floats([[1e4, -1e4]], &device);
        let loss = cross_entropy(logits, Tensor::<1, Int>::from_ints([1], &device), -1);
        assert_eq!(loss.into_scalar::<f32>(), 2e4);
    }
}
