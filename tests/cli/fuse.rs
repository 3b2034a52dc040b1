//! `runner analyze fuse`: several runs as one, with weights that are given or searched.

use std::process::Output;

use runner::runs::read_results;
use serde_json::Value;

use crate::support::{Place, QUICK, stderr, stdout};

/// Two runs with two evaluation sets, of generated data.
fn two(place: &Place) {
    for seed in ["1", "2"] {
        let seed = format!("seed={seed}");
        let world = ["dataset.synthetic.world.seed=42", "+dataset_eval_b=${dataset_train}"];
        place.runner(QUICK.into_iter().chain(world).chain([seed.as_str()])).assert().success();
    }
}

const BOTH: [&str; 2] = ["ek55_ensemble/1", "ek55_ensemble/2"];

fn fuse(place: &Place, args: &[&str]) -> Output {
    let command = ["analyze", "fuse"].into_iter().chain(args.iter().copied());
    place.command(command).output().unwrap()
}

fn json(place: &Place, args: &[&str]) -> Value {
    let args: Vec<&str> = BOTH.into_iter().chain(args.iter().copied()).chain(["--json"]).collect();
    let output = fuse(place, &args);
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
    serde_json::from_str(&stdout(&output)).unwrap()
}

fn refused(place: &Place, args: &[&str]) -> String {
    let output = fuse(place, args);
    assert_eq!(output.status.code(), Some(2), "{args:?}: {}{}", stdout(&output), stderr(&output));
    stderr(&output)
}

#[test]
fn runs_are_fused_with_weights_given_and_searched() {
    let place = Place::new();
    two(&place);
    let even = json(&place, &[]);
    let rows = even["rows"].as_array().unwrap();
    assert_eq!(
        rows.iter().map(|row| row["predictions"].as_str().unwrap()).collect::<Vec<_>>(),
        [BOTH[0], BOTH[1], "fusion"]
    );
    // Each model has the metrics that its run reports.
    for (row, run) in rows.iter().zip(["0001", "0002"]) {
        let last = &place.json(&format!("outputs/ek55_ensemble/{run}/run.json"))["metrics"]["last"];
        for metric in ["final_acc/action/top1", "final_acc/action/AR5"] {
            let (a, b) = (row["metrics"][metric].as_f64(), last[metric].as_f64());
            assert!((a.unwrap() - b.unwrap()).abs() < 1e-6, "{metric}: {a:?} {b:?}");
        }
        assert!(row["metrics"]["final_acc/noun/top5"].is_number(), "{row}");
    }
    // Weight on one alone gives that one, whatever the scale.
    let alone = json(&place, &["--weights", "0,2", "--norm", "2"]);
    let metrics = |row: usize| &alone["rows"][row]["metrics"]["final_acc/action/top5"];
    assert_eq!(metrics(1), metrics(2));

    searched(&place);
    stored(&place);
    bad_input(&place);
}

fn searched(place: &Place) {
    let goal = ["--weights", "search", "--metric", "action.top5"];
    let with = |more: &[&str]| json(place, &[&goal[..], more].concat());
    let top5 = |told: &Value, row: usize| {
        told["rows"][row]["metrics"]["final_acc/action/top5"].as_f64().unwrap()
    };
    let best = with(&["--search-in-sample"]);
    assert!(top5(&best, 2) >= top5(&best, 0).max(top5(&best, 1)), "{best}");
    assert_eq!(best["search"]["optimistic"], true);
    assert!((best["search"]["value"].as_f64().unwrap() - top5(&best, 2)).abs() < 1e-9, "{best}");
    assert_eq!(with(&["--search-in-sample"]), best, "the same each time");

    let folds = with(&["--folds", "4"]);
    assert!(top5(&folds, 2) <= top5(&best, 2), "{folds}");
    let told = folds["search"]["folds"].as_array().unwrap();
    let segments: u64 = told.iter().map(|fold| fold["segments"].as_u64().unwrap()).sum();
    assert_eq!((told.len(), Some(segments)), (4, folds["rows"][2]["segments"].as_u64()));
    assert_eq!(with(&[])["search"]["folds"].as_array().unwrap().len(), 5, "by default");

    let other = with(&["--search-on", "eval_b"]);
    assert_eq!(other["search"]["on"], "eval_b");
    assert!(top5(&other, 2) <= top5(&best, 2), "{other}");

    let output = fuse(place, &[BOTH[0], BOTH[1], "--weights", "search"]);
    let text = stdout(&output);
    assert!(
        text.contains("cross-validated: each fold has weights searched for action.top1"),
        "{text}"
    );
    assert!(text.contains("fold 5: weights ") && text.contains("(optimistic)"), "{text}");
    for form in ["--csv", "--latex", "--markdown"] {
        let output = fuse(place, &[BOTH[0], BOTH[1], form]);
        assert!(stdout(&output).contains("fusion"), "{form}");
        assert!(stderr(&output).contains("weights 1,1"), "{form}");
    }
}

