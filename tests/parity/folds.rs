//! 50-Salads and Breakfast: segments, what anticipation keeps, frames, times and labels are the
//! original's, from the same generated world.
#![allow(clippy::disallowed_methods)] // tests

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use runner::data::{
    AnnotationStyle, Anticipation, BundleEntry, ClipConfig, Collection, Dataset, DatasetConfig,
    DropStyle, FeatureFormat, FoldsConfig, Labels, OverlapRule, ReaderConfig, SampleStrategy,
    SenerConfig, Source, Span, TimePrecision, Uid,
};
use serde::Deserialize;

/// What scripts/parity_folds.py writes.
#[derive(Deserialize)]
struct Fixture {
    world: World,
    cases: Vec<Case>,
}

/// Files, by their path below a directory.
#[derive(Deserialize)]
struct World {
    texts: BTreeMap<String, String>,
    /// Annotations of frames: an action and how many frames it lasts.
    runs: BTreeMap<String, Vec<(String, usize)>>,
    /// Clocks of cameras: how many frames.
    clocks: BTreeMap<String, usize>,
    /// Videos: frames per second.
    videos: BTreeMap<String, String>,
    /// Features: how many frames.
    features: BTreeMap<String, usize>,
}

/// A data set, how it is read, and what the original makes of it.
#[derive(Deserialize)]
struct Case {
    data: String,
    fold: usize,
    train: bool,
    style: String,
    format: String,
    half: bool,
    annotated_at: Option<f64>,
    /// `None` observes the action itself, without labels of frames.
    tau_a: Option<f64>,
    #[serde(default)]
    tau_o: f64,
    #[serde(default)]
    drop_style: String,
    strategy: String,
    frames: usize,
    rate: Option<f64>,
    #[serde(default)]
    ratios: Vec<f64>,
    classes: Vec<String>,
    metric: String,
    /// Video, start, end, class.
    segments: Vec<(String, f64, f64, i64)>,
    discarded: Vec<i64>,
    /// Start and end of the clips of the future of each sample.
    futures: Vec<(f64, f64)>,
    samples: Vec<Sample>,
}

/// uid, start and end of the observation, frames, times, class, class of each frame.
type Sample = (i64, f64, f64, Vec<usize>, Vec<f32>, i64, Option<Vec<i64>>);

const DIM: usize = 3;

#[test]
fn folds_are_the_originals() {
    if Command::new("ffmpeg").arg("-version").output().is_err() {
        eprintln!("skipped: ffmpeg is not installed");
        return;
    }
    let Fixture { world, cases } =
        serde_json::from_str(include_str!("fixtures/folds.json")).unwrap();
    let dir = tempfile::tempdir().unwrap();
    write(&world, dir.path());
    let mut samples = 0;
    for case in &cases {
        let data = open(case, dir.path());
        compare_segments(case, &data);
        compare_samples(case, &data);
        compare_futures(case, &data);
        samples += data.len();
    }
    assert_eq!((cases.len(), samples), (20, 578));
}

fn compare_segments(case: &Case, data: &Dataset) {
    let id = case.id();
    let annotations = data.annotations();
    assert_eq!(annotations.class_names("action"), case.classes, "{id}");
    assert_eq!(data.primary_metric(), case.metric, "{id}");
    assert!(data.class_mappings().iter().all(|m| m.classes == 0), "{id}");
    assert_eq!(data.many_shot("action"), None, "{id}: all classes");
    assert_eq!(annotations.segments.len(), case.segments.len(), "{id}");
    for (segment, (video, start, end, class)) in annotations.segments.iter().zip(&case.segments) {
        assert_eq!(annotations.video_files[segment.video], Path::new(video), "{id}");
        assert_same(&id, (segment.start, segment.end), (*start, *end));
        let labels = Labels { verb: -1, noun: -1, action: *class };
        assert_eq!(segment.labels, labels, "{id}");
    }
    let uids = annotations.segments.iter().map(|s| s.uid.as_int().unwrap());
    assert!(uids.eq(1..=case.segments.len() as i64), "{id}");
    let kept = |uid: &i64| case.samples.iter().all(|sample| sample.0 != *uid);
    let discarded: Vec<i64> = (1..=case.segments.len() as i64).filter(kept).collect();
    assert_eq!((discarded, data.discarded()), (case.discarded.clone(), case.discarded.len()));
}

fn compare_samples(case: &Case, data: &Dataset) {
    assert_eq!(data.len(), case.samples.len(), "{}", case.id());
    for (idx, expected) in case.samples.iter().enumerate() {
        let (uid, start, end, frames, times, target, labels) = expected;
        let id = format!("{}, segment {uid}", case.id());
        let sample = data.sample(idx, 0).unwrap();
        let observed = data.observed(idx);
        assert_eq!(sample.uid, Uid::Int(*uid), "{id}");
        assert_same(&id, (observed.start, observed.end), (*start, *end));
        let features: Vec<f32> = frames.iter().flat_map(|frame| feature(*frame)).collect();
        assert_eq!(sample.features, features, "{id}: expected frames {frames:?}");
        assert_eq!(sample.times.len(), times.len(), "{id}");
        for (found, expected) in sample.times.iter().zip(times) {
            // `torch.linspace` rounds its last digit as the processor's registers have it.
            assert!(
                (found - expected).abs() <= f32::EPSILON * expected,
                "{id}: {found} {expected}"
            );
        }
        assert_eq!(sample.targets, [*target], "{id}");
        assert_eq!(sample.subclips, labels.clone().map(|labels| vec![labels]), "{id}");
    }
}

