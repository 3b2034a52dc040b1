//! `torch.nn.TransformerEncoder` of post-norm layers with ReLU, batch first.

use burn::module::{Module, Param};
use burn::nn::{Dropout, Initializer};
use burn::tensor::activation::{relu, softmax};
use burn::tensor::{Bool, Device, Tensor, module};

use crate::models::attention::Heads;
use crate::models::error::{multiple, positive};
use crate::models::layers::{LayerNorm, dropout, linear};
use crate::models::{Linear, ModelError};

const EPSILON: f64 = 1e-5;

/// Sizes of [`Encoder`].
pub(super) struct EncoderConfig {
    pub width: usize,
    pub heads: usize,
    pub layers: usize,
    pub feed_forward: usize,
    pub dropout: f64,
}

/// Layers one after the other and a last norm.
#[derive(Module, Debug)]
pub(super) struct Encoder {
    layers: Vec<EncoderLayer>,
    norm: LayerNorm,
}

impl EncoderConfig {
    /// Builds the encoder as `BaseModel` leaves it: linear layers N(0, 0.01) with bias zero, and
    /// the maps to query, key and value as torch draws them. torch copies one layer, so these
    /// start the same in all layers.
    pub(super) fn init(&self, device: &Device) -> Result<Encoder, ModelError> {
        multiple("inter_rep", self.width, "nheads", self.heads)?;
        positive("nlayers", self.layers)?;
        positive("feed_forward", self.feed_forward)?;
        let xavier = Initializer::XavierUniform { gain: 1.0 };
        let (fan_in, fan_out) = (self.width, 3 * self.width);
        let maps: Param<Tensor<2>> =
            xavier.init_with([fan_out, fan_in], Some(fan_in), Some(fan_out), device);
        let maps = maps.val().detach();
        let layers = (0..self.layers).map(|_| self.layer(maps.clone(), device));
        Ok(Encoder {
            layers: layers.collect::<Result<_, _>>()?,
            norm: LayerNorm::new(self.width, EPSILON, device),
        })
    }

    fn layer(&self, maps: Tensor<2>, device: &Device) -> Result<EncoderLayer, ModelError> {
        let (width, inner) = (self.width, self.feed_forward);
        Ok(EncoderLayer {
            self_attn: Attention {
                in_proj_weight: Param::from_tensor(maps),
                in_proj_bias: Initializer::Zeros.init([3 * width], device),
                out_proj: linear(width, width, true, device),
                dropout: dropout("dropout", self.dropout)?,
                heads: self.heads,
            },
            linear1: linear(width, inner, true, device),
            linear2: linear(inner, width, true, device),
            norm1: LayerNorm::new(width, EPSILON, device),
            norm2: LayerNorm::new(width, EPSILON, device),
            dropout: dropout("dropout", self.dropout)?,
        })
    }
}

impl Encoder {
    /// Encodes; nobody attends to what is `hidden`, `[B, T]`.
    ///
    /// # Shapes
    /// - input, output: `[B, T, width]`
    pub(super) fn forward(&self, x: Tensor<3>, hidden: Option<&Tensor<2, Bool>>) -> Tensor<3> {
        let x = self.layers.iter().fold(x, |x, layer| layer.forward(x, hidden));
        self.norm.forward(x)
    }
}

#[derive(Module, Debug)]
struct EncoderLayer {
    self_attn: Attention,
    linear1: Linear,
    linear2: Linear,
    norm1: LayerNorm,
    norm2: LayerNorm,
    dropout: Dropout,
}

impl EncoderLayer {
    fn forward(&self, x: Tensor<3>, hidden: Option<&Tensor<2, Bool>>) -> Tensor<3> {
        let attended = self.self_attn.forward(x.clone(), hidden);
        let x = self.norm1.forward(x + self.dropout.forward(attended));
        let inner = self.dropout.forward(relu(self.linear1.forward(x.clone())));
        let fed = self.dropout.forward(self.linear2.forward(inner));
        self.norm2.forward(x + fed)
    }
}

/// `torch.nn.MultiheadAttention`, whose first maps are one array of `[3 F, F]`.
#[derive(Module, Debug)]
struct Attention {
    in_proj_weight: Param<Tensor<2>>,
    in_proj_bias: Param<Tensor<1>>,
    out_proj: Linear,
    dropout: Dropout,
    heads: usize,
}

impl Attention {
    fn forward(&self, x: Tensor<3>, hidden: Option<&Tensor<2, Bool>>) -> Tensor<3> {
        let maps = self.in_proj_weight.val().swap_dims(0, 1);
        let heads =
            Heads::split(module::linear(x, maps, Some(self.in_proj_bias.val())), self.heads);
        let attended = heads.attend_by(self.out_proj.weight.dtype(), |scores| {
            self.dropout.forward(weights(scores, hidden))
        });
        self.out_proj.forward(attended)
    }
}

/// Softmax over what is not hidden; all zero, as in torch, where everything is.
fn weights(scores: Tensor<4>, hidden: Option<&Tensor<2, Bool>>) -> Tensor<4> {
    let Some(hidden) = hidden else { return softmax(scores, 3) };
    let shape = scores.dims();
    let [b, t] = hidden.dims();
    let hidden = hidden.clone().reshape([b, 1, 1, t]).expand(shape);
    // Finite, so that a row of nothing but hidden steps has no NaN in it.
    softmax(scores.mask_fill(hidden.clone(), f32::MIN / 2.0), 3).mask_fill(hidden, 0.0)
}
