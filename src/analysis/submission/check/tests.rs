use std::collections::BTreeMap;

use serde_json::json;

use super::super::super::{Predictions, Table};
use super::super::{Submission, Supervision, archive, members};
use super::*;

fn predictions(challenge: Challenge, uids: &[&str]) -> Predictions {
    let table = |classes: usize| Table {
        classes,
        values: (0..uids.len() * classes).map(|i| ((i * 37) % 101) as f64 / 7.0).collect(),
    };
    let classes = [("verb", challenge.verbs()), ("noun", challenge.nouns()), ("action", 150)];
    Predictions {
        name: "a".into(),
        uids: uids.iter().map(|uid| Uid::Text((*uid).into())).collect(),
        scores: classes.map(|(label, n)| (label.to_owned(), table(n))).into(),
        targets: BTreeMap::new(),
    }
}

fn document(challenge: Challenge) -> Vec<u8> {
    let scores = predictions(challenge, &["P01_1", "P01_2"]);
    let triples: Vec<_> = (0..150).map(|a| (a / 90, a % 90, a)).collect();
    let segments = ["P01_0", "P01_1", "P01_2"].map(|uid| Uid::Text(uid.into()));
    let supervision = Supervision::default();
    Submission { challenge, supervision, scores: &scores, triples: &triples, segments: &segments }
        .json()
        .unwrap()
}

#[test]
fn what_is_written_is_taken() {
    for challenge in Challenge::ALL {
        let json = document(challenge);
        let checked = check(&json, None).unwrap();
        assert_eq!(
            checked,
            Checked { challenge: Some(challenge), segments: 3, ..Default::default() }
        );
        let value: Value = serde_json::from_slice(&json).unwrap();
        let early = &value["results"]["P01_0"];
        assert_eq!(early["action"]["0,99"], json!(0.0), "too early in its video");
        assert_eq!(value.get("sls_tl").is_some(), challenge == Challenge::Ek100);
        let packed = archive(&[("test.json", &json)]).unwrap();
        assert!(packed.len() < json.len() / 2);
        assert_eq!(members(&packed).unwrap(), [("test.json".to_owned(), json)]);
    }
}

#[test]
fn actions_are_the_hundred_highest() {
    let json: Value = serde_json::from_slice(&document(Challenge::Ek55)).unwrap();
    let actions = json["results"]["P01_2"]["action"].as_object().unwrap();
    let scores: Vec<f64> = actions.values().map(|score| score.as_f64().unwrap()).collect();
    assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
    let predictions = predictions(Challenge::Ek55, &["P01_1", "P01_2"]);
    let mut all = predictions.scores["action"].row(1).to_vec();
    all.sort_by(|a, b| b.total_cmp(a));
    assert_eq!(scores, all[..100]);
}

/// A document with one thing changed, as it is told.
fn problems(challenge: Challenge, change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut value: Value = serde_json::from_slice(&document(challenge)).unwrap();
    change(&mut value);
    let text = serde_json::to_vec(&value).unwrap();
    let segments = ["P01_0", "P01_1", "P01_2"].map(|uid| Uid::Text(uid.into()));
    let checked = check(&text, Some(&segments)).unwrap();
    checked.problems.iter().map(Problem::to_string).collect()
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    type Change = fn(&mut Value);
    let rows: [(Change, &str); 15] = [
        (|v| v["version"] = json!(0.2), "version: expected the text \"0.1\""),
        (|v| v["challenge"] = json!("action_recognition"), "challenge: expected \"action_antici"),
        (|v| v["sls_pt"] = json!(6), "sls_pt: expected a whole number from 0 to 5, found 6"),
        (|v| drop(v.as_object_mut().unwrap().remove("sls_td")), "sls_td: expected a whole number"),
        (|v| v["results"] = json!({}), "results: it holds no segment"),
        (
            |v| drop(v["results"].as_object_mut().unwrap().remove("P01_1")),
            "results: 1 segments of the set are missing: P01_1",
        ),
        (
            |v| v["results"]["P09"] = v["results"]["P01_1"].clone(),
            "1 segments are not of the set: P09",
        ),
        (|v| v["results"]["P01_1"] = json!([]), "results.P01_1: expected an object with `verb`"),
        (
            |v| v["results"]["P01_1"]["verb"]["97"] = json!(1),
            "expected classes 0 to 96, found \"97\"",
        ),
        (
            |v| drop(v["results"]["P01_1"]["noun"].as_object_mut().unwrap().remove("17")),
            "results.P01_1.noun: without a score: 17",
        ),
        (
            |v| v["results"]["P01_2"]["noun"]["17"] = json!("1"),
            "results.P01_2.noun.17: expected a number",
        ),
        (|v| v["results"]["P01_1"]["action"]["97,0"] = json!(1), "expected 100 actions, found 101"),
        (
            |v| drop(v["results"]["P01_1"].as_object_mut().unwrap().remove("action")),
            "results.P01_1: it has no `action`, and the first one has",
        ),
        (
            |v| v["results"]["P01_1"]["actions"] = json!({}),
            "results.P01_1.actions: expected `verb`",
        ),
        (
            |v| v["results"]["P01_1"]["verb"] = json!(null),
            "expected a score for each of 97 classes",
        ),
    ];
    for (change, told) in rows {
        let problems = problems(Challenge::Ek100, change);
        assert!(problems.iter().any(|p| p.contains(told)), "`{told}` in {problems:?}");
    }
}

#[test]
fn what_is_no_submission_says_where() {
    for (text, told) in [
        ("{\"version\": \"0.1\",\n \"results\": {\"1\": NaN}}", "line 2 column"),
        ("[]", "an object with `version`"),
        ("{\"version\": \"0.1\"}", "it has no `results`"),
        ("{\"version\": \"0.1\", \"results\": []}", "`results` as an object"),
        ("{\"version\": \"0.1\", \"results\": {}} {}", "trailing characters"),
        ("", "EOF"),
    ] {
        let error = check(text.as_bytes(), None).unwrap_err().to_string();
        assert!(error.contains(told), "{text}: {error}");
    }
    assert!(members(b"PK").is_err());
    let folder = archive(&[("a/test.json", b"{}")]).unwrap();
    assert!(members(&folder).unwrap_err().to_string().contains("in a folder"));
}

#[test]
fn a_twin_is_told() {
    let text = String::from_utf8(document(Challenge::Ek55)).unwrap().replace("P01_0", "P01_1");
    let checked = check(text.as_bytes(), None).unwrap();
    assert_eq!(checked.problems[0].to_string(), "results.P01_1: it is there twice");
}

#[test]
fn levels_of_supervision() {
    let levels = "0, 5,3".parse::<Supervision>().unwrap().named();
    assert_eq!(levels, [("sls_pt", 0), ("sls_tl", 5), ("sls_td", 3)]);
    for text in ["1,4", "1,4,6", "1,4,4,4", "-1,0,0", "a"] {
        assert!(text.parse::<Supervision>().is_err(), "{text}");
    }
}
