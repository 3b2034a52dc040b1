//! 50-Salads and Breakfast: what is wrong with their files is named, or counted.
#![allow(clippy::disallowed_methods)] // tests

use std::path::{Path, PathBuf};

use runner::data::{
    AnnotationStyle, Annotations, BundleEntry, Collection, FoldsConfig, TimePrecision,
};
use tempfile::TempDir;

/// A fold of one video of each data set; every file may be replaced.
struct World {
    dir: TempDir,
}

const MAPPING: &str = "0 cut_tomato\n1 add_oil\n";
const SALADS: &str = "#bundle.txt\nrgb-01-1.txt\n";
const BREAKFAST: &str = "#bundle.txt\nP03_stereo01_P03_milk.txt\n";
const LABELS: &str = "1-30 add_oil  \n31-60 cut_tomato  \n";

impl World {
    fn new() -> Self {
        let world = Self { dir: tempfile::tempdir().unwrap() };
        for (path, text) in [
            ("mapping.txt", MAPPING),
            ("train.split1.bundle", SALADS),
            ("truth/rgb-01-1.txt", "cut_tomato\ncut_tomato\nadd_oil\n"),
            ("annots/01-1-activityAnnotation.txt", "10 29 cut_tomato_prep\n10 39 cut_and_mix\n"),
            ("clock/timestamps-01-1.txt", "10 a\n20 b\n30 c\n40 d\n"),
            ("videos/P03/stereo/P03_milk_ch1.avi.labels", LABELS),
        ] {
            world.put(path, text);
        }
        world
    }

    fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    fn put(&self, path: &str, text: &str) {
        std::fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        std::fs::write(self.path(path), text).unwrap();
    }

    fn config(&self, style: AnnotationStyle) -> FoldsConfig {
        FoldsConfig {
            collection: Collection::Salads,
            root: vec![self.path("videos")],
            splits_dir: self.dir.path().to_owned(),
            classes_fpath: self.path("mapping.txt"),
            is_train: true,
            fold: 1,
            style,
            precision: TimePrecision::Full,
        }
    }

    fn abu_farha(&self, frame_rate: Option<f64>) -> AnnotationStyle {
        let annots_dir = self.path("truth");
        AnnotationStyle::AbuFarha { annots_dir, entry: BundleEntry::Salads, frame_rate }
    }

    fn salads(&self) -> AnnotationStyle {
        let [annots_dir, timestamps_dir] = ["annots", "clock"].map(|dir| self.path(dir));
        AnnotationStyle::Salads { annots_dir, timestamps_dir }
    }

    fn read(&self, style: AnnotationStyle) -> Result<Annotations, String> {
        Annotations::read_folds(&self.config(style)).map_err(|e| e.to_string())
    }
}

/// Start, end and class of every segment.
fn segments(annotations: &Annotations) -> Vec<(f64, f64, i64)> {
    annotations.segments.iter().map(|s| (s.start, s.end, s.labels.action)).collect()
}

