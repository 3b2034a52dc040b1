//! `model.backbone`: frames to features.

use schemars::JsonSchema;
use serde::Deserialize;

use super::target::{NoKeys, by_target};

by_target! {
    /// `model.backbone`
    pub enum Backbone {
        "torch.nn.Identity" => Identity(NoKeys),
        "models.video_classification.TIMMModel" => Timm(TimmModel),
        "models.video_classification.BNInceptionVideo" => BnInception(BnInception),
        "torchvision.models.video.resnet.r3d_18" => R3d18(TorchvisionVideo),
        "torchvision.models.video.r2plus1d_18" => R2plus1d18(TorchvisionVideo),
        "vmz.models.r2plus1d_34" => VmzR2plus1d34(VmzModel),
        "models.video_classification.r2plus1d_34" => R2plus1d34(VideoResnet),
        "models.video_classification.r2plus1d_152" => R2plus1d152(VideoResnet),
        "models.video_classification.ir_csn_152" => IrCsn152(VideoResnet),
        "models.video_classification.ip_csn_152" => IpCsn152(VideoResnet),
        "models.video_classification.ip_csn_50" => IpCsn50(VideoResnet),
    }
}

/// What a backbone does with a clip's frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Temporal {
    /// Nothing: what is read are features.
    Features,
    /// Each frame by itself.
    Frames,
    /// Convolution over time that halves the number of frames three times.
    Convolution,
}

impl Backbone {
    /// What it does with a clip's frames.
    pub fn temporal(&self) -> Temporal {
        match self {
            Self::Identity(_) => Temporal::Features,
            Self::Timm(_) | Self::BnInception(_) => Temporal::Frames,
            Self::R3d18(_)
            | Self::R2plus1d18(_)
            | Self::VmzR2plus1d34(_)
            | Self::R2plus1d34(_)
            | Self::R2plus1d152(_)
            | Self::IrCsn152(_)
            | Self::IpCsn152(_)
            | Self::IpCsn50(_) => Temporal::Convolution,
        }
    }

    /// Width of what it gives without its last `dropped` modules; `None` for an identity.
    pub fn width(&self, dropped: usize) -> Option<usize> {
        // Channels of the first of four rows of blocks, each twice as wide as the one before.
        let first = match self {
            Self::Identity(_) => return None,
            Self::Timm(timm) => return Some(if timm.drop_cls { 768 } else { 1 }),
            Self::BnInception(_) => return Some(1024),
            Self::R3d18(_) | Self::R2plus1d18(_) | Self::VmzR2plus1d34(_) | Self::R2plus1d34(_) => {
                64
            }
            Self::R2plus1d152(_) | Self::IrCsn152(_) | Self::IpCsn152(_) | Self::IpCsn50(_) => 256,
        };
        Some(if dropped < 6 { first << halvings(dropped) } else { 64 })
    }

    /// Whether it takes square pictures of so many pixels a side.
    pub fn takes(&self, side: usize) -> bool {
        !matches!(self, Self::BnInception(_)) || passes_inception(side)
    }

    /// Frames behind it of a clip of so many, without its last `dropped` modules.
    pub fn frames(&self, frames: usize, dropped: usize) -> usize {
        match (self.temporal(), dropped) {
            (Temporal::Features | Temporal::Frames, _) => frames,
            // The pooling is kept.
            (Temporal::Convolution, 0 | 1) => 1,
            (Temporal::Convolution, _) => {
                (0..halvings(dropped)).fold(frames, |frames, _| frames.div_ceil(2))
            }
        }
    }
}

/// Whether pictures of this side pass BN-Inception: halving convolutions round up what halving
/// pools round down, so its maps of an eighth must be halved twice without rest.
fn passes_inception(side: usize) -> bool {
    let pooled = |side: usize| side.saturating_sub(3).div_ceil(2) + 1;
    let maps = pooled(pooled(side.saturating_sub(1) / 2 + 1));
    maps.is_multiple_of(4)
}

