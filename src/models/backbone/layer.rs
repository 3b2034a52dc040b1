//! Chains of layers whose positions are their names: `torch.nn.Sequential`.

use burn::module::Module;
use burn::nn::Relu;
use burn::tensor::ops::MaxPoolOptions;
use burn::tensor::{Tensor, module};

use super::conv::Conv3d;
use crate::models::BatchNorm;

/// One position of a chain.
#[allow(clippy::large_enum_variant)] // every third one is the largest
#[derive(Module, Debug)]
pub enum Layer {
    /// A convolution.
    Conv(Conv3d),
    /// A normalisation.
    Norm(BatchNorm),
    /// `max(0, x)`.
    Relu(Relu),
    /// The pooling of a stem.
    Pool(SpatialPool),
    /// A chain within the chain.
    Chain(Vec<Layer>),
}

/// The greatest of 3x3 positions of a frame, every second one: `MaxPool3d((1, 3, 3), (1, 2, 2),
/// (0, 1, 1))`.
#[derive(Module, Debug)]
pub struct SpatialPool {}

impl SpatialPool {
    fn forward(&self, x: Tensor<5>) -> Tensor<5> {
        let [b, c, t, h, w] = x.dims();
        let options = MaxPoolOptions::new([3; 2]).with_stride([2; 2]).with_padding([1; 2]);
        let pooled = module::max_pool2d(x.reshape([b, c * t, h, w]), options);
        let [_, _, h, w] = pooled.dims();
        pooled.reshape([b, c, t, h, w])
    }
}

/// Runs a chain.
///
/// # Shapes
/// - input: `[B, C, T, H, W]`
/// - output: `[B, C', T', H', W']`
pub(super) fn run(layers: &[Layer], x: Tensor<5>) -> Tensor<5> {
    layers.iter().fold(x, |x, layer| match layer {
        Layer::Conv(conv) => conv.forward(x),
        Layer::Norm(norm) => norm.forward(x),
        Layer::Relu(relu) => relu.forward(x),
        Layer::Pool(pool) => pool.forward(x),
        Layer::Chain(layers) => run(layers, x),
    })
}
