//! Small layers whose parameters carry their original names.
//!
//! Burn's own layers serve wherever the names agree (`Embedding`, `Dropout`); these replace the
//! ones that would need renaming. Layers that multiply matrices are in [`product`](super::product).

use burn::module::{Module, Param};
use burn::nn::{Dropout, DropoutConfig, Embedding, Initializer};
use burn::tensor::activation::sigmoid;
use burn::tensor::{Device, Tensor, module};

use super::ModelError;
use super::error::probability;
use super::product::{Linear, affine};

/// Layer normalisation over the last dimension, `torch.nn.LayerNorm`.
#[derive(Module, Debug)]
pub struct LayerNorm {
    /// Scale, `[features]`.
    pub weight: Param<Tensor<1>>,
    /// Shift, `[features]`.
    pub bias: Param<Tensor<1>>,
    epsilon: f64,
}

impl LayerNorm {
    /// Scale one, shift zero.
    pub fn new(features: usize, epsilon: f64, device: &Device) -> Self {
        Self {
            weight: Initializer::Ones.init([features], device),
            bias: Initializer::Zeros.init([features], device),
            epsilon,
        }
    }

    /// Normalises and rescales.
    ///
    /// # Shapes
    /// - input, output: `[..., features]`
    pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        module::layer_norm(x, self.weight.val(), Some(self.bias.val()), self.epsilon)
    }
}

/// A linear layer stored (in, out): `transformers.pytorch_utils.Conv1D`.
#[derive(Module, Debug)]
pub struct Conv1d {
    /// `[in, out]`, as in the original.
    pub weight: Param<Tensor<2>>,
    /// `[out]`.
    pub bias: Param<Tensor<1>>,
}

impl Conv1d {
    /// Weights drawn from N(0, std), bias zero, as `GPT2PreTrainedModel` does.
    pub fn new(d_input: usize, d_output: usize, std: f64, device: &Device) -> Self {
        Self {
            weight: normal(std).init([d_input, d_output], device),
            bias: Initializer::Zeros.init([d_output], device),
        }
    }

    /// `x W + b`.
    ///
    /// # Shapes
    /// - input: `[..., in]`
    /// - output: `[..., out]`
    pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        affine(x, self.weight.val(), Some(self.bias.val()))
    }
}

/// `torch.nn.Linear` as `BaseModel._initialize_weights` leaves it: N(0, 0.01), bias zero.
///
/// The weight is stored `[in, out]`, the transpose of the original.
pub(crate) fn linear(d_input: usize, d_output: usize, bias: bool, device: &Device) -> Linear {
    Linear {
        weight: normal(0.01).init([d_input, d_output], device),
        bias: bias.then(|| Initializer::Zeros.init([d_output], device)),
    }
}

/// A table of vectors drawn from N(0, std), `[rows, features]`.
pub(crate) fn embedding(rows: usize, features: usize, std: f64, device: &Device) -> Embedding {
    Embedding { weight: normal(std).init([rows, features], device) }
}

/// A dropout layer; inactive on devices without autodiff and after `valid()`.
pub(crate) fn dropout(name: &'static str, prob: f64) -> Result<Dropout, ModelError> {
    Ok(DropoutConfig::new(probability(name, prob)?).init())
}

/// GELU by its tanh approximation, `gelu_new` of GPT-2: `x / 2 (1 + tanh u)`.
///
/// Computed as `x sigmoid(2 u)`, the same function: a third of the time of the hyperbolic tangent
/// on flex.
///
/// # Shapes
/// - input, output: `[..., any]`
pub(crate) fn gelu_new<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    const TWICE: f64 = 2.0 * SQRT_2_OVER_PI;
    // 2 u = x (c + 0.044715 c x^2): without a general power, which is slow.
    let square = x.clone() * x.clone();
    let twice_u = (square * (0.044715 * TWICE) + TWICE) * x.clone();
    sigmoid(twice_u) * x
}

const SQRT_2_OVER_PI: f64 = 0.797_884_560_802_865_4;

/// Draws from N(0, std).
pub(crate) fn normal(std: f64) -> Initializer {
    Initializer::Normal { mean: 0.0, std }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Tolerance, activation::gelu_approximate};

    #[test]
    fn gelu_new_is_the_tanh_approximation_and_never_overflows() {
        let device = Device::default().autodiff();
        let points = [-1e4, -40.0, -3.0, -0.7, 0.0, 0.2, 1.5, 40.0, 1e4];
        let x = Tensor::<1>::from_floats(points, &device).require_grad();
        let (ours, theirs) = (gelu_new(x.clone()), gelu_approximate(x.clone()));
        let tolerance = Tolerance::rel_abs(1e-6, 1e-6);
        ours.to_data().assert_approx_eq::<f32>(&theirs.to_data(), tolerance);
        let grad = x.grad(&ours.sum().backward()).unwrap().into_data();
        assert!(grad.try_to_vec::<f32>().unwrap().iter().all(|g| g.is_finite()));
    }
}
