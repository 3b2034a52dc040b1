//! `runner +experiment=ek55_ensemble distill=0.5 +debug=synthetic` from end to end.

use crate::support::{Place, stderr, stdout, test_device};

const RUN: &str = "outputs/ek55_ensemble/0001";

#[test]
fn the_main_job_leaves_a_complete_run_directory() {
    let place = Place::new();
    let output = place
        .runner(["+experiment=ek55_ensemble", "distill=0.5", "+debug=synthetic"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stdout(&output).trim(), RUN, "stdout carries the result: where the run lies");
    assert!(stderr(&output).to_lowercase().contains("synthetic"), "{}", stderr(&output));

    for file in [
        ".hydra/config.yaml",
        ".hydra/hydra.yaml",
        ".hydra/overrides.yaml",
        "provenance.yaml",
        "run.json",
        "metrics.jsonl",
        "runner.log",
        "checkpoints/last.safetensors",
        "results/eval.h5",
        "report.html",
    ] {
        assert!(place.path().join(RUN).join(file).is_file(), "{file} is missing");
    }
    let latest = std::fs::read_link(place.path().join("outputs/ek55_ensemble/latest")).unwrap();
    assert_eq!(latest.to_str(), Some("0001"));
    let events = std::fs::read_dir(place.path().join(RUN)).unwrap().flatten();
    let is_event =
        |name: std::ffi::OsString| name.to_string_lossy().starts_with("events.out.tfevents.");
    // Hyper-parameters, numbers, how it ended.
    assert_eq!(events.filter(|e| is_event(e.file_name())).count(), 3);
    check_manifest(&place);
    check_metrics(&place);
    assert!(place.text(&format!("{RUN}/report.html")).to_lowercase().contains("synthetic"));
    assert!(place.text(&format!("{RUN}/runner.log")).to_lowercase().contains("synthetic"));
    assert!(place.text(&format!("{RUN}/provenance.yaml")).contains("distill"));
}

fn check_manifest(place: &Place) {
    let manifest = place.json(&format!("{RUN}/run.json"));
    for (key, value) in [
        ("schema", serde_json::json!(1)),
        ("status", "completed".into()),
        ("experiment", "ek55_ensemble".into()),
        ("version", "0001".into()),
        ("device", test_device().into()),
        ("data", "synthetic".into()),
        ("seed", 42.into()),
        ("error", serde_json::Value::Null),
    ] {
        assert_eq!(manifest[key], value, "{key} in {manifest}");
    }
    let best = &manifest["metrics"]["best"];
    assert!(best.to_string().contains("final_acc/action/top1"), "{best}");
}

fn check_metrics(place: &Place) {
    let records = place.metrics(RUN);
    let train: Vec<_> = records.iter().filter(|r| r["split"] == "train").collect();
    let eval: Vec<_> = records.iter().filter(|r| r["split"] == "eval").collect();
    let (first, last) = (train[0], train[train.len() - 1]);
    for key in ["loss", "loss/cls_action", "loss/feat", "loss/distill", "lr", "grad_norm"] {
        assert!(first[key].is_number(), "{key} in {first}");
    }
    let loss = |r: &serde_json::Value| r["loss/cls_action"].as_f64().unwrap();
    assert!(loss(last) < loss(first), "the student learns: {first} -> {last}");
    for key in [
        "loss",
        "acc1/action",
        "acc10/action",
        "final_acc/action/top1",
        "final_acc/action/top5",
        "final_acc/action/top1_meanOverClasses",
        "final_acc/action/AR5",
        "final_acc/action/AR5_manyshot",
    ] {
        assert!(eval[0][key].is_number(), "{key} in {}", eval[0]);
    }
}

#[test]
fn two_runs_with_one_seed_agree_to_the_last_digit() {
    let place = Place::new();
    let args = ["+experiment=ek55_ensemble", "+debug=synthetic", "train.num_epochs=1"];
    for _ in 0..2 {
        place.runner(args).assert().success();
    }
    let numbers = |run: &str| -> Vec<serde_json::Value> {
        let mut records = place.metrics(run);
        for record in &mut records {
            record.as_object_mut().unwrap().retain(|key, _| !key.ends_with("_seconds"));
        }
        records
    };
    assert_eq!(numbers(RUN), numbers("outputs/ek55_ensemble/0002"));
}
