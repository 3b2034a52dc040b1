//! A stack of attention and feed-forward layers, each normalised after its sum.
//!
//! Source: `BertEncoder` of `transformers`, which RoBERTa and ELECTRA copy.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::super::error::{multiple, positive};
use super::super::{Activation, Linear, ModelError};
use super::attention::{Asked, Attention, Output};
use super::bert::BertConfig;
use super::init::linear;

/// `BertEncoder`.
#[derive(Module, Debug)]
pub(super) struct Encoder {
    layer: Vec<Layer>,
}

/// `BertLayer`.
#[derive(Module, Debug)]
struct Layer {
    attention: Attention,
    intermediate: Intermediate,
    output: Output,
}

/// `BertIntermediate`.
#[derive(Module, Debug)]
struct Intermediate {
    dense: Linear,
    #[module(skip)]
    activation: Activation,
}

impl Encoder {
    pub(super) fn new(config: &BertConfig, device: &Device) -> Result<Self, ModelError> {
        let (width, inner) = (config.hidden_size, config.intermediate_size);
        multiple("hidden_size", width, "num_attention_heads", config.num_attention_heads)?;
        positive("intermediate_size", inner)?;
        positive("num_hidden_layers", config.num_hidden_layers)?;
        let layer = || {
            Ok(Layer {
                attention: Attention::new(config, device)?,
                intermediate: Intermediate {
                    dense: linear(width, inner, config.initializer_range, device),
                    activation: config.hidden_act,
                },
                output: Output::new(config, inner, device)?,
            })
        };
        Ok(Self {
            layer: (0..config.num_hidden_layers).map(|_| layer()).collect::<Result<_, _>>()?,
        })
    }

    /// The states after the last layer, of the tokens that are asked for.
    ///
    /// # Shapes
    /// - x: `[B, T, F]`; mask: `[B, 1, 1, T]`
    /// - output: `[B, T, F]` or `[B, 1, F]`
    pub(super) fn forward(
        &self,
        x: Tensor<3>,
        mask: Option<&Tensor<4>>,
        asked: Asked,
    ) -> Tensor<3> {
        let last = self.layer.len() - 1;
        self.layer.iter().enumerate().fold(x, |x, (i, layer)| {
            layer.forward(x, mask, if i == last { asked } else { Asked::All })
        })
    }
}

impl Layer {
    fn forward(&self, x: Tensor<3>, mask: Option<&Tensor<4>>, asked: Asked) -> Tensor<3> {
        let x = self.attention.forward(x, mask, asked);
        let Intermediate { dense, activation } = &self.intermediate;
        self.output.forward(activation.forward(dense.forward(x.clone())), x)
    }
}
