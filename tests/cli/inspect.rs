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
