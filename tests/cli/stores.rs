//! Data on disk in the real formats: `runner data synth` writes it, the real readers train on it.

use std::fs;

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
    let store = place.path().join("root/DATA/external/rulstm/RULSTM/data_full/rgb/data.mdb");
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
