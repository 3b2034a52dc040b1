//! Stores of features as they are written: what is safe, what is refused, what grows.
#![allow(clippy::disallowed_methods)] // tests

use std::path::Path;

use runner::data::extracted::{ExtractedStore, Origin, StoreManifest};
use runner::data::reader::FeatureStore;
use runner::data::{DataError, Shard};
use runner::files;

fn origin() -> Origin {
    Origin {
        endpoint: "backbone_mean".into(),
        frame_rate: 30.0,
        backbone: "b".into(),
        config: "c".into(),
        weights: "w".into(),
        data: "simulated".into(),
    }
}

fn open(dir: &Path, rank: usize, world: usize) -> ExtractedStore {
    ExtractedStore::new(dir, origin(), Shard { rank, world }).unwrap()
}

/// Features of a video: frames `1..=frames` of `width` elements.
fn put(store: &ExtractedStore, video: &str, frames: i64, width: usize) {
    let mut part = store.begin().unwrap();
    let numbers: Vec<i64> = (1..=frames).collect();
    for batch in numbers.chunks(64) {
        let values: Vec<f32> =
            batch.iter().flat_map(|frame| std::iter::repeat_n(*frame as f32, width)).collect();
        part.put(video, batch, width, &values).unwrap();
    }
    assert!(part.has(video, frames).unwrap() && !part.has(video, frames + 1).unwrap());
    part.complete().unwrap();
}

fn bytes(dir: &Path) -> Vec<u8> {
    files::read(&dir.join("data.mdb")).unwrap()
}

#[test]
fn a_store_grows_beyond_any_size_it_began_with() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), 0, 1);
    put(&store, "a", 5000, 2048); // 40 MB, more than twice what is mapped at first
    assert!(store.is_ready().unwrap());
    assert_eq!(store.assemble().unwrap(), 5000);
    let read = FeatureStore::open(dir.path()).unwrap();
    assert_eq!((read.dim(), read.entries()), (2048, 5000));
    let mut feature = [0.0; 2048];
    assert!(read.session().unwrap().read("a", 4999, &mut feature).unwrap());
    assert_eq!(feature, [4999.0; 2048]);
}

#[test]
fn a_store_is_readable_to_whom_other_files_are() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), 0, 1);
    put(&store, "a", 3, 2);
    store.assemble().unwrap();
    files::create_new(&dir.path().join("plain"), b"").unwrap();
    let mode = |name: &str| std::fs::metadata(dir.path().join(name)).unwrap().permissions();
    assert_eq!(mode("data.mdb"), mode("plain"));
}

#[test]
fn a_store_is_extended_and_ends_as_if_written_at_once() {
    let [once, later] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let store = open(once.path(), 0, 1);
    for video in ["b", "a", "c"] {
        put(&store, video, 70, 5);
    }
    store.assemble().unwrap();

    let first = open(later.path(), 0, 1);
    put(&first, "c", 70, 5);
    first.assemble().unwrap();
    assert!(first.holds(&[("c", &[1, 70])]).unwrap());
    assert!(!first.holds(&[("c", &[1]), ("a", &[1])]).unwrap());
    // A reader of the old store goes on with it.
    let reader = FeatureStore::open(later.path()).unwrap();
    let (one, two) = (open(later.path(), 0, 2), open(later.path(), 1, 2));
    put(&two, "b", 70, 5);
    assert!(!one.is_ready().unwrap(), "one of two is not done");
    put(&one, "a", 70, 5);
    assert_eq!(two.assemble().unwrap(), 210);
    assert_eq!(reader.session().unwrap().videos().unwrap().len(), 1);
    assert!(bytes(once.path()) == bytes(later.path()));
    let names: Vec<_> = files::list(later.path()).unwrap().into_iter().map(|e| e.name).collect();
    assert_eq!(names, ["SIMULATED", "data.mdb", "extract.json"]);
    let manifest = StoreManifest::read(&later.path().join("extract.json")).unwrap();
    assert_eq!((manifest.frames, manifest.width, manifest.of), (210, 5, origin()));
}

#[test]
fn a_crash_while_parts_are_put_together_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), 0, 1);
    put(&store, "a", 70, 5);
    let parts = ["part-0000-of-0001.mdb", "part-0000-of-0001.json"];
    let kept = parts.map(|name| files::read(&dir.path().join(name)).unwrap());
    // Killed while the new file was written: what is there of it is written anew.
    files::write_atomic(&dir.path().join("data.mdb.incoming"), b"half of it").unwrap();
    store.assemble().unwrap();
    let whole = bytes(dir.path());
    // Killed before the parts were removed: they are put together once more.
    for (name, content) in parts.iter().zip(kept) {
        files::write_atomic(&dir.path().join(name), &content).unwrap();
    }
    let again = open(dir.path(), 0, 1);
    assert!(again.is_ready().unwrap());
    again.assemble().unwrap();
    assert!(bytes(dir.path()) == whole);
}

#[test]
fn features_that_a_reader_would_refuse_are_not_stored() {
    let dir = tempfile::tempdir().unwrap();
    let mut part = open(dir.path(), 0, 1).begin().unwrap();
    part.put("a", &[1], 2, &[1.0, 2.0]).unwrap();
    for (width, values, told) in [
        (2, vec![f32::NAN, 0.0], "NaN"),
        (2, vec![0.0, f32::INFINITY], "inf"),
        (3, vec![0.0; 3], "3 elements, those before it 2"),
    ] {
        let error = part.put("a", &[2], width, &values).unwrap_err();
        assert!(matches!(error, DataError::Feature { .. }), "{error}");
        let text = error.to_string();
        assert!(text.contains("a_frame_0000000002.jpg") && text.contains(told), "{text}");
    }
    assert_eq!(part.len().unwrap(), 1);
}

#[test]
fn a_store_of_another_origin_is_refused_and_named() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), 0, 1);
    put(&store, "a", 3, 2);
    let change = |change: &dyn Fn(&mut Origin)| {
        let mut other = origin();
        change(&mut other);
        ExtractedStore::new(dir.path(), other, Shard::WHOLE).unwrap_err().to_string()
    };
    let check = || {
        for (text, told) in [
            (change(&|o| o.weights = "x".into()), "weights"),
            (change(&|o| o.config = "x".into()), "model and data_eval"),
            (change(&|o| o.data = "real".into()), "data is simulated, asked for is real"),
            (change(&|o| o.backbone = "x".into()), "backbone is b"),
        ] {
            assert!(text.contains(told), "{text}");
        }
    };
    check(); // of a part
    store.assemble().unwrap();
    check();
    files::write_atomic(&dir.path().join("extract.json"), b"{\"schema\": 2}").unwrap();
    assert!(ExtractedStore::new(dir.path(), origin(), Shard::WHOLE).is_err());
}

#[test]
fn what_was_derived_from_labels_says_so() {
    use runner::data::{DataKind, Split, World, reader};
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), 0, 1);
    let mut annotations = World::generate(&crate::support::tiny()).unwrap().annotations(Split::Val);
    annotations.synthetic = false;
    for video in &annotations.videos {
        put(&store, video, 3, 2);
    }
    store.assemble().unwrap();
    let input = reader::open(&crate::support::store(dir.path()), &annotations).unwrap();
    assert_eq!(input.kind(), DataKind::Simulated);
}
