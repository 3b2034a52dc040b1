//! Ranks that fail or die: all end, soon, with the reason.

use std::path::Path;
use std::time::Duration;

use rustix::process::Signal;

use crate::place::{Place, stderr, succeed};

const ARGS: [&str; 6] = [
    "+experiment=ek55_ensemble",
    "+debug=synthetic",
    "train.batch_size=8",
    "train.num_epochs=2",
    "train.train_one_epoch_fn.print_freq=1",
    "hydra.run.dir=run",
];

#[test]
fn a_killed_rank_ends_the_others_and_the_run_goes_on_later() {
    let place = Place::new();
    let started = place.under_way(place.ranks(2, &ARGS), "run", 5);
    started.signal_rank(1, Signal::KILL);
    let (output, took) = started.end();
    assert!(!output.status.success());
    assert!(took < Duration::from_secs(20), "{took:?}");
    let text = stderr(&output);
    assert!(text.contains("rank 1") && text.contains("signal 9"), "{text}");
    succeed(place.ranks(2, &ARGS));
    assert_eq!(place.json("run/run.json")["status"], "completed");
}

#[test]
fn what_one_rank_lacks_stops_all_before_anything_is_written() {
    let place = Place::new();
    let lacks = [&ARGS[..], &["train.init_from_model=[[not/there.safetensors]]"]].concat();
    let output = place.each(&[&ARGS, &lacks]).output().unwrap();
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert_eq!(text.matches("error: rank 1: ").count(), 1, "{text}");
    assert_eq!(text.matches("not/there.safetensors").count(), 2, "once on each rank: {text}");
    assert!(!Path::new(&place.path().join("run")).is_dir());
}

#[test]
fn a_loss_that_is_no_number_on_one_rank_stops_all_and_names_it() {
    let place = Place::new();
    let diverges =
        [&ARGS[..], &["opt.lr_wd=[[__all__,1e30,0]]", "opt.warmup.num_epochs=0"]].concat();
    let output = place.each(&[&ARGS, &diverges]).output().unwrap();
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("error: rank 1: loss term"), "{text}");
    let manifest = place.json("run/run.json");
    assert_eq!(manifest["status"], "failed");
    assert!(manifest["error"].as_str().unwrap().starts_with("rank 1: loss term"), "{manifest}");
}

#[test]
fn what_the_first_rank_cannot_write_ends_the_others() {
    let place = Place::new();
    std::fs::create_dir_all(place.path().join("run/metrics.jsonl")).unwrap();
    let output = place.ranks(2, &ARGS).output().unwrap();
    let text = stderr(&output);
    assert!(!output.status.success());
    assert!(text.contains("metrics.jsonl") && text.contains("ends the other 1 too"), "{text}");
    assert_eq!(place.json("run/run.json")["status"], "failed");
}

#[test]
fn the_work_of_one_process_and_ranks_without_mpi_are_refused() {
    let place = Place::new();
    let predict = ["+experiment=ek55_teacher_bert", "+debug=synthetic", "task=teacher_predict"];
    let output = place.ranks(2, &predict).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("task=teacher_predict is the work of one"));

    let mut command = place.ranks(1, &ARGS);
    command.env("RANK", "0");
    let output = command.env("WORLD_SIZE", "2").output().unwrap();
    assert!(output.status.success(), "mpirun knows better: {}", stderr(&output));
}
