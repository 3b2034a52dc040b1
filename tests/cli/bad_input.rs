//! Wrong input: exit code 2, nothing written, one clear message.

use crate::support::{Place, QUICK, stderr};

/// Arguments after the quick ones, and what the message must hold.
const REFUSED: [(&str, &[&str], &[&str]); 8] = [
    ("misspelt key", &["distil=0.5"], &["distil", "distill"]),
    ("misspelt experiment", &["+experiment=ek55_ensembel"], &["ek55_ensembel", "ek55_ensemble"]),
    ("misspelt option", &["opt/optimizer=adamm"], &["adamm", "adam"]),
    ("wrong type", &["train.batch_size=many"], &["train.batch_size", "many"]),
    ("unknown key added", &["+train.bogus=1"], &["bogus"]),
    ("unknown device", &["device=gpu"], &["device", "gpu", "flex"]),
    ("unknown launcher", &["hydra/launcher=pbs"], &["pbs", "basic"]),
    ("no such file of overrides", &["@nowhere.txt"], &["nowhere.txt"]),
];

#[test]
fn refused_input_writes_nothing() {
    for (name, arguments, parts) in REFUSED {
        let place = Place::new();
        let mut args = QUICK.to_vec();
        if arguments[0].starts_with("+experiment") {
            args.remove(0);
        }
        let output =
            place.runner(args.into_iter().chain(arguments.iter().copied())).output().unwrap();
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{name}: {text}");
        for part in parts {
            assert!(text.contains(part), "{name}: `{part}` in {text}");
        }
        assert!(!text.contains("panicked"), "{name}: {text}");
        assert!(place.is_empty(), "{name}: something was written");
    }
}

/// Alone and as a job of a sweep beside one that could run.
#[test]
fn what_cannot_run_yet_is_refused_and_told_by_a_dry_run() {
    let alone = ["+experiment=ek55_avt_tsn", "sync_bn=true"];
    let sweep = ["-m", "+experiment=ek55_avt_tsn", "sync_bn=false,true"];
    for args in [&alone[..], &sweep] {
        let place = Place::new();
        let said = ["`sync_bn`", "not available in this version", "ranks normalise their own rows"];
        for (flag, code) in [(None, 2), (Some("--dry-run"), 0)] {
            let output = place.runner(args.iter().copied().chain(flag)).output().unwrap();
            let text = stderr(&output);
            assert_eq!(output.status.code(), Some(code), "{args:?} {flag:?}: {text}");
            for part in said {
                assert!(text.contains(part), "{args:?} {flag:?}: `{part}` in {text}");
            }
            assert_eq!(text.contains("warning: "), flag.is_some(), "{text}");
            assert!(place.is_empty(), "{args:?} {flag:?}: something was written");
        }
    }
}

#[test]
fn everything_wrong_is_shown_with_its_text() {
    let place = Place::new();
    let wrong = ["train.batch_size=many", "+typo=1", "teacher.missing=maybe"];
    let output = place.runner(["+experiment=ek55_ensemble"].into_iter().chain(wrong)).output();
    let text = stderr(&output.unwrap());
    let expected = "\
error: failed to use the value of `train.batch_size`: expected a whole number, not negative, got 'many'
 |
 | train.batch_size=many
 |                  ^^^^ argument 2

error: failed to read `typo`: unknown key
 |
 | +typo=1
 |  ^^^^ argument 3
";
    assert!(text.starts_with(expected), "{text}");
    assert!(text.contains("= note: expected one of: error, uniform, skip"), "{text}");
    assert_eq!(text.matches("error: ").count(), wrong.len(), "{text}");
    assert!(!text.contains('\u{1b}'), "no colours in a pipe: {text}");
}

#[test]
fn mistakes_of_different_kinds_are_told_together() {
    let place = Place::new();
    let wrong = [
        "train.batch_size=[1",
        "opt/optimizer=adamm",
        "trian.num_epochs=3",
        "+teacher.typo=1",
        "model.dropout=much",
        "eval.batch_size=1,2",
    ];
    let output = place.runner(["+experiment=ek55_ensemble"].into_iter().chain(wrong)).output();
    let text = stderr(&output.unwrap());
    assert_eq!(text.matches("error: ").count(), wrong.len(), "{text}");
    for (index, _) in wrong.iter().enumerate() {
        assert!(text.contains(&format!("^ argument {}\n", index + 2)), "{index}: {text}");
    }
    assert!(text.contains("= help: did you mean `adam`?"), "{text}");
}

#[test]
fn a_value_in_a_file_is_shown_where_it_stands() {
    let place = Place::new();
    std::fs::create_dir_all(place.path().join("more/experiment")).unwrap();
    let file = "# @package _global_\ntrain:\n  batch_size: many  # of them\n  batchsize: 3\n";
    std::fs::write(place.path().join("more/experiment/mine.yaml"), file).unwrap();
    let output = place.runner(["-cd", "more", "+experiment=mine", "--dry-run"]).output().unwrap();
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    for part in [
        " --> more/experiment/mine.yaml:3:15\n  |\n3 |   batch_size: many  # of them\n  |               ^^^^\n",
        " --> more/experiment/mine.yaml:4:3\n  |\n4 |   batchsize: 3\n  |   ^^^^^^^^^\n",
        "= help: did you mean `batch_size`?",
    ] {
        assert!(text.contains(part), "`{part}` in {text}");
    }
}

#[test]
fn a_loss_that_is_no_number_fails_the_run_and_names_the_term() {
    let place = Place::new();
    let args = ["+experiment=ek55_ensemble", "+debug=synthetic", "hydra.run.dir=run"];
    let output = place.runner(args).arg("opt.lr_wd=[[__all__,1e30,0]]").output().unwrap();
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert_eq!(text.matches("loss term").count(), 1, "said once: {text}");
    let manifest = place.json("run/run.json");
    assert_eq!(manifest["status"], "failed");
    assert!(manifest["error"].as_str().unwrap().contains("training stopped before the update"));
    assert!(place.text("run/runner.log").contains("loss term"));
}

#[test]
fn missing_data_names_the_file_and_the_way_out() {
    let place = Place::new();
    let output = place.runner(["+experiment=ek55_ensemble"]).output().unwrap();
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("EPIC_train_action_labels"), "{text}");
    assert!(text.contains("paths.external"), "{text}");
    assert!(place.is_empty());
}
