//! Temporal aggregators: a sequence of features -> one feature, or the sequence itself.

use burn::module::Module;
use burn::nn::Identity;
use burn::tensor::{Device, Tensor};

/// Which aggregator.
#[derive(Clone, Debug, PartialEq)]
pub enum AggregatorConfig {
    /// Keeps the sequence.
    Identity,
    /// Averages over time.
    Mean,
}

/// Aggregates over time.
#[derive(Module, Debug)]
pub enum Aggregator {
    /// Keeps the sequence.
    Identity(Identity),
    /// Averages over time.
    Mean(Identity),
}

impl AggregatorConfig {
    /// Builds the aggregator.
    pub fn init(&self, _device: &Device) -> Aggregator {
        match self {
            Self::Identity => Aggregator::Identity(Identity::new()),
            Self::Mean => Aggregator::Mean(Identity::new()),
        }
    }

    /// Width of the output for an input of width `features`.
    pub fn output_dim(&self, features: usize) -> usize {
        match self {
            Self::Identity | Self::Mean => features,
        }
    }

    /// Length of the output for an input of length `steps`.
    pub fn output_len(&self, steps: usize) -> usize {
        match self {
            Self::Identity => steps,
            Self::Mean => 1,
        }
    }
}

impl Aggregator {
    /// Aggregates. Where the original drops the time dimension, one of length 1 stays here.
    ///
    /// # Shapes
    /// - features: `[B, T, F]`
    /// - output: `[B, T, F]` or `[B, 1, F']`
    pub fn forward(&self, features: Tensor<3>) -> Tensor<3> {
        match self {
            Self::Identity(_) => features,
            Self::Mean(_) if features.dims()[1] == 1 => features,
            Self::Mean(_) => features.mean_dim(1),
        }
    }
}
