//! `action_transformer`: attention over past actions.
//!
//! A learned token stands for the moment of asking; its last state is the feature. Actions know their
//! place counted from that moment back, so that the latest has the same place in every history. Blocks
//! are those of `torch.nn.TransformerEncoderLayer` with `norm_first` and GELU, under torch's names.

use burn::module::{Module, Param};
use burn::nn::{Dropout, Initializer};
use burn::tensor::activation::{gelu, softmax};
use burn::tensor::{Bool, Device, Int, Tensor};

use crate::models::attention::Heads;
use crate::models::error::{multiple, positive};
use crate::models::layers::{LayerNorm, dropout, normal};
use crate::models::teacher::TeacherOutput;
use crate::models::{Linear, ModelError};

use super::embeddings::Embeddings;
use super::outputs::Outputs;
use super::{ActionClasses, ActionTokens};

const EPSILON: f64 = 1e-5;
/// Standard deviation of the initial embeddings and output weights; these meet normalised states.
const STD: f64 = 0.05;
/// Width inside the feed-forward part, in widths.
const INNER: usize = 2;

/// Sizes of [`ActionTransformer`].
#[derive(Clone, Debug, PartialEq)]
pub struct ActionTransformerConfig {
    /// Width.
    pub dim: usize,
    /// Blocks.
    pub num_layers: usize,
    /// Attention heads of a block.
    pub num_heads: usize,
    /// Dropout of embeddings and of the last state.
    pub dropout: f64,
    /// Dropout in blocks.
    pub layer_dropout: f64,
    /// Whether the outputs of verbs and nouns are their embeddings.
    pub tie_outputs: bool,
    /// The longest history; of longer ones the oldest actions share a place.
    pub max_length: usize,
}

impl ActionTransformerConfig {
    /// Builds the network with weights drawn at random.
    ///
    /// # Errors
    /// [`ModelError`] when a size is zero, heads do not divide the width, or the dropout is no
    /// probability.
    pub fn init(
        &self,
        classes: &ActionClasses,
        device: &Device,
    ) -> Result<ActionTransformer, ModelError> {
        let dim = positive("dim", self.dim)?;
        positive("num_layers", self.num_layers)?;
        multiple("dim", dim, "num_heads", self.num_heads)?;
        Ok(ActionTransformer {
            embeddings: Embeddings::new(classes, dim, STD, device),
            positions: normal(STD).init([self.max_length + 1, dim], device),
            layers: (0..self.num_layers).map(|_| self.block(device)).collect::<Result<_, _>>()?,
            norm: LayerNorm::new(dim, EPSILON, device),
            outputs: Outputs::new(classes, dim, STD, self.tie_outputs, device),
            dropout: dropout("dropout", self.dropout)?,
        })
    }

    fn block(&self, device: &Device) -> Result<Block, ModelError> {
        let dim = self.dim;
        Ok(Block {
            self_attn: Attention {
                in_proj: linear(dim, 3 * dim, device),
                out_proj: linear(dim, dim, device),
                heads: self.num_heads,
            },
            linear1: linear(dim, INNER * dim, device),
            linear2: linear(INNER * dim, dim, device),
            norm1: LayerNorm::new(dim, EPSILON, device),
            norm2: LayerNorm::new(dim, EPSILON, device),
            dropout: dropout("layer_dropout", self.layer_dropout)?,
        })
    }
}

/// Xavier's uniform weights, bias zero.
fn linear(d_input: usize, d_output: usize, device: &Device) -> Linear {
    let xavier = Initializer::XavierUniform { gain: 1.0 };
    Linear {
        weight: xavier.init_with([d_input, d_output], Some(d_input), Some(d_output), device),
        bias: Some(Initializer::Zeros.init([d_output], device)),
    }
}

/// Attention over past actions.
#[derive(Module, Debug)]
pub struct ActionTransformer {
    embeddings: Embeddings,
    /// Row 0 is the token that asks, row n the n-th action before it.
    positions: Param<Tensor<2>>,
    layers: Vec<Block>,
    norm: LayerNorm,
    outputs: Outputs,
    dropout: Dropout,
}

