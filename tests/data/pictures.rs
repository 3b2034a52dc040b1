//! Pictures: which frames of a video, what becomes of them, and files that hold none.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use runner::data::clip::{self, Pick};
use runner::data::pixels::{Frames, Jitter, Side, Transform, TransformConfig, Use};
use runner::data::reader::{Choose, Input, PictureReader, Request};
use runner::data::video::ColorMatrix;
use runner::data::video::VideoFiles;
use runner::data::{
    Batch, ClipConfig, DataError, DataKind, Dataset, Loader, LoaderConfig, PictureSource,
    ReaderConfig, SampleStrategy, Source, Span, Split, TimePrecision, World,
};
use serde::Deserialize;

use crate::support::{dataset, tiny, whole};

/// Whether ffmpeg is here; a machine without it cannot read videos.
fn ffmpeg() -> bool {
    let there = Command::new("ffmpeg").arg("-version").output().is_ok();
    if !there {
        eprintln!("skipped: ffmpeg is not installed");
    }
    there
}

/// A clip of the original, see scripts/parity_clips.py.
#[derive(Debug, Deserialize)]
struct Row {
    rate: String,
    observed: (f64, f64),
    frames: usize,
    frame_rate: Option<f64>,
    strategy: String,
    below: Option<u64>,
    numbers: Option<Vec<usize>>,
    times: Vec<f32>,
}

/// A video of 100 frames whose frame `i` has luma `16 + 2 i`.
fn numbered(path: &Path, rate: &str) {
    let source =
        format!("color=c=black:s=32x24:r={rate},format=yuv420p,geq=lum='16+2*N':cb=128:cr=128");
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", &source, "-frames:v", "100"])
        .args(["-c:v", "libx264", "-qp", "0", "-g", "12"])
        .arg(path)
        .status();
    assert!(made.unwrap().success());
}

#[test]
fn the_frames_of_a_clip_are_the_originals() {
    if !ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let rows: Vec<Row> =
        serde_json::from_str(include_str!("../parity/fixtures/clips.json")).unwrap();
    let videos = VideoFiles::default();
    for row in &rows {
        let path = dir.path().join(row.rate.replace('/', "_")).with_extension("mp4");
        if !runner::files::is_file(&path) {
            numbered(&path, &row.rate);
        }
        let (numbers, times) = picked(&videos, &path, row);
        assert_eq!(Some(numbers).filter(|n| !n.is_empty()), row.numbers, "{row:?}");
        let close = times.iter().zip(&row.times).all(|(a, b)| (a - b).abs() < 1e-5);
        assert!(close && (times.is_empty() || times.len() == row.frames), "{row:?} {times:?}");
    }
}

/// Numbers and times of the frames of a clip.
fn picked(videos: &VideoFiles, path: &Path, row: &Row) -> (Vec<usize>, Vec<f32>) {
    let clip = whole(row.frames, row.frame_rate);
    let strategy = SampleStrategy::from_key(&row.strategy).unwrap();
    let fps = videos.info(path).unwrap().unwrap().fps;
    let observed = Span { start: row.observed.0, end: row.observed.1 };
    let mut draw = |below: u64| {
        assert_eq!(Some(below), row.below, "{row:?}");
        below * 2 / 3
    };
    let window = clip::window(&clip, strategy, fps, observed, TimePrecision::Full, &mut draw);
    let mut picks: Vec<Pick> = Vec::new();
    let mut choose = |read: usize| {
        picks = clip::pick(&clip, strategy, fps, window, read);
        picks.iter().map(|pick| pick.index).collect()
    };
    let frames = videos.read(path, window, &mut choose).unwrap();
    let size = frames.height * frames.width * 3;
    let grey = |f: &[u8]| f.iter().map(|v| f64::from(*v)).sum::<f64>() / size as f64;
    let number = |f: &[u8]| (grey(f) * 219.0 / 255.0 / 2.0).round() as usize;
    let numbers = frames.data.chunks(size.max(1)).map(number).collect();
    (numbers, picks.iter().map(|pick| pick.time).collect())
}

fn plain(purpose: Use, crop: Option<usize>) -> TransformConfig {
    TransformConfig {
        scale_h: Side::Fixed(8),
        scale_w: None,
        crop_size: crop,
        mean: [0.0; 3],
        std: [1.0; 3],
        scale_pix_val: 255.0,
        reverse_channels: false,
        purpose,
    }
}

const EVAL: Use = Use::Eval { crops: 1, flips: false };
const TRAIN: Use = Use::Train {
    flip_p: 0.5,
    jitter: Jitter { brightness: 0.0, contrast: 0.0, saturation: 0.0, hue: 0.0 },
};

