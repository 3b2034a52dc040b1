//! Clips without label all along the videos, as a data set has them.

use runner::data::reader::FeatureWriter;
use runner::data::{
    Anticipation, DataError, Dataset, DenseClips, DropStyle, RECOGNITION, ReaderConfig, Shard,
    SimulatedConfig, Source, Split, Uid, World,
};

use crate::support::{clip, dataset, store, tiny};

const CLIPS: DenseClips =
    DenseClips { length: Some(2.0), stride: 0.5, shard: Shard::WHOLE, keep: true };

fn simulated() -> ReaderConfig {
    ReaderConfig::Simulated(SimulatedConfig { dim: 8, noise: 0.1, seed: 1 })
}

fn open(
    reader: &ReaderConfig,
    tau_a: f64,
    clips: Option<&DenseClips>,
) -> Result<Dataset, DataError> {
    let mut config = dataset(Source::Synthetic(tiny(), Split::Train), 2.0);
    config.anticipation = Some(Anticipation { tau_a, tau_o: 2.0, drop_style: DropStyle::Correct });
    Dataset::open_with(&config, reader, &clip(), clips)
}

#[test]
fn clips_come_behind_the_segments_and_are_observed_as_these() {
    let (plain, set) =
        (open(&simulated(), 1.0, None).unwrap(), open(&simulated(), 1.0, Some(&CLIPS)).unwrap());
    let first = plain.len();
    assert!((0..first).all(|i| plain.segment(i) == set.segment(i)), "numbers stay numbers");
    let video = &set.annotations().videos[set.segment(first).video];
    // Of clips that end at 0, 0.5, ... the first is seen whose start is a second and a frame in.
    assert_eq!(set.segment(first).uid, Uid::Text(format!("{video}_3.5").into()));
    let observed = set.observed(first);
    assert_eq!((observed.start, observed.end), (-1.5, 0.5));
    let clips: Vec<_> = (first..set.len()).map(|i| set.segment(i)).collect();
    assert!(clips.iter().all(|clip| clip.labels.get("action") == -1));
    let last = |video| {
        let ends = plain.annotations().segments.iter().filter(|s| s.video == video).map(|s| s.end);
        ends.fold(0.0, f64::max)
    };
    assert!(clips.iter().all(|clip| clip.end < last(clip.video)));
    assert_eq!(set.sample(first, 0).unwrap().targets, [-1, -1]);
    // Clips label no frame, and what is made up is made up of the annotated segments.
    for i in 0..first {
        assert_eq!(set.sample(i, 3).unwrap(), plain.sample(i, 3).unwrap());
    }
    assert_ne!(set.fingerprint(), plain.fingerprint());
    assert_eq!(set.class_counts(&set.classes()[0]), plain.class_counts(&plain.classes()[0]));
}

#[test]
fn processes_share_the_videos_and_segments_may_go() {
    let with = |rank, keep| DenseClips { shard: Shard { rank, world: 3 }, keep, ..CLIPS };
    let uids = |clips: &DenseClips| -> Vec<String> {
        let set = open(&simulated(), 1.0, Some(clips)).unwrap();
        (0..set.len()).map(|i| set.segment(i).uid.to_string()).collect()
    };
    let all = uids(&DenseClips { keep: false, ..CLIPS });
    let parts: Vec<String> = [0, 1].iter().flat_map(|rank| uids(&with(*rank, false))).collect();
    assert_eq!(parts, all, "four videos: two, two and none");
    let none = open(&simulated(), 1.0, Some(&with(2, false))).unwrap_err();
    assert!(matches!(none, DataError::NothingLeft { before: 0, .. }), "{none}");
    assert!(uids(&with(2, true)).iter().all(|uid| !uid.contains('_')), "segments alone");
}

#[test]
fn a_video_of_a_store_is_as_long_as_its_last_frame() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = FeatureWriter::create(dir.path()).unwrap();
    let annotations = World::generate(&tiny()).unwrap().annotations(Split::Train);
    for video in &annotations.videos {
        writer.put_video(video, (1..=3000).map(|i| vec![i as f32])).unwrap();
    }
    writer.finish().unwrap();
    let reader = store(dir.path());
    let clips = DenseClips { stride: 40.0, keep: false, ..CLIPS };
    let ends = |set: &Dataset| -> Vec<f64> {
        let first = set.segment(0).video;
        let own = (0..set.len()).map(|i| set.segment(i)).filter(|s| s.video == first);
        own.map(|segment| segment.end).collect()
    };
    // The clip itself is observed; at 0 there is nothing before it.
    let set = open(&reader, RECOGNITION, Some(&clips)).unwrap();
    assert_eq!(ends(&set), [40.0, 80.0], "before 100 s");
    assert_eq!(set.sample(0, 0).unwrap().features.last(), Some(&1200.0));
}

#[test]
fn clips_that_cannot_be_are_refused() {
    for (clips, told) in [
        (DenseClips { stride: 0.0, ..CLIPS }, "stride"),
        (DenseClips { stride: f64::NAN, ..CLIPS }, "stride"),
        (DenseClips { stride: 1e-9, ..CLIPS }, "would have"),
        (DenseClips { length: Some(-1.0), ..CLIPS }, "clip_len"),
    ] {
        let error = open(&simulated(), 1.0, Some(&clips)).unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }
}
