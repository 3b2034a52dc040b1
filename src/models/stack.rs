//! Linear layers with a ReLU between each two, numbered as in a `torch.nn.Sequential`: `0`, `2`, ...

use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

use super::layers::linear;
use super::{Linear, ModuleDict};

/// Layers between `widths`, one after the other. `bias` is about all but the last, which has one.
pub(super) fn relu_stack(widths: &[usize], bias: bool, device: &Device) -> ModuleDict<Linear> {
    let last = widths.len() - 2;
    let layers = widths.windows(2).enumerate().map(|(i, pair)| {
        let name = (2 * i).to_string();
        (name, linear(pair[0], pair[1], bias || i == last, device))
    });
    layers.collect()
}

/// Goes through the layers.
///
/// # Shapes
/// - input: `[..., first width]`
/// - output: `[..., last width]`
pub(super) fn forward<const D: usize>(layers: &ModuleDict<Linear>, x: Tensor<D>) -> Tensor<D> {
    layers.iter().enumerate().fold(x, |x, (i, (_, layer))| {
        let x = if i == 0 { x } else { relu(x) };
        layer.forward(x)
    })
}
