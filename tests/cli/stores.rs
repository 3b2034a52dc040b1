//! Data on disk in the real formats: `runner data synth` writes it, the real readers train on it.

use std::fs;
use std::path::Path;

use runner::data::reader::{FeatureStore, FeatureWriter, frame_key};

use crate::support::{Place, stderr};

/// A small generated data root and the arguments that train from it.
fn synthesised() -> (Place, Vec<String>) {
    let place = Place::new();
    place
        .command(["data", "synth", "root", "--train-videos", "8", "--val-videos", "4"])
        .assert()
        .success();
    let args = [
        "+experiment=ek55_ensemble",
        "+debug=tiny",
        "paths.external=root/external",
        "paths.data=root/DATA",
        "paths.made=root/DATA",
        "model.backbone_dim=32",
    ];
    (place, args.map(str::to_owned).to_vec())
}

fn run(place: &Place, args: &[String]) -> std::process::Output {
    place.runner(args.iter().map(String::as_str)).output().unwrap()
}

#[test]
fn trains_from_lmdb_annotations_and_a_teacher_store() {
    let (place, args) = synthesised();
    let output = run(&place, &args);
    assert!(output.status.success(), "{}", stderr(&output));
    let manifest = place.json("outputs/ek55_ensemble/0001/run.json");
    assert_eq!(manifest["status"], "completed");
    assert_eq!(manifest["data"], "synthetic", "generated data stays marked on disk");
}

#[test]
fn a_truncated_feature_store_is_refused() {
    let (place, args) = synthesised();
    let store = place.path().join(STORE).join("data.mdb");
    let whole = fs::read(&store).unwrap();
    fs::write(&store, &whole[..100]).unwrap();
    let output = run(&place, &args);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("rgb"), "{}", stderr(&output));
    assert!(!place.path().join("outputs").exists());
}

#[test]
fn a_truncated_teacher_store_is_refused() {
    let (place, args) = synthesised();
    let store = place.path().join("root/DATA/teachers/ek55_ensemble.safetensors");
    let whole = fs::read(&store).unwrap();
    fs::write(&store, &whole[..whole.len() / 2]).unwrap();
    let output = run(&place, &args);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("ek55_ensemble.safetensors"), "{}", stderr(&output));
    assert!(!place.path().join("outputs").exists());
}

/// Writes the store again without some of the frames of every video.
fn thin(store: &Path, lacks: impl Fn(i64) -> bool) {
    let thinned = store.with_file_name("thinned");
    let mut writer = FeatureWriter::create(&thinned).unwrap();
    let old = FeatureStore::open(store).unwrap();
    let session = old.session().unwrap();
    for (video, first, last) in session.videos().unwrap() {
        let entry = |frame: i64| {
            let mut vector = vec![0.0; old.dim()];
            assert!(session.read(&video, frame, &mut vector).unwrap());
            (frame_key(&video, frame), vector.iter().flat_map(|v| v.to_le_bytes()).collect())
        };
        writer.put_all((first..=last).filter(|frame| !lacks(*frame)).map(entry)).unwrap();
    }
    writer.finish().unwrap();
    fs::rename(thinned.join("data.mdb"), store.join("data.mdb")).unwrap();
}

const STORE: &str = "root/DATA/external/rulstm/RULSTM/data_full/rgb";

#[test]
fn frames_that_were_stood_in_for_are_counted_in_log_and_metrics() {
    let (place, args) = synthesised();
    thin(&place.path().join(STORE), |frame| frame % 400 < 20);
    let output = run(&place, &args);
    let said = stderr(&output);
    assert!(output.status.success(), "{said}");
    for split in ["training", "eval"] {
        let line = said.lines().find(|line| line.contains(&format!("{split}: ")));
        let line = line.unwrap_or_else(|| panic!("nothing of {split} in {said}"));
        assert!(line.contains("frames were replaced by an earlier one"), "{line}");
        assert!(!line.contains(" 0 by zeros"), "{line}");
    }
    let run = "outputs/ek55_ensemble/0001";
    assert!(place.text(&format!("{run}/runner.log")).contains("by zeros"));
    let records = place.metrics(run);
    let evaluation = records.iter().find(|record| record["split"] == "eval").unwrap();
    for name in ["frames_closeby", "frames_missing"] {
        assert!(evaluation[name].as_f64().is_some_and(|n| n > 0.0), "{name}: {evaluation}");
    }
    assert!(evaluation["clips_empty"].is_null(), "what did not happen is not named");
}

#[test]
fn features_that_end_early_are_told_before_anything_is_written() {
    let (place, args) = synthesised();
    thin(&place.path().join(STORE), |frame| frame > 900);
    let output = run(&place, &args);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    for part in ["dataset_train: segment ", "no frame of the clip is in", "segments there is none"]
    {
        assert!(said.contains(part), "no {part} in {said}");
    }
    assert!(!place.path().join("outputs").exists());
}

#[test]
fn odd_names_are_told() {
    let (place, args) = synthesised();
    let labels = "root/external/epic-kitchens-55-annotations/EPIC_train_action_labels.csv";
    let text = place.text(labels).replacen("\n2,", "\nP01_2,", 1);
    fs::write(place.path().join(labels), text).unwrap();
    let list = "root/external/rulstm/RULSTM/data/ek55/training_videos.csv";
    let text = format!("{}P99_01\r\n", place.text(list));
    fs::write(place.path().join(list), text).unwrap();
    let output = run(&place, &args);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    let odd = "EPIC_train_action_labels.csv:4: uid `P01_2` is no number";
    let unlisted = "1 of 9 videos of `root/external/rulstm/RULSTM/data/ek55//training_videos.csv` \
                    have no segment: P99_01";
    for part in [odd, unlisted, "teacher `ensemble` has no prediction for 240 of 240 segments"] {
        assert!(said.contains(part), "no {part} in {said}");
    }
}
