//! Teachers from the corpus to the student: tasks one after the other, stopped ones, each by the built
//! program.

use std::path::Path;
use std::process::{Command as Process, Stdio};
use std::time::{Duration, Instant};

use assert_cmd::Command;
use runner::data::{TeacherStore, Uid};
use runner::files::TensorFile;
use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Place, repository, stderr};

const SYNTHETIC: [&str; 4] =
    ["+debug=synthetic", "device=flex", "paths.data=data", "train.num_epochs=1"];

/// An experiment in a generated world.
pub fn of<'a>(place: &'a Place, experiment: &str, more: &[&'a str]) -> Command {
    let mut command = place.runner([]);
    command.arg(format!("+experiment={experiment}")).args(SYNTHETIC).args(more);
    command
}

pub fn succeed(mut command: Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    stderr(&output)
}

pub fn refuse(mut command: Command, expected: &str) {
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{expected}: {}", stderr(&output));
    assert!(stderr(&output).contains(expected), "{expected}: {}", stderr(&output));
}

fn store(place: &Place, name: &str) -> TeacherStore {
    TeacherStore::open(&place.path().join(format!("data/teachers/{name}.safetensors"))).unwrap()
}

#[test]
fn from_histories_to_a_student() {
    let place = Place::new();
    for lm in ["action_gru", "action_ngram"] {
        let experiment = format!("ek55_teacher_{lm}");
        refuse(of(&place, &experiment, &["task=teacher_predict"]), "task=teacher_finetune");
        assert!(!place.path().join("outputs").join(&experiment).exists(), "nothing is written");
        succeed(of(&place, &experiment, &[]));
        succeed(of(&place, &experiment, &["task=teacher_predict"]));
        let made = store(&place, &format!("ek55_{lm}"));
        assert_eq!(made.len(), 15 * 30 + 20 * 30, "every segment of both sets");
        assert_eq!(made.feature_dim().is_some(), lm == "action_gru");
    }
    let members = "ensemble.members=[data/teachers/ek55_action_gru.safetensors,\
                   data/teachers/ek55_action_ngram.safetensors]";
    succeed(of(&place, "ek55_teacher_ensemble", &[members, "hydra.run.dir=ensemble"]));
    let examined = place.json("ensemble/run.json")["metrics"]["last"].clone();
    assert_eq!((&examined["split"], &examined["samples"]), (&"eval".into(), &600.into()));
    assert!(examined["final_acc/verb/top5"].as_f64().is_some_and(|top5| top5 > 50.0));
    let (gru, ngram) = (store(&place, "ek55_action_gru"), store(&place, "ek55_action_ngram"));
    let first = |store: &TeacherStore| store.row(&Uid::Int(31)).unwrap().0[0];
    assert_eq!(first(&store(&place, "ek55_ensemble")), (first(&gru) + first(&ngram)) / 2.0);

    let taught = ["teacher.simulate=false", "train.max_steps_per_epoch=2", "hydra.run.dir=student"];
    succeed(of(&place, "ek55_ensemble", &taught));
    assert!(place.metrics("student")[0]["loss/distill"].as_f64().is_some_and(f64::is_finite));
    let other_world = [&taught[..2], &["dataset.synthetic.world.actions=20"]].concat();
    refuse(of(&place, "ek55_ensemble", &other_world), "predicts 24 classes, the data set has 20");
    let predict = ["task=teacher_predict", "dataset.synthetic.world.actions=20", "predict.store=x"];
    refuse(of(&place, "ek55_teacher_action_gru", &predict), "actions is 24 there, 20 here");
}

#[test]
fn a_teacher_that_is_there_is_not_replaced() {
    let place = Place::new();
    let teacher = |more: &[&'static str]| {
        let more = [&["train.max_steps_per_epoch=1"], more].concat();
        let mut command = of(&place, "ek55_teacher_action_gru", &[]);
        command.args(more);
        command
    };
    succeed(teacher(&["hydra.run.dir=one"]));
    let weights = place.path().join("data/lm/ek55_action_gru/model.safetensors");
    let before = std::fs::read(&weights).unwrap();
    refuse(teacher(&["seed=43", "hydra.run.dir=two"]), "seed: 42 there, 43 asked");
    assert!(!place.path().join("two").exists());
    succeed(teacher(&["hydra.run.dir=three"]));
    assert_eq!(std::fs::read(&weights).unwrap(), before, "the same config makes the same");

    std::fs::remove_dir_all(weights.parent().unwrap()).unwrap();
    succeed(teacher(&["hydra.run.dir=one"]));
    assert_eq!(std::fs::read(&weights).unwrap(), before, "a completed run leaves it again");
}

