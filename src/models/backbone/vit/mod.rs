//! The vision transformer of timm, frame by frame: `models.video_classification.TIMMModel`.
//!
//! Source: Dosovitskiy et al., "An Image is Worth 16x16 Words" (ICLR 2021); timm 0.4.12 (AVT's),
//! `vision_transformer.py`. Pre-norm blocks, exact GELU, epsilon 1e-6. A frame's feature is its
//! class token behind the last norm: timm leaves out both its classifier and, in the ImageNet-21k
//! variant, the layer in front of it (`pre_logits`) when no classes are asked for.
//!
//! Later versions of timm scale and fuse differently, but compute the same.

mod block;

use burn::module::{Module, Param};
use burn::nn::Initializer;
use burn::tensor::{Device, Tensor, module};

use self::block::Block;
use super::each_frame;
use crate::models::error::{multiple, positive};
use crate::models::layers::{LayerNorm, linear, normal};
use crate::models::{Linear, ModelError};

const EPSILON: f64 = 1e-6;

/// Sizes of [`FrameVit`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VitConfig {
    /// Side of a frame, in pixels.
    pub image: usize,
    /// Side of a patch; it divides that of a frame.
    pub patch: usize,
    /// Colours of a frame.
    pub channels: usize,
    /// Width.
    pub width: usize,
    /// Blocks.
    pub depth: usize,
    /// Attention heads in a block; they divide the width.
    pub heads: usize,
    /// Width inside a block.
    pub inner: usize,
    /// Classes of its own classifier, which then gives the features; `None` has none.
    pub classes: Option<usize>,
}

impl VitConfig {
    /// ViT-B/16 for frames of 224 x 224: timm's `vit_base_patch16_224`, and
    /// `vit_base_patch16_224_in21k`, which differs in its weights and mean colours only.
    pub fn base() -> Self {
        Self {
            image: 224,
            patch: 16,
            channels: 3,
            width: 768,
            depth: 12,
            heads: 12,
            inner: 3072,
            classes: None,
        }
    }

    /// Builds the network with the values that `BaseModel` leaves: linear layers N(0, 0.01) with
    /// bias zero, class token and positions N(0, 0.02), patches as torch draws a convolution.
    ///
    /// # Errors
    /// [`ModelError`] when a size is zero or does not divide what it must.
    pub fn init(&self, device: &Device) -> Result<FrameVit, ModelError> {
        multiple("image", self.image, "patch", self.patch)?;
        multiple("width", self.width, "heads", self.heads)?;
        positive("channels", self.channels)?;
        positive("depth", self.depth)?;
        positive("inner", self.inner)?;
        let patches = (self.image / self.patch).pow(2);
        let block = || Block::new(self.width, self.heads, self.inner, device);
        let table = |rows: usize| normal(0.02).init([1, rows, self.width], device);
        let head = |classes| Ok(linear(self.width, positive("classes", classes)?, true, device));
        Ok(FrameVit {
            model: Vit {
                cls_token: table(1),
                pos_embed: table(1 + patches),
                patch_embed: PatchEmbed { proj: self.projection(device) },
                blocks: (0..self.depth).map(|_| block()).collect(),
                norm: LayerNorm::new(self.width, EPSILON, device),
                head: self.classes.map(head).transpose()?,
                image: self.image,
            },
        })
    }

    /// Width of its features.
    pub fn output_dim(&self) -> usize {
        self.classes.unwrap_or(self.width)
    }

    fn projection(&self, device: &Device) -> PatchProjection {
        let fan_in = self.channels * self.patch.pow(2);
        let bound = (fan_in as f64).sqrt().recip();
        let uniform = Initializer::Uniform { min: -bound, max: bound };
        let shape = [self.width, self.channels, self.patch, self.patch];
        PatchProjection {
            weight: uniform.init(shape, device),
            bias: uniform.init([self.width], device),
        }
    }
}

/// A vision transformer that sees each frame by itself.
#[derive(Module, Debug)]
pub struct FrameVit {
    model: Vit,
}

impl FrameVit {
    /// The feature of every frame.
    ///
    /// # Shapes
    /// - video: `[B, C, T, H, W]`
    /// - output: `[B, width, T, 1, 1]`
    ///
    /// # Panics
    /// When frames have another size than the network was built for.
    pub fn forward(&self, video: Tensor<5>) -> Tensor<5> {
        each_frame(video, |frames| self.model.forward(frames))
    }
}

