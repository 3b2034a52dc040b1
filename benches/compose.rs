//! Composing a config: what `--cfg job` does once, and what a sweep does for every job.
//!
//! `cargo bench --bench compose`. With `RUNNER_AVT` set to a clone of AVT its tree is composed as
//! well, with the overrides of experiment 10.

use std::hint::black_box;
use std::path::{Path, PathBuf};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use runner::config::{
    ComposeRequest, Composer, OverrideArg, Part, RunMode, Runtime, VersionBase, compose,
};
use runner::experiment::config::ExperimentConfig;

/// Experiment 10 of AVT: AVT-h over features of IG65M, on EPIC-Kitchens-55.
const EXPERIMENT: &str = "expts/10_ek55_avt_ig65m.txt";

fn ours(overrides: &[&str]) -> ComposeRequest {
    let conf = Path::new(env!("CARGO_MANIFEST_DIR")).join("conf");
    let mut request = ComposeRequest::new(conf, Runtime::new("/".into()));
    request.overrides = arguments(overrides);
    request
}

fn arguments(overrides: &[&str]) -> Vec<OverrideArg> {
    let numbered = overrides.iter().enumerate();
    numbered.map(|(index, text)| OverrideArg::argument(index + 1, text)).collect()
}

/// AVT's tree, written for Hydra 1.0.
fn avt(clone: &Path) -> ComposeRequest {
    let mut request = ComposeRequest::new(clone.join("conf"), Runtime::new("/".into()));
    request.version_base = VersionBase::V1_1;
    request.overrides = OverrideArg::read_file(&clone.join(EXPERIMENT)).expect("a clone of AVT");
    request
}

fn cfg_job(request: &ComposeRequest) -> String {
    let composed = compose(request).expect("composes");
    composed.to_yaml(Part::Job, false, None).expect("prints")
}

fn once(c: &mut Criterion) {
    let mut group = c.benchmark_group("cfg_job");
    let request = ours(&["+experiment=ek55_ensemble", "distill=5"]);
    group.bench_function("ours", |b| b.iter(|| black_box(cfg_job(&request))));
    match std::env::var_os("RUNNER_AVT").map(PathBuf::from) {
        Some(clone) => {
            let request = avt(&clone);
            group.bench_function("avt", |b| b.iter(|| black_box(cfg_job(&request))));
        }
        None => eprintln!("cfg_job/avt: skipped, RUNNER_AVT names no clone of AVT"),
    }
    group.finish();
}

/// One job after the other, composed, resolved and type-checked.
fn every_job(c: &mut Criterion) {
    let mut group = c.benchmark_group("sweep");
    group.throughput(Throughput::Elements(1));
    let mut request = ours(&["+experiment=ek55_ensemble", "distill=range(0,100)"]);
    request.runtime.mode = Some(RunMode::Multirun);
    let composer = Composer::new(request);
    let mut number = 0;
    group.bench_function("job", |b| {
        b.iter(|| {
            number += 1;
            let distill = format!("distill={}", number % 100);
            let overrides = arguments(&["+experiment=ek55_ensemble", &distill]);
            let composed = composer.job(number, overrides).expect("composes");
            let resolved = composed.into_resolved_in_parts();
            black_box(ExperimentConfig::from_resolved(&resolved).expect("is right"))
        });
    });
    group.finish();
}

criterion_group!(benches, once, every_job);
criterion_main!(benches);
