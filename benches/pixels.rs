//! Frames of a video into what AVT-b sees of them: `func/train.py`'s chains, as its recipes set them.
//!
//! `cargo bench --bench pixels`; `scripts/bench_pixels.py` times the original's on the same clip, one
//! thread each. Freed memory is kept, as in a run.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use runner::data::pixels::{Frames, Jitter, Side, Transform, TransformConfig, Use};

/// Frames of a clip, and their size in EPIC-Kitchens' videos as AVT scales them.
const FRAMES: usize = 10;
const HEIGHT: usize = 256;
const WIDTH: usize = 456;

fn clip() -> Frames {
    let bytes = FRAMES * HEIGHT * WIDTH * 3;
    let data = (0..bytes).map(|i| (i * 48_271 % 65_521) as u8).collect();
    Frames { data, count: FRAMES, height: HEIGHT, width: WIDTH }
}

fn config(scale_h: Side, purpose: Use) -> TransformConfig {
    TransformConfig {
        scale_h,
        scale_w: None,
        crop_size: Some(224),
        mean: [0.5; 3],
        std: [0.5; 3],
        scale_pix_val: 1.0,
        reverse_channels: false,
        purpose,
    }
}

fn training(by: f64) -> TransformConfig {
    let jitter = Jitter { brightness: by, contrast: by, saturation: by, hue: by / 4.0 };
    config(Side::Range(248, 280), Use::Train { flip_p: 0.5, jitter })
}

fn chains(criterion: &mut Criterion) {
    runner::device::keep_freed_memory();
    let frames = clip();
    let mut group = criterion.benchmark_group("pixels");
    group.throughput(Throughput::Elements(1));
    let eval = |crops, flips| config(Side::Fixed(248), Use::Eval { crops, flips });
    for (name, config) in [
        ("train", training(0.0)),
        ("train_colours", training(0.4)),
        ("eval_1_crop", eval(1, false)),
        ("eval_3_crops_flipped", eval(3, true)),
    ] {
        let transform = Transform::new(config).expect("a sound chain");
        let mut seed = 0;
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                seed += 1;
                black_box(transform.apply(&frames, seed).expect("crops fit"))
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = chains
}
criterion_main!(benches);