fn compare_futures(case: &Case, data: &Dataset) {
    let (Some(anticipation), id) = (case.anticipation(), case.id()) else { return };
    let mut expected = case.futures.iter();
    for segment in (0..data.len()).map(|idx| data.segment(idx)) {
        let action = Span { start: segment.start, end: segment.end };
        for ratio in &case.ratios {
            let future = anticipation.future(action, *ratio, case.precision());
            assert_same(&id, (future.start, future.end), *expected.next().unwrap());
        }
    }
    assert!(expected.next().is_none(), "{id}");
}

/// Equal but for the last digit of a number in JSON, which is not kept.
fn assert_same(id: &str, found: (f64, f64), expected: (f64, f64)) {
    for (found, expected) in [(found.0, expected.0), (found.1, expected.1)] {
        let off = (found - expected).abs();
        assert!(off <= f64::EPSILON * expected.abs(), "{id}: {found} {expected}");
    }
}

impl Case {
    fn id(&self) -> String {
        let Self { data, fold, train, style, half, .. } = self;
        format!("{data} fold {fold} train {train} {style} half {half}")
    }

    fn anticipation(&self) -> Option<Anticipation> {
        let tau_a = self.tau_a?;
        let drop_style = DropStyle::from_key(&self.drop_style).unwrap();
        Some(Anticipation { tau_a, tau_o: self.tau_o, drop_style })
    }

    fn precision(&self) -> TimePrecision {
        if self.half { TimePrecision::Half } else { TimePrecision::Full }
    }
}

fn open(case: &Case, root: &Path) -> Dataset {
    let salads = case.data == "50s";
    let dir = root.join(&case.data);
    let videos = vec![dir.join(if salads { "rgb" } else { "videos" })];
    let source = FoldsConfig {
        collection: if salads { Collection::Salads } else { Collection::Breakfast },
        root: videos.clone(),
        splits_dir: dir.join("splits"),
        classes_fpath: dir.join("mapping.txt"),
        is_train: case.train,
        fold: case.fold,
        style: style(case, &dir),
        precision: case.precision(),
    };
    let config = DatasetConfig {
        source: Source::Folds(source),
        label_type: vec!["action".into()],
        sample_strategy: SampleStrategy::from_key(&case.strategy).unwrap(),
        anticipation: case.anticipation(),
        overlap: OverlapRule::HalfDuration,
    };
    let clip = ClipConfig {
        num_frames: case.frames,
        frame_rate: case.rate,
        subclip_frames: 1,
        subclip_stride: 1,
        load_seg_labels: case.tau_a.is_some(),
    };
    let reader = ReaderConfig::Sener(SenerConfig {
        feat_dir: dir.join("features"),
        format: if case.format == "gz" { FeatureFormat::Gz } else { FeatureFormat::Npy },
        frame_rate: None,
        root: videos,
    });
    Dataset::open(&config, &reader, &clip).unwrap_or_else(|e| panic!("{}: {e}", case.id()))
}

fn style(case: &Case, dir: &Path) -> AnnotationStyle {
    match (case.style.as_str(), case.data.as_str()) {
        ("abu_farha", data) => AnnotationStyle::AbuFarha {
            annots_dir: dir.join("groundTruth"),
            entry: if data == "50s" { BundleEntry::Salads } else { BundleEntry::Breakfast },
            frame_rate: case.annotated_at,
        },
        (_, "50s") => AnnotationStyle::Salads {
            annots_dir: dir.join("activityAnnotations"),
            timestamps_dir: dir.join("timestamps"),
        },
        _ => AnnotationStyle::Breakfast,
    }
}

/// The vector of a frame.
fn feature(frame: usize) -> [f32; DIM] {
    [0.0, 0.25, 0.5].map(|element| frame as f32 + element)
}

fn write(world: &World, root: &Path) {
    for (path, text) in &world.texts {
        put(&root.join(path), text.as_bytes());
    }
    for (path, runs) in &world.runs {
        let text: String = runs.iter().map(|(name, n)| format!("{name}\n").repeat(*n)).collect();
        put(&root.join(path), text.as_bytes());
    }
    for (path, frames) in &world.clocks {
        let line = |i: usize| format!("{} {i}\n", 1000 + 33 * i + i % 3);
        put(&root.join(path), (0..*frames).map(line).collect::<String>().as_bytes());
    }
    for (path, rate) in &world.videos {
        video(&root.join(path), rate);
    }
    for (path, frames) in &world.features {
        put(&root.join(format!("{path}.npy")), &array(*frames));
        let mut text = String::new();
        for [a, b, c] in (0..*frames).map(feature) {
            let _ = writeln!(text, "{a:?} {b:?} {c:?}");
        }
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(text.as_bytes()).unwrap();
        put(&root.join(format!("{path}.gz")), &packed.finish().unwrap());
    }
}

/// A file of numpy, elements x frames.
fn array(frames: usize) -> Vec<u8> {
    let shape = format!("({DIM}, {frames})");
    let head = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}");
    let head = format!("{head:117}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((head.len() as u16).to_le_bytes());
    bytes.extend(head.as_bytes());
    for element in 0..DIM {
        bytes.extend((0..frames).flat_map(|frame| feature(frame)[element].to_le_bytes()));
    }
    bytes
}

fn video(path: &Path, rate: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let status = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", &format!("color=s=16x16:r={rate}:d=1")])
        .args(["-c:v", "mpeg4"])
        .arg(path)
        .stdin(Stdio::null())
        .status();
    assert!(status.unwrap().success(), "{}", path.display());
}

fn put(path: &PathBuf, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}