fn stored(place: &Place) {
    let out = ["--weights", "1,0.5", "--norm", "2", "--out", "made/both.h5"];
    let fused = json(place, &out);
    let rows = read_results(&place.path().join("made/both.h5")).unwrap();
    assert_eq!(rows.idx.len() as u64, fused["rows"][2]["segments"].as_u64().unwrap());
    assert!(["action", "verb", "noun"].iter().all(|label| rows.logits.contains_key(*label)));
    // What was stored can be fused again, and says the same.
    let again = fuse(place, &["made/both.h5", BOTH[0], "--weights", "1,0", "--json"]);
    let again: Value = serde_json::from_str(&stdout(&again)).unwrap();
    let top1 =
        |told: &Value, row: usize| told["rows"][row]["metrics"]["final_acc/action/top1"].clone();
    assert_eq!(top1(&again, 0), top1(&fused, 2));
    assert_eq!(top1(&again, 2), top1(&fused, 2));
    let error = refused(place, &[&BOTH[..], &out].concat());
    assert!(error.contains("failed to write `made/both.h5`: it is there already"), "{error}");
}

fn bad_input(place: &Place) {
    let rows: [(&[&str], &str); 16] = [
        (&[BOTH[0]], "one model is given, expected at least two"),
        (&[BOTH[0], "ek55_ensemble/9"], "ek55_ensemble/9"),
        (
            &[BOTH[0], BOTH[1], "--weights", "1"],
            "failed to weigh 2 models: `--weights` has 1 numbers",
        ),
        (&[BOTH[0], BOTH[1], "--weights", "1,-1"], "expected numbers that are at least 0"),
        (&[BOTH[0], BOTH[1], "--weights", "1,nan"], "expected numbers that are at least 0"),
        (&[BOTH[0], BOTH[1], "--weights", "0,0"], "expected a weight above 0"),
        (&[BOTH[0], BOTH[1], "--norm", "0"], "expected `none`, a number above 0"),
        (&[BOTH[0], BOTH[1], "--norm", "-2"], "'--norm"),
        (&[BOTH[0], BOTH[1], "--set", "eval7"], "eval7"),
        (&[BOTH[0], BOTH[1], "--folds", "3"], "failed to use `--folds`: no weights are searched"),
        (&[BOTH[0], BOTH[1], "--weights", "search", "--folds", "1"], "1 folds: expected 2 to "),
        (
            &[BOTH[0], BOTH[1], "--weights", "search", "--search-on", "eval"],
            "the set that is reported",
        ),
        (&[BOTH[0], BOTH[1], "--weights", "search", "--search-on", "evil"], "evil"),
        (&[BOTH[0], BOTH[1], "--weights", "search", "--metric", "action.top7"], "did you mean"),
        (&[BOTH[0], BOTH[1], "--weights", "search", "--metric", "top1"], "it stands for"),
        (
            &[BOTH[0], "made/both.h5", "--weights", "search", "--search-on", "eval_b"],
            "`made/both.h5` is one file, which holds one set",
        ),
    ];
    for (args, told) in rows {
        let error = refused(place, args);
        assert!(error.contains(told), "{args:?}: `{told}` in {error}");
    }
}
