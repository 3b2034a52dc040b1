//! Backbones: frames -> features per time step.
//!
//! | file | what it is |
//! |---|---|
//! | `video_resnet` | residual networks that convolve over space and time |
//! | `bn_inception` | BN-Inception, frame by frame |
//! | `vit` | a vision transformer, frame by frame |
//! | `conv`, `layer` | convolutions, and chains of layers under the original's names |

mod bn_inception;
mod conv;
mod layer;
mod video_resnet;
mod vit;

use burn::module::Module;
use burn::nn::Identity;
use burn::tensor::{Device, Tensor};

use super::ModelError;

pub use bn_inception::{BnInception, BnInceptionConfig};
pub use video_resnet::{
    BlockKind, ConvKind, LastModule, Middle, Stem, StemKind, VideoResNet, VideoResNetConfig,
};
pub use vit::{FrameVit, VitConfig};

/// Which backbone.
#[derive(Clone, Debug, PartialEq)]
pub enum BackboneConfig {
    /// The input is a feature already (`torch.nn.Identity`).
    Identity,
    /// A residual network over space and time.
    VideoResNet(VideoResNetConfig),
    /// BN-Inception, frame by frame.
    BnInception(BnInceptionConfig),
    /// A vision transformer, frame by frame.
    Vit(VitConfig),
}

/// Turns frames into features.
#[derive(Module, Debug)]
#[expect(clippy::large_enum_variant, reason = "one per model")]
pub enum Backbone {
    /// Passes features through.
    Identity(Identity),
    /// Convolves over space and time.
    VideoResNet(VideoResNet),
    /// Sees each frame by itself.
    BnInception(BnInception),
    /// A vision transformer, frame by frame.
    Vit(FrameVit),
}

impl BackboneConfig {
    /// Builds the backbone.
    ///
    /// # Errors
    /// [`ModelError`] when the configuration describes no network.
    pub fn init(&self, device: &Device) -> Result<Backbone, ModelError> {
        Ok(match self {
            Self::Identity => Backbone::Identity(Identity::new()),
            Self::VideoResNet(config) => Backbone::VideoResNet(config.init(device)),
            Self::BnInception(config) => Backbone::BnInception(config.init(device)),
            Self::Vit(config) => Backbone::Vit(config.init(device)?),
        })
    }

    /// Width of its features; `None` where it is that of the input.
    pub fn output_dim(&self) -> Option<usize> {
        match self {
            Self::Identity => None,
            Self::VideoResNet(config) => Some(config.output_dim()),
            Self::BnInception(config) => Some(config.output_dim()),
            Self::Vit(config) => Some(config.output_dim()),
        }
    }

    /// Time steps of the features of so many frames.
    pub fn output_len(&self, frames: usize) -> usize {
        match self {
            Self::Identity | Self::BnInception(_) | Self::Vit(_) => frames,
            Self::VideoResNet(config) => config.output_len(frames),
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
            Self::VideoResNet(net) => net.forward(video),
            Self::BnInception(net) => net.forward(video),
            Self::Vit(vit) => vit.forward(video),
        }
    }
}

/// What a network gives for each frame by itself, as `FrameLevelModel` of the original.
///
/// # Shapes
/// - video: `[B, C, T, H, W]`; of the network: `[N, C, H, W]` -> `[N, C']`
/// - output: `[B, C', T, 1, 1]`
fn each_frame(video: Tensor<5>, network: impl FnOnce(Tensor<4>) -> Tensor<2>) -> Tensor<5> {
    let [b, c, t, h, w] = video.dims();
    let features = network(video.swap_dims(1, 2).reshape([b * t, c, h, w]));
    let [_, width] = features.dims();
    features.reshape([b, t, width]).swap_dims(1, 2).reshape([b, width, t, 1, 1])
}