#[test]
fn the_best_weights_are_kept_where_asked_for() {
    let place = Place::new();
    let best = ["finetune.keep=best", "train.num_epochs=3", "hydra.run.dir=run"];
    succeed(of(&place, "ek55_teacher_action_gru", &best));
    let read = |path: &str| TensorFile::read(&place.path().join(path)).unwrap().tensors;
    let left = read("data/lm/ek55_action_gru/model.safetensors");
    let kept = read("run/checkpoints/best.safetensors");
    assert!(!left.is_empty());
    for (name, array) in &left {
        assert_eq!(Some(array), kept.get(&format!("average.{name}")), "{name}");
    }
    let never = ["finetune.keep=best", "train.eval_freq=null"];
    refuse(of(&place, "ek55_teacher_action_gru", &never), "finetune.keep");
}

/// The form in which `pretrain_<lm>` leaves a model is the one in which published ones are read.
#[test]
fn from_a_corpus_to_predictions() {
    let place = Place::new();
    succeed(of(&place, "pretrain_bert", &[]));
    let published = [
        "lm.size=published",
        "lm.folder=data/lm/recipes_bert",
        "lm.weights=data/lm/recipes_bert",
        "train.max_steps_per_epoch=1",
    ];
    let said = succeed(of(&place, "ek55_teacher_bert", &published));
    assert!(said.contains("recipes_bert/model.safetensors"), "{said}");
    let folder = place.path().join("data/lm/ek55_bert");
    let names: Vec<String> =
        TensorFile::read(&folder.join("model.safetensors")).unwrap().tensors.into_keys().collect();
    for name in ["LM_base.embeddings.word_embeddings.weight", "out_action.weight"] {
        assert!(names.iter().any(|n| n == name), "{names:?}");
    }
    // All that is needed to predict is in the folder.
    std::fs::remove_dir_all(place.path().join("data/lm/recipes_bert")).unwrap();
    let predict = [&["task=teacher_predict"], &published[..]].concat();
    succeed(of(&place, "ek55_teacher_bert", &predict));
    assert_eq!(store(&place, "ek55_bert").feature_dim(), Some(32));
}

#[test]
fn a_stopped_teacher_goes_on_to_the_same_weights() {
    for (experiment, folder) in
        [("ek55_teacher_action_gru", "ek55_action_gru"), ("pretrain_bert", "recipes_bert")]
    {
        let place = Place::new();
        let more = ["train.num_epochs=12", "train.train_one_epoch_fn.print_freq=1"];
        let whole = [&more[..], &["hydra.run.dir=whole", "paths.data=whole_data"]].concat();
        succeed(of(&place, experiment, &whole));
        stop_after_some_steps(&place, experiment, &more);
        assert_eq!(place.json("stopped/run.json")["status"], "preempted");
        let left = std::fs::read_dir(place.path().join("data/lm")).unwrap().count();
        assert_eq!(left, 0, "{experiment}: nothing is left half-way, nor a lock");
        succeed(of(&place, experiment, &[&more[..], &["hydra.run.dir=stopped"]].concat()));
        let weights = |data: &str| {
            let path = place.path().join(format!("{data}/lm/{folder}/model.safetensors"));
            TensorFile::read(&path).unwrap().tensors
        };
        assert_eq!(weights("data"), weights("whole_data"), "{experiment}");
        let steps = |run: &str| -> Vec<(String, String)> {
            let of = |key: &str, record: &serde_json::Value| record[key].to_string();
            place.metrics(run).iter().map(|r| (of("step", r), of("loss", r))).collect()
        };
        assert_eq!(steps("whole"), steps("stopped"), "{experiment}");
    }
}

/// Starts the run, asks it to stop once it gets going, and waits for the exit code 75.
fn stop_after_some_steps(place: &Place, experiment: &str, more: &[&str]) {
    let mut child = Process::new(assert_cmd::cargo::cargo_bin("runner"))
        .current_dir(place.path())
        .env("HOME", place.path())
        .arg("--config-path")
        .arg(repository().join("conf"))
        .arg(format!("+experiment={experiment}"))
        .args(SYNTHETIC)
        .args(more)
        .arg("hydra.run.dir=stopped")
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let metrics = place.path().join("stopped/metrics.jsonl");
    let lines = |path: &Path| std::fs::read_to_string(path).map_or(0, |text| text.lines().count());
    let started = Instant::now();
    while lines(&metrics) < 4 {
        assert!(started.elapsed() < Duration::from_secs(300), "the run does not get going");
        std::thread::sleep(Duration::from_millis(2));
    }
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(75));
}
