//! `runner new experiment`: what was tried becomes a file that does the same.

use std::path::Path;

use crate::support::{Place, repository, stderr, stdout};

/// A copy of `conf/` that a test may write to.
fn copied(place: &Place) {
    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let to = to.join(entry.file_name());
            match entry.file_type().unwrap().is_dir() {
                true => copy(&entry.path(), &to),
                false => drop(std::fs::copy(entry.path(), to).unwrap()),
            }
        }
    }
    copy(&repository().join("conf"), &place.path().join("conf"));
}

#[test]
fn the_file_composes_to_what_was_tried() {
    let place = Place::new();
    copied(&place);
    let tried =
        ["+experiment=ek55_ensemble", "opt/optimizer=sgd", "distill=0.5", "train.batch_size=8"];
    let new = ["new", "experiment", "mine"].into_iter().chain(tried);
    let output = place.command(new.clone()).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stdout(&output), "conf/experiment/mine.yaml\n");
    let expected = "\
# @package _global_
# What was tried as: runner +experiment=ek55_ensemble opt/optimizer=sgd distill=0.5 train.batch_size=8
defaults:
  - ek55_ensemble
  - _self_
  - override /opt/optimizer: sgd

distill: 0.5

train:
  batch_size: 8

expt_name: mine
";
    assert_eq!(place.text("conf/experiment/mine.yaml"), expected);
    let cfg = |args: &[&str]| {
        let output = place.command(args.iter().copied().chain(["--cfg", "job"])).output().unwrap();
        stdout(&output)
    };
    let by_hand = [&tried[..], &["expt_name=mine"]].concat();
    assert_eq!(cfg(&["+experiment=mine"]), cfg(&by_hand));
    let again = place.command(new).output().unwrap();
    assert_eq!(again.status.code(), Some(2));
    assert!(stderr(&again).contains("exists already"), "{}", stderr(&again));
}

#[test]
fn what_cannot_be_a_file_is_refused_and_leaves_none() {
    let place = Place::new();
    copied(&place);
    let before = std::fs::read_dir(place.path().join("conf/experiment")).unwrap().count();
    for (args, said) in [
        (&["a", "distill=1,2"][..], "--multirun"),
        (&["a", "+experiment=ek55_ensemble", "~features"], "~features"),
        (&["a", "~dataset_eval"], "cannot take a key away"),
        (&["a", "+typo=1"], "typo"),
        (&["../a", "seed=1"], "no name for a file"),
    ] {
        let args = ["new", "experiment"].into_iter().chain(args.iter().copied());
        let output = place.command(args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(stderr(&output).contains(said), "{said}: {}", stderr(&output));
    }
    let after = std::fs::read_dir(place.path().join("conf/experiment")).unwrap().count();
    assert_eq!(before, after);
}
