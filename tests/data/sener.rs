//! Sener's features: any layout of their files gives the same numbers; broken ones are named.
#![allow(clippy::disallowed_methods)] // tests

use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use runner::data::reader::{self, Input, Request};
use runner::data::{
    Annotations, Collection, DataError, DataKind, FeatureFormat, ReaderConfig, SenerConfig, Span,
    Split, TimePrecision, Uid, World,
};
use tempfile::TempDir;

use crate::support::tiny;

const FPS: f64 = 10.0;
const FRAMES: usize = 40;

/// Annotations of one video `v`.
fn annotations() -> Annotations {
    let mut annotations = World::generate(&tiny()).unwrap().annotations(Split::Train);
    annotations.collection = Collection::Breakfast;
    annotations.precision = TimePrecision::Full;
    (annotations.videos, annotations.video_files) = (vec!["v".into()], vec!["v.avi".into()]);
    annotations.segments.truncate(1);
    annotations
}

fn open(dir: &Path, format: FeatureFormat) -> Result<Input, DataError> {
    let config =
        SenerConfig { feat_dir: dir.into(), format, frame_rate: Some(FPS), root: Vec::new() };
    reader::open(&ReaderConfig::Sener(config), &annotations())
}

/// Every other frame of a stretch, as they are stored.
fn read(dir: &Path, format: FeatureFormat, start: f64, end: f64) -> Result<Vec<f32>, DataError> {
    let (input, uid) = (open(dir, format)?, Uid::Int(1));
    let request = Request { uid: &uid, video: 0, window: Span { start, end } };
    let mut views = input.views(request, 1, &mut |n| (0..n).step_by(2).collect(), 0)?;
    Ok(views.swap_remove(0).values)
}

fn value(frame: usize, element: usize) -> f64 {
    frame as f64 + element as f64 / 8.0
}

/// A file of numpy; `order` lists (frame, element) as they are stored.
fn npy(dtype: &str, fortran: bool, shape: &str, bytes: impl Iterator<Item = u8>) -> Vec<u8> {
    let fortran = if fortran { "True" } else { "False" };
    let head = format!("{{'descr': '{dtype}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n");
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((head.len() as u16).to_le_bytes());
    file.extend(head.as_bytes());
    file.extend(bytes);
    file
}

fn by_element() -> impl Iterator<Item = f64> {
    (0..2).flat_map(|element| (0..FRAMES).map(move |frame| value(frame, element)))
}

fn by_frame() -> impl Iterator<Item = f64> {
    (0..FRAMES).flat_map(|frame| (0..2).map(move |element| value(frame, element)))
}

fn single(values: impl Iterator<Item = f64>) -> impl Iterator<Item = u8> {
    values.flat_map(|value| (value as f32).to_le_bytes())
}

fn gz(text: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

fn lines() -> Vec<String> {
    (0..FRAMES).map(|frame| format!("{} {:e}\n", value(frame, 0), value(frame, 1))).collect()
}

fn put(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(name), bytes).unwrap();
    let path = dir.path().to_owned();
    (dir, path)
}

#[test]
fn every_layout_gives_the_same_frames() {
    use FeatureFormat::{Gz, Npy};
    let shape = format!("(2, {FRAMES})");
    let text = lines();
    // Python's gzip reads files in several parts, too.
    let parts = [gz(&text[..7].concat()), gz(&text[7..].concat())].concat();
    let double = |values: f64| values.to_le_bytes();
    let files = [
        ("v.npy", Npy, npy("<f4", false, &shape, single(by_element()))),
        ("v.npy", Npy, npy("<f4", true, &shape, single(by_frame()))),
        ("v.npy", Npy, npy("<f8", false, &shape, by_element().flat_map(double))),
        ("v.gz", Gz, gz(&text.concat())),
        ("v.gz", Gz, gz(text.concat().trim_end())),
        ("v.gz", Gz, parts),
    ];
    // Each row: a stretch, and the frames from round(10 s - 1) to round(10 s - 1), halves to even.
    for (start, end, first, last) in [
        (0.0, 1.0, 0, 9),
        (0.0, 0.1, 0, 0),
        (0.25, 0.35, 2, 2), // 1.5 and 2.5
        (0.35, 0.45, 2, 4), // 2.5 and 3.5
        (1.0, 1.0, 9, 9),
        (3.5, 9.0, 34, 39),
    ] {
        let expected: Vec<f32> = (first..=last)
            .step_by(2)
            .flat_map(|frame| [value(frame, 0) as f32, value(frame, 1) as f32])
            .collect();
        for (id, (name, format, bytes)) in files.iter().enumerate() {
            let (_dir, path) = put(name, bytes);
            let found = read(&path, *format, start, end).unwrap();
            assert_eq!(found, expected, "file {id} from {start} s to {end} s");
        }
    }
}

