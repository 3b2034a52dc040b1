//! Pictures reach the student: made up, and out of the files of `runner data synth --video`.

use std::fs;

use runner::runs::read_results;

use crate::support::{Place, stderr};

/// A student over frames, of which each is its mean colour.
const COLOURS: [&str; 12] = [
    "+experiment=ek55_avt",
    "+debug=tiny",
    "model/backbone=identity",
    "pretrained.backbone=null",
    "model.backbone_dim=3",
    "train.num_epochs=1",
    "train.max_steps_per_epoch=2",
    "eval.max_batches=2",
    "data_train.scale_h=36",
    "data_train.crop_size=32",
    "data_eval.scale_h=36",
    "data_eval.crop_size=32",
];

#[test]
fn made_up_pictures_train_a_student() {
    let place = Place::new();
    let args = ["+experiment=ek55_avt", "+debug=synthetic_video", "train.num_epochs=2"];
    let small = ["dataset.synthetic.world.train_videos=4", "dataset.synthetic.world.val_videos=2"];
    let output = place.runner(args.into_iter().chain(small)).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let run = "outputs/ek55_avt/0001";
    let manifest = place.json(&format!("{run}/run.json"));
    assert_eq!(
        (&manifest["status"], &manifest["data"]),
        (&"completed".into(), &"synthetic".into())
    );
    let records = place.metrics(run);
    assert!(records.iter().all(|r| r["split"] != "train" || r["data_seconds"].is_number()));
    let eval: Vec<f64> = records
        .iter()
        .filter(|r| r["split"] == "eval")
        .map(|r| r["loss/cls_action"].as_f64().unwrap())
        .collect();
    assert!(eval.len() == 2 && eval.iter().all(|loss| loss.is_finite()), "{eval:?}");
    // six crops of a sample are one row
    let results = read_results(&place.path().join(run).join("results/eval.h5")).unwrap();
    assert_eq!(results.idx, (0..60).collect::<Vec<i64>>());
}

#[test]
fn a_backbone_sees_pictures() {
    let place = Place::new();
    let args = [
        "+experiment=ek55_avt",
        "+debug=synthetic_video",
        "model/backbone=r3d_18",
        "model.backbone_last_n_modules_to_drop=4",
        "model.backbone_dim=128",
        "train.num_epochs=1",
        "train.max_steps_per_epoch=1",
        "train.batch_size=2",
        "eval.max_batches=1",
        "eval.batch_size=2",
    ];
    let output = place.runner(args).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let records = place.metrics("outputs/ek55_avt/0001");
    let norm = records[0]["grad_norm"].as_f64().unwrap();
    assert!(norm.is_finite() && norm > 0.0, "{}", records[0]);
}

#[test]
fn video_files_train_a_student() {
    if std::process::Command::new("ffmpeg").arg("-version").output().is_err() {
        eprintln!("skipped: ffmpeg is not installed");
        return;
    }
    let place = Place::new();
    let synth = ["data", "synth", "root", "--train-videos", "3", "--val-videos", "2"];
    let more = ["--segments-per-video", "8", "--video", "--video-size", "40"];
    let output = place.command(synth.into_iter().chain(more)).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("SYNTHETIC videos: 5 of 40 x 40"), "{}", stderr(&output));

    let paths = ["paths.external=root/external", "paths.data=root/DATA"];
    let run = || place.runner(COLOURS.into_iter().chain(paths)).output().unwrap();
    let output = run();
    assert!(output.status.success(), "{}", stderr(&output));
    let manifest = place.json("outputs/ek55_avt/0001/run.json");
    assert_eq!(manifest["data"], "synthetic", "generated videos stay marked on disk");

    let videos = place.path().join("root/DATA/videos/EpicKitchens/videos_ht256px/train");
    fs::remove_file(videos.join("P01/P01_01.MP4")).unwrap();
    let output = run();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    for part in ["P01/P01_01.MP4", "videos_ht256px/train", "paths.data"] {
        assert!(stderr(&output).contains(part), "{part}: {}", stderr(&output));
    }
    assert!(!place.path().join("outputs/ek55_avt/0002").exists());
}
