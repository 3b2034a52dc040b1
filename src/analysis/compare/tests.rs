use serde_json::json;

use super::super::record::tests::{Fake, finished, finished_on};
use super::super::{Marked, load};
use super::*;
use crate::runs::{RunDir, read_run};

fn top(value: f64) -> Value {
    json!({"final_acc/action/top1": value, "loss": 10.0 - value})
}

fn compared(records: Vec<Record>) -> Result<Comparison, AnalysisError> {
    Comparison::new(records, &ComparisonOptions::default(), &Fake)
}

/// Two weights, the second with two seeds.
fn sweep(outputs: &std::path::Path) -> Vec<Record> {
    let config = |distill: i32, seed: i32, id: i32| json!({"distill": distill, "seed": seed, "run_id": id, "s": 1});
    let mut records = vec![
        finished(outputs, "e", config(20, 1, 0), top(5.0)),
        finished(outputs, "e", config(1, 1, 0), top(2.0)),
        finished(outputs, "e", config(20, 2, 1), top(6.0)),
    ];
    for (n, record) in records.iter_mut().enumerate() {
        record.run.manifest.as_mut().unwrap().config_hash = n.to_string();
    }
    records
}

#[test]
fn repetitions_are_one_row_and_the_best_is_marked() {
    let dir = tempfile::tempdir().unwrap();
    let comparison = compared(sweep(dir.path())).unwrap();
    assert_eq!(comparison.keys, ["distill"]);
    assert!(comparison.warnings.is_empty(), "{:?}", comparison.warnings);
    let expected = "\
distill  n  final_acc/action/top1          loss
1        1           2.00          8.00
20       2           5.50 ± 0.71*  4.50 ± 0.71*
";
    let text = comparison.text(Marked::Star);
    let squeezed = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(squeezed(&text), squeezed(expected), "{text}");
    assert!(comparison.markdown().contains("| 20 | 2 | **5.50 ± 0.71** | **4.50 ± 0.71** |"));
    assert!(comparison.latex().contains("20 & 2 & \\textbf{5.50 $\\pm$ 0.71}"));
    let json = comparison.json();
    assert_eq!(json["rows"][1]["runs"], json!(["e/0001", "e/0003"]));
    assert_eq!(json["rows"][1]["metrics"]["loss"]["best"], json!(true));
    assert_eq!(json["rows"][0]["metrics"]["loss"]["std"], Value::Null);
    let csv = comparison.csv();
    assert!(csv.contains("e,simulated,20,2,e/0001 e/0003,5.5,0.7071067811865476,2,4.5,"), "{csv}");
}

#[test]
fn doubtful_comparisons_are_said() {
    let dir = tempfile::tempdir().unwrap();
    let mut records = sweep(dir.path());
    let real = json!({"distill": 1, "seed": 1, "run_id": 0, "s": 1});
    records.push(finished_on(dir.path(), "e", real, top(9.0), DataKind::Real));
    let comparison = compared(records).unwrap();
    assert_eq!(comparison.rows.len(), 3, "data of two kinds is never averaged");
    assert!(comparison.warnings[0].contains("real: 1 run, simulated: 3 runs"));

    let mut records = sweep(dir.path());
    records[0].run.manifest.as_mut().unwrap().eval_fingerprint = Some("0123456789".into());
    let warnings = compared(records).unwrap().warnings;
    assert!(warnings[0].contains("fingerprints 01234567: 1 run, unknown: 2 runs"), "{warnings:?}");

    let mut records = sweep(dir.path());
    for (record, path) in records.iter_mut().zip(["x/ek55.csv", "x/ek55.csv", "${y}/egtea.csv"]) {
        record.settings.insert("dataset_eval.annotation_path".into(), json!([path]));
    }
    let warnings = compared(records).unwrap().warnings;
    let told = "different data sets are compared (egtea.csv: 1 run, ek55.csv: 2 runs)";
    assert!(warnings[0].starts_with(told), "{warnings:?}");

    let mut records = sweep(dir.path());
    records[2].run.manifest.as_mut().unwrap().config_hash = "0".into();
    let warnings = compared(records).unwrap().warnings;
    assert!(warnings[0].contains("no spread over seeds"), "{warnings:?}");
}

#[test]
fn what_has_not_completed_is_left_out() {
    let dir = tempfile::tempdir().unwrap();
    let mut records = sweep(dir.path());
    RunDir::create(dir.path(), "e").unwrap();
    records.extend(load(vec![read_run(&dir.path().join("e/0004"))], &Fake));
    records[1].run.state = RunState::Stale;
    let comparison = compared(records).unwrap();
    assert_eq!(comparison.rows.len(), 1);
    assert!(comparison.warnings[0].starts_with("left out: 1 incomplete, 1 stale"));

    let mut records = sweep(dir.path());
    records[1].run.state = RunState::Stale;
    let options = ComparisonOptions { unfinished: true, ..ComparisonOptions::default() };
    assert_eq!(Comparison::new(records, &options, &Fake).unwrap().rows.len(), 2);

    let error = compared(Vec::new()).unwrap_err().to_string();
    assert!(error.contains("none is selected"), "{error}");
    let incomplete = load(vec![read_run(&dir.path().join("e/0004"))], &Fake);
    assert!(compared(incomplete).unwrap_err().to_string().contains("1 incomplete"));
}

#[test]
fn metrics_and_keys_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let options = ComparisonOptions {
        metrics: vec!["best.action.top1".into()],
        keys: vec!["s".into(), "distill".into()],
        unfinished: false,
    };
    let comparison = Comparison::new(sweep(dir.path()), &options, &Fake).unwrap();
    assert_eq!(comparison.rows[1].settings, [Some(json!(1)), Some(json!(20))]);
    assert_eq!(comparison.metrics, ["best.action.top1"]);
    assert!(comparison.rows[1].summaries[0].as_ref().unwrap().best);
    let wrong = ComparisonOptions { metrics: vec!["best.x".into()], ..options };
    assert!(Comparison::new(sweep(dir.path()), &wrong, &Fake).is_err());
}
