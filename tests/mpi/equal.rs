//! N ranks with B rows each are one process with N B rows, number by number.

use runner::runs::read_results;
use serde_json::Value;

use crate::place::{Place, stderr, succeed};

/// A student whose steps depend on nothing but its rows.
const STUDENT: [&str; 8] = [
    "+experiment=ek55_ensemble",
    "+debug=synthetic",
    "train.num_epochs=2",
    "train.train_one_epoch_fn.print_freq=1",
    "model.dropout=0",
    "model.future_predictor.embd_pdrop=0",
    "model.future_predictor.attn_pdrop=0",
    "model.future_predictor.resid_pdrop=0",
];

/// Two ranks, so many rows on each, against one process with twice as many.
fn compare(place: &Place, args: &[&str], rows: usize) {
    let batch = |rows: usize| format!("train.batch_size={rows}");
    let (of_rank, of_all) = (batch(rows), batch(2 * rows));
    let ranks = [args, &[&of_rank, "hydra.run.dir=ranks"]].concat();
    let alone = [args, &[&of_all, "hydra.run.dir=alone"]].concat();
    succeed(place.ranks(2, &ranks));
    let output = place.alone(&alone);
    assert!(output.status.success(), "{}", stderr(&output));
    let (ranks, alone) = (place.metrics("ranks"), place.metrics("alone"));
    assert_eq!(ranks.len(), alone.len());
    for (found, expected) in ranks.iter().zip(&alone) {
        let pairs = expected.as_object().unwrap().iter();
        for (name, expected) in pairs.filter(|(name, _)| !name.ends_with("_seconds")) {
            assert!(is_close(&found[name], expected), "{name} is {expected} alone: {found}");
        }
    }
    for status in ["ranks/run.json", "alone/run.json"] {
        assert_eq!(place.json(status)["status"], "completed");
    }
}

fn is_close(found: &Value, expected: &Value) -> bool {
    match (found.as_f64(), expected.as_f64()) {
        (Some(found), Some(expected)) => (found - expected).abs() <= 1e-5 * expected.abs().max(1.0),
        _ => found == expected,
    }
}

#[test]
fn a_students_losses_and_metrics() {
    let place = Place::new();
    compare(&place, &STUDENT, 16);
    let results =
        |run: &str| read_results(&place.path().join(run).join("results/eval.h5")).unwrap();
    let (ranks, alone) = (results("ranks"), results("alone"));
    assert_eq!((ranks.idx, ranks.uid), (alone.idx, alone.uid), "each sample once, in order");
    assert_eq!(ranks.target, alone.target);
    assert_eq!(ranks.epoch, alone.epoch);

    // and without training, from weights that one of them left
    const EVALUATE: [&str; 4] = [
        "+experiment=ek55_ensemble",
        "+debug=synthetic",
        "test_only=true",
        "train.init_from_model=[[alone/checkpoints/last.safetensors]]",
    ];
    let at = |dir: &'static str| [&EVALUATE[..], &["eval.batch_size=7", dir]].concat();
    succeed(place.ranks(3, &at("hydra.run.dir=evaluated")));
    let output = place.alone(&at("hydra.run.dir=evaluated_alone"));
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(place.metrics("evaluated"), place.metrics("evaluated_alone"), "to the bit");
}

#[test]
fn accumulated_batches_clipped_gradients_an_average_and_scaled_rates() {
    let ways = [
        "train.accumulate_steps=3",
        "train.ema_decay=0.9",
        "opt.grad_clip.max_norm=0.05",
        "opt.lr_wd=[[__all__,0.0001,0.0001]]",
        "opt.scale_lr_by_bs=true",
        "opt/optimizer=sgd",
        "train.max_steps_per_epoch=4",
        "eval.batch_size=7",
    ];
    compare(&Place::new(), &[&STUDENT[..], &ways].concat(), 5);
}

#[test]
fn a_teachers_losses() {
    const TEACHER: [&str; 6] = [
        "+experiment=ek55_teacher_action_gru",
        "+debug=synthetic",
        "train.num_epochs=1",
        "train.train_one_epoch_fn.print_freq=1",
        "lm.dropout=0",
        "pipeline=remake",
    ];
    compare(&Place::new(), &TEACHER, 16);
}

#[test]
fn a_language_model_learns_on_ranks() {
    let place = Place::new();
    let args = ["+experiment=pretrain_bert", "+debug=synthetic", "train.num_epochs=1"];
    let args = [&args[..], &["hydra.run.dir=run", "train.batch_size=4"]].concat();
    succeed(place.ranks(2, &args));
    assert_eq!(place.json("run/run.json")["status"], "completed");
    let records = place.metrics("run");
    let evaluation = records.iter().find(|record| record["split"] == "eval").unwrap();
    assert!(evaluation["acc1/token"].is_f64(), "{evaluation}");
}
