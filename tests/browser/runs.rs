//! The pages of runs.

use std::path::PathBuf;

use crate::chromium::{Expected, check};
use crate::support::{Place, stderr};

fn run(place: &Place, arguments: &[&str]) -> PathBuf {
    let base = ["+experiment=ek55_ensemble", "+debug=synthetic", "hydra.run.dir=run"];
    let output = place.runner(base.iter().chain(arguments).copied()).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    place.path().join("run/report.html")
}

#[test]
fn a_run() {
    let place = Place::new();
    let page = run(&place, &["train.num_epochs=3"]);
    let texts = [
        "Synthetic data.",
        "completed",
        "loss/distill",
        "final_acc/action/top1",
        "the 20 most frequent classes",
        "The most frequent mistakes",
        "runner runs rerun",
        "waiting for data",
        "data fingerprint",
        "train.num_epochs",
    ];
    check(&page, &Expected { charts: 10, texts: &texts });
}

/// Nothing but its manifest is left of the run, and of its log a torn line.
#[test]
fn what_is_left_of_a_run() {
    let place = Place::new();
    let page = run(&place, &["train.num_epochs=1", "train.max_steps_per_epoch=2"]);
    let dir = page.parent().unwrap();
    std::fs::write(dir.join("metrics.jsonl"), "{\"split\":\"tr").unwrap();
    std::fs::write(dir.join("results/eval.h5"), "no hdf5").unwrap();
    std::fs::remove_file(dir.join(".hydra/config.yaml")).unwrap();
    runner::report::write_html(dir).unwrap();
    let texts = ["torn and left out", "No confusion of eval", "no record of its config"];
    check(&page, &Expected { charts: 0, texts: &texts });
}

/// Its one evaluation has nothing to draw lines between.
#[test]
fn a_run_that_only_evaluates() {
    let place = Place::new();
    run(&place, &["train.num_epochs=1", "train.max_steps_per_epoch=2"]);
    let test = ["test_only=true", "train.init_from_model=[[run]]", "hydra.run.dir=tested"];
    let arguments = ["+experiment=ek55_ensemble", "+debug=synthetic"].into_iter().chain(test);
    let output = place.runner(arguments).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let texts = ["The last evaluation", "final_acc/action/top1"];
    check(&place.path().join("tested/report.html"), &Expected { charts: 2, texts: &texts });
}
