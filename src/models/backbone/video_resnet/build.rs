//! How a residual video network is built from its description.

use burn::nn::Relu;
use burn::tensor::Device;

use super::super::conv::Conv3dConfig;
use super::super::layer::{Layer, SpatialPool};
use super::{
    Block, BlockKind, ConvKind, LastModule, Middle, StemKind, VideoResNet, VideoResNetConfig,
};

impl VideoResNetConfig {
    /// Builds the network; convolutions start from N(0, 2 / outputs), as AVT leaves them.
    pub fn init(&self, device: &Device) -> VideoResNet {
        let mut input = self.width;
        let mut rows = (0..self.rows()).map(|row| {
            let blocks = (0..self.layers[row]).map(|at| {
                let stride = if row > 0 && at == 0 { 2 } else { 1 };
                self.block(&mut input, self.planes(row), stride, device)
            });
            blocks.collect()
        });
        VideoResNet {
            stem: self.stem(device),
            layer1: rows.next(),
            layer2: rows.next(),
            layer3: rows.next(),
            layer4: rows.next(),
            pooled: self.last == LastModule::Avgpool,
        }
    }

    fn stem(&self, device: &Device) -> Vec<Layer> {
        let strided = |channels, kernel| Conv3dConfig {
            stride: [1, 2, 2],
            ..Conv3dConfig::new(channels, kernel)
        };
        let mut layers = match self.stem.kind {
            StemKind::Basic => self.activated(strided([3, self.width], [3, 7, 7]), device),
            StemKind::R2Plus1d => {
                let middle = self.width * 45 / 64;
                let mut layers = self.activated(strided([3, middle], [1, 7, 7]), device);
                let over_time = Conv3dConfig::new([middle, self.width], [3, 1, 1]);
                layers.extend(self.activated(over_time, device));
                layers
            }
        };
        layers.extend(self.stem.pool.then(|| Layer::Pool(SpatialPool {})));
        layers
    }

    /// A block from `input` channels; `input` is then what comes out of it.
    fn block(&self, input: &mut usize, planes: usize, stride: usize, device: &Device) -> Block {
        let output = planes * self.expansion();
        let from = std::mem::replace(input, output);
        let shortcut =
            Conv3dConfig { stride: [stride; 3], ..Conv3dConfig::new([from, output], [1; 3]) };
        let downsample = (stride != 1 || from != output).then(|| self.normed(shortcut, device));
        let conv = |channels, stride| self.conv(channels, from, stride, device);
        let norm = |layer| vec![layer, Layer::Norm(self.norm.init(planes, device))];
        let (conv1, conv2, conv3) = match self.block {
            BlockKind::Basic => {
                (relu(norm(conv([from, planes], stride))), norm(conv([planes; 2], 1)), None)
            }
            BlockKind::Bottleneck => {
                let mixing = |channels| Conv3dConfig::new(channels, [1; 3]);
                (
                    self.activated(mixing([from, planes]), device),
                    relu(norm(conv([planes; 2], stride))),
                    Some(self.normed(mixing([planes, output]), device)),
                )
            }
        };
        Block { conv1, conv2, conv3, downsample }
    }

    /// The convolution between two normalisations of a block whose input has `from` channels.
    fn conv(&self, channels: [usize; 2], from: usize, stride: usize, device: &Device) -> Layer {
        let full = Conv3dConfig { stride: [stride; 3], ..Conv3dConfig::new(channels, [3; 3]) };
        let depthwise = Conv3dConfig { depthwise: true, ..full };
        match self.conv {
            ConvKind::Full => Layer::Conv(full.init(device)),
            ConvKind::Depthwise => Layer::Conv(depthwise.init(device)),
            ConvKind::MixedDepthwise => {
                let mut layers = self.normed(Conv3dConfig::new(channels, [1; 3]), device);
                layers.push(Layer::Conv(depthwise.init(device)));
                Layer::Chain(layers)
            }
            ConvKind::Factorised(Middle::OfBlock) => {
                self.factorised(channels, middle_channels(from, channels[1]), stride, device)
            }
            ConvKind::Factorised(Middle::OfConv) => {
                let [input, output] = channels;
                self.factorised(channels, middle_channels(input, output), stride, device)
            }
        }
    }

    /// Over space, then over time.
    fn factorised(
        &self,
        [input, output]: [usize; 2],
        middle: usize,
        stride: usize,
        device: &Device,
    ) -> Layer {
        let in_space = Conv3dConfig {
            stride: [1, stride, stride],
            ..Conv3dConfig::new([input, middle], [1, 3, 3])
        };
        let over_time = Conv3dConfig {
            stride: [stride, 1, 1],
            ..Conv3dConfig::new([middle, output], [3, 1, 1])
        };
        let mut layers = self.activated(in_space, device);
        layers.push(Layer::Conv(over_time.init(device)));
        Layer::Chain(layers)
    }

    fn normed(&self, conv: Conv3dConfig, device: &Device) -> Vec<Layer> {
        let norm = self.norm.init(conv.channels[1], device);
        vec![Layer::Conv(conv.init(device)), Layer::Norm(norm)]
    }

    fn activated(&self, conv: Conv3dConfig, device: &Device) -> Vec<Layer> {
        relu(self.normed(conv, device))
    }
}

/// As many weights in the two parts of a factorised convolution as in a full one.
fn middle_channels(input: usize, output: usize) -> usize {
    (input * output * 27) / (input * 9 + 3 * output)
}

fn relu(mut layers: Vec<Layer>) -> Vec<Layer> {
    layers.push(Layer::Relu(Relu::new()));
    layers
}
