//! The loop on flex, on a small generated world, with sinks in memory.

use std::cell::Cell;

use self::world::{Run, StopAt, adam, trainer};
use super::*;

mod terms;
pub(super) mod world;

#[test]
fn the_loop_learns_evaluates_and_saves() {
    let mut run = Run::new();
    let steps = run.train.len();
    let mut trainer = trainer(&run.device, steps);
    assert_eq!(run.fit(&mut trainer, &NeverStop).unwrap(), Outcome::Completed);

    let train: Vec<&Record> = run.memory.records.iter().filter(|r| r.split == "train").collect();
    assert_eq!(train.len(), 3 * steps);
    for name in
        ["loss", "loss/cls_action", "loss/feat", "loss/distill", "lr", "grad_norm", "acc1/action"]
    {
        assert!(train[0].value(name).is_some(), "{name} in {:?}", train[0]);
    }
    let loss = |r: &Record| r.value("loss/cls_action").unwrap();
    assert!(loss(train[train.len() - 1]) < loss(train[0]));
    assert_eq!(run.memory.results, ["eval"; 3]);

    let names: Vec<CheckpointName> = run.checkpoints.saved.iter().map(|(name, _)| *name).collect();
    assert_eq!(names.iter().filter(|n| **n == CheckpointName::Last).count(), 3);
    assert!(names.contains(&CheckpointName::Best) && names.contains(&CheckpointName::Epoch(2)));
}

#[test]
fn a_stop_saves_and_the_next_start_goes_on() {
    let mut run = Run::new();
    let steps = run.train.len();
    let mut first = trainer(&run.device, steps);
    let stop = StopAt(Cell::new(steps + 2));
    assert_eq!(run.fit(&mut first, &stop).unwrap(), Outcome::Stopped { resumable: true });

    let saved = run.checkpoints.last.take().unwrap();
    assert_eq!((saved.progress.epoch, saved.progress.step_in_epoch), (1, 1));
    let mut second = saved.restore(trainer(&run.device, steps), &adam());
    assert_eq!(run.fit(&mut second, &NeverStop).unwrap(), Outcome::Completed);
    let logged = run.memory.records.iter().filter(|r| r.split == "train").count();
    assert_eq!(logged, 3 * steps, "no step is taken twice");
}

#[test]
fn a_stop_before_the_first_step_leaves_nothing_to_resume() {
    let mut run = Run::new();
    let mut trainer = trainer(&run.device, run.train.len());
    let outcome = run.fit(&mut trainer, &StopAt(Cell::new(1))).unwrap();
    assert_eq!(outcome, Outcome::Stopped { resumable: false });
    assert!(run.checkpoints.saved.is_empty());
}

#[test]
fn a_non_finite_loss_stops_before_the_update_and_names_the_term() {
    let mut run = Run::new();
    run.objective.kl.temperature = f64::NAN;
    let mut trainer = trainer(&run.device, run.train.len());
    let error = run.fit(&mut trainer, &NeverStop).unwrap_err();
    assert!(
        matches!(&error, TrainError::NonFiniteLoss { term, .. } if term == "distill"),
        "{error}"
    );
    assert_eq!(trainer.progress.step, 0);
}
