//! Recipes to a corpus: finding the actions of sentences, and the whole conversion of a file.
//!
//! `cargo bench --bench recipes`. Recipes are the test's sentences, ten of them each, of which
//! Recipe1M's have about as many.
#![allow(clippy::unwrap_used)] // a benchmark stops where something is wrong

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use runner::text::recipes::{RecipesConfig, Source, VerbsRemoved, convert, extractor};

const GOLD: &str = include_str!("../tests/fixtures/recipes/gold_tuned.tsv");
const RECIPES: usize = 2_000;

fn sentences() -> Vec<&'static str> {
    GOLD.lines().filter_map(|line| line.split('\t').next()).collect()
}

fn actions(c: &mut Criterion) {
    let sentences = sentences();
    let mut group = c.benchmark_group("recipes");
    group.throughput(Throughput::Elements(sentences.len() as u64));
    group.bench_function("actions of sentences", |b| {
        b.iter(|| sentences.iter().map(|s| extractor::actions(black_box(s)).len()).sum::<usize>());
    });
    group.finish();
}

fn conversion(c: &mut Criterion) {
    let dir = tempfile::tempdir().unwrap();
    let (input, out) = (dir.path().join("layer1.json"), dir.path().join("corpus.txt"));
    let sentences = sentences();
    let recipes = (0..RECIPES).map(|n| {
        let texts = sentences.iter().cycle().skip(n * 7 % 60).take(10);
        let texts: Vec<_> = texts.map(|text| serde_json::json!({ "text": text })).collect();
        serde_json::json!({ "id": format!("{:010x}", n * 2_654_435_761), "instructions": texts })
    });
    let text = serde_json::Value::from_iter(recipes).to_string();
    runner::files::write_atomic(&input, text.as_bytes()).unwrap();
    let config = RecipesConfig {
        source: Source::Layer1(input),
        verbs_removed: VerbsRemoved::Sound,
        limit: None,
    };
    let mut group = c.benchmark_group("recipes");
    group.throughput(Throughput::Elements(RECIPES as u64)).sample_size(20);
    group.bench_function("conversion", |b| {
        b.iter(|| {
            convert(&config, &out, &mut |_| true).unwrap();
            runner::files::remove_file(&out).unwrap();
        });
    });
    group.finish();
}

criterion_group!(benches, actions, conversion);
criterion_main!(benches);