/// Pictures that say where they are from: red is the second, green the row, blue the column.
#[derive(Debug)]
struct Numbered {
    /// Width of the pictures of each video in turn; the height is 8.
    widths: [usize; 2],
}

impl PictureReader for Numbered {
    fn frame_rate(&self, _: usize) -> Result<Option<f64>, DataError> {
        Ok(Some(10.0))
    }
    fn kind(&self) -> DataKind {
        DataKind::Synthetic
    }
    fn describe(&self) -> String {
        "numbered".into()
    }
    fn read(&self, request: Request<'_>, choose: Choose<'_>) -> Result<Frames, DataError> {
        let Span { start, end } = request.window;
        let first = (start * 10.0).floor() as usize + 1;
        let chosen = choose((end * 10.0).floor() as usize + 1 - first);
        let (height, width) = (8, self.widths[request.video % 2]);
        let picture = |index: &usize| {
            let second = ((first + index) / 10) as u8;
            let row = move |y: u8| (0..width as u8).flat_map(move |x| [second, y, x]);
            (0..height as u8).flat_map(row).collect::<Vec<u8>>()
        };
        Ok(Frames {
            data: chosen.iter().flat_map(picture).collect(),
            count: chosen.len(),
            height,
            width,
        })
    }
}

fn pictures(transform: TransformConfig, clip: &ClipConfig, widths: [usize; 2]) -> Arc<Dataset> {
    let config = dataset(Source::Synthetic(tiny(), Split::Train), 5.0);
    let annotations = World::generate(&tiny()).unwrap().annotations(Split::Train);
    let transform = Transform::new(transform).unwrap();
    let input = Input::Pictures(Arc::new(Numbered { widths }), transform);
    Arc::new(Dataset::new(&config, annotations, input, clip).unwrap())
}

#[test]
fn views_and_sub_clips_are_laid_out_as_the_student_takes_them() {
    let clip = ClipConfig {
        num_frames: 4,
        frame_rate: Some(1.0),
        subclip_frames: 2,
        subclip_stride: 2,
        load_seg_labels: true,
    };
    let purpose = Use::Eval { crops: 3, flips: true };
    let data = pictures(plain(purpose, Some(6)), &clip, [12; 2]);
    let batch = Batch::read(&data, &[7, 3], |_| 0).unwrap();
    assert_eq!((batch.crops, batch.shape), (6, [2, 2, 3, 2, 6, 6]));
    assert_eq!((batch.len(), batch.subclip_shape), (2, [2, 2, 2]));
    let value = |crop: usize, [b, clip, c, t, y, x]: [usize; 6]| {
        let at = ((((crop * 2 + b) * 2 + clip) * 3 + c) * 2 + t) * 36 + y * 6 + x;
        f32::round(batch.features[at]) as usize
    };
    let last = data.observed(7).end.floor() as usize;
    for (clip, t) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        // seconds apart, the last at the end of what is observed
        assert_eq!(value(4, [0, clip, 0, t, 0, 0]), last + 2 * clip + t - 3, "{clip} {t}");
    }
    // corner, middle, corner; then mirrored
    for (crop, y, x) in [(0, 0, 0), (1, 1, 3), (2, 2, 6), (3, 0, 5), (4, 1, 8), (5, 2, 11)] {
        let seen = [1, 2].map(|c| value(crop, [1, 1, c, 0, 0, 0]));
        assert_eq!(seen, [y, x], "{crop}");
    }
}

#[test]
fn threads_change_nothing_and_epochs_do() {
    let data = pictures(plain(TRAIN, Some(4)), &whole(3, Some(2.0)), [12; 2]);
    let batches = |workers: usize, epoch: u64| -> Vec<Batch> {
        let config =
            LoaderConfig { batch_size: 4, shuffle: true, seed: 5, workers, drop_last: false };
        let loader = Loader::new(Arc::clone(&data), config).unwrap();
        loader.epoch(epoch, 0).collect::<Result<_, _>>().unwrap()
    };
    let expected = batches(0, 1);
    assert_eq!((expected[0].crops, expected[0].shape), (1, [4, 1, 3, 3, 4, 4]));
    assert_eq!(batches(3, 1), expected);
    let corners = |batches: Vec<Batch>| {
        let row = 3 * 3 * 16;
        let mut seen: Vec<(usize, [i32; 2])> = Vec::new();
        for batch in &batches {
            for (idx, clip) in batch.idx.iter().zip(batch.features.chunks(row)) {
                seen.push((*idx, [clip[48] as i32, clip[96] as i32]));
            }
        }
        seen.sort_unstable();
        seen
    };
    assert_ne!(corners(batches(0, 2)), corners(expected));
}