impl ActionTransformer {
    /// What comes next; the feature is the last state of the token that asks.
    ///
    /// # Shapes
    /// - tokens: `[B, T]`
    /// - feature: `[B, dim]`
    pub fn forward(&self, tokens: ActionTokens) -> TeacherOutput {
        let [b, t] = tokens.actions.dims();
        let [_, dim] = self.positions.dims();
        let device = tokens.actions.device();
        let asking = self.positions.val().narrow(0, 0, 1).reshape([1, 1, dim]);
        let places = self.places(&tokens.mask).reshape([b * t]);
        let places = self.positions.val().select(0, places).reshape([b, t, dim]);
        let past = self.embeddings.forward(tokens.actions) + places;
        let x = Tensor::cat(vec![asking.expand([b, 1, dim]), past], 1); // [B, 1 + T, dim]
        let nothing = Tensor::<2, Bool>::full([b, 1], false, &device);
        let hidden = Tensor::cat(vec![nothing, tokens.mask.bool_not()], 1);
        let mut x = self.dropout.forward(x);
        for (i, layer) in self.layers.iter().enumerate() {
            // Nobody reads the last states of the actions.
            let asked = if i + 1 == self.layers.len() { 1 } else { t + 1 };
            x = layer.forward(x, &hidden, asked);
        }
        let feature = self.norm.forward(x).reshape([b, dim]);
        let logits = self.outputs.forward(self.dropout.forward(feature.clone()), &self.embeddings);
        TeacherOutput { logits, feature }
    }

    /// How far back each action lies: 1 for the latest, `[B, T]`.
    fn places(&self, mask: &Tensor<2, Bool>) -> Tensor<2, Int> {
        let [b, t] = mask.dims();
        let rows = self.positions.dims()[0] as i64;
        let lengths = mask.clone().int().sum_dim(1).expand([b, t]);
        let steps = Tensor::<1, Int>::arange(0..t as i64, &mask.device()).reshape([1, t]);
        (lengths - steps.expand([b, t])).clamp(0, rows - 1)
    }
}

#[derive(Module, Debug)]
struct Block {
    self_attn: Attention,
    linear1: Linear,
    linear2: Linear,
    norm1: LayerNorm,
    norm2: LayerNorm,
    dropout: Dropout,
}

impl Block {
    /// The states of the first `asked` steps, `[B, asked, dim]`.
    fn forward(&self, x: Tensor<3>, hidden: &Tensor<2, Bool>, asked: usize) -> Tensor<3> {
        let attended = self
            .self_attn
            .forward(self.norm1.forward(x.clone()), hidden, asked, |w| self.dropout.forward(w));
        let x = x.narrow(1, 0, asked) + self.dropout.forward(attended);
        let inner = gelu(self.linear1.forward(self.norm2.forward(x.clone())));
        let fed = self.linear2.forward(self.dropout.forward(inner));
        x + self.dropout.forward(fed)
    }
}

#[derive(Module, Debug)]
struct Attention {
    in_proj: Linear,
    out_proj: Linear,
    heads: usize,
}

impl Attention {
    fn forward(
        &self,
        x: Tensor<3>,
        hidden: &Tensor<2, Bool>,
        asked: usize,
        drop: impl Fn(Tensor<4>) -> Tensor<4>,
    ) -> Tensor<3> {
        let heads = Heads::split(self.in_proj.forward(x), self.heads).asking(asked);
        let attended = heads.attend_by(self.out_proj.weight.dtype(), |scores| {
            let shape = scores.dims();
            let [b, t] = hidden.dims();
            let hidden = hidden.clone().reshape([b, 1, 1, t]).expand(shape);
            // The token that asks is never hidden, so no row is all masked.
            drop(softmax(scores.mask_fill(hidden, f32::NEG_INFINITY), 3))
        });
        self.out_proj.forward(attended)
    }
}
