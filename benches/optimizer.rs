//! One optimizer step over a model of the size of AVT-h, per parameter count.
//!
//! `cargo bench --bench optimizer`; the device is flex.

use std::hint::black_box;

use burn::module::{Module, Param, ParamId};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Distribution, Tensor};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use runner::train::optim::{
    ALL, AdafactorConfig, AdamConfig, Decay, GradClip, GroupsConfig, LrWd, Optimizer,
    OptimizerConfig, ParamGroups, SgdConfig,
};

/// Side of a matrix; 12 of them are about one GPT-2 block.
const SIDE: usize = 768;

#[derive(Module, Debug)]
struct Matrices {
    h: Vec<Param<Tensor<2>>>,
}

fn matrices(count: usize) -> Matrices {
    let device = Device::flex().autodiff();
    let normal = Distribution::Normal(0.0, 0.02);
    let one = |_| Param::from_tensor(Tensor::random([SIDE, SIDE], normal, &device));
    Matrices { h: (0..count).map(one).collect() }
}

fn optimizer(model: &Matrices, config: OptimizerConfig) -> Optimizer {
    let entry = LrWd { modules: vec![ALL.into()], lr: 1e-4, weight_decay: 1e-4 };
    let params: Vec<(String, ParamId)> =
        model.h.iter().enumerate().map(|(i, p)| (format!("h.{i}"), p.id)).collect();
    let config_groups = GroupsConfig { lr_wd: vec![entry], ..GroupsConfig::default() };
    let groups = ParamGroups::resolve(&config_groups, &params, &[]).expect("one group");
    config.init(groups).expect("settings in range")
}

fn gradients(ids: &[ParamId]) -> GradientsParams {
    let mut grads = GradientsParams::new();
    for id in ids {
        let grad = Tensor::random([SIDE, SIDE], Distribution::Normal(0.0, 1.0), &Device::flex());
        grads.register::<2>(*id, grad);
    }
    grads
}

fn step(c: &mut Criterion) {
    let clip = GradClip::new(Some(1.0), 2.0).expect("in range");
    let rules = [
        ("adam", OptimizerConfig::Adam(AdamConfig::new(Decay::Gradient))),
        ("adam, amsgrad", {
            let adam = AdamConfig::new(Decay::Gradient);
            OptimizerConfig::Adam(AdamConfig { amsgrad: true, ..adam })
        }),
        ("adafactor", OptimizerConfig::Adafactor(AdafactorConfig::default())),
        ("sgd", OptimizerConfig::Sgd(SgdConfig { momentum: 0.9, ..SgdConfig::default() })),
    ];
    for (name, config) in rules {
        let count = 24;
        let mut group = c.benchmark_group(name);
        group.sample_size(10).throughput(Throughput::Elements((count * SIDE * SIDE) as u64));
        let fresh = matrices(count);
        let mut optimizer = optimizer(&fresh, config);
        let ids: Vec<ParamId> = fresh.h.iter().map(|param| param.id).collect();
        let mut model = Some(fresh);
        group.bench_function("clip and step", |b| {
            b.iter_batched(
                || gradients(&ids),
                |grads| {
                    let taken = model.take().expect("a model");
                    let (grads, norm) = optimizer.clip(&taken, grads, clip).expect("finite");
                    model = Some(optimizer.step(&[1e-4, 1e-4], taken, grads));
                    black_box(norm)
                },
                BatchSize::PerIteration,
            );
        });
    }
}

criterion_group!(benches, step);
criterion_main!(benches);
