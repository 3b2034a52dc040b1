//! `task=teacher_ensemble`: one store of several.

use std::path::{Path, PathBuf};

use runner::data::{DataKind, TeacherManifest, TeacherStore, Uid};

use crate::support::{Place, stderr};

/// Logits of two classes are `value + uid` and `value`.
fn member(place: &Place, name: &str, value: f32, uids: &[i64], label_map: &str) -> PathBuf {
    let manifest = TeacherManifest {
        teacher: name.into(),
        classes: 2,
        label_map: label_map.into(),
        origin: DataKind::Simulated,
    };
    let logits = uids.iter().flat_map(|uid| [value + *uid as f32, value]).collect();
    let uids = uids.iter().map(|uid| Uid::Int(*uid)).collect();
    let path = place.path().join(format!("{name}.safetensors"));
    TeacherStore::new(&path, manifest, uids, logits, None).unwrap().write(&path).unwrap();
    path
}

fn args(combine: &str, store: &str) -> [String; 6] {
    [
        "+experiment=ek55_teacher_ensemble".into(),
        "ensemble.members=[a.safetensors,b.safetensors]".into(),
        format!("ensemble.combine={combine}"),
        format!("ensemble.store={store}"),
        "ensemble.evaluate=false".into(),
        "device=flex".into(),
    ]
}

fn open(place: &Place, store: &str) -> TeacherStore {
    TeacherStore::open(&Path::join(place.path(), store)).unwrap()
}

#[test]
fn stores_become_one() {
    let place = Place::new();
    member(&place, "a", 1.0, &[1, 2], "x");
    member(&place, "b", 3.0, &[2, 1], "x");
    for (combine, store, members, expected) in [
        ("mean", "deep/er/mean.safetensors", 1, vec![4.0, 2.0]),
        ("max_pool", "max.safetensors", 1, vec![5.0, 3.0]),
        ("stack", "stack.safetensors", 2, vec![3.0, 1.0, 5.0, 3.0]),
    ] {
        let args = args(combine, store);
        let run = format!("hydra.run.dir=run_{combine}");
        let output = place.runner(args.iter().map(String::as_str)).arg(run).output().unwrap();
        assert!(output.status.success(), "{combine}: {}", stderr(&output));
        let made = open(&place, store);
        assert_eq!(made.row(&Uid::Int(2)).unwrap().0, expected, "{combine}");
        assert_eq!((made.members(), &*made.manifest().teacher), (members, "ek55_ensemble"));
        let manifest = place.json(&format!("run_{combine}/run.json"));
        assert_eq!(manifest["status"], "completed");
        assert_eq!(manifest["data"], "simulated", "what the members are worth");
        assert_eq!(manifest["metrics"]["last"]["segments"], 2);
    }
}

#[test]
fn members_that_differ_are_refused_before_anything_is_written() {
    let place = Place::new();
    member(&place, "a", 1.0, &[1, 2], "x");
    let args = args("mean", "mean.safetensors");
    for (label_map, uids, expected) in [
        (None, &[][..], "b.safetensors"),
        (Some("y"), &[1, 2][..], "its label map is y"),
        (Some("x"), &[1, 3][..], "segment 3 is in it alone"),
    ] {
        if let Some(label_map) = label_map {
            member(&place, "b", 1.0, uids, label_map);
        }
        let output = place.runner(args.iter().map(String::as_str)).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
        assert!(
            !place.path().join("outputs").exists()
                && !place.path().join("mean.safetensors").exists()
        );
    }
}

#[test]
fn only_its_own_store_is_written_again() {
    let place = Place::new();
    member(&place, "a", 1.0, &[1, 2], "x");
    member(&place, "b", 3.0, &[1, 2], "x");
    let args = args("mean", "mean.safetensors");
    let run = || place.runner(args.iter().map(String::as_str));
    run().arg("hydra.run.dir=run").assert().success();
    run().arg("hydra.run.dir=run").assert().success();
    run().arg("hydra.run.dir=other").assert().success();
    let output = run().arg("ensemble.combine=max_pool").output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("ensemble.combine: \"mean\" there"), "{}", stderr(&output));
    std::fs::remove_file(place.path().join("mean.safetensors")).unwrap();
    run().arg("hydra.run.dir=run").assert().success();
    assert_eq!(open(&place, "mean.safetensors").len(), 2, "a completed run makes it again");

    let foreign = member(&place, "mean", 9.0, &[1], "x");
    let before = std::fs::read(&foreign).unwrap();
    let output = run().arg("hydra.run.dir=third").output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert_eq!(std::fs::read(&foreign).unwrap(), before);
}

#[test]
fn the_originals_pickle_is_written_once() {
    let place = Place::new();
    member(&place, "a", 1.0, &[1, 2], "x");
    member(&place, "b", 3.0, &[1, 2], "x");
    let args = args("stack", "rows.pkl");
    let run = || place.runner(args.iter().map(String::as_str));
    run().args(["ensemble.format=pickle", "hydra.run.dir=run"]).assert().success();
    let output = place.command(["data", "show", "rows.pkl"]).output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("logit_action_maxpool"), "{shown}");
    run().args(["ensemble.format=pickle", "hydra.run.dir=run"]).assert().success();
    let output = run().args(["ensemble.format=pickle", "hydra.run.dir=two"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(!place.path().join("two").exists());
}
