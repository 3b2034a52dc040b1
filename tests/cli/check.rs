//! `runner data check`: a whole root, or what an experiment reads.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::support::{Place, repository, stderr, stdout};

const OF_ROOT: [&str; 2] = ["paths.external=root/external", "paths.data=root/DATA"];

/// A generated root in a directory of its own.
fn place() -> Place {
    let place = Place::new();
    let videos = ["--train-videos", "2", "--val-videos", "1", "--segments-per-video", "10"];
    place.command(["data", "synth", "root"].into_iter().chain(videos)).assert().success();
    place
}

fn check(place: &Place, args: &[&str]) -> std::process::Output {
    let conf = repository().join("conf").display().to_string();
    let args = ["data", "check", "--config-path", &conf].into_iter().chain(args.iter().copied());
    place.command(args).output().unwrap()
}

fn of_root<'a>(args: &[&'a str]) -> Vec<&'a str> {
    args.iter().copied().chain(OF_ROOT).collect()
}

#[test]
fn what_an_experiment_reads() {
    let place = place();
    let args = of_root(&["+experiment=ek55_ensemble", "model.backbone_dim=32"]);
    let output = check(&place, &args);
    let text = stdout(&output);
    assert!(output.status.success(), "{text}{}", stderr(&output));
    assert!(stderr(&output).ends_with("12 found\n"), "{}", stderr(&output));
    let line = |name: &str| text.lines().find(|line| line.contains(name)).unwrap().to_owned();
    let stored = "dataset_train: vectors of 32 elements, frames for 20 of 20 segments";
    assert!(line("data_full/rgb").ends_with(stored), "{text}");
    let classes = line("EPIC_verb_classes.csv");
    assert!(classes.ends_with("dataset_train, dataset_eval: 6 rows"), "{classes}");
    assert!(!text.contains("Where to get"), "{text}");

    fs::remove_file(place.path().join("root/DATA/teachers/ek55_ensemble.safetensors")).unwrap();
    let output = check(&place, &args);
    assert_eq!(output.status.code(), Some(2));
    let text = stdout(&output);
    assert!(text.contains("  missing ") && text.contains("import-teacher"), "{text}");

    let wrong = of_root(&["+experiment=ek55_ensemble", "--kind", "features", "--json"]);
    let output = check(&place, &wrong[..wrong.len()]);
    assert_eq!(output.status.code(), Some(2), "{}", stdout(&output));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let items = json["items"].as_array().unwrap();
    assert_eq!((items.len(), json["complete"].as_bool()), (2, Some(false)));
    assert_eq!(items[0]["state"], "broken");
    assert_eq!(items[0]["detail"], "vectors of 32 elements, expected 1024");
    let from = "https://iplab.dmi.unict.it/sharing/rulstm/features/rgb_full/data.mdb";
    assert_eq!(items[0]["source"]["from"], from);
}

/// A run fails without any file that is listed, and needs no other.
#[test]
fn a_run_reads_what_is_listed_and_nothing_else() {
    let place = place();
    let config = of_root(&["+experiment=ek55_ensemble", "model.backbone_dim=32", "+debug=tiny"]);
    let config = [&config[..], &["paths.made=root/DATA"]].concat();
    let output = check(&place, &[&config[..], &["--write", "sums"]].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    let sums = place.text("sums");
    let files: BTreeSet<&str> = sums.lines().map(|line| line.split_once("  ").unwrap().1).collect();
    assert_eq!(files.len(), 10, "{files:?}");
    // a root of these files alone
    let bare = Place::new();
    for file in &files {
        let copy = bare.path().join(file);
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::copy(place.path().join(file), copy).unwrap();
    }
    let steps = ["train.num_epochs=1", "train.max_steps_per_epoch=1", "eval.max_batches=1"];
    let config = [&config[..], &steps].concat();
    let run = || bare.runner(config.iter().copied()).output().unwrap();
    for file in &files {
        let (path, aside) = (bare.path().join(file), bare.path().join("aside"));
        fs::rename(&path, &aside).unwrap();
        let (run, checked) = (run(), check(&bare, &config));
        assert_eq!(run.status.code(), Some(2), "{file}: {}", stderr(&run));
        assert_eq!(checked.status.code(), Some(2), "{file}: {}", stdout(&checked));
        assert!(stdout(&checked).contains("  missing "), "{file}");
        fs::rename(&aside, &path).unwrap();
    }
    let run = run();
    assert!(run.status.success(), "{}", stderr(&run));
}

#[test]
fn a_config_that_reads_no_file() {
    let output = check(&Place::new(), &["+experiment=ek55_ensemble", "+debug=synthetic"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("nothing of that is read from files"));
}

#[test]
fn parts_of_a_root() {
    let place = place();
    let output = check(&place, &of_root(&["--set", "ek55", "--kind", "teachers,features"]));
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(2));
    assert!(text.starts_with("ek55\n  found "), "{text}");
    assert!(stderr(&output).ends_with("8 found, 8 missing\n"), "{}", stderr(&output));
    let path = "root/DATA/external/rulstm/RULSTM/data_full/flow <- https://iplab.dmi.unict.it/";
    assert!(text.contains(path), "{text}");
    for (args, message) in [
        (vec!["--set", "ek56"], "[possible values: ek55, ek100,"),
        (vec!["--set", "ek55", "+experiment=ek55_bert"], "--set names parts of a whole data root"),
        (vec!["--against", "absent"], "failed to read `absent`"),
        (vec!["paths.extrenal=x"], "did you mean `external`?"),
    ] {
        let output = check(&place, &args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(stderr(&output).contains(message), "{args:?}: {}", stderr(&output));
        assert!(output.stdout.is_empty(), "{args:?}");
    }
}

#[test]
fn checksums_are_written_and_compared() {
    let place = place();
    let teachers = ["--set", "ek55", "--kind", "teachers"];
    let with = |more: &[&'static str]| of_root(&[&teachers[..], more].concat());
    let output = check(&place, &with(&["--write", "sums"]));
    assert_eq!(output.status.code(), Some(2), "models over actions have no generated predictions");
    let sums = place.text("sums");
    assert_eq!(sums.lines().count(), 7, "{sums}");
    assert!(sums.lines().next().unwrap().ends_with("  root/DATA/teachers/ek55_bert.safetensors"));
    let mut summed = std::process::Command::new("sha256sum");
    summed.args(["-c", "--quiet", "sums"]).current_dir(place.path());
    assert!(summed.status().unwrap().success());

    let again = check(&place, &with(&["--write", "sums"]));
    assert!(stderr(&again).contains("`sums` exists already"), "{}", stderr(&again));
    let path = place.path().join("root/DATA/teachers/ek55_bert.safetensors");
    let other = place.path().join("root/DATA/teachers/ek55_albert.safetensors");
    fs::copy(other, path).unwrap();
    let output = check(&place, &with(&["--against", "sums"]));
    let text = stdout(&output);
    assert!(text.contains("checksum of `ek55_bert.safetensors` is not the one in sums"), "{text}");
    assert!(stderr(&output).ends_with("6 found, 1 changed, 5 missing\n"), "{}", stderr(&output));
}
