//! `pipeline=full`: what a student needs is made first, each stage a run of its own.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use runner::data::TeacherStore;
use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Place, repository, stderr, stdout};

/// An option of the group `teacher`.
macro_rules! teacher {
    ($name:literal, $by:literal) => {
        concat!(
            "defaults:\n  - none\n  - _self_\nname: ",
            $name,
            "\nstore: ${paths.data}/teachers/",
            $name,
            ".safetensors\nmade_by: ",
            $by,
            "\n"
        )
    };
}

/// Two small teachers, their mean, and its student, as options and experiments of a user.
const FILES: [(&str, &str); 7] = [
    (
        "experiment/gru_a.yaml",
        "# @package _global_\ndefaults:\n  - ek55_teacher_action_gru\n  - _self_\n\
         expt_name: gru_a\npredict:\n  name: gru_a\n",
    ),
    (
        "experiment/gru_b.yaml",
        "# @package _global_\ndefaults:\n  - ek55_teacher_action_gru\n  - _self_\n\
         expt_name: gru_b\npredict:\n  name: gru_b\n",
    ),
    (
        "experiment/pair.yaml",
        "# @package _global_\ndefaults:\n  - ek55_teacher_ensemble\n  - _self_\n\
         expt_name: pair\nensemble:\n  name: pair\n  members:\n  \
         - ${paths.data}/teachers/gru_a.safetensors\n  \
         - ${paths.data}/teachers/gru_b.safetensors\n",
    ),
    (
        "experiment/small.yaml",
        "# @package _global_\ndefaults:\n  - ek55_ensemble\n  - _self_\n  \
         - override /teacher: pair\nexpt_name: small\nstages:\n  \
         gru_a: {train: {num_epochs: 1, max_steps_per_epoch: 2}}\n  \
         gru_b: {train: {num_epochs: 1, max_steps_per_epoch: 2}, seed: 7}\n",
    ),
    ("teacher/gru_a.yaml", teacher!("gru_a", "gru_a")),
    ("teacher/gru_b.yaml", teacher!("gru_b", "gru_b")),
    ("teacher/pair.yaml", teacher!("pair", "pair")),
];

/// The student's own settings, which no stage has.
const QUICK: [&str; 4] =
    ["+experiment=small", "+debug=synthetic", "train.num_epochs=1", "train.max_steps_per_epoch=2"];

const PAIR: &str = "outputs/.generated/teachers/pair.safetensors";
const GRU_A: &str = "outputs/.generated/teachers/gru_a.safetensors";

fn place() -> Place {
    let place = Place::new();
    for (file, text) in FILES {
        let path = place.path().join("extra").join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    place
}

/// What is given before the overrides.
fn command(place: &Place) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("runner"));
    command.current_dir(place.path()).env("HOME", place.path()).env_remove("XDG_CONFIG_HOME");
    command.env_remove("RUST_LOG").arg("--config-path").arg(repository().join("conf"));
    command.args(["--config-dir", "extra"]).args(QUICK);
    command
}

fn run(place: &Place, args: &[&str]) -> Output {
    command(place).args(args).output().unwrap()
}

/// A chain that ends well; what it printed on stdout.
fn succeeds(place: &Place, args: &[&str]) -> String {
    let output = run(place, args);
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
    stdout(&output)
}

/// A chain that is refused; what it said.
fn refused(place: &Place, args: &[&str]) -> String {
    let output = run(place, args);
    assert_eq!(output.status.code(), Some(2), "{args:?}: {}", stderr(&output));
    stderr(&output)
}

/// The run directories of each experiment.
fn runs(place: &Place) -> String {
    let count = |name: &str| {
        let dir = place.path().join("outputs").join(name);
        let entries = std::fs::read_dir(dir).into_iter().flatten();
        let is_number = |name: &str| name.bytes().all(|b| b.is_ascii_digit());
        entries.filter(|e| is_number(&e.as_ref().unwrap().file_name().to_string_lossy())).count()
    };
    let names = ["gru_a", "gru_b", "pair", "small"];
    names.map(|name| format!("{name} {}", count(name))).join(", ")
}

/// What becomes of each stage, by the first word of its line.
fn plan(place: &Place, args: &[&str]) -> Vec<String> {
    let text = succeeds(place, &[args, &["--dry-run"]].concat());
    text.lines().map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
}

