//! A run that is cut and goes on ends with the same bits.

use std::cell::Cell;

use burn::tensor::TensorData;
use runner::train::optim::{AdafactorConfig, AdamConfig, Decay, OptimizerConfig, SgdConfig};
use runner::train::{Average, NeverStop, Outcome, Trainer};

use crate::bits::{alone, weights};
use crate::world::{Run, StopAt, trainer_with};

fn rules() -> Vec<(&'static str, OptimizerConfig)> {
    let adam = |decay| AdamConfig { amsgrad: true, ..AdamConfig::new(decay) };
    let sgd = SgdConfig { momentum: 0.9, dampening: 0.0, nesterov: true };
    let adafactor = AdafactorConfig { beta1: Some(0.9), ..AdafactorConfig::default() };
    vec![
        ("sgd", OptimizerConfig::Sgd(sgd)),
        ("adam", OptimizerConfig::Adam(adam(Decay::Gradient))),
        ("adamW", OptimizerConfig::Adam(adam(Decay::Parameter))),
        ("adafactor", OptimizerConfig::Adafactor(adafactor)),
    ]
}

/// Everything that training leaves: weights, their average, the optimizer's memory.
fn left(trainer: &Trainer) -> Vec<(String, TensorData)> {
    let mut all: Vec<(String, TensorData)> = trainer.optimizer.state().into_iter().collect();
    for student in [Some(&trainer.model), trainer.average.as_ref().map(Average::model)] {
        all.extend(student.map(weights).unwrap_or_default());
    }
    all
}

fn check(name: &str, rule: &OptimizerConfig, accumulate_steps: usize, ema: Option<f64>) {
    let start = |run: &Run, steps| {
        let mut trainer = trainer_with(&run.device, steps, rule);
        trainer.average = ema.map(|decay| Average::new(decay, &trainer.model));
        trainer
    };
    let fresh = || {
        let mut run = Run::new();
        run.options.accumulate_steps = accumulate_steps;
        let steps = run.train.len().div_ceil(accumulate_steps);
        (run, steps)
    };
    let (mut run, steps) = fresh();
    let mut whole = start(&run, steps);
    assert_eq!(run.fit(&mut whole, &NeverStop).unwrap(), Outcome::Completed);
    for cut in [1, steps + 1] {
        let (mut run, steps) = fresh();
        let mut first = start(&run, steps);
        let stop = StopAt(Cell::new(cut + 1));
        assert_eq!(run.fit(&mut first, &stop).unwrap(), Outcome::Stopped { resumable: true });
        let saved = run.checkpoints.last.take().unwrap();
        assert_eq!(saved.progress.step, cut as u64);
        let mut second = saved.restore(start(&run, steps), rule);
        assert_eq!(run.fit(&mut second, &NeverStop).unwrap(), Outcome::Completed);
        assert!(left(&second) == left(&whole), "{name}, cut after {cut} steps");
        assert_eq!(second.progress, whole.progress);
        let logged = run.memory.records.iter().filter(|r| r.split == "train").count();
        assert_eq!(logged, 3 * steps, "no step is taken twice");
    }
}

#[test]
fn every_rule_goes_on_to_the_bit() {
    let _turn = alone();
    for (name, rule) in rules() {
        check(name, &rule, 1, None);
    }
}

#[test]
fn accumulation_and_the_average_go_on_to_the_bit() {
    let _turn = alone();
    for (name, rule) in rules() {
        check(name, &rule, 2, Some(0.9));
    }
}
