//! Losses between features.

use burn::tensor::Tensor;

/// One minus the cosine of each pair of rows; norms below 1e-8 count as 1e-8.
///
/// # Shapes
/// - a, b: `[B, F]`
/// - output: `[B]`
///
/// # Panics
/// When the shapes differ.
pub fn feature_cosine(a: Tensor<2>, b: Tensor<2>) -> Tensor<1> {
    assert_eq!(a.dims(), b.dims(), "features have the same shape");
    let cosine = (unit_above(a, 1e-8) * unit_above(b, 1e-8)).sum_dim(1);
    (cosine.neg() + 1.0).squeeze_dim(1)
}

/// Mean squared difference of rows scaled to length one; norms below 1e-12 count as 1e-12.
///
/// # Shapes
/// - a, b: `[B, F]`
/// - output: `[1]`, the mean over all elements
///
/// # Panics
/// When the shapes differ.
pub fn normalised_mse(a: Tensor<2>, b: Tensor<2>) -> Tensor<1> {
    feature_mse(unit(a), unit(b)).mean()
}

/// Squared difference of each element.
///
/// # Shapes
/// - prediction, target, output: the same
///
/// # Panics
/// When the shapes differ.
pub fn feature_mse<const D: usize>(prediction: Tensor<D>, target: Tensor<D>) -> Tensor<D> {
    assert_eq!(prediction.dims(), target.dims(), "prediction and target have the same shape");
    let difference = prediction - target;
    difference.clone() * difference
}

/// Rows scaled to length one; norms below 1e-12 count as 1e-12.
pub(super) fn unit(x: Tensor<2>) -> Tensor<2> {
    unit_above(x, 1e-12)
}

/// Rows divided by their length, or by `floor` if that is greater.
///
/// The floor is applied to the square: the root of zero has no derivative.
fn unit_above(x: Tensor<2>, floor: f64) -> Tensor<2> {
    let square = (x.clone() * x.clone()).sum_dim(1).clamp_min(floor * floor);
    x / square.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, Tolerance};

    #[test]
    fn cosine_of_known_angles() {
        let device = Device::default();
        let a = Tensor::<2>::from_floats([[2.0, 0.0], [1.0, 1.0], [3.0, 0.0], [0.0, 0.0]], &device);
        let b =
            Tensor::<2>::from_floats([[5.0, 0.0], [0.0, 3.0], [-1.0, 0.0], [1.0, 2.0]], &device);
        let expected = Tensor::<1>::from_floats([0.0, 1.0 - 0.5f32.sqrt(), 2.0, 1.0], &device);
        feature_cosine(a, b)
            .into_data()
            .assert_approx_eq::<f32>(&expected.into_data(), Tolerance::absolute(1e-6));
    }

    #[test]
    fn normalised_mse_ignores_length_and_averages_all_elements() {
        let device = Device::default();
        let a = Tensor::<2>::from_floats([[7.0, 0.0], [1.0, 0.0]], &device);
        let b = Tensor::<2>::from_floats([[2.0, 0.0], [0.0, 4.0]], &device);
        let loss = normalised_mse(a, b).into_scalar::<f32>();
        assert!((loss - 0.5).abs() < 1e-6, "{loss}");
    }

    #[test]
    fn zero_rows_have_finite_gradients() {
        let device = Device::default().autodiff();
        let a = Tensor::<2>::zeros([1, 3], &device).require_grad();
        let b = Tensor::<2>::ones([1, 3], &device);
        let loss = feature_cosine(a.clone(), b.clone()).sum() + normalised_mse(a.clone(), b);
        let grad = a.grad(&loss.backward()).unwrap().into_data();
        assert!(grad.try_to_vec::<f32>().unwrap().iter().all(|g| g.is_finite()));
    }

    #[test]
    fn feature_mse_sends_gradient_to_both_sides() {
        let device = Device::default().autodiff();
        let a = Tensor::<1>::from_floats([3.0], &device).require_grad();
        let b = Tensor::<1>::from_floats([1.0], &device).require_grad();
        let loss = feature_mse(a.clone(), b.clone());
        let grads = loss.backward();
        assert_eq!(a.grad(&grads).unwrap().into_scalar::<f32>(), 4.0);
        assert_eq!(b.grad(&grads).unwrap().into_scalar::<f32>(), -4.0);
    }
}
