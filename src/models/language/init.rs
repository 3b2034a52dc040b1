//! Initial values as `PreTrainedModel._init_weights` of `transformers` draws them.

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
    let table = embedding(rows, features, std, device);
    let Some(row) = padding.filter(|row| *row < rows) else { return table };
    let weight = table.weight.map(|drawn| {
        let (tracked, trained) = (drawn.is_autodiff(), drawn.is_require_grad());
        let drawn = drawn.without_autodiff();
        let zeros = Tensor::zeros([1, features], &drawn.device());
        let padded = drawn.slice_assign([row..row + 1, 0..features], zeros);
        let padded = if tracked { padded.autodiff() } else { padded };
        if trained { padded.require_grad() } else { padded }
    });
    Embedding { weight }
}
