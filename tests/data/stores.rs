//! Feature stores: what is read, what is made up and counted, what is refused.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use runner::data::reader::{self, FeatureStore, FeatureWriter, frame_key};
use runner::data::{
    Annotations, DataError, Dataset, ReadStats, ReadType, ReaderConfig, Segment, Selection, Source,
    Split, World,
};

use crate::support::{clip, dataset, store, tiny};

fn bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

/// A store of the given frames of video `v`.
fn write(dir: &Path, entries: &[(i64, Vec<u8>)]) {
    let mut writer = FeatureWriter::create(dir).unwrap();
    writer.put_all(entries.iter().map(|(f, b)| (frame_key("v", *f), b.clone()))).unwrap();
    writer.finish().unwrap();
}

/// One segment of video `v`, observed from 0 to `end`.
fn annotations(end: f64) -> Annotations {
    let mut annotations = World::generate(&tiny()).unwrap().annotations(Split::Train);
    annotations.videos = vec!["v".into()];
    annotations.segments.truncate(1);
    let segment = &mut annotations.segments[0];
    (segment.video, segment.start, segment.end) = (0, 0.0, end);
    annotations
}

/// The features of ten clip frames of the first `end` seconds, one element each.
fn read(path: &Path, end: f64) -> Result<(Vec<f32>, ReadStats), DataError> {
    let annotations = annotations(end);
    let reader = reader::open(&store(path), &annotations)?;
    let mut config = dataset(Source::Synthetic(tiny(), Split::Train), 0.0);
    config.anticipation = None;
    let data = Dataset::new(&config, annotations, reader, &clip())?;
    let features = data.sample(0, 0)?.features;
    Ok((features, data.read_stats()))
}

#[test]
fn a_missing_frame_is_replaced_by_one_of_nine_earlier_ones_or_by_zeros() {
    let dir = tempfile::tempdir().unwrap();
    // Of the frames 30, 60, ..., 300 that make the clip: 30 is there, 60 is one earlier, 90 nine
    // earlier, 120 ten earlier, 150 one later; later frames are never used.
    let frames: Vec<i64> = vec![30, 59, 81, 110, 151, 180, 210, 240, 270, 300];
    let entries: Vec<_> = frames.iter().map(|f| (*f, bytes(&[*f as f32]))).collect();
    write(dir.path(), &entries);
    let (features, stats) = read(dir.path(), 10.0).unwrap();
    assert_eq!(features, [30.0, 59.0, 81.0, 0.0, 0.0, 180.0, 210.0, 240.0, 270.0, 300.0]);
    assert_eq!(stats, ReadStats { closeby: 2, missing: 2, empty: 0 });
}

#[test]
fn a_clip_without_any_frame_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &[(900, bytes(&[1.0]))]);
    let error = read(dir.path(), 10.0).unwrap_err();
    assert!(matches!(error, DataError::NoFrames { .. }), "{error}");
    // a frame that was read but not kept is enough: the rest are zeros
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &[(1, bytes(&[1.0])), (900, bytes(&[1.0]))]);
    assert_eq!(read(dir.path(), 10.0).unwrap().0, [0.0; 10]);
}

/// Of a video whose features end, everything that lies behind is found at once.
#[test]
fn segments_behind_the_end_of_a_store_are_told_before_any_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let entries: Vec<_> = (1..=100).map(|f| (f, bytes(&[f as f32]))).collect();
    write(dir.path(), &entries);
    let segment = annotations(10.0).segments[0].clone();
    let open = |ends: &[f64]| {
        let mut annotations = annotations(10.0);
        let last_second = |(uid, end): (i64, &f64)| Segment {
            uid: uid.into(),
            start: end - 1.0,
            end: *end,
            ..segment.clone()
        };
        annotations.segments = (0..).zip(ends).map(last_second).collect();
        let reader = reader::open(&store(dir.path()), &annotations).unwrap();
        let mut config = dataset(Source::Synthetic(tiny(), Split::Train), 0.0);
        config.anticipation = None;
        Dataset::new(&config, annotations, reader, &clip()).unwrap()
    };
    // Frame 100 stands in for 109 at most: the one second up to 4.64 s begins with that frame.
    assert!(open(&[3.0, 4.0, 4.63]).checked().is_ok());
    let error = open(&[3.0, 4.64, 5.0, 9.0]).checked().unwrap_err().to_string();
    for said in ["segment 1 of `v`", "no frame of the clip is in", "of 3 of 4 segments"] {
        assert!(error.contains(said), "no {said}: {error}");
    }
    // what is left out is not looked for
    let selection = Selection { uids: Some(vec!["0".into()]), ..Selection::default() };
    assert!(open(&[3.0, 9.0]).with_selection(selection).unwrap().checked().is_ok());
}

#[test]
fn entries_that_are_no_vectors_are_named() {
    let good = |f: i64| (f, bytes(&[1.0, 2.0]));
    for (id, bad, reason) in [
        ("narrow", bytes(&[1.0]), "1 elements"),
        ("wide", bytes(&[1.0; 3]), "3 elements"),
        ("not a number", bytes(&[1.0, f32::NAN]), "NaN"),
        ("infinite", bytes(&[f32::INFINITY, 0.0]), "inf"),
        ("cut", vec![0; 7], "7 bytes"),
        ("empty", vec![], "0 bytes"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), &[good(30), good(60), (90, bad)]);
        let error = read(dir.path(), 3.0).unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, DataError::Feature { .. }), "{id}: {text}");
        assert!(text.contains("v_frame_0000000090.jpg") && text.contains(reason), "{id}: {text}");
    }
}

