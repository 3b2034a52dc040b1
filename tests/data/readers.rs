//! What is read under a table of settings, end to end, against the original.
//!
//! `readers/settings.yaml` has the rows, each with its reason; `readers/expected.json` is what the
//! original's own data set, conversion and LMDB reader give for them (`scripts/parity_readers.py`,
//! which also compares the table in `clips.rs`). Here the same stores and segments are made, and
//! what [`Dataset`] gives must be the same: vectors, times, targets, labels of frames and behind the
//! clip, segments that are dropped, and segments of which nothing can be read.

use std::collections::BTreeMap;
use std::path::Path;

use runner::data::reader::{FeatureWriter, frame_key};
use runner::data::{
    Annotations, Anticipation, ClipConfig, DataError, Dataset, DatasetConfig, DropStyle, Labels,
    OverlapRule, ReadType, ReaderConfig, SampleStrategy, Segment, Selection, Source, Split, Uid,
    World, reader,
};
use serde::Deserialize;

use crate::support::tiny;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    world: Stored,
    defaults: serde_json::Map<String, serde_json::Value>,
    rows: Vec<serde_json::Map<String, serde_json::Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    videos: BTreeMap<String, i64>,
    missing: BTreeMap<String, BTreeMap<String, Vec<(i64, i64)>>>,
    segments: Vec<(i64, String, f64, f64, i64, i64, i64)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    why: String,
    stores: Vec<String>,
    read_type: String,
    num_frames: usize,
    frame_rate: Option<f64>,
    subclips: (usize, usize),
    strategy: String,
    anticipation: Option<Times>,
    load_seg_labels: bool,
    long_term: usize,
    uids: Option<Vec<i64>>,
    without: Vec<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Times {
    tau_a: f64,
    tau_o: f64,
    #[serde(default = "Times::correct")]
    drop_style: String,
}

