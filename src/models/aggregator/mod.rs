//! Temporal aggregators: a sequence of features -> one feature, or the sequence itself.
//!
//! Source: AVT's `models/temporal_aggregation.py`.

mod encoder;
mod lstm;
mod positions;
mod rulstm;
mod transformer;

use burn::module::Module;
use burn::nn::Identity;
use burn::tensor::{Device, Tensor};

use super::ModelError;
use super::error::positive;

pub use rulstm::{Rulstm, RulstmConfig};
pub use transformer::{AggregateStyle, TransformerAggregator, TransformerAggregatorConfig};

/// Which aggregator.
#[derive(Clone, Debug, PartialEq)]
pub enum AggregatorConfig {
    /// Keeps the sequence.
    Identity,
    /// Averages over time.
    Mean,
    /// A transformer encoder.
    Transformer(TransformerAggregatorConfig),
    /// A rolling and an unrolling LSTM.
    Rulstm(RulstmConfig),
}

/// Aggregates over time.
#[derive(Module, Debug)]
#[expect(clippy::large_enum_variant, reason = "two per model")]
pub enum Aggregator {
    /// Keeps the sequence.
    Identity(Identity),
    /// Averages over time.
    Mean(Identity),
    /// A transformer encoder.
    Transformer(TransformerAggregator),
    /// A rolling and an unrolling LSTM.
    Rulstm(Rulstm),
}

/// What an aggregator says.
#[derive(Clone, Debug)]
pub struct Aggregated {
    /// `[B, T, F]`, or `[B, 1, F']` where time is joined.
    pub features: Tensor<3>,
    /// Unreduced losses of its own by name, `[B, N]`.
    pub aux: Vec<(&'static str, Tensor<2>)>,
}

impl AggregatorConfig {
    /// Builds the aggregator for features of width `in_features`.
    ///
    /// # Errors
    /// [`ModelError`] when the configuration describes none.
    pub fn init(&self, in_features: usize, device: &Device) -> Result<Aggregator, ModelError> {
        Ok(match self {
            Self::Identity => Aggregator::Identity(Identity::new()),
            Self::Mean => Aggregator::Mean(Identity::new()),
            Self::Transformer(config) => Aggregator::Transformer(config.init(in_features, device)?),
            Self::Rulstm(config) => Aggregator::Rulstm(config.init(in_features, device)?),
        })
    }

    /// Width of the output for an input of width `features`.
    pub fn output_dim(&self, features: usize) -> usize {
        match self {
            Self::Identity | Self::Mean => features,
            Self::Transformer(config) => config.inter_rep,
            Self::Rulstm(config) => config.hidden,
        }
    }

    /// Length of the output for an input of length `steps`.
    ///
    /// # Errors
    /// [`ModelError`] when there is nothing to aggregate, or more than it can tell apart.
    pub fn output_len(&self, steps: usize) -> Result<usize, ModelError> {
        positive("frames", steps)?;
        match self {
            Self::Identity => Ok(steps),
            Self::Mean | Self::Rulstm(_) => Ok(1),
            Self::Transformer(_) if steps > positions::MAX_STEPS => {
                Err(ModelError::TooLong { steps, most: positions::MAX_STEPS })
            }
            Self::Transformer(_) => Ok(1),
        }
    }
}

impl Aggregator {
    /// Aggregates. Where the original drops the time dimension, one of length 1 stays here.
    ///
    /// # Shapes
    /// - features: `[B, T, F]`
    /// - output: `[B, T, F]` or `[B, 1, F']`
    pub fn forward(&self, features: Tensor<3>) -> Aggregated {
        match self {
            Self::Identity(_) => Aggregated { features, aux: Vec::new() },
            Self::Mean(_) if features.dims()[1] == 1 => Aggregated { features, aux: Vec::new() },
            Self::Mean(_) => Aggregated { features: features.mean_dim(1), aux: Vec::new() },
            Self::Transformer(transformer) => transformer.forward(features),
            Self::Rulstm(rulstm) => {
                Aggregated { features: rulstm.forward(features), aux: Vec::new() }
            }
        }
    }
}
