//! What a residual video network is made of, and the published ones.

use crate::models::BatchNormConfig;

/// Describes a [`VideoResNet`](super::VideoResNet).
#[derive(Clone, Debug, PartialEq)]
pub struct VideoResNetConfig {
    /// What comes first.
    pub stem: Stem,
    /// What a layer is a row of.
    pub block: BlockKind,
    /// The convolutions within blocks.
    pub conv: ConvKind,
    /// Blocks in each layer.
    pub layers: [usize; 4],
    /// Channels behind the stem, 64 in every published network.
    pub width: usize,
    /// Where the network ends.
    pub last: LastModule,
    /// Settings of every normalisation.
    pub norm: BatchNormConfig,
}

/// The layers in front of the first block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stem {
    /// How it convolves.
    pub kind: StemKind,
    /// Whether it pools too.
    pub pool: bool,
}

/// How a stem convolves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StemKind {
    /// Over 3 frames of 7x7 positions: `BasicStem`.
    Basic,
    /// Over 7x7 positions, then over 3 frames: `R2Plus1dStem`.
    R2Plus1d,
}

/// A residual block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// Two convolutions of one width.
    Basic,
    /// One between two that mix channels, the last to four times the width.
    Bottleneck,
}

/// The convolution of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConvKind {
    /// 3x3x3 over all channels: `Conv3DSimple`.
    Full,
    /// 1x3x3, then 3x1x1: `Conv2Plus1D`.
    Factorised(Middle),
    /// 3x3x3 for each channel by itself: `Conv3DDepthwise`, interaction-reduced.
    Depthwise,
    /// The same behind one that mixes channels: `IPConv3DDepthwise`, interaction-preserved.
    MixedDepthwise,
}

/// Whose width decides the channels between the two parts of a factorised convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Middle {
    /// The block's input, for both of its convolutions: torchvision.
    OfBlock,
    /// The convolution's own: VMZ, AVT.
    OfConv,
}

/// The last module that is kept, in the order of the original's children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LastModule {
    /// The layers in front of the first block.
    Stem,
    /// The first row of blocks.
    Layer1,
    /// The second, of half the size.
    Layer2,
    /// The third, of a quarter.
    Layer3,
    /// The fourth, of an eighth: feature maps.
    Layer4,
    /// Their mean over time and space.
    Avgpool,
}

impl LastModule {
    /// The last one when so many are dropped off the end; `None` when the classifier would stay,
    /// or nothing.
    pub fn after_dropping(modules: usize) -> Option<Self> {
        match modules {
            1 => Some(Self::Avgpool),
            2 => Some(Self::Layer4),
            3 => Some(Self::Layer3),
            4 => Some(Self::Layer2),
            5 => Some(Self::Layer1),
            6 => Some(Self::Stem),
            _ => None,
        }
    }
}

impl VideoResNetConfig {
    fn published(stem: Stem, block: BlockKind, conv: ConvKind, layers: [usize; 4]) -> Self {
        let norm = BatchNormConfig { epsilon: 1e-3, momentum: 0.1 };
        Self { stem, block, conv, layers, width: 64, last: LastModule::Layer4, norm }
    }

    /// 3D ResNet-18 (torchvision `r3d_18`).
    pub fn r3d_18() -> Self {
        let stem = Stem { kind: StemKind::Basic, pool: false };
        Self::published(stem, BlockKind::Basic, ConvKind::Full, [2; 4])
    }

    /// R(2+1)D-18 (torchvision `r2plus1d_18`).
    pub fn r2plus1d_18() -> Self {
        let conv = ConvKind::Factorised(Middle::OfBlock);
        Self { conv, layers: [2; 4], ..Self::r2plus1d_34(false) }
    }

    /// R(2+1)D-34 (AVT `r2plus1d_34`; VMZ's has a stem that may pool).
    pub fn r2plus1d_34(pool: bool) -> Self {
        let stem = Stem { kind: StemKind::R2Plus1d, pool };
        let conv = ConvKind::Factorised(Middle::OfConv);
        Self::published(stem, BlockKind::Basic, conv, [3, 4, 6, 3])
    }

    /// R(2+1)D-152 (AVT `r2plus1d_152`).
    pub fn r2plus1d_152() -> Self {
        Self { block: BlockKind::Bottleneck, layers: [3, 8, 36, 3], ..Self::r2plus1d_34(false) }
    }

    /// irCSN-152 (AVT `ir_csn_152`).
    pub fn ir_csn_152() -> Self {
        let stem = Stem { kind: StemKind::Basic, pool: true };
        Self::published(stem, BlockKind::Bottleneck, ConvKind::Depthwise, [3, 8, 36, 3])
    }

    /// ipCSN-152 (AVT `ip_csn_152`).
    pub fn ip_csn_152() -> Self {
        Self { conv: ConvKind::MixedDepthwise, ..Self::ir_csn_152() }
    }

    /// ipCSN-50 (AVT `ip_csn_50`), whose second layer has twice the blocks of a ResNet-50.
    pub fn ip_csn_50() -> Self {
        Self { layers: [3, 8, 6, 3], ..Self::ip_csn_152() }
    }

    /// Width of its features.
    pub fn output_dim(&self) -> usize {
        let rows = self.rows();
        if rows == 0 { self.width } else { self.expansion() * self.planes(rows - 1) }
    }

    /// Time steps of the features of so many frames: every row of blocks but the first halves them.
    pub fn output_len(&self, frames: usize) -> usize {
        match self.last {
            LastModule::Avgpool => 1,
            _ => (1..self.rows()).fold(frames, |frames, _| frames.div_ceil(2)),
        }
    }

    /// Rows of blocks that are kept.
    pub(super) fn rows(&self) -> usize {
        (self.last as usize).min(4)
    }

    /// Width of the convolutions of a row's blocks.
    pub(super) fn planes(&self, row: usize) -> usize {
        self.width << row
    }

    /// How much wider a block's output is.
    pub(super) fn expansion(&self) -> usize {
        match self.block {
            BlockKind::Basic => 1,
            BlockKind::Bottleneck => 4,
        }
    }
}
