//! `runner analyze errors` and `classes`, and what they refuse.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::{Place, QUICK, stderr, stdout};

const ERRORS: [&str; 8] = [
    "analyze",
    "errors",
    "--teacher",
    "ek55_ensemble/2",
    "--baseline",
    "ek55_ensemble/1",
    "--distilled",
    "ek55_ensemble/2",
];

/// A place with two short runs on generated data.
fn place() -> Place {
    let place = Place::new();
    for more in ["distill=0", "distill=20"] {
        place.runner(QUICK.into_iter().chain([more])).assert().success();
    }
    place
}

fn said(place: &Place, args: &[&str]) -> String {
    let output = place.command(args.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
    stdout(&output)
}

fn json(place: &Place, args: &[&str]) -> Value {
    serde_json::from_str(&said(place, &[args, &["--json"]].concat())).unwrap()
}

/// What a command says that is refused.
fn refused(place: &Place, args: &[&str]) -> String {
    let output = place.command(args.iter().copied()).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{args:?}: {}", stderr(&output));
    assert!(output.stdout.is_empty(), "{}", stdout(&output));
    stderr(&output)
}

#[test]
fn errors_as_table_and_files() {
    let place = place();
    let table = said(&place, &[&ERRORS[..], &["--out", "errors", "--examples", "2"]].concat());
    assert!(table.contains("learned from the teacher"), "{table}");
    let counted = json(&place, &ERRORS);
    let outcomes = counted["outcomes"].as_array().unwrap();
    let sum: u64 = outcomes.iter().map(|one| one["segments"].as_u64().unwrap()).sum();
    assert_eq!(counted["segments"], sum);
    // Teacher and student are one model here, so that they never differ.
    for outcome in outcomes.iter().filter(|one| one["teacher"] != one["distilled"]) {
        assert_eq!(outcome["segments"], 0, "{outcome}");
    }
    let metrics = place.json("outputs/ek55_ensemble/0002/run.json");
    let top5 = metrics["metrics"]["last"]["final_acc/action/top5"].as_f64().unwrap();
    assert!((counted["models"][2]["percent"].as_f64().unwrap() - top5).abs() < 1e-4, "{counted}");

    let rows = place.text("errors/errors.csv");
    let mut reader = csv::Reader::from_reader(rows.as_bytes());
    let mut types: BTreeMap<String, u64> = BTreeMap::new();
    for row in reader.deserialize::<BTreeMap<String, String>>() {
        let row = row.unwrap();
        *types.entry(row["error_type"].clone()).or_default() += 1;
        let past: Vec<String> = serde_json::from_str(&row["label_history"]).unwrap();
        let uids: Vec<Value> = serde_json::from_str(&row["uid_history"]).unwrap();
        assert!(past.len() <= 5 && past.len() == uids.len(), "{row:?}");
        let rank: usize = row["teacher_rank"].parse().unwrap();
        let first: Vec<String> = serde_json::from_str(&row["teacher_top_txt"]).unwrap();
        assert_eq!(first.get(rank - 1), (rank <= 5).then_some(&row["target_txt"]), "{row:?}");
    }
    for outcome in outcomes {
        let count = types.get(outcome["error_type"].as_str().unwrap()).copied().unwrap_or(0);
        assert_eq!(outcome["segments"], count, "{outcome}");
    }
    let page = place.text("errors/errors.html");
    assert!(page.contains("Synthetic data.") && page.contains("evenly spread"));
    assert!(page.matches("class=\"case\"").count() <= 16);

    let again = refused(&place, &[&ERRORS[..], &["--out", "errors"]].concat());
    assert!(again.contains("errors/errors.csv") && again.contains("is there already"), "{again}");
    assert_eq!(place.text("errors/errors.csv"), rows);
}

#[test]
fn classes_and_correlations() {
    let place = place();
    let pair = ["analyze", "classes", "ek55_ensemble/1", "ek55_ensemble/2"];
    let compared = json(&place, &pair);
    for (side, run) in [("a", "0001"), ("b", "0002")] {
        let manifest = place.json(&format!("outputs/ek55_ensemble/{run}/run.json"));
        let own = manifest["metrics"]["last"]["final_acc/action/AR5"].as_f64().unwrap();
        let mean = compared["mean"][side].as_f64().unwrap();
        assert!((mean - own).abs() < 1e-9, "{side}: {mean}, in the run {own}");
    }
    let gains: Vec<f64> = compared["classes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|class| class["gain"].as_f64().unwrap())
        .collect();
    assert!(gains.len() > 5 && gains.is_sorted_by(|a, b| a >= b), "{gains:?}");
    assert!(compared["classes"][0]["train_segments"].is_u64());

    let seeds = ["analyze", "classes", "ek55_ensemble/1,ek55_ensemble/2", "ek55_ensemble/2"];
    let more = ["--label", "verb", "--metric", "top1", "--sort", "name"];
    let verbs = json(&place, &[&seeds[..], &more].concat());
    assert_eq!((&verbs["classes"][0]["a"]["n"], &verbs["metric"]), (&2.into(), &"top1".into()));
    let table = said(&place, &[&pair[..], &["--top", "1", "--markdown"]].concat());
    assert_eq!(table.lines().count(), 4, "{table}");

    let one = ["analyze", "classes", "ek55_ensemble/1", "--correlations"];
    let correlated = json(&place, &one);
    let first = &correlated["classes"][0]["correlated"];
    assert_eq!(first.as_array().unwrap().len(), 5, "{first}");
    let csv = said(&place, &[&one[..], &["--csv"]].concat());
    assert!(csv.starts_with("action,correlated 1,correlation 1,"), "{csv}");
}

#[test]
fn what_cannot_be_asked() {
    let place = place();
    let results = "outputs/ek55_ensemble/0001/results/eval.h5";
    std::fs::copy(place.path().join(results), place.path().join("alone.h5")).unwrap();
    let (one, two) = ("ek55_ensemble/1", "ek55_ensemble/2");
    let of_files = ["--teacher", "alone.h5", "--baseline", "alone.h5", "--distilled", "alone.h5"];
    for (args, told) in [
        (&[&["analyze", "errors"][..], &of_files].concat()[..], "--of RUN"),
        (&[&ERRORS[..], &["--k", "0"]].concat(), "k = 0: expected 1 to"),
        (&[&ERRORS[..], &["--set", "test"]].concat(), "`test`"),
        (&[&ERRORS[..], &["--examples", "3"]].concat(), "--out"),
        (&["analyze", "classes", one], "<B>"),
        (&["analyze", "classes", one, "ek55_ensemble/7"], "did you mean"),
        (&["analyze", "classes", one, ","], "one side is empty"),
        (&["analyze", "classes", one, two, "--label", "verbs"], "did you mean `verb`?"),
        (&["analyze", "classes", one, two, "--metric", "recall"], "recall@K"),
        (&["analyze", "classes", one, two, "--metric", "recall@900"], "expected 1 to"),
        (&["analyze", "classes", one, two, "--min-support", "9999"], "expected at most"),
        (&["analyze", "classes", one, two, "--correlations"], "several results"),
        (&["analyze", "classes", "alone.h5", "alone.h5"], "--of RUN"),
    ] {
        let text = refused(&place, args);
        assert!(text.contains(told), "{args:?}: {text}");
    }
}

/// Results of a world of other classes.
#[test]
fn results_of_different_data_sets() {
    let place = place();
    let other = ["dataset.synthetic.world.actions=20", "hydra.run.dir=other"];
    place.runner(QUICK.into_iter().chain(other)).assert().success();
    let text = refused(&place, &["analyze", "classes", "ek55_ensemble/1", "other"]);
    assert!(text.contains("`other`") && text.contains("20"), "{text}");
    let models = ["--teacher", "other", "--baseline", "other", "--distilled", "ek55_ensemble/1"];
    let text = refused(&place, &[&["analyze", "errors"][..], &models].concat());
    assert!(text.contains("`ek55_ensemble/1`"), "{text}");
}
