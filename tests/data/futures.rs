//! Clips of the future come with their samples and change nothing else.

use std::sync::Arc;

use runner::data::{
    Anticipation, Batch, DataError, Dataset, DropStyle, FutureClips, Loader, LoaderConfig,
    OBSERVED, ReadType, ReaderConfig, SampleStrategy, Source, Span, Split, TimePrecision, World,
    clip, reader::SimulatedReader,
};

use crate::support::{clip, dataset, tiny};

const TAU_O: f64 = 5.0;

fn data() -> Dataset {
    let config = dataset(Source::Synthetic(tiny(), Split::Train), TAU_O);
    let world = World::generate(&tiny()).unwrap();
    Dataset::open(&config, &ReaderConfig::Simulated(world.features()), &clip()).unwrap()
}

fn with(ratios: &[f64], strategy: SampleStrategy) -> Result<Dataset, DataError> {
    data().with_futures(FutureClips { ratios: ratios.to_vec(), strategy })
}

/// What the reader gives for the frames of a stretch of a sample's video, `clips * C`.
fn seen(data: &Dataset, idx: usize, span: Span, strategy: SampleStrategy) -> Vec<f32> {
    let world = World::generate(&tiny()).unwrap();
    let reader = SimulatedReader::new(&world.features(), data.annotations()).unwrap();
    let window =
        clip::window(&clip(), strategy, 30.0, span, TimePrecision::Full, &mut |_| unreachable!());
    let frames = ReadType::Normal.frames(window.start, window.end, 30.0).unwrap();
    let picks = clip::pick(&clip(), strategy, 30.0, window, frames.len());
    let mut features = vec![0.0; picks.len() * data.channels()];
    for (pick, out) in picks.iter().zip(features.chunks_mut(data.channels())) {
        reader.feature(data.segment(idx).video, frames[pick.index], out);
    }
    features
}

#[test]
fn each_clip_is_read_where_its_ratio_says() {
    let ratios = [OBSERVED, 1.0, 0.5, -2.0];
    let data = with(&ratios, SampleStrategy::First).unwrap();
    let rule = Anticipation { tau_a: 1.0, tau_o: TAU_O, drop_style: DropStyle::Correct };
    let rows = [4, 1, 9];
    let batch = Batch::read(&data, &rows, |_| 0).unwrap();
    assert_eq!(batch.futures.len(), ratios.len());
    let [_, clips, channels, ..] = batch.shape;
    for (row, idx) in rows.into_iter().enumerate() {
        let segment = data.segment(idx);
        let action = Span { start: segment.start, end: segment.end };
        for (ratio, future) in ratios.iter().zip(&batch.futures) {
            let expected = {
                let span = rule.future(action, *ratio, TimePrecision::Full);
                seen(&data, idx, span, SampleStrategy::First)
            };
            let width = clips * channels;
            assert_eq!(future[row * width..(row + 1) * width], expected, "{idx} {ratio}");
        }
    }
}

#[test]
fn the_observation_stays_as_it_was() {
    for strategy in [SampleStrategy::First, SampleStrategy::Random] {
        let (plain, data) = (data(), with(&[1.0, 2.0], strategy).unwrap());
        assert_eq!(data.len(), plain.len());
        for idx in 0..plain.len() {
            let sample = data.sample(idx, 7).unwrap();
            assert_eq!(sample.futures.len(), 2);
            let alone = plain.sample(idx, 7).unwrap();
            assert_eq!((sample.features, sample.times), (alone.features, alone.times));
        }
        assert_ne!(data.fingerprint(), plain.fingerprint());
    }
}

#[test]
fn what_is_drawn_for_a_clip_is_its_own_and_comes_from_the_seed() {
    let mut short = clip();
    (short.num_frames, short.frame_rate) = (2, Some(10.0));
    let world = World::generate(&tiny()).unwrap();
    let config = dataset(Source::Synthetic(tiny(), Split::Train), TAU_O);
    let reader = ReaderConfig::Simulated(world.features());
    let data = Dataset::open(&config, &reader, &short).unwrap();
    let futures = FutureClips { ratios: vec![1.0, 1.0], strategy: SampleStrategy::Random };
    let data = data.with_futures(futures).unwrap();
    let of = |seed| data.sample(5, seed).unwrap().futures;
    assert_eq!(of(1), of(1));
    assert_ne!(of(1), of(2));
    assert_ne!(of(1)[0], of(1)[1]);
}

#[test]
fn clips_that_cannot_be_are_refused() {
    for ratios in [&[][..], &[10.0], &[-10.0], &[f64::NAN], &[1.0, 99.0]] {
        let error = with(ratios, SampleStrategy::First).unwrap_err().to_string();
        assert!(error.contains("future_clip_ratios"), "{ratios:?}: {error}");
    }
    // nine seconds and more before an action in the first ten seconds of a video
    let error = with(&[-9.5], SampleStrategy::First).unwrap_err();
    assert!(matches!(error, DataError::NoFrames { .. }), "{error}");
    let mut config = dataset(Source::Synthetic(tiny(), Split::Train), TAU_O);
    config.anticipation = None;
    let world = World::generate(&tiny()).unwrap();
    let reader = ReaderConfig::Simulated(world.features());
    let data = Dataset::open(&config, &reader, &clip()).unwrap();
    let futures = FutureClips { ratios: vec![1.0], strategy: SampleStrategy::First };
    let error = data.with_futures(futures).unwrap_err().to_string();
    assert!(error.contains("conv_to_anticipate_fn"), "{error}");
}

#[test]
fn workers_read_them_all_the_same() {
    let data = Arc::new(with(&[1.0, 0.5], SampleStrategy::Random).unwrap());
    let batches = |workers| {
        let config =
            LoaderConfig { batch_size: 5, shuffle: true, seed: 3, workers, drop_last: false };
        let loader = Loader::new(Arc::clone(&data), config).unwrap();
        loader.epoch(1, 0).collect::<Result<Vec<_>, _>>().unwrap()
    };
    assert_eq!(batches(0), batches(3));
}
