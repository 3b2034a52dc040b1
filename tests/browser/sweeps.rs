//! The pages of sweeps and of selections of runs.

use std::path::PathBuf;

use crate::chromium::{Expected, check};
use crate::support::Place;

const SMALL: [&str; 5] = [
    "-m",
    "+experiment=ek55_ensemble",
    "+debug=synthetic",
    "train.num_epochs=2",
    "train.max_steps_per_epoch=4",
];

/// The page of a sweep, whatever became of its jobs.
fn swept(place: &Place, arguments: &[&str]) -> PathBuf {
    place.runner(SMALL.iter().chain(arguments).copied()).output().unwrap();
    place.path().join("outputs/ek55_ensemble/0001/report.html")
}

/// Two keys, repetitions, and a value with which every job fails.
#[test]
fn a_sweep_of_two_keys() {
    let place = Place::new();
    let arguments = ["distill=0,1,20", "opt.lr_wd.0.1=0.001,0.006,1e30", "seed=1,2"];
    let page = swept(&place, &arguments);
    let texts = [
        "Synthetic data.",
        "12 completed, 6 failed",
        "Best: distill=",
        "over 2 repetitions",
        "What moved",
        "All keys at once",
        "Where it failed more often",
        "opt.lr_wd.0.1=1e30: 6 of 6",
        "runner -m",
    ];
    check(&page, &Expected { charts: 6, texts: &texts });
    let all = place.path().join("all.html");
    let output = place.command(["runs", "report", "ek55_*", "--out", "all.html"]).output().unwrap();
    assert!(output.status.success());
    check(&all, &Expected { charts: 6, texts: &["18 runs: 12 completed, 6 failed."] });
}

/// Names in place of numbers, and points that are drawn one after the other.
#[test]
fn a_search_over_names() {
    let place = Place::new();
    let search = ["hydra/sweeper=tpe", "hydra.sweeper.n_trials=4", "hydra.sweeper.seed=1"];
    let keys = ["opt/optimizer=sgd,adam", "distill=interval(0,20)"];
    let page = swept(&place, &[&search[..], &keys[..]].concat());
    let texts = ["as the search went", "opt/optimizer", "sweeper tpe"];
    check(&page, &Expected { charts: 4, texts: &texts });
}

/// Nothing to choose from.
#[test]
fn a_sweep_of_one() {
    let place = Place::new();
    let page = swept(&place, &["distill=1"]);
    check(&page, &Expected { charts: 2, texts: &["There is no other setting with a result"] });
}
