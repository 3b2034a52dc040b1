//! `eval.eval_fn.only_run_featext`: outputs of clips all along the videos, without metrics.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use runner::runs::{Uids, read_outputs, read_results};
use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Place, repository, stderr};

const ARGS: [&str; 11] = [
    "+experiment=ek55_ensemble",
    "+debug=synthetic",
    "test_only=true",
    "eval.eval_fn.only_run_featext=true",
    "eval.eval_fn.store_endpoint=future_agg",
    "dataset.synthetic.world.train_videos=2",
    "dataset.synthetic.world.val_videos=3",
    "dataset.synthetic.world.segments_per_video=40",
    "eval.batch_size=4",
    "data_eval.workers=0",
    "train.train_one_epoch_fn.save_freq_min=0.0001",
];
const CLIPS: &str = "+dataset.synthetic.val.sample_clips_densely_fn={\
    _target_: datasets.base_video_dataset.dense_clip_sampler, stride: 0.5, keep_orig_clips: false, \
    featext_skip_done: true}";

fn command(place: &Place, run: &str) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("runner"));
    command
        .current_dir(place.path())
        .env("HOME", place.path())
        .arg("--config-path")
        .arg(repository().join("conf"))
        .args(ARGS)
        .arg(CLIPS)
        .arg(format!("hydra.run.dir={run}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

#[test]
fn an_interrupted_pass_goes_on_where_it_stopped() {
    let place = Place::new();
    assert!(command(&place, "whole").status().unwrap().success());
    let results = |run: &str| place.path().join(run).join("results/eval.h5");

    let mut child = command(&place, "stopped").spawn().unwrap();
    let started = Instant::now();
    while !results("stopped").is_file() {
        assert!(started.elapsed() < Duration::from_secs(120), "the run does not get going");
        std::thread::sleep(Duration::from_millis(2));
    }
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(75));
    let before = read_results(&results("stopped")).unwrap();
    assert!(command(&place, "stopped").status().unwrap().success());

    let whole = read_results(&results("whole")).unwrap();
    assert!(!before.idx.is_empty() && before.idx.len() < whole.idx.len());
    assert_eq!(read_results(&results("stopped")).unwrap(), whole);
    let outputs = read_outputs(&results("whole")).unwrap();
    assert_eq!(read_outputs(&results("stopped")).unwrap(), outputs);

    assert!(whole.target.is_empty() && whole.logits.is_empty());
    let Uids::Texts(uids) = &whole.uid else { panic!("{:?}", whole.uid) };
    // A second ahead of a clip that is as long as an action: the first clips see nothing.
    assert!(uids.iter().all(|uid| uid.rsplit_once('_').unwrap().1.parse::<f64>().is_ok()));
    let names: Vec<&String> = outputs.keys().collect();
    assert_eq!(names, ["future_agg"]);
    assert_eq!(outputs["future_agg"].len(), whole.idx.len());
    let records = place.metrics("stopped");
    assert_eq!(records[0]["samples"], whole.idx.len() as f64);
    assert!(records.iter().all(|record| record.get("final_acc/action/top1").is_none()));
}

#[test]
fn what_it_does_not_go_with_is_refused() {
    let place = Place::new();
    for (more, told) in [
        (&["test_only=false"][..], "eval.eval_fn.only_run_featext"),
        (&["eval.eval_fn.store=false"], "eval.eval_fn.store=true"),
        (&["eval.eval_fn.only_run_featext=false", CLIPS], "featext_skip_done"),
    ] {
        let output = place.runner(ARGS.into_iter().chain(more.iter().copied())).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{more:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(told), "{more:?}: {}", stderr(&output));
    }
    assert!(!Path::new(&place.path().join("outputs")).exists());
}

/// Annotated segments keep their teacher's predictions beside clips without label.
#[test]
fn clips_without_label_are_trained_on() {
    let place = Place::new();
    let clips = "+dataset.synthetic.train.sample_clips_densely=true";
    let short = ["train.num_epochs=1", "train.max_steps_per_epoch=2"];
    let args = ["+experiment=ek55_ensemble", "+debug=synthetic", clips, "teacher.missing=skip"];
    let output = place.runner(args.into_iter().chain(short)).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let log = place.text("outputs/ek55_ensemble/0001/runner.log");
    assert!(log.contains("clips cut densely"), "{log}");
}
