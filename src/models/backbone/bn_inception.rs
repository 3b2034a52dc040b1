//! BN-Inception, frame by frame, without its classifier.
//!
//! Decides the branches of each module and their widths; parameters keep their flat original names
//! (`model.inception_3a_3x3_reduce.weight`). Its normalisations are two-dimensional, so
//! `model.bn` does not reach them.
//! Source: `pretrainedmodels/models/bninception.py`, as AVT's `BNInceptionVideo` wraps it.

use burn::module::Module;
use burn::tensor::activation::relu;
use burn::tensor::ops::{AvgPoolOptions, MaxPoolOptions};
use burn::tensor::{Device, Tensor, module};

use super::conv::Conv2d;
use super::each_frame;
use crate::models::{BatchNorm, BatchNormConfig, ModuleDict};

/// Describes [`BnInception`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BnInceptionConfig {
    /// Every width is divided by it; 1 is the published network.
    pub divisor: usize,
}

/// One module: branches side by side.
struct Inception {
    name: &'static str,
    /// Width of the 1x1 branch; 0 where there is none, and all others step by two.
    one: usize,
    /// Widths of the 3x3 branch: reduced, then out.
    three: [usize; 2],
    /// Widths of the branch of two 3x3: reduced, then both.
    double: [usize; 2],
    pool: Pool,
    /// Width of the pooled branch; 0 where the pooled input goes on.
    project: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pool {
    Average,
    Greatest,
}

const fn row(
    name: &'static str,
    one: usize,
    three: [usize; 2],
    double: [usize; 2],
    pool: Pool,
    project: usize,
) -> Inception {
    Inception { name, one, three, double, pool, project }
}

const MODULES: [Inception; 10] = [
    row("3a", 64, [64, 64], [64, 96], Pool::Average, 32),
    row("3b", 64, [64, 96], [64, 96], Pool::Average, 64),
    row("3c", 0, [128, 160], [64, 96], Pool::Greatest, 0),
    row("4a", 224, [64, 96], [96, 128], Pool::Average, 128),
    row("4b", 192, [96, 128], [96, 128], Pool::Average, 128),
    row("4c", 160, [128, 160], [128, 160], Pool::Average, 128),
    row("4d", 96, [128, 192], [160, 192], Pool::Average, 128),
    row("4e", 0, [128, 192], [192, 256], Pool::Greatest, 0),
    row("5a", 352, [192, 320], [160, 224], Pool::Average, 128),
    row("5b", 352, [192, 320], [192, 224], Pool::Greatest, 128),
];

/// Widths of the three convolutions in front of the modules.
const STEM: [usize; 3] = [64, 64, 192];

/// Sees each frame of a video by itself.
#[derive(Module, Debug)]
pub struct BnInception {
    model: ModuleDict<Part>,
}

/// A convolution, or the normalisation behind it.
#[allow(clippy::large_enum_variant)] // every second one is the largest
#[derive(Module, Debug)]
pub enum Part {
    /// Called like the unit.
    Conv(Conv2d),
    /// Called like the unit, with `_bn`.
    Norm(BatchNorm),
}

impl Default for BnInceptionConfig {
    fn default() -> Self {
        Self { divisor: 1 }
    }
}

impl BnInceptionConfig {
    /// Width of its features.
    pub fn output_dim(&self) -> usize {
        MODULES.iter().fold(STEM[2], |input, module| module.output(input)) / self.divisor
    }

    /// Builds the network; convolutions start as `torch.nn.Conv2d` does.
    pub fn init(&self, device: &Device) -> BnInception {
        let mut parts = Parts { divisor: self.divisor, device, list: Vec::new() };
        parts.unit("conv1_7x7_s2", [3, STEM[0]], 7, 2);
        parts.unit("conv2_3x3_reduce", [STEM[0], STEM[1]], 1, 1);
        parts.unit("conv2_3x3", [STEM[1], STEM[2]], 3, 1);
        MODULES.iter().fold(STEM[2], |input, module| parts.module(module, input));
        BnInception { model: parts.list.into_iter().collect() }
    }
}

impl Inception {
    fn stride(&self) -> usize {
        if self.one == 0 { 2 } else { 1 }
    }

    /// Width of all branches side by side.
    fn output(&self, input: usize) -> usize {
        let pooled = if self.project == 0 { input } else { self.project };
        self.one + self.three[1] + self.double[1] + pooled
    }

    fn unit(&self, branch: &str) -> String {
        format!("inception_{}_{branch}", self.name)
    }
}

/// Collects units in the original's order.
struct Parts<'a> {
    divisor: usize,
    device: &'a Device,
    list: Vec<(String, Part)>,
}

