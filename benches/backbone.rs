//! Time of forward and backward of parts of video backbones on flex.
//!
//! `cargo bench --bench backbone`. A block of irCSN-152's second layer and one of R3D-18's first,
//! over 8 frames of 28x28 positions.

use std::hint::black_box;

use burn::tensor::{Device, Distribution, Tensor};
use criterion::{Criterion, criterion_group, criterion_main};
use runner::models::{LastModule, VideoResNetConfig};

fn benches(criterion: &mut Criterion) {
    let device = Device::flex().autodiff();
    let csn = VideoResNetConfig::ir_csn_152();
    let r3d = VideoResNetConfig::r3d_18();
    for (name, config, size) in [("irCSN", csn, 112), ("R3D", r3d, 56)] {
        let last = LastModule::Layer1;
        let config = VideoResNetConfig { layers: [1; 4], last, ..config };
        let net = config.init(&device);
        let video = Tensor::random([1, 3, 8, size, size], Distribution::Default, &device);
        let forward = || net.forward(video.clone()).sum();
        criterion.bench_function(&format!("{name}, stem and one block, forward"), |b| {
            b.iter(|| black_box(forward().into_scalar::<f32>()));
        });
        criterion.bench_function(&format!("{name}, forward and backward"), |b| {
            b.iter(|| black_box(forward().backward()));
        });
    }
}

criterion_group! {
    name = group;
    config = Criterion::default().sample_size(10);
    targets = benches
}
criterion_main!(group);