#[test]
fn what_is_wrong_is_named() {
    use FeatureFormat::{Gz, Npy};
    let shape = format!("(2, {FRAMES})");
    let good = npy("<f4", false, &shape, single(by_element()));
    let mut text = lines();
    text[5] = "1.0 x\n".into();
    let word = gz(&text.concat());
    text[5] = "1.0\n".into();
    let narrow = gz(&text.concat());
    text[5] = "1.0 nan\n".into();
    let nan = gz(&text.concat());
    text[5] = "\n".into();
    let empty_line = gz(&text.concat());
    let whole = gz(&lines().concat());
    let rows: &[(FeatureFormat, &[u8], &[&str])] = &[
        (Npy, &good[..good.len() - 1], &["truncated"]),
        (Npy, &good[..20], &["no array of numpy"]),
        (Npy, b"", &["no array of numpy"]),
        (Npy, b"a pickle, perhaps", &["no array of numpy"]),
        (Npy, &npy("<i8", false, &shape, single(by_element())), &["`<i8`", "`<f4` or `<f8`"]),
        (Npy, &npy("<f4", false, "(80,)", single(by_element())), &["(80,)", "elements, frames"]),
        (Npy, &npy("<f4", false, "(2, 0)", std::iter::empty()), &["no features"]),
        (Npy, &npy("<f4", false, "(9999999999, 9999999999)", single(by_element())), &["too large"]),
        (
            Npy,
            &npy("<f4", false, &shape, single(by_element().map(|v| v / 0.0))),
            &["frame 1 contains inf"],
        ),
        (Gz, &whole[..whole.len() - 9], &["line"]),
        (Gz, b"plain text\n", &["line 1", "gzip"]),
        (Gz, &gz(""), &["no features"]),
        (Gz, &word, &["line 6", "`x` is no number"]),
        (Gz, &narrow, &["line 6 has 1 numbers", "has 2"]),
        (Gz, &nan, &["frame 5 contains NaN"]),
        (Gz, &empty_line, &["line 6 is empty"]),
    ];
    for (row, (format, bytes, said)) in rows.iter().enumerate() {
        let name = if *format == Npy { "v.npy" } else { "v.gz" };
        let (_dir, path) = put(name, bytes);
        // Frames from 1 on, of which every other is read.
        let error = read(&path, *format, 0.2, 3.0);
        let error = error.and_then(|_| read(&path, *format, 0.0, 3.0)).unwrap_err().to_string();
        let told = said.iter().all(|part| error.contains(part)) && error.contains(name);
        assert!(told, "row {row}: {error}");
    }
}

#[test]
fn what_is_missing_is_named() {
    let (_dir, path) = put("other.npy", b"");
    let error = open(&path, FeatureFormat::Npy).unwrap_err().to_string();
    assert!(error.contains("1 of 1 videos") && error.contains("v.npy"), "{error}");

    let shape = format!("(2, {FRAMES})");
    let (_dir, path) = put("v.npy", &npy("<f4", false, &shape, single(by_element())));
    let error = read(&path, FeatureFormat::Npy, 6.0, 9.0).unwrap_err().to_string();
    assert!(error.contains("segment 1 of `v`") && error.contains("40 frames at 10"), "{error}");
    let config = SenerConfig {
        feat_dir: path.clone(),
        format: FeatureFormat::Npy,
        frame_rate: None,
        root: vec![path.clone()],
    };
    let config = ReaderConfig::Sener(config);
    let error = reader::open(&config, &annotations()).unwrap_err();
    assert!(error.is_missing_file() && error.to_string().contains("v.avi"), "{error}");

    assert_eq!(open(&path, FeatureFormat::Npy).unwrap().kind(), DataKind::Real);
    std::fs::write(path.join("SYNTHETIC"), "").unwrap();
    assert_eq!(open(&path, FeatureFormat::Npy).unwrap().kind(), DataKind::Synthetic);
}

#[test]
fn files_are_shown() {
    let shape = format!("(2, {FRAMES})");
    let array = npy("<f4", false, &shape, single(by_element()));
    for (name, bytes) in [("v.npy", array), ("v.gz", gz(&lines().concat()))] {
        let (_kept, dir) = put(name, &bytes);
        let shown = runner::data::show(&dir.join(name)).unwrap();
        let text = "Sener's features of a video\n  frames: 40\n  elements of a vector: 2\n";
        assert_eq!(shown.text(10), text, "{name}");
    }
}