#[test]
fn a_chain_is_made_once_and_then_reused() {
    let place = place();
    assert_eq!(plan(&place, &["pipeline=full"]), ["run"; 6]);
    assert!(!place.path().join("outputs").exists(), "a dry run writes nothing");

    let student = succeeds(&place, &["pipeline=full"]);
    assert_eq!(student.trim(), "outputs/small/0001");
    assert_eq!(runs(&place), "gru_a 2, gru_b 2, pair 1, small 1");
    let manifest = place.json("outputs/gru_a/0002/run.json");
    assert_eq!((&manifest["status"], &manifest["seed"]), (&"completed".into(), &42.into()));
    assert_eq!(place.json("outputs/gru_b/0001/run.json")["seed"], 7);
    assert_eq!(place.json("outputs/small/0001/run.json")["data"], "synthetic");
    let distilled = |record: &serde_json::Value| record["loss/distill"].is_f64();
    assert!(place.metrics("outputs/small/0001").iter().any(distilled), "the student is distilled");

    assert_eq!(succeeds(&place, &["pipeline=full"]).trim(), "outputs/small/0001");
    assert_eq!(runs(&place), "gru_a 2, gru_b 2, pair 1, small 1");
    let words = plan(&place, &["pipeline=full"]);
    assert_eq!(words, ["not", "not", "not", "not", "done", "run"]);

    // What is gone is made again from what is there.
    std::fs::remove_file(place.path().join(PAIR)).unwrap();
    std::fs::remove_file(place.path().join(GRU_A)).unwrap();
    succeeds(&place, &["pipeline=full"]);
    assert_eq!(runs(&place), "gru_a 3, gru_b 2, pair 2, small 1");

    // Another student needs no other teacher.
    succeeds(&place, &["pipeline=full", "distill=1"]);
    assert_eq!(runs(&place), "gru_a 3, gru_b 2, pair 2, small 2");
}

#[test]
fn a_teacher_of_another_seed_is_remade_with_what_depends_on_it_when_asked() {
    const OTHER: &str = "+stages.gru_a.seed=1";
    let place = place();
    succeeds(&place, &["pipeline=full"]);
    let before = TeacherStore::open(&place.path().join(PAIR)).unwrap();
    let said = refused(&place, &["pipeline=full", OTHER]);
    for part in ["gru_a/teacher_finetune", "seed: 42 there, 1 asked", "pipeline=remake"] {
        assert!(said.contains(part), "no {part} in {said}");
    }
    assert_eq!(runs(&place), "gru_a 2, gru_b 2, pair 1, small 1");

    let words = plan(&place, &["pipeline=remake", OTHER]);
    assert_eq!(words, ["remake", "remake", "not", "done", "remake", "run"]);
    succeeds(&place, &["pipeline=remake", OTHER]);
    assert_eq!(runs(&place), "gru_a 4, gru_b 2, pair 2, small 2");
    let after = TeacherStore::open(&place.path().join(PAIR)).unwrap();
    assert_ne!(before.fingerprint(), after.fingerprint());
    succeeds(&place, &["pipeline=full", OTHER]);
    assert_eq!(runs(&place), "gru_a 4, gru_b 2, pair 2, small 2");
}

#[test]
fn a_store_that_came_from_elsewhere_is_used_as_it_is_and_kept() {
    let place = place();
    succeeds(&place, &["pipeline=full"]);
    let path = place.path().join(PAIR);
    let mut file = runner::files::TensorFile::read(&path).unwrap();
    file.metadata.remove("made_of").unwrap();
    file.write(&path).unwrap();
    let output = run(&place, &["pipeline=full", "run_id=1"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("does not say what it was made of"), "{}", stderr(&output));
    assert_eq!(runs(&place), "gru_a 2, gru_b 2, pair 1, small 2");

    let bytes = std::fs::read(&path).unwrap();
    let own = ["--config-dir", "extra", "+experiment=pair", "+debug=synthetic", "pipeline=remake"];
    let output = place.runner(own).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("does not say what it was made of"), "{}", stderr(&output));
    assert_eq!(bytes, std::fs::read(&path).unwrap());
}

/// Starts the chain and asks it to stop once a stage logs.
fn stop_in(place: &Place, stage: &str, args: &[&str]) {
    let log = place.path().join("outputs").join(stage).join("metrics.jsonl");
    let lines = || std::fs::read_to_string(&log).map_or(0, |text| text.lines().count());
    let before = lines();
    let mut child = command(place).args(args).stderr(Stdio::null()).spawn().unwrap();
    let started = Instant::now();
    while lines() < before + 3 {
        assert!(started.elapsed() < Duration::from_secs(300), "{stage} does not get going");
        assert!(child.try_wait().unwrap().is_none(), "the chain ends before {stage} gets going");
        std::thread::sleep(Duration::from_millis(5));
    }
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(75));
}

#[test]
fn a_chain_that_is_stopped_goes_on_in_the_stage_where_it_was() {
    let place = place();
    let args = [
        "pipeline=full",
        "stages.gru_b.train.num_epochs=20",
        "stages.gru_b.train.max_steps_per_epoch=null",
        "+stages.gru_b.train.train_one_epoch_fn.print_freq=1",
    ];
    stop_in(&place, "gru_b/0001", &args);
    assert_eq!(place.json("outputs/gru_a/0002/run.json")["status"], "completed");
    assert_eq!(place.json("outputs/gru_b/0001/run.json")["status"], "preempted");
    assert_eq!(runs(&place), "gru_a 2, gru_b 1, pair 0, small 0");
    succeeds(&place, &args);
    assert_eq!(runs(&place), "gru_a 2, gru_b 2, pair 1, small 1");
    let manifest = place.json("outputs/gru_b/0001/run.json");
    assert_eq!((&manifest["status"], &manifest["attempts"]), (&"completed".into(), &2.into()));
}

