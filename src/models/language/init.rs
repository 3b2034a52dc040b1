//! Initial values as `PreTrainedModel._init_weights` of `transformers` draws them.

use burn::module::{Param, ParamId};
use burn::nn::{Embedding, Initializer};
use burn::tensor::{Device, Tensor};

use super::super::Linear;
use super::super::layers::{embedding, normal};

/// `torch.nn.Linear` with weights from N(0, std) and no bias yet.
pub(super) fn linear(input: usize, output: usize, std: f64, device: &Device) -> Linear {
    Linear {
        weight: normal(std).init([input, output], device),
        bias: Some(Initializer::Zeros.init([output], device)),
    }
}

/// A table of vectors from N(0, std) whose row `padding` is zero; no row is, when there is no such.
pub(super) fn padded_embedding(
    rows: usize,
    features: usize,
    std: f64,
    padding: Option<usize>,
    device: &Device,
) -> Embedding {
    let padding = padding.filter(|row| *row < rows);
    table([rows, features], device, move |device| {
        let drawn = embedding(rows, features, std, device).weight.val();
        match padding {
            Some(row) => drawn
                .slice_assign([row..row + 1, 0..features], Tensor::zeros([1, features], device)),
            None => drawn,
        }
    })
}

/// A trained table that is made at its first use, as all parameters are, on a device without
/// gradients.
pub(super) fn table(
    shape: [usize; 2],
    device: &Device,
    make: impl Fn(&Device) -> Tensor<2> + Send + Sync + 'static,
) -> Embedding {
    let make = move |device: &Device, trained: bool| match device.is_autodiff() {
        true => Tensor::from_inner(make(&device.clone().inner())).set_require_grad(trained),
        false => make(device),
    };
    let weight = Param::uninitialized(ParamId::new(), make, device.clone(), true, shape.into());
    Embedding { weight }
}
