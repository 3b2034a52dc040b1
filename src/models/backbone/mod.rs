//! Backbones: frames -> features per time step.

use burn::module::Module;
use burn::nn::Identity;
use burn::tensor::{Device, Tensor};

/// Which backbone.
#[derive(Clone, Debug, PartialEq)]
pub enum BackboneConfig {
    /// The input is a feature already (`torch.nn.Identity`).
    Identity,
}

/// Turns frames into features.
#[derive(Module, Debug)]
pub enum Backbone {
    /// Passes features through.
    Identity(Identity),
}

impl BackboneConfig {
    /// Builds the backbone.
    pub fn init(&self, _device: &Device) -> Backbone {
        match self {
            Self::Identity => Backbone::Identity(Identity::new()),
        }
    }
}

impl Backbone {
    /// Features of every time step.
    ///
    /// # Shapes
    /// - video: `[B, C, T, H, W]`
    /// - output: `[B, C', T', H', W']`
    pub fn forward(&self, video: Tensor<5>) -> Tensor<5> {
        match self {
            Self::Identity(_) => video,
        }
    }
}