#[test]
fn a_sweep_makes_what_its_jobs_share_once() {
    let place = place();
    let output = run(&place, &["-m", "pipeline=full", "distill=1,2", "--dry-run"]);
    let (jobs, stages) = (stdout(&output), stderr(&output));
    assert_eq!(jobs.lines().count(), 2, "{jobs}");
    assert_eq!(stages.lines().filter(|line| line.starts_with("run ")).count(), 5, "{stages}");

    succeeds(&place, &["-m", "pipeline=full", "distill=1,2"]);
    assert_eq!(runs(&place), "gru_a 2, gru_b 2, pair 1, small 1");
    for job in 0..2 {
        let manifest = place.json(&format!("outputs/small/0001/{job}/run.json"));
        assert_eq!(manifest["status"], "completed");
    }
    let said = refused(&place, &["-m", "pipeline=remake", "seed=1,2"]);
    assert!(said.contains("job 1 asks for"), "{said}");
}

#[test]
fn a_job_that_is_started_by_hand_makes_what_it_needs() {
    let place = place();
    let job = |number: &str| {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("runner"));
        command.current_dir(place.path()).env("HOME", place.path()).env_remove("XDG_CONFIG_HOME");
        command.args(["jobs", "run", "sweep", number, "--", "--config-path"]);
        command.arg(repository().join("conf")).args(["--config-dir", "extra"]).args(QUICK);
        command.args(["pipeline=full", "distill=1,2"]).spawn().unwrap()
    };
    for mut worker in ["0", "1"].map(job) {
        assert!(worker.wait().unwrap().success());
    }
    assert_eq!(runs(&place), "gru_a 2, gru_b 2, pair 1, small 0");
    for job in 0..2 {
        assert_eq!(place.json(&format!("sweep/{job}/run.json"))["status"], "completed");
    }
}

#[test]
fn everything_that_is_missing_is_told_before_anything_starts() {
    let place = Place::new();
    let data = format!("paths.data={}", place.path().join("DATA").display());
    let args = ["+experiment=ek55_ensemble", "pipeline=full", &data, "paths.external=nowhere"];
    let output = place.runner(args).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    let said = stderr(&output);
    for part in [
        "DATA/pretrained/lm/bert-base-uncased",
        "DATA/pretrained/lm/electra-base-discriminator",
        "DATA/recipes/recipe_action_corpus.txt",
        "nowhere/epic-kitchens-55-annotations/EPIC_verb_classes.csv",
        "https://huggingface.co/models",
    ] {
        assert!(said.contains(part), "no {part} in {said}");
    }
    assert!(place.is_empty());

    let mut check = place.command(["data", "check", "--json", "--config-path"]);
    let output = check.arg(repository().join("conf")).args(args).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    let report: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    let paths: Vec<_> = report["items"].as_array().unwrap().iter().collect();
    let names = |end: &str| paths.iter().any(|i| i["path"].as_str().unwrap().ends_with(end));
    assert!(names("lm/bert-base-uncased") && names("data_full/rgb"), "{report:#}");
    assert!(!names("teachers/ek55_bert.safetensors"), "what a stage makes is not asked for");
}

#[test]
fn stages_that_do_not_fit_are_refused() {
    let place = place();
    let file = place.path().join("extra/teacher/pair.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    for (made_by, args, expected) in [
        ("small", &[][..], "made by experiment `small`, whose task is train"),
        ("nobody", &[][..], "nobody"),
        ("pair", &["+stages.gru_a.predict.store=x"][..], "which writes `x`"),
        (
            "pair",
            &[r"+stages.pair.ensemble.members=[\${ensemble.store}]"][..],
            "stages need each other: pair/teacher_ensemble <- pair/teacher_ensemble",
        ),
        ("pair", &["+stages.gru_a.no.such=1"][..], "in the stages of experiment gru_a"),
        ("pair", &["+stages.gru_c.seed=1"][..], "names no experiment"),
    ] {
        let other = text.replace("made_by: pair", &format!("made_by: {made_by}"));
        std::fs::write(&file, other).unwrap();
        let said = refused(&place, &[args, &["pipeline=full"]].concat());
        assert!(said.contains(expected), "{made_by} {args:?}: no {expected} in {said}");
    }
    assert!(!Path::new(&place.path().join("outputs")).exists());
}

#[test]
fn a_stage_that_fails_is_named_with_its_run() {
    let place = place();
    let args = [
        "pipeline=full",
        "+stages.gru_b.opt.lr_wd=[[__all__,1e30,0]]",
        "stages.gru_b.train.max_steps_per_epoch=6",
    ];
    let output = run(&place, &args);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let said = stderr(&output);
    for part in ["in stage gru_b/teacher_finetune, whose run is", "outputs/gru_b/0001"] {
        assert!(said.contains(part), "no {part} in {said}");
    }
    assert_eq!(place.json("outputs/gru_b/0001/run.json")["status"], "failed");
    assert_eq!(runs(&place), "gru_a 2, gru_b 1, pair 0, small 0");
}
