//! `runner::analysis` against the study's scripts and notebook, and AVT's notebook, on stored
//! predictions. `scripts/parity_analysis.py` and `scripts/parity_metrics.py` write the fixtures.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use runner::analysis::{Labelled, Labels, Measured, Predictions, Table, measure};
use runner::data::{Annotations, EvalLists, Uid};
use runner::metrics::UnlabelledRows;
use serde_json::Value;

use crate::final_metrics::{annotations, external, scores};

const TOLERANCE: f64 = 1e-6;

fn fixture() -> Value {
    serde_json::from_str(include_str!("fixtures/analysis.json")).unwrap()
}

fn stored(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/analysis").join(name)
}

fn numbers<T>(value: &Value, of: impl Fn(&Value) -> Option<T>) -> Vec<T> {
    value.as_array().unwrap().iter().map(|v| of(v).unwrap()).collect()
}

#[test]
fn every_form_of_one_set_of_predictions() {
    let expected = &fixture()["small"];
    let uids: Vec<Uid> =
        numbers(&expected["uid"], Value::as_i64).into_iter().map(Uid::Int).collect();
    let targets = numbers(&expected["target"], Value::as_i64);
    let rows = expected["logits"].as_array().unwrap();
    let logits: Vec<f64> = rows.iter().flat_map(|row| numbers(row, Value::as_f64)).collect();
    for name in ["results.h5", "results.pth", "student.pickle", "teacher.pickle"] {
        let read = Predictions::read(&stored(name), "eval", name).unwrap();
        assert_eq!(read.uids, uids, "{name}");
        assert_eq!(read.targets["action"], targets, "{name}");
        let table = &read.scores["action"];
        assert_eq!((table.classes, table.values.len()), (6, logits.len()), "{name}");
        // numpy takes the mean of single floats in single precision
        let apart = |(a, b): (&f64, &f64)| (a - b).abs() > TOLERANCE;
        assert!(!table.values.iter().zip(&logits).any(apart), "{name}: {:?}", table.values);
    }
}

#[test]
fn a_directory_of_the_original() {
    let dir = tempfile::tempdir().unwrap();
    let results = dir.path().join("results_s2");
    std::fs::create_dir(&results).unwrap();
    for part in ["0.h5", "1.h5"] {
        std::fs::copy(stored("results.h5"), results.join(part)).unwrap();
    }
    let twice = Predictions::read(dir.path(), "eval_s2", "x").unwrap();
    let once = Predictions::read(&stored("results.h5"), "eval", "x").unwrap();
    assert_eq!(twice.uids, once.uids);
    let apart = twice.scores["action"].values.iter().zip(&once.scores["action"].values);
    assert!(apart.into_iter().all(|(a, b)| (a - b).abs() < 1e-12));
    let error = Predictions::read(dir.path(), "eval", "x").unwrap_err().to_string();
    assert!(error.contains("`eval`") && error.contains("no results"), "{error}");
}

/// Every `step`th segment of public annotations with the scores of the scripts, measured.
fn measured(name: &str, external: &Path, step: usize) -> Measured {
    let annotations = Annotations::read(&annotations(name, external)).unwrap();
    let lists = EvalLists::read(&external.join("rulstm/RULSTM/data").join(name)).unwrap();
    let segments: Vec<_> = annotations.segments.iter().step_by(step).cloned().collect();
    let labels: Vec<i64> = segments.iter().map(|segment| segment.labels.action).collect();
    let classes = annotations.class_names("action").len();
    let values = scores(&labels, classes).into_iter().map(f64::from).collect();
    let predictions = Predictions {
        name: name.to_owned(),
        uids: segments.iter().map(|segment| segment.uid.clone()).collect(),
        scores: BTreeMap::from([("action".to_owned(), Table { classes, values })]),
        targets: BTreeMap::from([("action".to_owned(), labels)]),
    };
    let labelled = Labelled { annotations, lists, unlabelled: UnlabelledRows::Skip };
    let (predictions, met) = predictions.with_targets(&labelled.annotations).unwrap();
    assert_eq!((met.known, met.strangers, met.disagreeing), (segments.len(), 0, 0));
    measure(&predictions, &Labels { labelled: Some(&labelled), depths: &[1, 5, 10] }).unwrap()
}

fn compare(fixture: &Value) -> usize {
    let Some(external) = external() else { return 0 };
    let step = fixture["step"].as_u64().unwrap() as usize;
    let mut compared = 0;
    for row in fixture["real"].as_array().unwrap() {
        let name = row["name"].as_str().unwrap();
        let found = measured(name, &external, step);
        for (metric, theirs) in row["metrics"].as_object().unwrap() {
            let Some(theirs) = theirs.as_f64() else { continue };
            let ours = found.values.get(metric).unwrap_or_else(|| panic!("{name} has no {metric}"));
            assert!((ours - theirs).abs() < TOLERANCE, "{name} {metric}: {ours}, not {theirs}");
            compared += 1;
        }
    }
    compared
}

#[test]
fn the_scripts_and_the_notebook_of_the_study() {
    let compared = compare(&fixture());
    assert!(external().is_none() || compared == 22, "{compared} figures");
}

#[test]
fn the_notebook_of_the_original() {
    let fixture: Value = serde_json::from_str(include_str!("fixtures/final_metrics.json")).unwrap();
    let compared = compare(&fixture);
    assert!(external().is_none() || compared > 40, "{compared} figures");
}
