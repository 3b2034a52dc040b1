//! `check`: what is there of a data root, and what is wrong with the rest.

use std::path::{Path, PathBuf};

use runner::data::check::{self, Content, Finding, Item, Kind, Roots, Set, State, Sums, look};
use runner::data::pixels::Frames;
use runner::data::reader::FeatureWriter;
use runner::data::video::{check_programs, encode};
use runner::data::{AnnotationConfig, Version, World};
use runner::files;

use crate::support::{external, tiny};

/// A generated root and where its parts lie.
fn root(dir: &Path) -> Roots {
    let root = dir.join("root");
    World::generate(&tiny()).unwrap().write_root(&root).unwrap();
    Roots { external: root.join("external"), data: root.join("DATA") }
}

fn found(roots: &Roots, set: Set, kind: Kind) -> Vec<Finding> {
    let items = check::layout(roots).into_iter();
    items.filter(|i| i.set == Some(set) && i.kind == kind).map(|item| look(item, false)).collect()
}

fn named<'a>(findings: &'a [Finding], name: &str) -> &'a Finding {
    findings.iter().find(|f| f.item.path.ends_with(name)).unwrap()
}

/// What is found of one thing.
fn seen(path: &Path, content: Content) -> (State, String) {
    let finding = look(item(path, content), false);
    (finding.state, finding.detail)
}

fn item(path: &Path, content: Content) -> Item {
    let (kind, path, purpose) = (Kind::Annotations, path.to_owned(), String::new());
    Item { set: None, kind, path, purpose, content, origin: None }
}

#[test]
fn a_generated_root_has_what_it_has() {
    let dir = tempfile::tempdir().unwrap();
    let roots = root(dir.path());
    let annotations = found(&roots, Set::Ek55, Kind::Annotations);
    let train = named(&annotations, "EPIC_train_action_labels.csv");
    assert_eq!((train.state, &*train.detail), (State::Found, "36 segments of 6 videos, synthetic"));
    assert_eq!(named(&annotations, "EPIC_test_s1_timestamps.csv").state, State::Missing);
    let features = found(&roots, Set::Ek55, Kind::Features);
    let rgb = named(&features, "data_full/rgb");
    let detail = "vectors of 8 elements, frames for 36 of 36 segments";
    assert_eq!((rgb.state, &*rgb.detail), (State::Found, detail));
    assert_eq!(rgb.size, files::size(&rgb.item.path.join("data.mdb")).unwrap());
    assert_eq!(named(&features, "data_full/flow").state, State::Missing);
    let teachers = found(&roots, Set::Ek55, Kind::Teachers);
    let ensemble = named(&teachers, "ek55_ensemble.safetensors");
    let detail = "synthetic predictions of ensemble for 24 of 24 segments";
    assert_eq!((ensemble.state, &*ensemble.detail), (State::Found, detail));
    assert!(found(&roots, Set::Ek100, Kind::Annotations).iter().all(|f| f.state == State::Missing));
}

/// Rows of RULSTM's layout for the features below: `v` has frames 1 to 30, `w` has none.
const ROWS: &str =
    "1, v, 1, 30, 0, 0, 0\n2, v, 36, 60, 0, 0, 0\n3, v, 45, 60, 0, 0, 0\n4, w, 1, 30, 0, 0, 0\n";

#[test]
fn features_and_predictions_are_counted_by_segment() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    let write = |name: &str, text: &str| files::write_atomic(&path(name), text.as_bytes()).unwrap();
    write("rows.csv", ROWS);
    write("actions.csv", "0,0_0,a\n");
    let annotations = AnnotationConfig {
        version: Version::Egtea,
        annotation_path: vec![path("rows.csv")],
        annotation_dir: None,
        action_labels_fpath: Some(path("actions.csv")),
        only_keep_persons: None,
        only_keep_videos: None,
    };
    let mut writer = FeatureWriter::create(&path("store")).unwrap();
    writer.put_video("v", (0..30).map(|_| vec![0.5; 3])).unwrap();
    writer.finish().unwrap();
    let store = |width| Content::Store {
        width,
        observed: vec![check::Observed { annotations: annotations.clone(), anticipation: None }],
    };
    // frames 28 to 30 stand in for 37, up to nine frames back; nothing does for 46
    let expected = "vectors of 3 elements, frames for 2 of 4 segments, not 3";
    assert_eq!(seen(&path("store"), store(Some(3))), (State::Incomplete, expected.into()));
    let (state, detail) = seen(&path("store"), store(Some(4)));
    assert_eq!((state, &*detail), (State::Broken, "vectors of 3 elements, expected 4"));
    assert_eq!(seen(&path("absent"), store(None)).0, State::Missing);
    let bytes = files::read(&path("store/data.mdb")).unwrap();
    files::create_dir_all(&path("cut")).unwrap();
    files::write_atomic(&path("cut/data.mdb"), &bytes[..bytes.len() / 2]).unwrap();
    let (state, detail) = seen(&path("cut"), store(None));
    assert!(state == State::Broken && detail.contains("truncated"), "{detail}");
    files::write_atomic(&path("t.safetensors"), b"not a store").unwrap();
    let teacher = Content::Teacher { annotations: vec![annotations.clone()], all: true };
    let (state, detail) = seen(&path("t.safetensors"), teacher);
    assert!(state == State::Broken && detail.contains("safetensors"), "{detail}");
    files::create_dir_all(&path("videos")).unwrap();
    let videos =
        || Content::Videos { roots: vec![path("videos")], annotations: annotations.clone() };
    assert_eq!(seen(&path("videos"), videos()).0, State::Missing);
    write("videos/v.mp4", "");
    let expected = "1 of 2 videos are there, not w.mp4";
    assert_eq!(seen(&path("videos"), videos()), (State::Incomplete, expected.into()));
    if check_programs().is_err() {
        eprintln!("skipped: no ffmpeg");
        return;
    }
    let frame = |_| Frames { data: vec![128; 16 * 16 * 3], count: 1, height: 16, width: 16 };
    encode(&path("videos/w.mp4"), (16, 16), 25.0, (0..5).map(frame)).unwrap();
    let expected = "2 of 2 videos are there";
    assert_eq!(seen(&path("videos"), videos()), (State::Found, expected.into()));
    let finding = look(item(&path("videos"), videos()), true);
    assert!(finding.detail.contains("1 hold no video: ") && finding.detail.ends_with("v.mp4"));
    assert_eq!(finding.state, State::Incomplete);
}

