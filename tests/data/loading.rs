//! Batches: the same for any number of workers, resumable, and errors instead of hangs.

use std::fmt;
use std::sync::Arc;

use runner::data::reader::{Reader, Request, SimulatedReader};
use runner::data::{
    Batch, DataError, DataKind, Dataset, Loader, LoaderConfig, Part, ReaderConfig, SampleStrategy,
    Shard, Source, Split, World,
};

use crate::support::{clip, dataset, tiny};

pub fn data(strategy: SampleStrategy) -> Arc<Dataset> {
    let mut config = dataset(Source::Synthetic(tiny(), Split::Train), 12.0);
    config.sample_strategy = strategy;
    let world = World::generate(&tiny()).unwrap();
    Arc::new(Dataset::open(&config, &ReaderConfig::Simulated(world.features()), &clip()).unwrap())
}

fn loader(data: &Arc<Dataset>, workers: usize) -> Loader {
    let config = LoaderConfig { batch_size: 5, shuffle: true, seed: 11, workers, drop_last: false };
    Loader::new(Arc::clone(data), config).unwrap()
}

fn batches(loader: &Loader, epoch: u64, start: usize) -> Vec<Batch> {
    loader.epoch(epoch, start).collect::<Result<_, _>>().unwrap()
}

#[test]
fn workers_change_nothing() {
    let data = data(SampleStrategy::Random);
    let expected = batches(&loader(&data, 0), 3, 0);
    assert_eq!(expected.len(), data.len().div_ceil(5));
    for workers in [1, 2, 7, 64] {
        assert_eq!(batches(&loader(&data, workers), 3, 0), expected, "{workers}");
    }
    let mut seen: Vec<usize> = expected.iter().flat_map(|b| b.idx.clone()).collect();
    assert_ne!(
        seen,
        batches(&loader(&data, 0), 4, 0).iter().flat_map(|b| b.idx.clone()).collect::<Vec<_>>()
    );
    seen.sort_unstable();
    assert!(seen.into_iter().eq(0..data.len()));
}

#[test]
fn an_epoch_resumes_at_any_step() {
    let data = data(SampleStrategy::Random);
    for workers in [0, 2] {
        let loader = loader(&data, workers);
        let whole = batches(&loader, 1, 0);
        for start in 0..=whole.len() {
            assert_eq!(batches(&loader, 1, start), whole[start..], "{workers} {start}");
        }
        assert!(batches(&loader, 1, whole.len() + 7).is_empty());
    }
}

#[test]
fn an_epoch_may_be_left_early() {
    let data = data(SampleStrategy::Last);
    for _ in 0..20 {
        assert_eq!(loader(&data, 4).epoch(0, 0).take(1).count(), 1);
    }
}

#[test]
fn clips_are_drawn_anew_each_epoch() {
    let random = data(SampleStrategy::Random);
    let mut features = Vec::new();
    for epoch in 0..2 {
        let batch = batches(&loader(&random, 0), epoch, 0);
        let mut rows: Vec<_> = batch
            .iter()
            .flat_map(|b| {
                let width = b.features.len() / b.len();
                b.idx.iter().copied().zip(b.features.chunks(width).map(<[f32]>::to_vec))
            })
            .collect();
        rows.sort_by_key(|(idx, _)| *idx);
        features.push(rows);
    }
    assert_ne!(features[0], features[1]);
}

#[test]
fn shapes_and_layout() {
    let mut wide = clip();
    (wide.subclip_frames, wide.subclip_stride) = (5, 5);
    let world = World::generate(&tiny()).unwrap();
    let config = dataset(Source::Synthetic(tiny(), Split::Train), 10.0);
    let reader = ReaderConfig::Simulated(world.features());
    let data = Dataset::open(&config, &reader, &wide).unwrap();
    let flat = Dataset::open(&config, &reader, &clip()).unwrap();
    let rows = [3, 0];
    let batch = Batch::read(&data, &rows, |_| 0).unwrap();
    let (clips, channels, frames) = (2, 8, 5);
    assert_eq!((batch.crops, batch.shape), (1, [2, clips, channels, frames, 1, 1]));
    assert_eq!(batch.subclip_shape, [2, clips, frames]);
    assert_eq!(batch.targets.len(), 2);
    let labels = batch.target_subclips.as_ref().unwrap();
    assert_eq!(labels[0].1.len(), 2 * clips * frames);
    // the same frames one by one: B, 10, C, 1
    let single = Batch::read(&flat, &rows, |_| 0).unwrap();
    assert_eq!(labels, single.target_subclips.as_ref().unwrap());
    for (b, t, c) in [(0, 0, 0), (1, 9, 7), (0, 6, 3)] {
        let wide = ((b * clips + t / frames) * channels + c) * frames + t % frames;
        let flat = (b * 10 + t) * channels + c;
        assert_eq!(batch.features[wide], single.features[flat]);
    }
}

#[test]
fn short_batches_can_be_left_out() {
    let data = data(SampleStrategy::Last);
    let config =
        LoaderConfig { batch_size: 7, shuffle: false, seed: 0, workers: 2, drop_last: true };
    let loader = Loader::new(Arc::clone(&data), config).unwrap();
    let batches = batches(&loader, 0, 0);
    assert_eq!((batches.len(), loader.len()), (data.len() / 7, data.len() / 7));
    assert!(batches.iter().all(|b| b.len() == 7));
    let config = LoaderConfig { batch_size: 0, ..config };
    assert!(matches!(Loader::new(data, config), Err(DataError::Setting { .. })));
}