#[test]
fn stores_that_are_none_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    let refused = |path: &Path| {
        let error = FeatureStore::open(path).unwrap_err();
        assert!(matches!(error, DataError::Store { .. }), "{error}");
        error.to_string()
    };
    assert!(refused(path).contains("data.mdb"));
    for content in [&b""[..], &[7; 100], &[7; 20_000]] {
        runner::files::write_atomic(&path.join("data.mdb"), content).unwrap();
        refused(path);
    }
    let whole = tempfile::tempdir().unwrap();
    let entries: Vec<_> = (1..400).map(|f| (f, bytes(&[1.0; 64]))).collect();
    write(whole.path(), &entries);
    let data = runner::files::read(&whole.path().join("data.mdb")).unwrap();
    // However much is left, nothing behind the end of the file is touched.
    for size in (0..data.len()).step_by(500) {
        runner::files::write_atomic(&path.join("data.mdb"), &data[..size]).unwrap();
        let said = refused(path);
        let expected = if size < 4500 { "" } else { "truncated" };
        assert!(said.contains(expected), "{size} bytes: {said}");
    }
    let empty = tempfile::tempdir().unwrap();
    write(empty.path(), &[]);
    assert!(refused(empty.path()).contains("empty"));
    assert!(matches!(FeatureWriter::create(whole.path()), Err(DataError::Store { .. })));
}

#[test]
fn a_store_without_a_video_is_refused_before_anything_is_read() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &[(1, bytes(&[1.0]))]);
    let annotations = World::generate(&tiny()).unwrap().annotations(Split::Train);
    let error = reader::open(&store(dir.path()), &annotations).unwrap_err();
    let DataError::StoreLacksVideos { missing, of, .. } = error else { panic!("{error}") };
    assert_eq!((missing.len(), of), (4, 4));
}

#[test]
fn stores_lie_side_by_side_are_shared_and_leave_no_lock() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(one.path(), &[(30, bytes(&[1.0, 2.0]))]);
    write(two.path(), &[(30, bytes(&[3.0]))]);
    let config = ReaderConfig::Rulstm {
        lmdb_path: vec![one.path().into(), two.path().into()],
        read_type: ReadType::Normal,
        warn_if_using_closeby_frame: false,
    };
    let annotations = annotations(1.0);
    let reader = reader::open(&config, &annotations).unwrap();
    assert_eq!(reader.channels(), 3);
    let again = FeatureStore::open(one.path()).unwrap();
    assert!(Arc::ptr_eq(&again, &FeatureStore::open(one.path()).unwrap()));
    let mut source = dataset(Source::Synthetic(tiny(), Split::Train), 0.0);
    source.anticipation = None;
    let data = Dataset::new(&source, annotations, reader, &clip()).unwrap();
    assert_eq!(data.sample(0, 0).unwrap().features[..3], [1.0, 2.0, 3.0]);
    assert_eq!(runner::files::list(one.path()).unwrap().len(), 1);
}

/// Python's lmdb reads what is written here, and what it writes is read here.
#[test]
fn python_reads_and_writes_the_same_stores() {
    let python = std::env::var("RUNNER_PYTHON").unwrap_or_else(|_| "python3".into());
    let run = |code: &str, dir: &Path| {
        Command::new(&python).args(["-c", code]).arg(dir).output().map(|o| {
            let text = String::from_utf8_lossy(&o.stdout).trim().to_owned();
            (o.status.success(), text, String::from_utf8_lossy(&o.stderr).into_owned())
        })
    };
    if !run("import lmdb", Path::new("")).is_ok_and(|(ok, ..)| ok) {
        eprintln!("skipped: `{python}` has no lmdb (set RUNNER_PYTHON)");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &[(30, bytes(&[1.5, -2.0]))]);
    let (ok, text, error) = run(
        "import lmdb, struct, sys\n\
         with lmdb.open(sys.argv[1], readonly=True, lock=False).begin() as t:\n\
         \x20   print(struct.unpack('<2f', t.get(b'v_frame_0000000030.jpg')))",
        dir.path(),
    )
    .unwrap();
    assert!(ok && text == "(1.5, -2.0)", "{text}{error}");
    let dir = tempfile::tempdir().unwrap();
    let (ok, _, error) = run(
        "import lmdb, struct, sys\n\
         env = lmdb.open(sys.argv[1], map_size=1 << 24)\n\
         with env.begin(write=True) as t:\n\
         \x20   for f in range(1, 301):\n\
         \x20       t.put(b'v_frame_%010d.jpg' % f, struct.pack('<f', f))",
        dir.path(),
    )
    .unwrap();
    assert!(ok, "{error}");
    let (features, stats) = read(dir.path(), 10.0).unwrap();
    assert_eq!(features, (1..=10).map(|i| 30.0 * i as f32).collect::<Vec<_>>());
    assert_eq!(stats, ReadStats::default());
}
