//! Several training sets in one order.

use std::sync::Arc;

use runner::data::{
    Batch, DataError, Dataset, FutureClips, Joined, Loader, LoaderConfig, MissingPrediction,
    ReaderConfig, SampleStrategy, Source, Split, Teacher, World,
};

use crate::support::{clip, dataset, tiny};

fn data(split: Split, change: impl Fn(&mut runner::data::DatasetConfig)) -> Dataset {
    let mut config = dataset(Source::Synthetic(tiny(), split), 5.0);
    change(&mut config);
    let world = World::generate(&tiny()).unwrap();
    Dataset::open(&config, &ReaderConfig::Simulated(world.features()), &clip()).unwrap()
}

fn both() -> Joined {
    let mut joined = Joined::new(Arc::new(data(Split::Train, |_| {})));
    joined.push(Arc::new(data(Split::Val, |_| {}))).unwrap();
    joined
}

fn loader(workers: usize) -> Loader {
    let config = LoaderConfig { batch_size: 5, shuffle: true, seed: 11, workers, drop_last: false };
    Loader::joined(both(), config).unwrap()
}

fn batches(loader: &Loader, start: usize) -> Vec<Batch> {
    loader.epoch(2, start).collect::<Result<_, _>>().unwrap()
}

#[test]
fn samples_are_numbered_through_and_each_comes_once() {
    let joined = both();
    let [first, second] = joined.sets() else { panic!("two sets") };
    assert_eq!(joined.len(), first.len() + second.len());
    for idx in 0..joined.len() {
        let (set, within) =
            if idx < first.len() { (first, idx) } else { (second, idx - first.len()) };
        let (sample, alone) = (joined.sample(idx, 3).unwrap(), set.sample(within, 3).unwrap());
        assert_eq!((sample.idx, &sample.uid, &sample.features), (idx, &alone.uid, &alone.features));
    }
    assert!(matches!(joined.sample(joined.len(), 0), Err(DataError::Index { .. })));
    let mut seen: Vec<usize> = batches(&loader(0), 0).iter().flat_map(|b| b.idx.clone()).collect();
    assert_ne!(seen, (0..joined.len()).collect::<Vec<_>>(), "both sets are shuffled together");
    seen.sort_unstable();
    assert!(seen.into_iter().eq(0..joined.len()));
}

#[test]
fn an_epoch_resumes_at_any_step_with_any_workers() {
    let whole = batches(&loader(0), 0);
    for start in 0..whole.len() {
        assert_eq!(batches(&loader(3), start), whole[start..], "{start}");
    }
}

#[test]
fn sets_whose_samples_differ_are_refused() {
    let refused = |set: Dataset| {
        let mut joined = Joined::new(Arc::new(data(Split::Train, |_| {})));
        joined.push(Arc::new(set)).unwrap_err().to_string()
    };
    let error = refused(data(Split::Val, |c| c.label_type = vec!["action".into()]));
    assert!(error.contains("label types: action; those of the first set: action, verb"), "{error}");
    let error = refused(data(Split::Val, |c| {
        c.source =
            Source::Synthetic(runner::data::SynthConfig { actions: 23, ..tiny() }, Split::Val);
    }));
    assert!(error.contains("classes: 23 action"), "{error}");
    let futures = FutureClips { ratios: vec![1.0], strategy: SampleStrategy::First };
    let error = refused(data(Split::Val, |_| {}).with_futures(futures).unwrap());
    assert!(error.contains("clips of the future: 1"), "{error}");
    let teacher = World::generate(&tiny()).unwrap().stacked_teacher("ensemble").unwrap();
    let teacher = Arc::new(Teacher::Store(teacher));
    let taught = data(Split::Val, |_| {}).with_teacher(teacher, MissingPrediction::Error).unwrap();
    let error = refused(taught);
    assert!(error.contains("teacher: 6 with 16 features; those of the first set: none"), "{error}");
}
