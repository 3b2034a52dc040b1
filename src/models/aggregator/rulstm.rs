//! RULSTM: an LSTM that rolls over what is observed, and one that unrolls from its last state.
//!
//! Source: Furnari and Farinella, "Rolling-Unrolling LSTMs" (TPAMI 2020), `RULSTM/models.py`;
//! AVT's `models/temporal_aggregation.py`, `RULSTMAggregation`. The original unrolls from every
//! step and takes the last observed one; here only that one is computed. At time t of T it unrolls
//! T - t + 1 times over the same feature, which from the last one is twice, and once more for each
//! empty feature that `num_pad_feats` puts behind it.

use burn::module::Module;
use burn::nn::Dropout;
use burn::tensor::{Device, Tensor};

use super::lstm::Lstm;
use crate::models::ModelError;
use crate::models::error::positive;
use crate::models::layers::dropout;

/// Settings of [`Rulstm`].
#[derive(Clone, Debug, PartialEq)]
pub struct RulstmConfig {
    /// Width of both LSTMs, also of what comes out: `intermediate_featdim`.
    pub hidden: usize,
    /// Dropout on the inputs of both.
    pub dropout: f64,
    /// Empty features behind the observed ones.
    pub num_pad_feats: usize,
}

impl RulstmConfig {
    /// Builds the aggregator for features of width `in_features`, as torch draws LSTMs.
    ///
    /// # Errors
    /// [`ModelError`] when the width is zero or the dropout no probability.
    pub fn init(&self, in_features: usize, device: &Device) -> Result<Rulstm, ModelError> {
        let hidden = positive("intermediate_featdim", self.hidden)?;
        Ok(Rulstm {
            rolling_lstm: OpenLstm { lstm: Lstm::new(in_features, hidden, device) },
            unrolling_lstm: Lstm::new(in_features, hidden, device),
            dropout: dropout("dropout", self.dropout)?,
            num_pad_feats: self.num_pad_feats,
        })
    }
}

/// Anticipates from the last observed feature.
#[derive(Module, Debug)]
pub struct Rulstm {
    rolling_lstm: OpenLstm,
    unrolling_lstm: Lstm,
    dropout: Dropout,
    num_pad_feats: usize,
}

/// A level of the original's names.
#[derive(Module, Debug)]
struct OpenLstm {
    lstm: Lstm,
}

impl Rulstm {
    /// Aggregates.
    ///
    /// # Shapes
    /// - features: `[B, T, F]`
    /// - output: `[B, 1, hidden]`
    pub fn forward(&self, features: Tensor<3>) -> Tensor<3> {
        let steps = features.dims()[1];
        let last = features.clone().narrow(1, steps - 1, 1);
        let observed = self.rolling_lstm.lstm.forward(self.dropout.forward(features), None);
        let repeated = last.repeat_dim(1, self.num_pad_feats + 2);
        let ahead = self.unrolling_lstm.forward(self.dropout.forward(repeated), Some(observed));
        ahead.hidden.unsqueeze_dim(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::named_parameters;
    use burn::tensor::Distribution;

    #[test]
    fn names_and_shapes_are_the_originals() {
        let config = RulstmConfig { hidden: 4, dropout: 0.5, num_pad_feats: 1 };
        let model = config.init(3, &Device::default()).unwrap();
        let found = named_parameters(&model);
        let found: Vec<(&str, &[usize])> =
            found.iter().map(|p| (p.name.as_str(), p.shape.as_slice())).collect();
        assert_eq!(found[0], ("rolling_lstm.lstm.weight_ih_l0", &[16, 3][..]));
        assert_eq!(found[7], ("unrolling_lstm.bias_hh_l0", &[16][..]));
        assert_eq!(found.len(), 8);
    }

    #[test]
    fn dropout_acts_in_training_only() {
        let device = Device::default().autodiff();
        let model = RulstmConfig { hidden: 4, dropout: 0.5, num_pad_feats: 0 };
        let model = model.init(3, &device).unwrap();
        let features = Tensor::random([2, 5, 3], Distribution::Default, &device);
        let bits = |x: Tensor<3>| x.into_data_as::<f32>().try_into_vec::<f32>().unwrap();
        let trained = || bits(model.forward(features.clone()).inner());
        assert_ne!(trained(), trained());
        let tried = || bits(model.valid().forward(features.clone().inner()));
        assert_eq!(tried(), tried());
    }

    #[test]
    fn a_width_is_needed() {
        let none = RulstmConfig { hidden: 0, dropout: 0.0, num_pad_feats: 0 };
        assert!(none.init(3, &Device::default()).is_err());
    }
}
