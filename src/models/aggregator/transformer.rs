//! A transformer over the features of a clip, then their mean or the last.
//!
//! Source: AVT's `models/temporal_aggregation.py`, `Transformer`. In training it may hide a share
//! of the steps behind a learnt vector, to which nobody attends, and compare what comes out there
//! with what went in: the loss `tx_mlm`. Its target keeps its gradient.
//!
//! Which steps are hidden comes from the device's random numbers, seeded before every step.

use burn::module::{Flag, Module, Param};
use burn::nn::{Embedding, Initializer};
use burn::tensor::{Bool, Device, Distribution, Tensor};

use super::Aggregated;
use super::encoder::{Encoder, EncoderConfig};
use super::positions::PositionalEncoding;
use crate::models::error::share;
use crate::models::layers::linear;
use crate::models::{Linear, ModelError};

/// Which outputs are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AggregateStyle {
    /// Their mean.
    Mean,
    /// The last.
    Last,
}

/// Settings of [`TransformerAggregator`].
#[derive(Clone, Debug, PartialEq)]
pub struct TransformerAggregatorConfig {
    /// Width, also of what comes out.
    pub inter_rep: usize,
    /// Attention heads in a layer; they divide `inter_rep`.
    pub nheads: usize,
    /// Layers.
    pub nlayers: usize,
    /// Width inside a layer: the original leaves torch's 2048, whatever `inter_rep`.
    pub feed_forward: usize,
    /// Which outputs are taken.
    pub agg_style: AggregateStyle,
    /// Share of the steps hidden in training; 0 hides none.
    pub cloze_loss_ratio: f64,
    /// Factor on the loss `tx_mlm`.
    pub cloze_loss_wt: f64,
    /// Dropout of the input, of attention weights and within layers; always 0.1 in the original.
    pub dropout: f64,
}

impl Default for TransformerAggregatorConfig {
    /// The original's.
    fn default() -> Self {
        Self {
            inter_rep: 512,
            nheads: 8,
            nlayers: 6,
            feed_forward: 2048,
            agg_style: AggregateStyle::Mean,
            cloze_loss_ratio: 0.0,
            cloze_loss_wt: 0.0,
            dropout: 0.1,
        }
    }
}

impl TransformerAggregatorConfig {
    /// Builds the aggregator for features of width `in_features`.
    ///
    /// # Errors
    /// [`ModelError`] when heads do not divide the width, the width is odd, or a share is none.
    pub fn init(
        &self,
        in_features: usize,
        device: &Device,
    ) -> Result<TransformerAggregator, ModelError> {
        share("cloze_loss_ratio", self.cloze_loss_ratio)?;
        let width = self.inter_rep;
        let encoder = EncoderConfig {
            width,
            heads: self.nheads,
            layers: self.nlayers,
            feed_forward: self.feed_forward,
            dropout: self.dropout,
        };
        let normal = Initializer::Normal { mean: 0.0, std: 1.0 };
        let embedding = || Embedding { weight: normal.init([1, in_features], device) };
        Ok(TransformerAggregator {
            downproject: linear(in_features, width, true, device),
            pos_encoder: PositionalEncoding::new(width, self.dropout, device)?,
            transformer_encoder: encoder.init(device)?,
            extra_embeddings: (self.cloze_loss_ratio > 0.0).then(embedding),
            training: Param::from_bool(true),
            agg_style: self.agg_style,
            cloze_loss_ratio: self.cloze_loss_ratio,
            cloze_loss_wt: self.cloze_loss_wt,
        })
    }
}

/// Encodes a sequence of features and joins them.
#[derive(Module, Debug)]
pub struct TransformerAggregator {
    downproject: Linear,
    pos_encoder: PositionalEncoding,
    transformer_encoder: Encoder,
    extra_embeddings: Option<Embedding>,
    /// Like that of a dropout layer: cleared by `freeze`, inactive without autodiff.
    training: Param<Flag>,
    #[module(skip)]
    agg_style: AggregateStyle,
    cloze_loss_ratio: f64,
    cloze_loss_wt: f64,
}

impl TransformerAggregator {
    /// Aggregates; `tx_mlm` is zero where nothing is hidden.
    ///
    /// # Shapes
    /// - features: `[B, T, F]`
    /// - output: `[B, 1, inter_rep]`; `tx_mlm`: `[B, T]`
    pub fn forward(&self, features: Tensor<3>) -> Aggregated {
        let hidden = self.hidden(&features);
        let seen = match (&self.extra_embeddings, &hidden) {
            (Some(mask), Some(hidden)) => replace(features, hidden, mask.weight.val()),
            _ => features,
        };
        let input = self.pos_encoder.forward(self.downproject.forward(seen)); // [B, T, inter_rep]
        let encoded = self.transformer_encoder.forward(input.clone(), hidden.as_ref());
        let steps = encoded.dims()[1];
        let loss = hidden.map(|hidden| self.cloze_loss(encoded.clone(), input, &hidden));
        Aggregated {
            features: match self.agg_style {
                AggregateStyle::Mean => encoded.mean_dim(1),
                AggregateStyle::Last => encoded.narrow(1, steps - 1, 1),
            },
            aux: loss.map(|loss| ("tx_mlm", loss)).into_iter().collect(),
        }
    }

