//! Small layers whose parameters carry their original names.
//!
//! Burn's own layers serve wherever the names agree (`Linear`, `Embedding`, `Dropout`); these
//! replace the ones that would need renaming.

use burn::module::{Module, Param};
use burn::nn::{Dropout, DropoutConfig, Embedding, Initializer, Linear};
use burn::tensor::{Device, Tensor, module};

use super::ModelError;
use super::error::probability;

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
    /// Weights drawn from N(0, 0.02), bias zero, as `GPT2PreTrainedModel` does.
    pub fn new(d_input: usize, d_output: usize, device: &Device) -> Self {
        Self {
            weight: normal(0.02).init([d_input, d_output], device),
            bias: Initializer::Zeros.init([d_output], device),
        }
    }

    /// `x W + b`.
    ///
    /// # Shapes
    /// - input: `[..., in]`
    /// - output: `[..., out]`
    pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        module::linear(x, self.weight.val(), Some(self.bias.val()))
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

/// A table of vectors drawn from N(0, 0.02), `[rows, features]`.
pub(crate) fn embedding(rows: usize, features: usize, device: &Device) -> Embedding {
    Embedding { weight: normal(0.02).init([rows, features], device) }
}

/// A dropout layer; inactive on devices without autodiff and after `valid()`.
pub(crate) fn dropout(name: &'static str, prob: f64) -> Result<Dropout, ModelError> {
    Ok(DropoutConfig::new(probability(name, prob)?).init())
}

/// GELU by its tanh approximation, `gelu_new` of GPT-2.
///
/// # Shapes
/// - input, output: `[..., any]`
pub(crate) fn gelu_new<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    const SQRT_2_OVER_PI: f64 = 0.797_884_560_802_865_4;
    // x (c + 0.044715 c x^2): no general power, which is slow and has no derivative below zero
    // on some backends.
    let square = x.clone() * x.clone();
    let inner = (square * (0.044715 * SQRT_2_OVER_PI) + SQRT_2_OVER_PI) * x.clone();
    (inner.tanh() + 1.0) * (x * 0.5)
}

fn normal(std: f64) -> Initializer {
    Initializer::Normal { mean: 0.0, std }
}
