//! Which segments come up, in which order, how often.

use std::collections::BTreeMap;
use std::sync::Arc;

use runner::data::{
    Batch, DataError, Dataset, Loader, LoaderConfig, MissingPrediction, ReaderConfig,
    SampleStrategy, Selection, Source, Split, Teacher, World,
};

use crate::support::{clip, dataset, tiny};

fn data() -> Dataset {
    let mut config = dataset(Source::Synthetic(tiny(), Split::Train), 12.0);
    config.label_type = vec!["action".into()];
    config.sample_strategy = SampleStrategy::Random;
    let world = World::generate(&tiny()).unwrap();
    Dataset::open(&config, &ReaderConfig::Simulated(world.features()), &clip()).unwrap()
}

fn selected(change: impl Fn(&mut Selection)) -> Result<Dataset, DataError> {
    let mut selection = Selection::default();
    change(&mut selection);
    data().with_selection(selection)
}

fn batches(data: Dataset, seed: u64) -> Vec<Batch> {
    let config = LoaderConfig { batch_size: 4, shuffle: false, seed, workers: 2, drop_last: false };
    let loader = Loader::new(Arc::new(data), config).unwrap();
    loader.epoch(0, 0).collect::<Result<_, _>>().unwrap()
}

fn positions(batches: &[Batch]) -> Vec<usize> {
    batches.iter().flat_map(|batch| batch.idx.clone()).collect()
}

#[test]
fn a_subset_keeps_its_order_and_the_labels_of_frames() {
    let all = data();
    let uids: Vec<String> = [7, 2, 7].map(|idx| all.segment(idx).uid.to_string()).to_vec();
    let some = selected(|s| s.uids = Some(uids.clone())).unwrap();
    let found: Vec<String> = (0..some.len()).map(|i| some.segment(i).uid.to_string()).collect();
    assert_eq!(found, uids);
    let (sample, whole) = (some.sample(1, 0).unwrap(), all.sample(2, 0).unwrap());
    assert_eq!(sample.subclips, whole.subclips, "segments that are left out still label frames");
    assert_ne!(some.fingerprint(), all.fingerprint());
    let world = World::generate(&tiny()).unwrap().teacher("bert").unwrap();
    let some = some.with_teacher(Arc::new(Teacher::Store(world)), MissingPrediction::Error);
    assert_eq!(some.unwrap().coverage().map(|c| (c.present, c.of)), Some((3, 3)));
    let error = selected(|s| s.uids = Some(vec!["99999".into()])).unwrap_err().to_string();
    assert!(error.contains("uid_subset") && error.contains("99999"), "{error}");
}

#[test]
fn repeated_segments_are_drawn_anew_each_time() {
    let n = data().len();
    let twice = batches(selected(|s| s.repeat = 2.0).unwrap(), 5);
    let expected: Vec<usize> = (0..2 * n).map(|i| i / 2).collect();
    assert_eq!(positions(&twice), expected);
    let width = twice[0].features.len() / 4;
    let mut pairs = twice.iter().flat_map(|batch| batch.features.chunks_exact(2 * width));
    assert!(pairs.any(|two| two[..width] != two[width..]), "another clip of the same segment");
    let half = batches(selected(|s| s.repeat = 0.5).unwrap(), 5);
    let drawn = positions(&half);
    assert!(drawn.len() == n / 2 && drawn.is_sorted(), "{drawn:?}");
    assert!(drawn.iter().enumerate().all(|(i, at)| *at == 2 * i || *at == 2 * i + 1), "{drawn:?}");
    assert_ne!(drawn, positions(&batches(selected(|s| s.repeat = 0.5).unwrap(), 6)));
    for repeat in [0.0, 0.01, f64::NAN] {
        let error = selected(|s| s.repeat = repeat).unwrap_err().to_string();
        assert!(error.contains("repeat_data_times"), "{error}");
    }
}

#[test]
fn classes_are_balanced() {
    let repeat = 40.0;
    let batches = batches(selected(|s| (s.balanced, s.repeat) = (true, repeat)).unwrap(), 1);
    let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
    for (_, classes) in batches.iter().flat_map(|batch| &batch.targets) {
        classes.iter().for_each(|class| *counts.entry(*class).or_default() += 1);
    }
    let samples: usize = counts.values().sum();
    assert_eq!(samples, data().len() * repeat as usize);
    // By the original's rounding, the first class and the last get half a segment's share less.
    let share = samples as f64 / counts.len() as f64;
    assert!(counts.values().all(|n| (*n as f64 / share - 1.0).abs() < 0.15), "{counts:?}");
}

#[test]
fn a_seed_of_its_own_decides_what_is_drawn() {
    let own = |random_seed, seed| batches(selected(|s| s.random_seed = random_seed).unwrap(), seed);
    assert_eq!(own(Some(3), 1), own(Some(3), 2));
    assert_ne!(own(Some(3), 1), own(Some(4), 1));
    assert_ne!(own(None, 1), own(None, 2));
    assert_eq!(own(Some(2), 1), own(None, 2));
}