impl Parts<'_> {
    fn unit(&mut self, name: &str, [input, output]: [usize; 2], kernel: usize, stride: usize) {
        let output = output / self.divisor;
        // Pictures have three channels at every width.
        let input = if input == 3 { 3 } else { input / self.divisor };
        let conv = Conv2d::new([input, output], kernel, stride, self.device);
        let norm = BatchNormConfig::default().init(output, self.device);
        self.list.push((name.to_owned(), Part::Conv(conv)));
        self.list.push((format!("{name}_bn"), Part::Norm(norm)));
    }

    /// The units of a module; returns its width.
    fn module(&mut self, module: &Inception, input: usize) -> usize {
        let Inception { one, three, double, project, .. } = *module;
        let stride = module.stride();
        if one > 0 {
            self.unit(&module.unit("1x1"), [input, one], 1, 1);
        }
        self.unit(&module.unit("3x3_reduce"), [input, three[0]], 1, 1);
        self.unit(&module.unit("3x3"), three, 3, stride);
        self.unit(&module.unit("double_3x3_reduce"), [input, double[0]], 1, 1);
        self.unit(&module.unit("double_3x3_1"), double, 3, 1);
        self.unit(&module.unit("double_3x3_2"), [double[1]; 2], 3, stride);
        if project > 0 {
            self.unit(&module.unit("pool_proj"), [input, project], 1, 1);
        }
        module.output(input)
    }
}

impl BnInception {
    /// A feature for each frame.
    ///
    /// # Shapes
    /// - video: `[B, 3, T, H, W]`
    /// - output: `[B, C, T, 1, 1]`
    ///
    /// # Panics
    /// When maps of an eighth of H or W cannot be halved twice without rest; multiples of 32 can.
    pub fn forward(&self, video: Tensor<5>) -> Tensor<5> {
        each_frame(video, |frames| {
            let maps = self.maps(frames);
            let [n, width, ..] = maps.dims();
            maps.mean_dim(3).mean_dim(2).reshape([n, width])
        })
    }

    /// `[N, 3, H, W]` -> `[N, C, H', W']`.
    fn maps(&self, frames: Tensor<4>) -> Tensor<4> {
        let x = halve(self.unit("conv1_7x7_s2", frames));
        let x = halve(self.unit("conv2_3x3", self.unit("conv2_3x3_reduce", x)));
        MODULES.iter().fold(x, |x, module| self.module(module, x))
    }

    fn module(&self, module: &Inception, x: Tensor<4>) -> Tensor<4> {
        let run = |branch: &str, x: Tensor<4>| self.unit(&module.unit(branch), x);
        let one = (module.one > 0).then(|| run("1x1", x.clone()));
        let three = run("3x3", run("3x3_reduce", x.clone()));
        let double = run("double_3x3_1", run("double_3x3_reduce", x.clone()));
        let double = run("double_3x3_2", double);
        let pooled = match (module.pool, module.stride()) {
            (Pool::Average, _) => average(x),
            (Pool::Greatest, 1) => greatest(x),
            (Pool::Greatest, _) => halve(x),
        };
        let pooled = if module.project > 0 { run("pool_proj", pooled) } else { pooled };
        Tensor::cat(one.into_iter().chain([three, double, pooled]).collect(), 1)
    }

    /// Convolves, normalises, cuts off below 0.
    fn unit(&self, name: &str, x: Tensor<4>) -> Tensor<4> {
        let part = |name: &str| self.model.get(name).expect("every unit of the table was built");
        let (Part::Conv(conv), Part::Norm(norm)) = (part(name), part(&format!("{name}_bn"))) else {
            unreachable!("a convolution has its name, a normalisation `_bn`")
        };
        relu(norm.forward(conv.forward(x)))
    }
}

/// The greatest of 3x3, every second position; what is left at the edge counts too.
fn halve(x: Tensor<4>) -> Tensor<4> {
    let options = MaxPoolOptions::new([3; 2]).with_stride([2; 2]).with_ceil_mode(true);
    module::max_pool2d(x, options)
}

fn greatest(x: Tensor<4>) -> Tensor<4> {
    let options = MaxPoolOptions::new([3; 2]).with_stride([1; 2]).with_padding([1; 2]);
    module::max_pool2d(x, options)
}

/// The mean of 3x3, of nine values at the edge too.
fn average(x: Tensor<4>) -> Tensor<4> {
    let options = AvgPoolOptions::new([3; 2]).with_stride([1; 2]).with_padding([1; 2]);
    module::avg_pool2d(x, options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_for_each_frame() {
        let device = Device::default();
        let config = BnInceptionConfig { divisor: 32 };
        let features = config.init(&device).forward(Tensor::ones([2, 3, 3, 32, 32], &device));
        assert_eq!(features.dims(), [2, 32, 3, 1, 1]);
        assert_eq!(BnInceptionConfig::default().output_dim(), 1024);
    }

    #[test]
    fn frames_do_not_see_each_other() {
        let device = Device::default();
        let net = BnInceptionConfig { divisor: 32 }.init(&device);
        let video = Tensor::random([1, 3, 2, 32, 32], burn::tensor::Distribution::Default, &device);
        let both = net.forward(video.clone()).narrow(2, 1, 1).into_data();
        let alone = net.forward(video.narrow(2, 1, 1)).into_data();
        both.assert_approx_eq::<f32>(&alone, burn::tensor::Tolerance::default());
    }
}
