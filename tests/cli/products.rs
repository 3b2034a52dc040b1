//! What a task leaves for others: that of a small model elsewhere, and made by one process at a time.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use runner::runs::RunLock;
use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Place, repository};
use crate::teacher::{of, succeed};

#[test]
fn a_small_model_does_not_stand_in_the_place_of_a_real_one() {
    let place = Place::new();
    let videos = ["--train-videos", "2", "--val-videos", "1", "--segments-per-video", "10"];
    place.command(["data", "synth", "root"].into_iter().chain(videos)).assert().success();
    let there = |path: &str| place.path().join(path).exists();
    let made = |more: &[&str]| {
        let mut command = place.runner(["+experiment=ek55_teacher_action_gru", "device=flex"]);
        command.args(["paths.external=root/external", "paths.data=DATA"]).args(more);
        succeed(command);
    };
    made(&["+debug=tiny"]);
    made(&["+debug=tiny", "task=teacher_predict"]);
    assert!(there("outputs/.tiny/lm/ek55_action_gru/model.safetensors"));
    assert!(there("outputs/.tiny/teachers/ek55_action_gru.safetensors"));
    assert!(!there("DATA"));
    made(&["train.num_epochs=1", "lm.dim=8"]);
    assert!(there("DATA/lm/ek55_action_gru/model.safetensors"));
}

/// A teacher in the making, until it says a word on stderr.
fn started_until(place: &Place, word: &str) -> (Child, impl FnOnce() -> String + use<>) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("runner"));
    command.current_dir(place.path()).env("HOME", place.path()).env_remove("RUST_LOG");
    command.arg("--config-path").arg(repository().join("conf")).args(TEACHER);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut said = String::new();
    while !said.contains(word) {
        let line = lines.next().unwrap_or_else(|| panic!("no `{word}` in {said}")).unwrap();
        said += &line;
    }
    (child, move || lines.map(Result::unwrap).collect::<Vec<_>>().join("\n"))
}

const TEACHER: [&str; 6] = [
    "+experiment=ek55_teacher_action_gru",
    "+debug=synthetic",
    "device=flex",
    "paths.data=data",
    "train.num_epochs=1",
    "lm.dim=8",
];
const FOLDER: &str = "data/lm/ek55_action_gru";

fn lock(place: &Place) -> RunLock {
    std::fs::create_dir_all(place.path().join("data/lm")).unwrap();
    RunLock::acquire(&place.path().join(format!("{FOLDER}.making"))).unwrap()
}

#[test]
fn of_two_processes_one_makes_a_teacher_and_the_other_takes_it() {
    let place = Place::new();
    let (folder, aside) = (place.path().join(FOLDER), place.path().join("aside"));
    succeed(of(&place, "ek55_teacher_action_gru", &["lm.dim=8", "hydra.run.dir=first"]));
    std::fs::rename(&folder, &aside).unwrap();
    let is_run = || Path::new(&place.path().join("outputs")).exists();

    let making = lock(&place);
    let waits = format!("is being made by process {}", std::process::id());
    let (mut child, rest) = started_until(&place, &waits);
    std::fs::rename(&aside, &folder).unwrap();
    drop(making);
    assert!(child.wait().unwrap().success());
    assert!(rest().contains("was made meanwhile"));
    assert!(!is_run(), "there was nothing to do");

    // Who lets go without having made it leaves it to the other.
    std::fs::rename(&folder, &aside).unwrap();
    let making = lock(&place);
    let (mut child, rest) = started_until(&place, &waits);
    drop(making);
    assert!(child.wait().unwrap().success(), "{}", rest());
    assert!(is_run() && folder.join("model.safetensors").is_file());
    assert!(!place.path().join(format!("{FOLDER}.making")).exists());

    std::fs::remove_dir_all(&folder).unwrap();
    let _making = lock(&place);
    let (mut child, rest) = started_until(&place, &waits);
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{}", rest());
}