#[derive(Module, Debug)]
struct Vit {
    cls_token: Param<Tensor<3>>,
    pos_embed: Param<Tensor<3>>,
    patch_embed: PatchEmbed,
    blocks: Vec<Block>,
    norm: LayerNorm,
    head: Option<Linear>,
    image: usize,
}

impl Vit {
    /// `[N, C, H, W]` -> `[N, width]`.
    fn forward(&self, frames: Tensor<4>) -> Tensor<2> {
        let [n, _, h, w] = frames.dims();
        let side = self.image;
        assert_eq!([h, w], [side, side], "frames have the size that positions were learnt for");
        let patches = self.patch_embed.proj.forward(frames); // [N, patches, width]
        let class = self.cls_token.val().repeat_dim(0, n);
        let mut x = Tensor::cat(vec![class, patches], 1) + self.pos_embed.val(); // [N, T, width]
        let [_, tokens, width] = x.dims();
        for (i, block) in self.blocks.iter().enumerate() {
            // Of the last block only the class token is looked at.
            let wanted = if i + 1 == self.blocks.len() { 1 } else { tokens };
            x = block.forward(x, wanted);
        }
        let class = self.norm.forward(x.reshape([n, width]));
        match &self.head {
            Some(head) => head.forward(class),
            None => class,
        }
    }
}

#[derive(Module, Debug)]
struct PatchEmbed {
    proj: PatchProjection,
}

/// A convolution whose stride is its size.
#[derive(Module, Debug)]
struct PatchProjection {
    weight: Param<Tensor<4>>,
    bias: Param<Tensor<1>>,
}

impl PatchProjection {
    /// `[N, C, H, W]` -> `[N, patches, width]`, as the matrix product that it is.
    fn forward(&self, frames: Tensor<4>) -> Tensor<3> {
        let [n, c, h, w] = frames.dims();
        let [width, channels, p, _] = self.weight.dims();
        assert_eq!(c, channels, "frames have the colours that patches are made of");
        let (rows, columns, pixels) = (h / p, w / p, c * p * p);
        let patches = frames
            .reshape([n, c, rows, p, columns, p])
            .permute([0, 2, 4, 1, 3, 5])
            .reshape([n, rows * columns, pixels]);
        let weight = self.weight.val().reshape([width, pixels]).swap_dims(0, 1);
        module::linear(patches, weight, Some(self.bias.val()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::named_parameters;
    use burn::tensor::{Distribution, Tolerance};

    fn tiny() -> VitConfig {
        VitConfig {
            image: 8,
            patch: 4,
            width: 6,
            depth: 2,
            heads: 2,
            inner: 12,
            ..VitConfig::base()
        }
    }

    #[test]
    fn frames_do_not_see_each_other() {
        let device = Device::default();
        let vit = tiny().init(&device).unwrap();
        let video = Tensor::random([2, 3, 3, 8, 8], Distribution::Default, &device);
        let features = vit.forward(video.clone());
        assert_eq!(features.dims(), [2, 6, 3, 1, 1]);
        let alone = vit.forward(video.narrow(2, 1, 1));
        let tolerance = Tolerance::rel_abs(1e-5, 1e-6);
        features.narrow(2, 1, 1).to_data().assert_approx_eq::<f32>(&alone.to_data(), tolerance);
    }

    #[test]
    fn a_classifier_of_its_own_gives_the_features() {
        let device = Device::default();
        let vit = VitConfig { classes: Some(1), ..tiny() }.init(&device).unwrap();
        let features = vit.forward(Tensor::ones([1, 3, 2, 8, 8], &device));
        assert_eq!(features.dims(), [1, 1, 2, 1, 1]);
        let last = named_parameters(&vit).pop().unwrap();
        assert_eq!(last.name, "model.head.bias");
    }

    #[test]
    fn sizes_that_do_not_divide_are_refused() {
        for (config, message) in [
            (VitConfig { patch: 3, ..tiny() }, "image 8 is not a multiple of patch 3"),
            (VitConfig { heads: 4, ..tiny() }, "width 6 is not a multiple of heads 4"),
            (VitConfig { depth: 0, ..tiny() }, "depth is 0"),
        ] {
            let error = config.init(&Device::default()).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }
}