impl Times {
    fn correct() -> String {
        "correct".into()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    id: String,
    discarded: Vec<i64>,
    samples: Vec<ExpectedSample>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedSample {
    uid: i64,
    /// What the original raises.
    error: Option<String>,
    #[serde(default)]
    vectors: Vec<Vec<f32>>,
    #[serde(default)]
    times: Vec<f32>,
    #[serde(default)]
    targets: Vec<i64>,
    /// What was drawn, and below what.
    drawn: Option<(u64, u64)>,
    target_subclips: Option<Vec<Vec<i64>>>,
    future_subclips: Option<Vec<Vec<i64>>>,
}

#[test]
fn every_row_reads_what_the_original_reads() {
    let settings: Settings = serde_yaml::from_str(include_str!("readers/settings.yaml")).unwrap();
    let expected: Vec<Expected> =
        serde_json::from_str(include_str!("readers/expected.json")).unwrap();
    let dir = tempfile::tempdir().unwrap();
    write_stores(&settings.world, dir.path());
    assert!(settings.rows.len() >= 40 && settings.rows.len() == expected.len());
    for (row, expected) in settings.rows.iter().zip(&expected) {
        let all = settings.defaults.iter().chain(row).map(|(k, v)| (k.clone(), v.clone()));
        let row: Row = serde_json::from_value(serde_json::Value::Object(all.collect())).unwrap();
        assert_eq!(row.id, expected.id, "run scripts/parity_readers.py again");
        assert!(!row.why.is_empty(), "{}", row.id);
        compare(&settings.world, &row, expected, dir.path());
    }
}

fn compare(world: &Stored, row: &Row, expected: &Expected, stores: &Path) {
    let id = &row.id;
    let errors: Vec<_> = expected.samples.iter().filter_map(|s| s.error.as_deref()).collect();
    let data = match open(world, row, stores) {
        Err(DataError::Setting { setting: "subclips", .. }) => {
            return assert!(
                !errors.is_empty() && errors.iter().all(|e| *e == "RuntimeError"),
                "{id}"
            );
        }
        opened => opened.unwrap_or_else(|e| panic!("{id}: {e}")),
    };
    assert_eq!(data.discarded(), expected.discarded.len(), "{id}");
    assert_eq!(data.len(), expected.samples.len(), "{id}");
    for (idx, expected) in expected.samples.iter().enumerate() {
        let at = format!("{id}: segment {}", expected.uid);
        if expected.error.is_some() {
            let error = data.sample(idx, 0).unwrap_err();
            assert!(matches!(error, DataError::NoFrames { .. }), "{at}: {error}");
            continue;
        }
        let seed = expected.drawn.map_or(0, |drawn| seed_that_draws(&data, idx, drawn, expected));
        let sample = data.sample(idx, seed).unwrap();
        assert_eq!(sample.uid, Uid::Int(expected.uid), "{at}");
        assert_eq!(vectors(&data, &sample.features), expected.vectors, "{at}");
        assert!(near(&sample.times, &expected.times), "{at}: {:?}", sample.times);
        assert_eq!(sample.targets, expected.targets, "{at}");
        assert_eq!(sample.subclips, expected.target_subclips, "{at}");
        assert_eq!(sample.long_term, expected.future_subclips, "{at}");
    }
    // What the original finds when it comes to a segment is found here before the first.
    assert_eq!(data.checked().is_err(), !errors.is_empty(), "{id}");
}

/// Times within one unit in the last place: torch sums `linspace` in vectors as wide as the
/// processor's, so that its own last bits differ between machines.
fn near(ours: &[f32], theirs: &[f32]) -> bool {
    let near = |(a, b): (&f32, &f32)| (a - b).abs() <= f32::EPSILON * b.abs();
    ours.len() == theirs.len() && ours.iter().zip(theirs).all(near)
}

/// Ours draws from another generator: a seed under which it draws what the original drew.
fn seed_that_draws(
    data: &Dataset,
    idx: usize,
    (_, below): (u64, u64),
    expected: &ExpectedSample,
) -> u64 {
    let first = |seed: &u64| {
        let sample = data.sample(idx, *seed).unwrap();
        vectors(data, &sample.features)[0] == expected.vectors[0]
    };
    (0..below * 20).find(first).expect("every start is drawn some time")
}

/// clips, C, T -> the vector of each frame.
fn vectors(data: &Dataset, features: &[f32]) -> Vec<Vec<f32>> {
    let [_, channels, frames] = data.sample_shape();
    let clip = |clip: &[f32]| -> Vec<Vec<f32>> {
        (0..frames).map(|t| (0..channels).map(|c| clip[c * frames + t]).collect()).collect()
    };
    features.chunks(channels * frames).flat_map(clip).collect()
}

fn open(world: &Stored, row: &Row, stores: &Path) -> Result<Dataset, DataError> {
    let annotations = annotations(world, &row.without);
    let reader = ReaderConfig::Rulstm {
        lmdb_path: row.stores.iter().map(|name| stores.join(name)).collect(),
        read_type: ReadType::from_key(&row.read_type)?,
        warn_if_using_closeby_frame: false,
    };
    let reader = reader::open(&reader, &annotations)?;
    let anticipation = row.anticipation.as_ref().map(|times| Anticipation {
        tau_a: times.tau_a,
        tau_o: times.tau_o,
        drop_style: DropStyle::from_key(&times.drop_style).unwrap(),
    });
    let config = DatasetConfig {
        source: Source::Synthetic(tiny(), Split::Train),
        label_type: ["action", "verb", "noun"].map(String::from).into(),
        sample_strategy: SampleStrategy::from_key(&row.strategy)?,
        anticipation,
        overlap: OverlapRule::HalfDuration,
    };
    let clip = ClipConfig {
        num_frames: row.num_frames,
        frame_rate: row.frame_rate,
        subclip_frames: row.subclips.0,
        subclip_stride: row.subclips.1,
        load_seg_labels: row.load_seg_labels,
    };
    let uids = row.uids.as_ref().map(|uids| uids.iter().map(ToString::to_string).collect());
    Dataset::new(&config, annotations, reader, &clip)?
        .with_selection(Selection { uids, ..Selection::default() })?
        .with_long_term_labels(row.long_term)
}

fn annotations(world: &Stored, without: &[i64]) -> Annotations {
    let mut annotations = World::generate(&tiny()).unwrap().annotations(Split::Train);
    annotations.videos = world.videos.keys().cloned().collect();
    let there = world.segments.iter().filter(|segment| !without.contains(&segment.0));
    let segment = |(uid, video, start, end, verb, noun, action): &(_, String, _, _, _, _, _)| {
        let video = annotations.videos.iter().position(|name| name == video).unwrap();
        let labels = Labels { verb: *verb, noun: *noun, action: *action };
        Segment { uid: Uid::Int(*uid), video, start: *start, end: *end, labels }
    };
    annotations.segments = there.map(segment).collect();
    annotations
}

fn write_stores(world: &Stored, dir: &Path) {
    type Vector = fn(f32) -> Vec<f32>;
    let stores: [(&str, Vector); 2] = [("rgb", |f| vec![f]), ("flow", |f| vec![f + 0.25, -f])];
    for (name, vector) in stores {
        let mut writer = FeatureWriter::create(&dir.join(name)).unwrap();
        for (video, frames) in &world.videos {
            let gaps = world.missing[name].get(video).cloned().unwrap_or_default();
            let there = |f: &i64| !gaps.iter().any(|(low, high)| (*low..=*high).contains(f));
            let entry = |f: i64| {
                let values = vector(f as f32);
                (frame_key(video, f), values.iter().flat_map(|v| v.to_le_bytes()).collect())
            };
            writer.put_all((1..=*frames).filter(there).map(entry)).unwrap();
        }
        writer.finish().unwrap();
    }
}
