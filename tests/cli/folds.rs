//! `+experiment=50salads_avt` trains on a generated world: over Sener's features, the frames of its
//! videos, and what is made up from its labels.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::{Place, stderr};

/// A student that takes little time; its backbone, if any, gives the mean colour of a frame.
const SMALL: [&str; 11] = [
    "+experiment=50salads_avt",
    "+debug=tiny",
    "pretrained.backbone=null",
    "train.num_epochs=1",
    "train.max_steps_per_epoch=2",
    "eval.max_batches=2",
    "paths.external=external",
    "paths.data=DATA",
    "dataset.dundee50salads.common.fold=1",
    "data_train.frame_rate=2",
    "model/backbone=identity",
];

const COLOURS: [&str; 5] = [
    "model.backbone_dim=3",
    "data_train.scale_h=36",
    "data_train.crop_size=32",
    "data_eval.scale_h=36",
    "data_eval.crop_size=32",
];

const SENER: [&str; 3] = ["+features=sener", "features.feat_dir=features", "model.backbone_dim=5"];

const ACTIONS: [&str; 4] = ["action_start", "cut_tomato", "add_oil", "action_end"];
const VIDEOS: [&str; 2] = ["rgb-01-1", "rgb-02-2"];
const EXTERNAL: &str = "external/breakfast_50salad_anticipation_annotations";
const SECONDS: usize = 12;
const DIM: usize = 5;

#[test]
fn a_student_trains_over_seners_features_videos_and_made_up_ones() {
    if Command::new("ffmpeg").arg("-version").output().is_err() {
        eprintln!("skipped: ffmpeg is not installed");
        return;
    }
    let place = Place::new();
    generate(place.path());
    for (run, more) in [
        (1, &SENER[..]),
        (2, &COLOURS),
        (3, &["+features=simulated", "model.backbone_dim=16"]),
        (4, &[&COLOURS[..], &["+features=pictures"]].concat()),
        (5, &["dataset/dundee50salads/annot_reader_fn=orig", "+features=simulated"]),
    ] {
        let output = place.runner(SMALL.into_iter().chain(more.iter().copied())).output().unwrap();
        assert!(output.status.success(), "{more:?}: {}", stderr(&output));
        let run = format!("outputs/50salads_avt/{run:04}");
        let manifest = place.json(&format!("{run}/run.json"));
        let state = (&manifest["status"], &manifest["data"]);
        assert_eq!(state, (&"completed".into(), &"synthetic".into()), "{more:?}");
        let records = place.metrics(&run);
        let of = |split: &str| records.iter().find(|record| record["split"] == split).unwrap();
        for number in [&of("train")["loss/past_cls_action"], &of("eval")["final_acc/action/top1"]] {
            assert!(number.as_f64().is_some_and(f64::is_finite), "{more:?}: {records:?}");
        }
    }
    let config = place.text("outputs/50salads_avt/0001/.hydra/config.yaml");
    assert!(config.contains("time_precision: half"), "the published numbers come from it");
    refuses(&place);
}

/// What is missing or wrong is named before anything is written.
fn refuses(place: &Place) {
    let rate = "dataset.dundee50salads.annot_reader_fn.frame_rate=30";
    let run = |more: &[&str]| {
        place.runner(SMALL.into_iter().chain(more.iter().copied())).output().unwrap()
    };
    let told = |output: Output, parts: &[&str]| {
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        for part in parts {
            assert!(stderr(&output).contains(part), "{part}: {}", stderr(&output));
        }
    };
    let truth = place.path().join(EXTERNAL).join("annotations/50salads/groundTruth/rgb-02-2.txt");
    let text = std::fs::read_to_string(&truth).unwrap();
    std::fs::write(&truth, text.replacen("add_oil", "add_oill", 1)).unwrap();
    let parts = ["rgb-02-2.txt:", "`add_oill`", "mapping.txt", "dataset_eval"];
    told(run(&["+features=simulated"]), &parts);
    std::fs::write(&truth, text).unwrap();

    let fold = "dataset.dundee50salads.common.fold=6";
    told(run(&["+features=simulated", fold]), &["dataset_train.fold", "must be 1 to 5, is 6"]);
    std::fs::remove_file(place.path().join("features/rgb-02-2.npy")).unwrap();
    told(run(&SENER), &["dataset_eval", "features", "rgb-02-2.npy"]);
    std::fs::remove_file(place.path().join("DATA/videos/50Salads/rgb/rgb-02-2.avi")).unwrap();
    let parts =
        ["test.split1.bundle:2", "rgb-02-2.avi", "at the rate of", "annot_reader_fn.frame_rate=30"];
    told(run(&["+features=simulated"]), &parts);
    let output = run(&["+features=simulated", rate]);
    assert!(output.status.success(), "no video is needed then: {}", stderr(&output));
}

/// Two videos of an action after the other: one to learn from, one to test on.
fn generate(root: &Path) {
    let external = root.join(EXTERNAL);
    let splits = external.join("cvpr18_data/50s_splits");
    put(&splits.join("SYNTHETIC"), b"generated, not recorded\n");
    put(&splits.join("train.split1.bundle"), b"#bundle.txt\nrgb-01-1.txt\n");
    put(&splits.join("test.split1.bundle"), b"#bundle.txt\nrgb-02-2.txt\n");
    let mapping: Vec<String> = (0..).zip(ACTIONS).map(|(i, name)| format!("{i} {name}")).collect();
    put(&external.join("annotations/50salads/mapping.txt"), mapping.join("\n").as_bytes());
    let frames = 30 * SECONDS;
    for (shift, video) in VIDEOS.into_iter().enumerate() {
        let action = |frame: usize| ACTIONS[(shift + frame / 45) % ACTIONS.len()];
        let truth: String = (0..frames).map(|frame| format!("{}\n", action(frame))).collect();
        let path = format!("annotations/50salads/groundTruth/{video}.txt");
        put(&external.join(path), truth.as_bytes());
        let videos = root.join("DATA/videos/50Salads");
        let clock: String = (0..frames).map(|frame| format!("{} {frame}\n", 33 * frame)).collect();
        put(&videos.join(format!("timestamps/timestamps-{}.txt", &video[4..])), clock.as_bytes());
        let line = |start: usize| {
            format!("{} {} {}_core\n", 33 * start, 33 * (start + 40) - 1, action(start))
        };
        let activities: String = (0..frames - 45).step_by(45).map(line).collect();
        let path = format!("activityAnnotations/{}-activityAnnotation.txt", &video[4..]);
        put(&videos.join(path), activities.as_bytes());
        film(&videos.join(format!("rgb/{video}.avi")));
        put(&root.join(format!("features/{video}.npy")), &array(frames));
    }
}

/// Noise, as an `.npy` file of elements x frames.
fn array(frames: usize) -> Vec<u8> {
    let shape = format!("({DIM}, {frames})");
    let head = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((head.len() as u16).to_le_bytes());
    bytes.extend(head.as_bytes());
    let value = |i: usize| (i * 7919 % 101) as f32 / 50.0 - 1.0;
    bytes.extend((0..DIM * frames).flat_map(|i| value(i).to_le_bytes()));
    bytes
}

fn film(path: &Path) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let source = format!("testsrc=s=48x40:r=30:d={SECONDS}");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-f", "lavfi", "-i", &source, "-c:v", "mpeg4"]).arg(path);
    assert!(ffmpeg.stdin(Stdio::null()).status().unwrap().success());
}

fn put(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}