    /// Which steps are hidden, `[B, T]`; `None` outside training.
    fn hidden(&self, features: &Tensor<3>) -> Option<Tensor<2, Bool>> {
        let device = features.device();
        let training = self.training.val().is_enabled() && device.is_autodiff();
        (training && self.cloze_loss_ratio > 0.0).then(|| {
            let [b, t, _] = features.dims();
            let drawn = Tensor::<2>::random([b, t], Distribution::Default, &device);
            drawn.lower_equal_elem(self.cloze_loss_ratio)
        })
    }

    /// Squared differences over the width where something was hidden, `[B, T]`.
    fn cloze_loss(
        &self,
        encoded: Tensor<3>,
        input: Tensor<3>,
        hidden: &Tensor<2, Bool>,
    ) -> Tensor<2> {
        let difference = encoded - input;
        let distance: Tensor<2> = (difference.clone() * difference).mean_dim(2).squeeze_dim(2);
        distance * hidden.clone().float() * self.cloze_loss_wt
    }
}

/// The features with `mask`, `[1, F]`, in the place of those that are hidden.
fn replace(features: Tensor<3>, hidden: &Tensor<2, Bool>, mask: Tensor<2>) -> Tensor<3> {
    let hidden: Tensor<3> = hidden.clone().float().unsqueeze_dim(2); // [B, T, 1]
    features * (hidden.clone().neg() + 1.0) + hidden * mask.unsqueeze_dim(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::named_parameters;

    fn tiny() -> TransformerAggregatorConfig {
        TransformerAggregatorConfig {
            inter_rep: 8,
            nheads: 2,
            nlayers: 2,
            feed_forward: 6,
            ..Default::default()
        }
    }

    fn cloze(ratio: f64) -> TransformerAggregatorConfig {
        TransformerAggregatorConfig {
            cloze_loss_ratio: ratio,
            cloze_loss_wt: 0.5,
            dropout: 0.0,
            ..tiny()
        }
    }

    fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data_as::<f32>().try_into_vec().unwrap()
    }

    #[test]
    fn steps_are_hidden_in_training_only() {
        let device = Device::default().autodiff();
        let model = cloze(0.5).init(6, &device).unwrap();
        let features = Tensor::random([4, 5, 6], Distribution::Default, &device);
        let trained = model.forward(features.clone());
        assert_eq!(trained.features.dims(), [4, 1, 8]);
        let (name, loss) = &trained.aux[0];
        assert_eq!((*name, loss.dims()), ("tx_mlm", [4, 5]));
        let hidden = values(loss.clone().inner()).iter().filter(|l| **l > 0.0).count();
        assert!((1..20).contains(&hidden), "{hidden} of 20 are hidden");
        assert!(model.valid().forward(features.inner()).aux.is_empty());
    }

    #[test]
    fn a_clip_that_is_hidden_altogether_stays_finite() {
        let device = Device::default().autodiff();
        let model = cloze(1.0).init(6, &device).unwrap();
        let output = model.forward(Tensor::ones([2, 3, 6], &device));
        let (_, loss) = &output.aux[0];
        let grads = (output.features.sum() + loss.clone().sum()).backward();
        let grad = model.downproject.weight.val().grad(&grads).unwrap();
        assert!(values(grad).iter().all(|g| g.is_finite()));
    }

    #[test]
    fn attention_maps_start_the_same_in_all_layers() {
        let model = tiny().init(6, &Device::default()).unwrap();
        let names: Vec<String> = named_parameters(&model).into_iter().map(|p| p.name).collect();
        assert!(names.contains(&"transformer_encoder.layers.1.self_attn.in_proj_weight".into()));
        let unique: std::collections::BTreeSet<_> =
            named_parameters(&model).into_iter().map(|p| p.id).collect();
        assert_eq!(unique.len(), names.len(), "each layer has parameters of its own");
    }

    #[test]
    fn what_describes_no_encoder_is_refused() {
        for (config, message) in [
            (TransformerAggregatorConfig { nheads: 3, ..tiny() }, "8 is not a multiple of nheads"),
            (TransformerAggregatorConfig { inter_rep: 7, nheads: 7, ..tiny() }, "7, expected even"),
            (TransformerAggregatorConfig { nlayers: 0, ..tiny() }, "nlayers is 0"),
            (TransformerAggregatorConfig { dropout: 1.0, ..tiny() }, "dropout is 1"),
            (cloze(1.5), "cloze_loss_ratio is 1.5"),
        ] {
            let error = config.init(6, &Device::default()).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }
}