#[test]
fn parts_of_several_processes_are_the_batches_of_one() {
    let data = data(SampleStrategy::Random);
    let part = |world, part: fn(Shard) -> Part| -> Vec<Vec<Batch>> {
        let shards = (0..world).map(|rank| Shard { rank, world });
        let own = |shard| loader(&data, 2).part(part(shard));
        shards.map(|shard| batches(&own(shard), 1, 0)).collect()
    };
    // rows: three processes with five each are one with fifteen
    let whole =
        LoaderConfig { batch_size: 15, shuffle: true, seed: 11, workers: 0, drop_last: false };
    let whole = batches(&Loader::new(Arc::clone(&data), whole).unwrap(), 1, 0);
    let rows = part(3, Part::Rows);
    for (step, whole) in whole.iter().enumerate() {
        for (rank, own) in rows.iter().enumerate() {
            let expected: Vec<usize> = whole.idx.iter().skip(rank).step_by(3).copied().collect();
            assert_eq!(own[step].idx, expected, "step {step}, rank {rank}");
        }
    }
    assert!(rows.iter().all(|own| own.len() == whole.len()));
    assert_ne!(data.len() % 15, 0, "the last batch is short");

    // batches: they go round
    let whole = batches(&loader(&data, 0), 1, 0);
    let dealt = part(4, Part::Batches);
    for (step, whole) in whole.iter().enumerate() {
        assert_eq!(dealt[step % 4][step / 4], *whole, "step {step}");
    }
    assert_eq!(dealt.iter().map(Vec::len).sum::<usize>(), whole.len());
    assert_eq!(loader(&data, 0).part(Part::Rows(Shard { rank: 2, world: 3 })).len(), rows[0].len());
}

/// What happens before a clip of a video is read.
type Before = Box<dyn Fn(usize) -> Result<(), DataError> + Send + Sync>;

/// A reader that may fail first.
pub struct Failing {
    inner: Arc<dyn Reader>,
    before: Before,
}

impl fmt::Debug for Failing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

/// The generated world through such a reader.
pub fn failing(before: Before) -> Arc<Dataset> {
    let world = World::generate(&tiny()).unwrap();
    let annotations = world.annotations(Split::Train);
    let inner = Arc::new(SimulatedReader::new(&world.features(), &annotations).unwrap());
    let reader: Arc<dyn Reader> = Arc::new(Failing { inner, before });
    let config = dataset(Source::Synthetic(tiny(), Split::Train), 5.0);
    Arc::new(Dataset::new(&config, annotations, reader, &clip()).unwrap())
}

impl Reader for Failing {
    fn frame_rate(&self, video: usize) -> f64 {
        self.inner.frame_rate(video)
    }
    fn dim(&self) -> usize {
        self.inner.dim()
    }
    fn kind(&self) -> DataKind {
        self.inner.kind()
    }
    fn describe(&self) -> String {
        self.inner.describe()
    }
    fn plan(&self, request: Request<'_>) -> Result<Vec<i64>, DataError> {
        self.inner.plan(request)
    }
    fn fetch(
        &self,
        request: Request<'_>,
        plan: &[i64],
        kept: &[usize],
        out: &mut [f32],
    ) -> Result<(), DataError> {
        (self.before)(request.video)?;
        self.inner.fetch(request, plan, kept, out)
    }
}

#[test]
fn a_worker_that_fails_or_panics_ends_the_epoch_with_an_error() {
    for (panics, workers) in [(true, 0), (true, 3), (false, 0), (false, 3), (false, 64)] {
        let data = failing(Box::new(move |video| match (video, panics) {
            (2, true) => panic!("broken reader"),
            (2, false) => Err(DataError::Index { index: 0, len: 0 }),
            _ => Ok(()),
        }));
        let config =
            LoaderConfig { batch_size: 4, shuffle: false, seed: 0, workers, drop_last: false };
        let results: Vec<_> = Loader::new(data, config).unwrap().epoch(0, 0).collect();
        let (last, before) = results.split_last().unwrap();
        assert!(before.iter().all(Result::is_ok) && before.len() == 3, "{workers}");
        let error = last.as_ref().unwrap_err();
        assert_eq!(matches!(error, DataError::Worker { .. }), panics, "{error}");
        assert_eq!(error.to_string().contains("broken reader"), panics, "{error}");
    }
}

#[test]
fn fingerprints_follow_content_and_settings() {
    let opened = |change: &dyn Fn(&mut runner::data::DatasetConfig)| {
        let mut config = dataset(Source::Synthetic(tiny(), Split::Train), 5.0);
        change(&mut config);
        let world = World::generate(&tiny()).unwrap();
        Dataset::open(&config, &ReaderConfig::Simulated(world.features()), &clip()).unwrap()
    };
    let fingerprint = |change: &dyn Fn(&mut _)| opened(change).fingerprint();
    let base = fingerprint(&|_| {});
    assert_eq!(base, fingerprint(&|_| {}));
    let changed = [
        fingerprint(&|c| c.label_type = vec!["action".into()]),
        fingerprint(&|c| c.sample_strategy = SampleStrategy::First),
        fingerprint(&|c| c.anticipation = None),
        fingerprint(&|c| c.source = Source::Synthetic(tiny(), Split::Val)),
    ];
    assert!(changed.iter().all(|f| *f != base));

    // Of what is asked alone: another strategy sees other frames of the same segments.
    let asked = |change: &dyn Fn(&mut _)| opened(change).questions_fingerprint();
    let base = asked(&|_| {});
    assert_eq!(base, asked(&|c| c.sample_strategy = SampleStrategy::First));
    assert_ne!(base, asked(&|c| c.label_type = vec!["action".into()]));
    assert_ne!(base, asked(&|c| c.source = Source::Synthetic(tiny(), Split::Val)));
}
