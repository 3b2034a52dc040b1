//! A block of a vision transformer: pre-norm, exact GELU.

use burn::module::Module;
use burn::tensor::activation::gelu;
use burn::tensor::{Device, Tensor};

use super::EPSILON;
use crate::models::Linear;
use crate::models::attention::Heads;
use crate::models::layers::{LayerNorm, linear};

/// Attention and two layers, each behind a norm and beside a shortcut.
#[derive(Module, Debug)]
pub(super) struct Block {
    norm1: LayerNorm,
    attn: Attention,
    norm2: LayerNorm,
    mlp: Mlp,
}

impl Block {
    /// A block with the values that `BaseModel` leaves.
    pub(super) fn new(width: usize, heads: usize, inner: usize, device: &Device) -> Self {
        Self {
            norm1: LayerNorm::new(width, EPSILON, device),
            attn: Attention {
                qkv: linear(width, 3 * width, true, device),
                proj: linear(width, width, true, device),
                heads,
            },
            norm2: LayerNorm::new(width, EPSILON, device),
            mlp: Mlp {
                fc1: linear(width, inner, true, device),
                fc2: linear(inner, width, true, device),
            },
        }
    }

    /// `[N, T, width]` -> the first `wanted` tokens, `[N, wanted, width]`.
    pub(super) fn forward(&self, x: Tensor<3>, wanted: usize) -> Tensor<3> {
        let attended = self.attn.forward(self.norm1.forward(x.clone()), wanted);
        let x = if wanted == x.dims()[1] { x } else { x.narrow(1, 0, wanted) };
        let x = x + attended;
        x.clone() + self.mlp.forward(self.norm2.forward(x))
    }
}

#[derive(Module, Debug)]
struct Attention {
    qkv: Linear,
    proj: Linear,
    heads: usize,
}

impl Attention {
    fn forward(&self, x: Tensor<3>, wanted: usize) -> Tensor<3> {
        let heads = Heads::split(self.qkv.forward(x), self.heads);
        self.proj.forward(heads.asking(wanted).attend(self.qkv.weight.dtype()))
    }
}

#[derive(Module, Debug)]
struct Mlp {
    fc1: Linear,
    fc2: Linear,
}

impl Mlp {
    fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        self.fc2.forward(gelu(self.fc1.forward(x)))
    }
}