/// How often a residual network halves its maps without its last modules. They are, from the end:
/// classifier, pooling, four rows of blocks of which all but the first halve, stem.
fn halvings(dropped: usize) -> usize {
    5usize.saturating_sub(dropped.max(2))
}

/// Keys of a model of the library timm that sees frame by frame.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimmModel {
    /// Which one.
    pub model_type: TimmName,
    /// Whether its own classifier is left out.
    #[serde(default = "TimmModel::dropped")]
    pub drop_cls: bool,
}

impl TimmModel {
    fn dropped() -> bool {
        true
    }
}

/// `model.backbone.model_type`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimmName {
    /// ViT-B/16, trained on ImageNet.
    VitBasePatch16_224,
    /// The same, trained on ImageNet-21k, with another head.
    VitBasePatch16_224In21k,
}

/// Keys of BN-Inception, frame by frame.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BnInception {
    /// Which of its library's weights are downloaded; none are here.
    pub pretrained: Option<String>,
}

/// Keys of torchvision's video models.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TorchvisionVideo {
    /// Whether weights are downloaded; none are here.
    pub pretrained: bool,
    /// Whether that is shown.
    pub progress: bool,
    /// Classes of its own classifier, which `model.backbone_last_n_modules_to_drop` cuts off.
    pub num_classes: Option<usize>,
}

/// Keys of R(2+1)D-34 as the library VMZ has it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct VmzModel {
    /// Which weights are downloaded; none are here.
    pub pretraining: String,
    /// Whether the stem pools.
    pub use_pool1: bool,
    /// Classes of its own classifier, which `model.backbone_last_n_modules_to_drop` cuts off.
    pub num_classes: Option<usize>,
}

/// Keys of AVT's own video models.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct VideoResnet {
    /// Unused in AVT.
    pub pretrained: bool,
    /// Unused in AVT.
    pub progress: bool,
    /// Added to the variance in batch normalisation; `model.bn` then sets it again.
    pub bn_eps: f64,
    /// Share of a batch in the running statistics; `model.bn` then sets it again.
    pub bn_mom: f64,
    /// Classes of its own classifier, which `model.backbone_last_n_modules_to_drop` cuts off.
    pub num_classes: Option<usize>,
}

impl Default for VideoResnet {
    fn default() -> Self {
        Self { pretrained: false, progress: false, bn_eps: 1e-3, bn_mom: 0.1, num_classes: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_timm() {
        for (text, name) in [
            ("vit_base_patch16_224", TimmName::VitBasePatch16_224),
            ("vit_base_patch16_224_in21k", TimmName::VitBasePatch16_224In21k),
        ] {
            assert_eq!(serde_yaml::from_str::<TimmName>(text).unwrap(), name);
        }
    }

    #[test]
    fn convolution_rounds_up() {
        let csn = Backbone::IpCsn152(VideoResnet::default());
        assert_eq!([32, 10, 1].map(|frames| csn.frames(frames, 2)), [4, 2, 1]);
        assert_eq!(Backbone::Identity(NoKeys {}).frames(10, 2), 10);
    }

    #[test]
    fn inception_halves_without_rest() {
        let inception = Backbone::BnInception(BnInception { pretrained: None });
        for (side, takes) in [(224, true), (32, true), (70, true), (225, true), (112, false)] {
            assert_eq!(inception.takes(side), takes, "{side}");
        }
        assert!(Backbone::R3d18(TorchvisionVideo::default()).takes(112));
    }

    #[test]
    fn what_is_dropped_decides_width_and_frames() {
        let csn = Backbone::IpCsn152(VideoResnet::default());
        let r3d = Backbone::R3d18(TorchvisionVideo::default());
        for (dropped, wide, narrow, frames) in [
            (1, 2048, 512, 1),
            (2, 2048, 512, 4),
            (3, 1024, 256, 8),
            (4, 512, 128, 16),
            (5, 256, 64, 32),
            (6, 64, 64, 32),
        ] {
            let widths = [csn.width(dropped), r3d.width(dropped)];
            assert_eq!(widths, [Some(wide), Some(narrow)], "{dropped}");
            assert_eq!(csn.frames(32, dropped), frames, "{dropped}");
        }
    }
}
