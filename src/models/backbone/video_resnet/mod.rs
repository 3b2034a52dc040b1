//! Residual networks over space and time.
//!
//! Decides how blocks run; `config` describes what they are made of, `build` makes it.
//! Source: torchvision's `models/video/resnet.py`, `VideoResNet`.

mod build;
mod config;
#[cfg(test)]
mod tests;

use burn::module::Module;
use burn::tensor::Tensor;
use burn::tensor::activation::relu;

use super::layer::{Layer, run};

pub use config::{BlockKind, ConvKind, LastModule, Middle, Stem, StemKind, VideoResNetConfig};

/// A stem and up to four layers of residual blocks.
#[derive(Module, Debug)]
pub struct VideoResNet {
    stem: Vec<Layer>,
    layer1: Option<Vec<Block>>,
    layer2: Option<Vec<Block>>,
    layer3: Option<Vec<Block>>,
    layer4: Option<Vec<Block>>,
    pooled: bool,
}

/// Two or three convolutions beside a shortcut: `BasicBlock`, `Bottleneck`.
#[derive(Module, Debug)]
pub struct Block {
    conv1: Vec<Layer>,
    conv2: Vec<Layer>,
    conv3: Option<Vec<Layer>>,
    downsample: Option<Vec<Layer>>,
}

impl VideoResNet {
    /// Feature maps of a video, or its features where the pooling is kept.
    ///
    /// # Shapes
    /// - video: `[B, 3, T, H, W]`
    /// - output: `[B, C, T', H', W']`
    pub fn forward(&self, video: Tensor<5>) -> Tensor<5> {
        let layers = [&self.layer1, &self.layer2, &self.layer3, &self.layer4];
        let blocks = layers.into_iter().flatten().flatten();
        let maps = blocks.fold(run(&self.stem, video), |x, block| block.forward(x));
        if self.pooled { maps.mean_dim(4).mean_dim(3).mean_dim(2) } else { maps }
    }
}

impl Block {
    fn forward(&self, x: Tensor<5>) -> Tensor<5> {
        let mut out = run(&self.conv2, run(&self.conv1, x.clone()));
        if let Some(conv3) = &self.conv3 {
            out = run(conv3, out);
        }
        let shortcut = match &self.downsample {
            Some(downsample) => run(downsample, x),
            None => x,
        };
        relu(out + shortcut)
    }
}
