//! What a step is made of, what is evaluated, when it ends.

use std::sync::Arc;

use burn::tensor::{Device, TensorData, Tolerance};
use runner::data::{Batch, Loader, LoaderConfig};
use runner::train::{
    Alone, Average, CheckpointName, EvalOptions, NeverStop, Outcome, Precision, Progress, Record,
    Saving, Stepper, Trainer, evaluate,
};

use crate::bits::{alone, weights};
use crate::world::{Run, adam, optimizer, student, trainer};

/// The loss of every logged step.
fn losses(run: &Run) -> Vec<f64> {
    let train = run.memory.records.iter().filter(|r| r.split == "train");
    train.map(|record| record.value("loss").unwrap()).collect()
}

fn without_dropout(device: &Device, steps: usize) -> Trainer {
    let mut trainer = trainer(device, steps);
    trainer.model = student(device, 0.0);
    trainer.optimizer = optimizer(&trainer.model, &adam());
    trainer
}

#[test]
fn batches_add_up_to_one_step() {
    let _turn = alone();
    let mut halves = Run::new();
    halves.options.accumulate_steps = 2;
    let batches = halves.train.len();
    let steps = batches.div_ceil(2);
    assert!(!batches.is_multiple_of(2), "the last step of an epoch has one batch");
    let mut whole = Run::new();
    let order =
        LoaderConfig { batch_size: 16, shuffle: true, seed: 3, workers: 1, drop_last: false };
    whole.train = Loader::new(Arc::clone(whole.train.dataset()), order).unwrap();
    assert_eq!(whole.train.len(), steps);
    for run in [&mut halves, &mut whole] {
        let mut trainer = without_dropout(&run.device, steps);
        run.fit(&mut trainer, &NeverStop).unwrap();
        assert_eq!(trainer.progress.step, 3 * steps as u64);
    }
    for (step, (a, b)) in losses(&halves).iter().zip(losses(&whole)).enumerate() {
        assert!((a - b).abs() < 1e-3 * b, "step {step}: {a} and {b}");
    }
    let logged = |run: &Run, name| run.memory.records[0].value(name).unwrap();
    for name in ["acc1/action", "acc5/action", "loss/distill", "grad_norm"] {
        let (a, b) = (logged(&halves, name), logged(&whole, name));
        assert!((a - b).abs() < 1e-4 * b.abs().max(1.0), "{name}: {a} and {b}");
    }
}

#[test]
fn the_average_lags_behind_and_is_evaluated() {
    let _turn = alone();
    let decay = 0.75;
    let mut run = Run::new();
    run.options.num_epochs = 1;
    let mut trainer = trainer(&run.device, run.train.len());
    let mut expected = weights(&trainer.model);
    trainer.average = Some(Average::new(decay, &trainer.model));
    let stepper = Stepper {
        objective: &run.objective,
        clip: run.options.clip,
        device: &run.device,
        seed: 1,
        precision: Precision::Full,
        ranks: &Alone,
    };
    let batches: Vec<Batch> = run.train.epoch(0, 0).map(Result::unwrap).collect();
    for batch in &batches {
        trainer.take_step(&stepper, std::slice::from_ref(batch)).unwrap();
        for ((_, average), (_, value)) in expected.iter_mut().zip(weights(&trainer.model)) {
            let moved = average.iter::<f32>().zip(value.iter::<f32>());
            let moved: Vec<f32> = moved
                .map(|(a, w)| (f64::from(a) * decay + f64::from(w) * (1.0 - decay)) as f32)
                .collect();
            *average = TensorData::new(moved, average.shape().clone());
        }
    }
    let tolerance = Tolerance::rel_abs(1e-5, 1e-6);
    for ((name, expected), (_, found)) in expected.iter().zip(weights(&trainer.evaluated())) {
        found.assert_approx_eq::<f32>(expected, tolerance);
        assert!(!name.is_empty());
    }
    let device = run.device.clone().inner();
    let pass = EvalOptions {
        counting: run.options.counting,
        epoch: 1.0,
        max_batches: None,
        told: EvalOptions::UNHEARD,
    };
    let alone = evaluate(
        &trainer.evaluated(),
        &run.evals[0],
        &run.objective.labels,
        &device,
        &pass,
        &Alone,
    )
    .unwrap();
    trainer.progress = Progress { step_in_epoch: run.train.len(), ..Progress::default() };
    run.fit(&mut trainer, &NeverStop).unwrap();
    let logged = run.memory.records.iter().find(|r| r.split == "eval").unwrap();
    assert_eq!(logged.values, alone.values);
}

