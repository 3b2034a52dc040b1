//! Looking at a config without running it.

use crate::support::{Place, stderr, stdout};

#[test]
fn cfg_prints_yaml_alone_on_stdout() {
    let place = Place::new();
    let output = place
        .runner([
            "+experiment=ek55_ensemble",
            "distill=0.5",
            "--cfg",
            "job",
            "--resolve",
            "-p",
            "train.train_one_epoch_fn.loss_wts",
        ])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(text.contains("\ndistill: 0.5\n"), "{text}");
    assert!(place.is_empty());
}

#[test]
fn the_top_level_weight_and_the_full_path_do_the_same() {
    let place = Place::new();
    let weights = |argument: &str| {
        let args = [
            "+experiment=ek55_ensemble",
            argument,
            "--cfg",
            "job",
            "--resolve",
            "-p",
            "train.train_one_epoch_fn.loss_wts",
        ];
        stdout(&place.runner(args).output().unwrap())
    };
    assert_eq!(weights("distill=0.5"), weights("train.train_one_epoch_fn.loss_wts.distill=0.5"));
}

#[test]
fn explain_names_the_argument_and_what_it_replaced() {
    let place = Place::new();
    let output = place
        .runner([
            "+experiment=ek55_ensemble",
            "distill=0.5",
            "--explain",
            "train.train_one_epoch_fn.loss_wts.distill",
        ])
        .output()
        .unwrap();
    let text = stdout(&output);
    assert!(output.status.success(), "{}", stderr(&output));
    for part in ["0.5", "distill=0.5", "config.yaml", "${distill}"] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn diff_tells_values_and_places_of_both_sides() {
    let place = Place::new();
    let diff = |args: &[&str]| {
        let output = place.runner(args.iter().copied()).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    let text = diff(&["--diff", "ek55_bert", "ek55_ensemble"]);
    assert!(text.starts_with("KEY"), "{text}");
    for part in
        ["\nexpt_name ", "\"ek55_bert\"", "conf/experiment/ek55_ensemble.yaml:", "\nteacher.name "]
    {
        assert!(text.contains(part), "`{part}` in {text}");
    }
    assert_eq!(diff(&["--diff", "ek55_bert", "ek55_bert"]), "");
    let sets = ["+experiment=ek55_ensemble", "--diff", "distill=1 seed=1", "seed=1", "--json"];
    let found: serde_json::Value = serde_json::from_str(&diff(&sets)).unwrap();
    let found = found["differences"].as_array().unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((&found[0]["key"], &found[0]["a"]["value"]), (&"distill".into(), &1.into()));
    assert_eq!(found[0]["a"]["origin"], "argument 1 `distill=1`");
    let resolved: Vec<String> = diff(&[&sets[..4], &["--resolve"]].concat())
        .lines()
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .collect();
    let weight = "train.train_one_epoch_fn.loss_wts.distill";
    assert!(resolved.iter().any(|key| key == weight), "{resolved:?}");
}
