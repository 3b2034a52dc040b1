//! Batches of features a second, from LMDB stores of growing size to the batch in memory.
//!
//! `cargo bench --bench features`. A store is of RULSTM's form: vectors of 1024 floats, 30 a second.
//! 2048 segments lie at random in it and are seen in random order, 32 a batch, by a data set, its
//! reader and its loader, as in a run. All of them were read before: pages are in memory.
//!
//! | variable | meaning | without it |
//! |---|---|---|
//! | `RUNNER_BENCH_STORES` | folder in which stores are kept for the next time | written anew, then removed |
//! | `RUNNER_BENCH_MB` | their sizes in millions of bytes | `10,100,1000` |
//! | `RUNNER_BENCH_PLACES` | at how many places the segments lie; 128 keep what is read as small in every store | 2048 |
//!
//! `scripts/bench_features.py` compares with Python on the same stores.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use runner::data::reader::FeatureWriter;
use runner::data::{
    Annotations, Anticipation, Batch, ClipConfig, Dataset, DatasetConfig, DropStyle, Epoch, Labels,
    Loader, LoaderConfig, OverlapRule, ReadType, ReaderConfig, SampleStrategy, Segment, Source,
    Split, SynthConfig, Uid, World, reader,
};
use runner::files;

const WIDTH: usize = 1024;
const BATCH: usize = 32;
/// Segments that lie in a store: enough that the start of an epoch costs nothing that shows.
const SEGMENTS: usize = 2048;
/// Seconds of a video; the smallest store holds a part of one.
const SECONDS: usize = 450;
const FPS: usize = 30;
/// Threads that read a store that is not in memory yet.
const READERS: usize = 16;
/// What an entry takes of the file: two pages of data and its share of the tree.
const ENTRY: usize = 2 * 4096 + 72;

/// How a clip is read of a segment.
struct Case {
    name: &'static str,
    read_type: ReadType,
    tau_o: f64,
    num_frames: usize,
    frame_rate: Option<f64>,
}

/// AVT-h's ten frames of ten seconds, and RULSTM's eleven.
const CASES: [Case; 2] = [
    Case {
        name: "normal",
        read_type: ReadType::Normal,
        tau_o: 10.0,
        num_frames: 10,
        frame_rate: Some(1.0),
    },
    Case {
        name: "exact_rulstm",
        read_type: ReadType::ExactRulstm,
        tau_o: 2.5,
        num_frames: 11,
        frame_rate: None,
    },
];

/// Different places of the segments of a store.
fn places() -> usize {
    let given = std::env::var("RUNNER_BENCH_PLACES").ok();
    given.map_or(SEGMENTS, |n| n.parse().expect("a number of places"))
}

/// Frames of each video of a store of so many millions of bytes.
fn videos(megabytes: usize) -> Vec<(String, usize)> {
    let (mut left, of_video) = (megabytes * 1_000_000 / ENTRY, SECONDS * FPS);
    let mut videos = Vec::new();
    while left > 0 {
        let frames = left.min(of_video);
        // One that is too short for a segment would stand for nothing.
        if frames > 12 * FPS {
            videos.push((format!("P{:02}_{:02}", videos.len() / 10, videos.len() % 10), frames));
        }
        left -= frames;
    }
    videos
}