/// Each row: a file, what it holds instead, and what is said of Abu Farha's annotations.
#[test]
fn wrong_files_are_named_with_the_line() {
    let rows: &[(&str, &str, &[&str])] = &[
        ("train.split1.bundle", "rgb-01-1.txt\n", &["bundle:1", "`rgb-01-1.txt`", "#bundle.txt"]),
        ("train.split1.bundle", "#bundle.txt\n", &["train.split1.bundle", "no rows"]),
        ("train.split1.bundle", "#b\n\nrgb-1\n", &["bundle:3", "`rgb-1`", "rgb-01-1.txt"]),
        ("train.split1.bundle", "#b\nP03_cam01_P03_milk.txt\n", &["bundle:2", "50-Salads"]),
        (
            "train.split1.bundle",
            "#b\nrgb-01-1.txt\nrgb-01-1.txt\n",
            &["bundle:3", "`rgb-01-1.txt`", "bundle:2 already"],
        ),
        ("train.split1.bundle", "#b\nrgb-09-1.txt\n", &["truth/rgb-09-1.txt"]),
        ("mapping.txt", "0 add_oil\n1 add_oil\n", &["mapping.txt:2", "`add_oil`", "twice"]),
        ("mapping.txt", "0 cut_tomato\n\n", &["mapping.txt:2", "a number and a name"]),
        ("mapping.txt", "", &["mapping.txt", "no rows"]),
        (
            "truth/rgb-01-1.txt",
            "add_oil\nadd_oyl\n",
            &["rgb-01-1.txt:2", "`add_oyl`", "mapping.txt"],
        ),
        ("truth/rgb-01-1.txt", "add_oil\n\nadd_oil\n", &["rgb-01-1.txt:2", "``", "mapping.txt"]),
    ];
    for (file, text, said) in rows {
        let world = World::new();
        world.put(file, text);
        let error = world.read(world.abu_farha(Some(30.0))).unwrap_err();
        assert!(said.iter().all(|part| error.contains(part)), "{file} {text:?}: {error}");
    }
    let world = World::new();
    for file in ["mapping.txt", "train.split1.bundle", "truth/rgb-01-1.txt"] {
        std::fs::remove_file(world.path(file)).unwrap();
        let error = world.read(world.abu_farha(Some(30.0))).unwrap_err();
        assert!(error.contains(file), "{file}: {error}");
        world.put("mapping.txt", MAPPING);
        world.put("train.split1.bundle", SALADS);
    }
}

#[test]
fn actions_of_frames_become_segments_without_gaps() {
    let world = World::new();
    let expected = [(0.0, 0.5, 0), (0.5, 0.75, 1)];
    let annotations = world.read(world.abu_farha(Some(4.0))).unwrap();
    assert_eq!(segments(&annotations), expected);
    assert_eq!(annotations.videos, ["rgb-01-1"]);
    assert_eq!(annotations.video_files, [Path::new("rgb-01-1.avi")]);
    assert!(!annotations.synthetic);
    // byte order mark, CRLF, a last line without an end
    world.put("truth/rgb-01-1.txt", "\u{feff}cut_tomato\r\ncut_tomato\r\nadd_oil");
    world.put("SYNTHETIC", "");
    let annotations = world.read(world.abu_farha(Some(4.0))).unwrap();
    assert_eq!(segments(&annotations), expected);
    assert!(annotations.synthetic);
}

#[test]
fn without_a_rate_the_video_must_be_there() {
    let world = World::new();
    for style in [world.abu_farha(None), world.salads()] {
        let error = world.read(style).unwrap_err();
        for part in ["train.split1.bundle:2", "`rgb-01-1.avi`", "rate", "videos"] {
            assert!(error.contains(part), "{part}: {error}");
        }
    }
}

#[test]
fn each_video_has_its_own_rate() {
    let world = World::new();
    if !film(&world.path("videos/rgb-01-1.avi"), 2) || !film(&world.path("videos/rgb-02-1.avi"), 4)
    {
        return;
    }
    world.put("train.split1.bundle", "#b\nrgb-01-1.txt\nrgb-02-1.txt\n");
    world.put("truth/rgb-02-1.txt", "add_oil\nadd_oil\n");
    let annotations = world.read(world.abu_farha(None)).unwrap();
    assert_eq!(segments(&annotations), [(0.0, 1.0, 0), (1.0, 1.5, 1), (0.0, 0.5, 1)]);

    world.put("train.split1.bundle", SALADS);
    assert_eq!(segments(&world.read(world.salads()).unwrap()), [(0.0, 1.0, 0)]);
    let file = "annots/01-1-activityAnnotation.txt";
    for (text, said) in [
        ("10 28 add_oil_core\n", &["Annotation.txt:1", "time 29", "timestamps-01-1.txt", "40"][..]),
        ("10 39 x\n\n11 19 add_oil_post", &["Annotation.txt:3", "time 11"]),
        ("10 29 fry_core\n", &["Annotation.txt:1", "`fry`", "mapping.txt"]),
        ("10 29\n", &["Annotation.txt:1", "2 fields", "cut_tomato_core"]),
        ("ten 29 add_oil_core\n", &["Annotation.txt:1", "`ten`", "whole number"]),
        ("30 19 add_oil_core\n", &["Annotation.txt:1", "from 1 s to 0.5 s"]),
    ] {
        world.put(file, text);
        let error = world.read(world.salads()).unwrap_err();
        assert!(said.iter().all(|part| error.contains(part)), "{text:?}: {error}");
    }
    world.put(file, "10 39 add_oil_core\n20 29 cut_tomato_core\n");
    assert_eq!(world.read(world.salads()).unwrap().notes.overlapping, 1);
    world.put("videos/rgb-01-1.avi", "no video");
    let error = world.read(world.salads()).unwrap_err();
    assert!(error.contains("rgb-01-1.avi") && error.contains("no readable video"), "{error}");
}

