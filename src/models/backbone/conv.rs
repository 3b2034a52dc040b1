//! Convolutions as `torch.nn.Conv2d` and `Conv3d` name and initialise them.
//!
//! A kernel of one position is a matrix product, and a kernel for each channel by itself a sum over
//! its positions: Burn's convolution has no fast gradient for either.

use burn::module::{Module, Param};
use burn::nn::Initializer;
use burn::tensor::ops::{ConvOptions, PadMode};
use burn::tensor::{Device, Slice, Tensor, module};

/// A convolution over time, height and width, without bias.
#[derive(Module, Debug)]
pub struct Conv3d {
    /// `[out, in / groups, T, H, W]`.
    pub weight: Param<Tensor<5>>,
    stride: [usize; 3],
    padding: [usize; 3],
    groups: usize,
}

/// What a [`Conv3d`] is made from; an odd kernel is padded by half of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Conv3dConfig {
    pub channels: [usize; 2],
    pub kernel: [usize; 3],
    pub stride: [usize; 3],
    /// Whether each channel is convolved by itself.
    pub depthwise: bool,
}

impl Conv3dConfig {
    pub(super) fn new(channels: [usize; 2], kernel: [usize; 3]) -> Self {
        Self { channels, kernel, stride: [1; 3], depthwise: false }
    }

    /// Weights drawn as `kaiming_normal_(mode="fan_out", nonlinearity="relu")` does.
    pub(super) fn init(self, device: &Device) -> Conv3d {
        let [input, output] = self.channels;
        assert!(!self.depthwise || input == output, "a channel by itself stays one");
        let [t, h, w] = self.kernel;
        let std = (2.0 / (output * t * h * w) as f64).sqrt();
        let groups = if self.depthwise { input } else { 1 };
        Conv3d {
            weight: Initializer::Normal { mean: 0.0, std }
                .init([output, input / groups, t, h, w], device),
            stride: self.stride,
            padding: self.kernel.map(|size| size / 2),
            groups,
        }
    }
}

impl Conv3d {
    /// Convolves.
    ///
    /// # Shapes
    /// - input: `[B, in, T, H, W]`
    /// - output: `[B, out, T', H', W']`
    pub fn forward(&self, x: Tensor<5>) -> Tensor<5> {
        let weight = self.weight.val();
        let [_, per_group, kernel @ ..] = weight.dims();
        if kernel == [1; 3] {
            return pointwise(strided(x, &self.stride), weight);
        }
        if per_group == 1 && self.groups > 1 {
            return depthwise(x, weight, self.stride, self.padding);
        }
        let options = ConvOptions::new(self.stride, self.padding, [1; 3], self.groups);
        module::conv3d(x, weight, None, options)
    }
}

/// A convolution over height and width, with bias.
#[derive(Module, Debug)]
pub struct Conv2d {
    /// `[out, in, H, W]`.
    pub weight: Param<Tensor<4>>,
    /// `[out]`.
    pub bias: Param<Tensor<1>>,
    stride: usize,
}

impl Conv2d {
    /// Weights and bias drawn as `torch.nn.Conv2d` does: uniform up to 1/sqrt(inputs).
    ///
    /// The kernel is square and odd, and padded by half of it.
    pub(super) fn new(channels: [usize; 2], kernel: usize, stride: usize, device: &Device) -> Self {
        let [input, output] = channels;
        let bound = 1.0 / ((input * kernel * kernel) as f64).sqrt();
        let uniform = Initializer::Uniform { min: -bound, max: bound };
        Self {
            weight: uniform.init([output, input, kernel, kernel], device),
            bias: uniform.init([output], device),
            stride,
        }
    }

    /// Convolves.
    ///
    /// # Shapes
    /// - input: `[B, in, H, W]`
    /// - output: `[B, out, H', W']`
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let (weight, bias) = (self.weight.val(), self.bias.val());
        let [output, _, kernel, _] = weight.dims();
        if kernel == 1 {
            return pointwise(strided(x, &[self.stride; 2]), weight)
                + bias.reshape([1, output, 1, 1]);
        }
        let options = ConvOptions::new([self.stride; 2], [kernel / 2; 2], [1; 2], 1);
        module::conv2d(x, weight, Some(bias), options)
    }
}

/// Every `stride`-th position; `[B, C, ...]`.
fn strided<const D: usize>(x: Tensor<D>, stride: &[usize]) -> Tensor<D> {
    if stride.iter().all(|step| *step == 1) {
        return x;
    }
    let steps = stride.iter().map(|step| Slice::new(0, None, *step as isize));
    let slices: Vec<Slice> = [Slice::full(), Slice::full()].into_iter().chain(steps).collect();
    x.slice(slices.as_slice())
}

/// Mixes the channels of each position; weight `[out, in, 1, ...]`.
///
/// # Shapes
/// - input: `[B, in, ...]`
/// - output: `[B, out, ...]`
fn pointwise<const D: usize>(x: Tensor<D>, weight: Tensor<D>) -> Tensor<D> {
    let mut dims = x.dims();
    let (batch, input, output) = (dims[0], dims[1], weight.dims()[0]);
    let positions = dims[2..].iter().product::<usize>();
    dims[1] = output;
    let matrix: Tensor<3> = weight.reshape([1, output, input]);
    matrix.matmul(x.reshape([batch, input, positions])).reshape(dims)
}

/// Convolves each channel with its own kernel; weight `[C, 1, T, H, W]`.
///
/// # Shapes
/// - input: `[B, C, T, H, W]`
/// - output: `[B, C, T', H', W']`
fn depthwise(
    x: Tensor<5>,
    weight: Tensor<5>,
    stride: [usize; 3],
    padding: [usize; 3],
) -> Tensor<5> {
    let [_, channels, size @ ..] = x.dims();
    let [_, _, kernel @ ..] = weight.dims();
    let padded = x.pad(padding.map(|p| (p, p)), PadMode::Constant(0.0));
    // First and last position that meet this position of the kernel, on each axis.
    let meets = |axis: usize, at: usize| {
        let steps = (size[axis] + 2 * padding[axis] - kernel[axis]) / stride[axis];
        let end = at + steps * stride[axis] + 1;
        Slice::new(at as isize, Some(end as isize), stride[axis] as isize)
    };
    let weight = weight.reshape([channels, kernel.iter().product()]);
    let positions = (0..kernel[0])
        .flat_map(|t| (0..kernel[1]).flat_map(move |h| (0..kernel[2]).map(move |w| [t, h, w])));
    positions
        .enumerate()
        .map(|(i, [t, h, w])| {
            let met = [Slice::full(), Slice::full(), meets(0, t), meets(1, h), meets(2, w)];
            let factor = weight.clone().narrow(1, i, 1).reshape([1, channels, 1, 1, 1]);
            padded.clone().slice(met.as_slice()) * factor
        })
        .reduce(|sum, term| sum + term)
        .expect("a kernel has a position")
}
