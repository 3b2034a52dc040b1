//! Future predictors: past features -> future features.

use burn::module::Module;
use burn::nn::Identity;
use burn::tensor::{Device, Tensor};

use super::error::positive;
use super::stack::{self, relu_stack};
use super::{Avth, AvthConfig, Linear, ModelError, ModuleDict};

/// Which future predictor.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "one per model")]
pub enum FuturePredictorConfig {
    /// The past stands for the future.
    Identity,
    /// Layers that keep the width, with ReLUs, over each feature by itself.
    Mlp {
        /// Layers.
        num_layers: usize,
    },
    /// The causal transformer head of AVT.
    Avth(AvthConfig),
}

/// Predicts future features from past ones.
#[derive(Module, Debug)]
#[expect(clippy::large_enum_variant, reason = "one per model")]
pub enum FuturePredictor {
    /// The past stands for the future.
    Identity(Identity),
    /// Layers that keep the width, with ReLUs, over each feature by itself.
    Mlp(MlpPredictor),
    /// The causal transformer head of AVT.
    Avth(Avth),
}

/// Layers that keep the width, with ReLUs between them: `MLP` of the original.
#[derive(Module, Debug)]
pub struct MlpPredictor {
    model: ModuleDict<Linear>,
}

/// What a future predictor says.
#[derive(Clone, Debug)]
pub struct Future {
    /// Past features, possibly replaced by their predictions, `[B, T, F]`.
    pub past: Tensor<3>,
    /// Future features, `[B, T', F]`.
    pub future: Tensor<3>,
    /// Unreduced loss of the predicted past features: `[B, N]`, or `[1, N]` where it is of the
    /// whole batch.
    pub feat_loss: Option<Tensor<2>>,
    /// Attention weights of each roll-out step, `[B, blocks, heads, T, seen + T]`; none unless
    /// asked for.
    pub attentions: Vec<Tensor<5>>,
}

impl FuturePredictorConfig {
    /// Builds the predictor for features of width `in_features`.
    ///
    /// # Errors
    /// [`ModelError`] when the configuration describes no model.
    pub fn init(&self, in_features: usize, device: &Device) -> Result<FuturePredictor, ModelError> {
        Ok(match self {
            Self::Identity => FuturePredictor::Identity(Identity::new()),
            Self::Mlp { num_layers } => {
                let widths = vec![in_features; positive("num_layers", *num_layers)? + 1];
                FuturePredictor::Mlp(MlpPredictor { model: relu_stack(&widths, true, device) })
            }
            Self::Avth(config) => FuturePredictor::Avth(config.init(in_features, device)?),
        })
    }

    /// Width of the features that come out for features of width `in_features`.
    pub fn output_dim(&self, in_features: usize) -> usize {
        match self {
            Self::Identity | Self::Mlp { .. } => in_features,
            Self::Avth(config) => config.output_dim(in_features),
        }
    }

    /// How many future features come from `steps` past ones.
    ///
    /// # Errors
    /// [`ModelError`] when the predictor cannot take a sequence of that length.
    pub fn output_len(&self, steps: usize) -> Result<usize, ModelError> {
        match self {
            Self::Identity | Self::Mlp { .. } => Ok(steps),
            Self::Avth(config) => config.future_len(steps),
        }
    }
}

impl FuturePredictor {
    /// Predicts the future.
    ///
    /// # Shapes
    /// - features: `[B, T, F]`
    pub fn forward(&self, features: Tensor<3>) -> Future {
        match self {
            Self::Identity(_) => Future {
                past: features.clone(),
                future: features,
                feat_loss: None,
                attentions: Vec::new(),
            },
            Self::Mlp(mlp) => Future {
                future: stack::forward(&mlp.model, features.clone()),
                past: features,
                feat_loss: None,
                attentions: Vec::new(),
            },
            Self::Avth(avth) => avth.forward(features),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::named_parameters;

    #[test]
    fn layers_of_the_mlp_are_numbered_as_in_the_original() {
        let device = Device::default();
        let predictor = FuturePredictorConfig::Mlp { num_layers: 2 }.init(3, &device).unwrap();
        let names: Vec<String> = named_parameters(&predictor).into_iter().map(|p| p.name).collect();
        assert_eq!(names, ["model.0.weight", "model.0.bias", "model.2.weight", "model.2.bias"]);
        let features = Tensor::ones([2, 4, 3], &device);
        let Future { past, future, .. } = predictor.forward(features.clone());
        assert_eq!(future.dims(), [2, 4, 3]);
        past.to_data().assert_eq(&features.to_data(), true);
        assert!(FuturePredictorConfig::Mlp { num_layers: 0 }.init(3, &device).is_err());
    }
}