#[test]
fn breakfast_has_one_of_two_channels_and_labels_that_are_no_class() {
    let world = World::new();
    world.put("train.split1.bundle", BREAKFAST);
    let labels = "videos/P03/stereo/P03_milk_ch1.avi.labels";
    world.put(labels, &format!("{LABELS}61-75 SIL\n"));
    let annotations = world.read(AnnotationStyle::Breakfast).unwrap();
    assert_eq!(segments(&annotations), [(1.0 / 15.0, 2.0, 1), (31.0 / 15.0, 4.0, 0)]);
    assert_eq!(annotations.video_files, [Path::new("P03/stereo/P03_milk_ch1.avi")]);
    assert_eq!((annotations.notes.unknown, annotations.notes.overlapping), (1, 0));
    world.put("videos/P03/stereo/P03_milk_ch0.avi.labels", "1-30 add_oil\n");
    let annotations = world.read(AnnotationStyle::Breakfast).unwrap();
    assert_eq!(annotations.video_files, [Path::new("P03/stereo/P03_milk_ch0.avi")]);

    for (text, said) in [
        ("1-30\n", &["_ch0.avi.labels:1", "1 fields", "31-150 take_cup"][..]),
        ("1 30 add_oil\n", &["_ch0.avi.labels:1", "3 fields"]),
        ("130 add_oil\n", &["_ch0.avi.labels:1", "`130`", "`31-150`"]),
        ("30-1 add_oil\n", &["_ch0.avi.labels:1", "from 2 s to"]),
        ("-5-1 add_oil\n", &["_ch0.avi.labels:1", "first frame is ``"]),
    ] {
        world.put("videos/P03/stereo/P03_milk_ch0.avi.labels", text);
        let error = world.read(AnnotationStyle::Breakfast).unwrap_err();
        assert!(said.iter().all(|part| error.contains(part)), "{text:?}: {error}");
    }
    std::fs::remove_dir_all(world.path("videos")).unwrap();
    let error = world.read(AnnotationStyle::Breakfast).unwrap_err();
    for part in ["train.split1.bundle:2", "P03/stereo/P03_milk_ch0.avi.labels", "videos"] {
        assert!(error.contains(part), "{part}: {error}");
    }
}

#[test]
fn a_time_that_half_precision_does_not_reach_is_refused() {
    let world = World::new();
    world.put("train.split1.bundle", BREAKFAST);
    world.put("videos/P03/stereo/P03_milk_ch1.avi.labels", "1-1500000 add_oil\n");
    let mut config = world.config(AnnotationStyle::Breakfast);
    assert!(Annotations::read_folds(&config).is_ok());
    config.precision = TimePrecision::Half;
    let error = Annotations::read_folds(&config).unwrap_err().to_string();
    assert!(error.contains("labels:1") && error.contains("inf"), "{error}");
}

/// Makes a video of a second; `false`, with the reason printed, without ffmpeg.
fn film(path: &Path, rate: u32) -> bool {
    let mut ffmpeg = std::process::Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-f", "lavfi", "-i", &format!("color=s=16x16:r={rate}:d=1")]);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let made = ffmpeg.args(["-c:v", "mpeg4"]).arg(path).stdin(std::process::Stdio::null()).status();
    match made {
        Ok(status) => {
            assert!(status.success());
            true
        }
        Err(_) => {
            eprintln!("skipped: ffmpeg is not installed");
            false
        }
    }
}