#[test]
fn training_ends_when_nothing_gets_better() {
    let _turn = alone();
    let mut run = Run::new();
    run.options.num_epochs = 50;
    run.options.early_stop_patience = Some(2);
    let mut trainer = trainer(&run.device, run.train.len());
    let outcome = run.fit(&mut trainer, &NeverStop).unwrap();
    assert_eq!(outcome, Outcome::StoppedEarly { evaluations: 2 });
    let metric = |r: &Record| r.value("final_acc/action/top1").unwrap();
    let all: Vec<f64> =
        run.memory.records.iter().filter(|r| r.split == "eval").map(metric).collect();
    let best = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    assert_eq!(all.iter().position(|v| *v == best), Some(all.len() - 3), "{all:?}");
    assert_eq!(run.fit(&mut trainer, &NeverStop).unwrap(), outcome, "started again, it is done");
}

#[test]
fn parts_of_an_epoch_are_kept() {
    let _turn = alone();
    let mut run = Run::new();
    run.options.saving = Saving { every_epochs: Some(0.5), every: None, keep: true };
    let steps = run.train.len();
    let mut trainer = trainer(&run.device, steps);
    run.fit(&mut trainer, &NeverStop).unwrap();
    let every = steps / 2;
    let kept: Vec<u64> = run
        .checkpoints
        .saved
        .iter()
        .filter(|(name, _)| {
            matches!(name, CheckpointName::Within { .. } | CheckpointName::Epoch(_))
        })
        .map(|(_, progress)| progress.step)
        .collect();
    let expected: Vec<u64> = (1..=3 * steps).filter(|s| s % every == 0).map(|s| s as u64).collect();
    assert_eq!(kept, expected);
}

/// Kept activations or computed again: the same dropout masks, the same bits.
#[test]
fn activations_computed_again_change_nothing() {
    let _turn = alone();
    let run = |device: Device| {
        let mut run = Run::new();
        run.device = device;
        let mut trainer = trainer(&run.device, run.train.len());
        run.fit(&mut trainer, &NeverStop).unwrap();
        (losses(&run), weights(&trainer.model))
    };
    let kept = run(Device::default().autodiff());
    let again = run(Device::default().autodiff().gradient_checkpointing());
    assert!(kept == again);
}

/// Products of 8 bits are near those of 24, and training learns from them.
#[test]
fn bf16_is_near_and_learns() {
    let _turn = alone();
    let run = |precision, accumulate_steps| {
        let mut run = Run::new();
        run.options.precision = precision;
        run.options.accumulate_steps = accumulate_steps;
        let mut trainer = trainer(&run.device, run.train.len().div_ceil(accumulate_steps));
        run.fit(&mut trainer, &NeverStop).unwrap();
        losses(&run)
    };
    let (full, half) = (run(Precision::Full, 1), run(Precision::Bf16, 1));
    let relative = (full[0] - half[0]).abs() / full[0];
    assert!(relative > 1e-6 && relative < 0.02, "{} and {}", full[0], half[0]);
    let mean = |losses: &[f64]| losses.iter().sum::<f64>() / losses.len() as f64;
    let (first, last) = half.split_at(half.len() / 2);
    assert!(mean(last) < mean(first), "{half:?}");
    assert_eq!(run(Precision::Bf16, 2).len(), run(Precision::Full, 2).len());
}