/// Numbers that look drawn: the same in every store of a size, and in Python through the file.
fn drawn(n: usize) -> usize {
    let mut bits = (n as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (bits >> 33) as usize
}

/// Segments that start at least 11 s into their video, at a whole frame.
fn annotations(videos: &[(String, usize)]) -> Annotations {
    let mut annotations =
        World::generate(&SynthConfig::default()).expect("a world").annotations(Split::Train);
    annotations.videos = videos.iter().map(|(name, _)| name.clone()).collect();
    let places = places();
    annotations.segments = (0..SEGMENTS)
        .map(|n| {
            let place = n % places;
            let video = drawn(2 * place) % videos.len();
            let start = 11 * FPS + drawn(2 * place + 1) % (videos[video].1 - 11 * FPS);
            // A third of a frame later: no rounding decides which frame that is.
            let start = (start as f64 + 1.0 / 3.0) / FPS as f64;
            let labels = Labels { verb: 0, noun: 0, action: 0 };
            Segment { uid: Uid::Int(n as i64), video, start, end: start + 1.0, labels }
        })
        .collect();
    annotations
}

/// Writes the store and, for Python, a table of the segments beside it.
fn write(path: &Path, videos: &[(String, usize)], annotations: &Annotations) {
    let mut writer = FeatureWriter::create(path).expect("a new store");
    for (number, (name, frames)) in videos.iter().enumerate() {
        let vector = |frame: usize| {
            let value = |c: usize| drawn((number * frames + frame) * WIDTH + c) as f32;
            (0..WIDTH).map(|c| value(c) / (1u64 << 31) as f32).collect()
        };
        writer.put_video(name, (1..=*frames).map(vector)).expect("room in the store");
    }
    writer.finish().expect("a closed store");
    let row = |s: &Segment| format!("{},{}\n", annotations.videos[s.video], s.start);
    let table: String = annotations.segments.iter().map(row).collect();
    files::write_atomic(&path.join("segments.csv"), table.as_bytes()).expect("room for a table");
}

fn data(case: &Case, store: &Path, annotations: &Annotations) -> Arc<Dataset> {
    let reader = ReaderConfig::Rulstm {
        lmdb_path: vec![store.to_owned()],
        read_type: case.read_type,
        warn_if_using_closeby_frame: true,
    };
    let config = DatasetConfig {
        source: Source::Synthetic(SynthConfig::default(), Split::Train),
        label_type: vec!["action".into()],
        sample_strategy: SampleStrategy::Last,
        anticipation: Some(Anticipation {
            tau_a: 1.0,
            tau_o: case.tau_o,
            drop_style: DropStyle::Correct,
        }),
        overlap: OverlapRule::Centre,
    };
    let clip = ClipConfig {
        num_frames: case.num_frames,
        frame_rate: case.frame_rate,
        subclip_frames: 1,
        subclip_stride: 1,
        load_seg_labels: false,
    };
    let input = reader::open(&reader, annotations).expect("a store");
    Arc::new(Dataset::new(&config, annotations.clone(), input, &clip).expect("segments"))
}

/// Writes the first segments' features, for Python to compare with its own.
fn write_first(path: &Path, data: &Dataset) {
    let rows: Vec<usize> = (0..BATCH).collect();
    let batch = Batch::read(data, &rows, |_| 0).expect("a batch");
    let bytes: Vec<u8> = batch.features.iter().flat_map(|v| v.to_le_bytes()).collect();
    files::write_atomic(path, &bytes).expect("room for a batch");
}

/// Batches without end, and the most memory that was in use when one arrived.
struct Batches {
    loader: Loader,
    epoch: Epoch,
    number: u64,
    peak: u64,
}

impl Batches {
    fn new(data: Arc<Dataset>, workers: usize) -> Self {
        let config =
            LoaderConfig { batch_size: BATCH, shuffle: true, seed: 1, workers, drop_last: false };
        let loader = Loader::new(data, config).expect("a positive size");
        let epoch = loader.epoch(0, 0);
        Self { loader, epoch, number: 0, peak: 0 }
    }

    fn next(&mut self) -> f32 {
        loop {
            if let Some(batch) = self.epoch.next() {
                return batch.expect("a batch").features[0];
            }
            self.number += 1;
            self.peak = self.peak.max(memory_of_its_own());
            self.epoch = self.loader.epoch(self.number, 0);
        }
    }
}

/// Bytes of this process that are not pages of a file; 0 where the system does not say.
fn memory_of_its_own() -> u64 {
    let status = files::read_to_string(Path::new("/proc/self/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

fn benches(criterion: &mut Criterion) {
    runner::device::keep_freed_memory();
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let kept = std::env::var_os("RUNNER_BENCH_STORES").map(PathBuf::from);
    let folder = kept.as_deref().unwrap_or(scratch.path());
    let sizes = std::env::var("RUNNER_BENCH_MB").unwrap_or_else(|_| "10,100,1000".into());
    for megabytes in sizes.split(',').map(|n| n.trim().parse::<usize>().expect("a size in MB")) {
        let videos = videos(megabytes);
        let annotations = annotations(&videos);
        let store = folder.join(format!("{megabytes}MB"));
        if !files::is_file(&store.join("segments.csv")) {
            write(&store, &videos, &annotations);
        }
        for case in &CASES {
            let data = data(case, &store, &annotations);
            // Once, so that what is measured lies in memory.
            Batches::new(Arc::clone(&data), READERS).epoch.for_each(drop);
            write_first(&store.join(format!("{}.f32", case.name)), &data);
            let mut group = criterion.benchmark_group(case.name);
            group.sample_size(10).throughput(Throughput::Elements(1));
            for workers in [0, 2] {
                let mut batches = Batches::new(Arc::clone(&data), workers);
                let id = BenchmarkId::new(format!("{workers} workers"), format!("{megabytes}MB"));
                group.bench_function(id, |b| b.iter(|| black_box(batches.next())));
                let megabytes = batches.peak as f64 / 1e6;
                eprintln!("  memory besides pages of the store: {megabytes:.0} MB at most");
            }
        }
    }
}

criterion_group!(group, benches);
criterion_main!(group);