#[test]
fn pictures_of_two_sizes_make_no_batch() {
    let one_size = |crop| pictures(plain(EVAL, crop), &whole(2, Some(1.0)), [12, 9]);
    let all = |data: &Dataset| Batch::read(data, &(0..data.len()).collect::<Vec<_>>(), |_| 0);
    assert_eq!(all(&one_size(Some(8))).unwrap().shape[4..], [8, 8]);
    let error = all(&one_size(None)).unwrap_err().to_string();
    assert!(error.contains("crop_size is null") && error.contains("[8, 9]"), "{error}");
}

/// The world's training videos below a directory, and a data set that reads them.
fn filmed(dir: &Path) -> Result<Dataset, DataError> {
    let config = dataset(Source::Synthetic(tiny(), Split::Train), 5.0);
    let source = PictureSource::Video {
        root: vec![dir.join("elsewhere"), dir.join("train")],
        colors: ColorMatrix::File,
    };
    let reader = ReaderConfig::Pictures { source, transform: plain(EVAL, None) };
    Dataset::open(&config, &reader, &whole(4, Some(2.0)))
}

/// Where a video of the training set is.
fn film(dir: &Path, index: usize) -> PathBuf {
    let videos = World::generate(&tiny()).unwrap().annotations(Split::Train).videos;
    dir.join("train").join(&videos[index][..3]).join(format!("{}.MP4", videos[index]))
}

#[test]
fn a_filmed_world_is_the_painted_one() {
    if !ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let world = World::generate(&tiny()).unwrap();
    assert_eq!(world.write_videos(dir.path(), 64).unwrap(), 6);
    let films = filmed(dir.path()).unwrap();
    let config = dataset(Source::Synthetic(tiny(), Split::Train), 5.0);
    let source = PictureSource::Painted(world.pictures(64));
    let reader = ReaderConfig::Pictures { source, transform: plain(EVAL, None) };
    let painted = Dataset::open(&config, &reader, &whole(4, Some(2.0))).unwrap();
    assert_eq!((films.kind(), painted.kind()), (DataKind::Synthetic, DataKind::Synthetic));
    assert_ne!(films.fingerprint(), painted.fingerprint());
    assert_eq!((films.channels(), films.sample_shape()), (3, [1, 3, 4]));
    for idx in (0..films.len()).step_by(5) {
        let (film, paint) = (films.sample(idx, 0).unwrap(), painted.sample(idx, 0).unwrap());
        assert_eq!((film.size, &film.targets), ([8, 8], &paint.targets));
        let values = film.features.iter().zip(&paint.features);
        let far = values.map(|(a, b)| (a - b).abs()).sum::<f32>() / film.features.len() as f32;
        assert!(far < 6.0, "{idx}: {far} of 255");
    }
    assert_eq!(films.read_stats().empty, 0);
}

#[test]
fn clips_that_are_read_ahead_are_those_read_alone() {
    if !ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    World::generate(&tiny()).unwrap().write_videos(dir.path(), 16).unwrap();
    runner::files::write_atomic(&film(dir.path(), 1), b"no video at all").unwrap();
    let data = Arc::new(filmed(dir.path()).unwrap());
    let config =
        LoaderConfig { batch_size: 11, shuffle: true, seed: 5, workers: 2, drop_last: false };
    let loader = Loader::new(Arc::clone(&data), config).unwrap();
    let together: Vec<Batch> = loader.epoch(1, 0).collect::<Result<_, _>>().unwrap();
    let empty = data.read_stats().empty;
    for batch in &together {
        // The end of the observation, whatever the seed.
        assert_eq!(&Batch::read(&data, &batch.idx, |_| 0).unwrap(), batch);
    }
    assert_eq!((data.read_stats().empty, empty > 3), (2 * empty, true));
}

#[test]
fn files_without_a_picture_are_black_and_absent_ones_are_refused() {
    if !ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    World::generate(&tiny()).unwrap().write_videos(dir.path(), 8).unwrap();
    let broken = film(dir.path(), 1);
    runner::files::write_atomic(&broken, b"no video at all").unwrap();
    let data = filmed(dir.path()).unwrap();
    for idx in 0..data.len() {
        let sample = data.sample(idx, 0).unwrap();
        let black = sample.features.iter().all(|v| *v == 0.0);
        let never = sample.times.iter().all(|t| *t == -1.0);
        assert_eq!([black, never], [data.segment(idx).video == 1; 2], "{idx}");
        assert_eq!((sample.size, sample.features.len()), ([8, 8], 4 * 3 * 64));
    }
    assert!(data.read_stats().empty > 3);

    runner::files::remove_file(&broken).unwrap();
    let error = filmed(dir.path()).unwrap_err();
    let name = format!("/{}", broken.file_name().unwrap().to_string_lossy());
    let said = error.to_string();
    for part in ["1 of 4 videos", "elsewhere`, `", &name] {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert!(error.is_missing_file());
}
