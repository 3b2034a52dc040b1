//! Time of forward and backward of one student step on flex.
//!
//! `cargo bench --bench student_step`. Sizes are those of a small AVT-h: 10 clips of one
//! feature of width 1024, inter_dim 256, two blocks, 2513 action classes.

use std::hint::black_box;

use burn::tensor::{Device, Distribution, Int, Tensor};
use criterion::{Criterion, criterion_group, criterion_main};
use runner::losses::cross_entropy;
use runner::models::{
    AvthConfig, FutureLoss, FuturePredictorConfig, Gpt2Config, Student, StudentConfig,
};

const BATCH: usize = 32;

fn student(device: &Device, output_len: usize) -> Student {
    let gpt = Gpt2Config { n_layer: 2, n_head: 4, ..Gpt2Config::new(256) };
    let avth = AvthConfig {
        gpt,
        output_len,
        avg_last_n: Some(1),
        future_pred_loss: Some(FutureLoss::Mse),
        return_past_too: true,
        ..AvthConfig::new(256)
    };
    let config = StudentConfig {
        future_predictor: FuturePredictorConfig::Avth(avth),
        dropout: 0.2,
        classifier_on_past: true,
        ..StudentConfig::new(1024)
    };
    config.init(&[("action".into(), 2513)], &[], device).expect("sizes fit")
}

fn total(student: &Student, video: &Tensor<6>, targets: &Tensor<1, Int>) -> Tensor<1> {
    let output = student.forward(video.clone());
    let (_, logits) = output.logits.into_iter().next().expect("one label type");
    let (_, feat) = output.aux.into_iter().next().expect("a feature loss");
    cross_entropy(logits, targets.clone(), -1).mean() + feat.mean()
}

fn benches(criterion: &mut Criterion) {
    let device = Device::flex().autodiff();
    let video = Tensor::random([BATCH, 10, 1024, 1, 1, 1], Distribution::Default, &device);
    let targets = Tensor::zeros([BATCH], &device);
    for output_len in [1, 3] {
        let student = student(&device, output_len);
        criterion.bench_function(&format!("forward, output_len {output_len}"), |b| {
            b.iter(|| black_box(total(&student, &video, &targets).into_scalar::<f32>()));
        });
        criterion.bench_function(&format!("forward and backward, output_len {output_len}"), |b| {
            b.iter(|| black_box(total(&student, &video, &targets).backward()));
        });
    }
}

criterion_group! {
    name = group;
    config = Criterion::default().sample_size(10);
    targets = benches
}
criterion_main!(group);
