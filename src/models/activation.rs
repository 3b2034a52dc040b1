//! Activations by the names that `transformers` gives them.

use burn::tensor::Tensor;
use burn::tensor::activation::{gelu, relu, silu, tanh};

use super::layers::gelu_new;

/// What stands between the layers of a feed-forward part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Activation {
    /// GELU by its tanh approximation, GPT-2's own.
    #[default]
    GeluNew,
    /// GELU by the error function.
    Gelu,
    /// Negative values become 0.
    Relu,
    /// `x sigmoid(x)`.
    Silu,
    /// Hyperbolic tangent.
    Tanh,
}

impl Activation {
    /// Applies it to each element.
    ///
    /// # Shapes
    /// - input, output: `[..., any]`
    pub fn forward<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        match self {
            Self::GeluNew => gelu_new(x),
            Self::Gelu => gelu(x),
            Self::Relu => relu(x),
            Self::Silu => silu(x),
            Self::Tanh => tanh(x),
        }
    }
}