#[test]
fn files_that_are_not_as_they_should_be() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        files::write_atomic(&path, text.as_bytes()).unwrap();
        path
    };
    let segments = |path: &Path| Content::Segments {
        annotations: AnnotationConfig {
            version: Version::Egtea,
            annotation_path: vec![path.to_owned()],
            annotation_dir: None,
            action_labels_fpath: Some(dir.path().join("actions.csv")),
            only_keep_persons: None,
            only_keep_videos: None,
        },
        count: Some(2),
    };
    let table = |rows| Content::Table { columns: &["id", "action"], rows };
    let (rows, lines) =
        (write("a.csv", "1, v, 1, 30, 0, 0, 0\n"), write("l.txt", "#bundle\na\n\nb\n"));
    let broken = write("b.csv", "1, v, 30, 1, 0, 0, 0\n");
    for (path, content, state, detail) in [
        (
            &rows,
            segments(&rows),
            State::Incomplete,
            "1 segments, expected 2 of 1 videos, classes not checked",
        ),
        (&broken, segments(&broken), State::Broken, "b.csv:1: segment 1 runs from 1 s to"),
        (&write("t.csv", "id,action\n0,a\n"), table(2), State::Incomplete, "1 rows, expected 2"),
        (&write("u.csv", "id\n0\n"), table(1), State::Broken, "has no column `action`"),
        (&lines, Content::Lines { count: Some(2) }, State::Found, "2 lines"),
        (&write("e.txt", "#\n"), Content::Lines { count: None }, State::Broken, "has no rows"),
        (&write("w.pth", "junk"), Content::Weights, State::Broken, "w.pth"),
        (&write("f.npy", ""), Content::File, State::Broken, "has no rows"),
    ] {
        let (found, told) = seen(path, content);
        assert!(found == state && told.contains(detail), "{}: {found} {told}", path.display());
    }
}

#[test]
fn files_of_a_list_are_looked_for() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    let write = |name: &str| {
        files::write_atomic(&path(name), b"#bundle.txt\nrgb-01-1.txt\nrgb-02-1.txt\n").unwrap()
    };
    write("test.split1.bundle");
    let listed = || Content::Listed {
        lists: vec![path("test.split1.bundle")],
        names: check::names::salads_video,
    };
    assert_eq!(seen(&path("rgb"), listed()).0, State::Missing);
    files::create_dir_all(&path("rgb")).unwrap();
    write("rgb/rgb-02-1.avi");
    let expected = "1 of 2 files are there, the first that is not is `rgb-01-1.avi`";
    assert_eq!(seen(&path("rgb"), listed()), (State::Incomplete, expected.into()));
}

#[test]
fn checksums_tell_files_apart() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.csv");
    files::write_atomic(&path, b"a,b\n").unwrap();
    let hashed = || {
        let mut finding = look(item(&path, Content::File), false);
        let mut bytes = 0;
        finding.hashed = check::hash(&finding.files, &mut |_, n| bytes += n).unwrap();
        assert_eq!(bytes, finding.size);
        finding
    };
    let list = dir.path().join("sums");
    let first = hashed();
    files::write_atomic(&list, Sums::list(&first.hashed, dir.path()).as_bytes()).unwrap();
    let sums = Sums::read(&list, dir.path()).unwrap();
    let mut same = hashed();
    sums.compare(&mut same);
    assert_eq!((same.state, sums.unmet(&[same])), (State::Found, 0));
    assert_eq!(sums.unmet(&[]), 1);
    files::write_atomic(&path, b"a,c\n").unwrap();
    let mut other = hashed();
    sums.compare(&mut other);
    assert!(other.state == State::Changed && other.detail.contains("`a.csv`"), "{}", other.detail);
    files::write_atomic(&list, b"0123  a.csv\n").unwrap();
    let error = Sums::read(&list, dir.path()).unwrap_err().to_string();
    assert!(error.contains("sums:1: the line is `0123  a.csv`"), "{error}");
}

/// The real files: all that are there are the published ones.
#[test]
fn real_annotations_are_whole() {
    let Some(external) = external() else { return };
    let roots = Roots { external: external.clone(), data: PathBuf::from("unused") };
    let published = Sums::published(&external);
    let mut there = 0;
    for set in [Set::Ek55, Set::Ek100, Set::Egtea] {
        for mut finding in found(&roots, set, Kind::Annotations) {
            let absent = ["EPIC_test_s2_timestamps.csv", "EPIC_100_train.csv"];
            if absent.iter().any(|name| finding.item.path.ends_with(name)) {
                continue;
            }
            finding.hashed = check::hash(&finding.files, &mut |_, _| {}).unwrap();
            published.compare(&mut finding);
            assert_eq!(finding.state, State::Found, "{finding:?}");
            assert!(finding.detail.ends_with("checksum as published"), "{finding:?}");
            there += 1;
        }
    }
    assert_eq!(there, 32);
}
