//! A stop that one rank or all of them hear of, and going on.

use std::process::Command;
use std::time::Duration;

use runner::files::TensorFile;
use rustix::process::Signal;

use crate::place::{Place, Started, stderr, succeed};

const ARGS: [&str; 5] = [
    "+experiment=ek55_ensemble",
    "+debug=synthetic",
    "train.num_epochs=2",
    "train.batch_size=8",
    "train.train_one_epoch_fn.print_freq=1",
];

/// Asks ranks to stop.
type Hear = fn(&Started);

fn ranks(place: &Place, run: &str) -> Command {
    let dir = format!("hydra.run.dir={run}");
    place.ranks(2, &[&ARGS[..], &[&dir]].concat())
}

#[test]
fn all_ranks_stop_at_one_step_and_go_on_to_the_same_weights() {
    let place = Place::new();
    succeed(ranks(&place, "whole"));
    let weights = |run: &str| {
        let path = place.path().join(run).join("checkpoints/last.safetensors");
        TensorFile::read(&path).unwrap().tensors
    };
    let hears: [(&str, Hear); 2] = [
        ("one", |started| started.signal_rank(1, Signal::TERM)),
        ("all", |started| started.signal(Signal::USR1)),
    ];
    for (run, hear) in hears {
        let started = place.under_way(ranks(&place, run), run, 5);
        hear(&started);
        let (output, took) = started.end();
        assert_eq!(output.status.code(), Some(75), "{}", stderr(&output));
        assert!(took < Duration::from_secs(60));
        assert_eq!(place.json(&format!("{run}/run.json"))["status"], "preempted");
        let told = stderr(&output).matches("the same command goes on from there").count();
        assert_eq!(told, 1, "the first rank alone says so");

        succeed(ranks(&place, run));
        assert_eq!(weights(run), weights("whole"));
    }
}
