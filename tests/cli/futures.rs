//! Students that learn from clips of the future, and from several training sets.

use crate::support::{Place, QUICK, stderr};

const RUN: &str = "outputs/ek55_ensemble/0001";
const FUTURE: [&str; 3] = [
    "train_eval_op=pred_future_feat",
    "dataset.synthetic.train.return_future_clips_too=true",
    "dataset.synthetic.train.conv_to_anticipate_fn.future_clip_ratios=[0.5,1.0]",
];

fn run(place: &Place, args: &[&str]) {
    let args = QUICK.into_iter().chain(args.iter().copied());
    let output = place.runner(args).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
}

/// A term of each training step that was logged.
fn term(place: &Place, name: &str) -> Vec<f64> {
    let records = place.metrics(RUN);
    let train = records.iter().filter(|record| record["split"] == "train");
    train.filter_map(|record| record[name].as_f64()).collect()
}

#[test]
fn features_of_future_clips_are_regressed() {
    let criteria: [&[&str]; 3] = [
        &["train_eval_op/reg_criterion=mse"],
        &[
            "train_eval_op.reg_criterion._target_=loss_fn.mse.NormedMSE",
            "train_eval_op.cumulative_future=true",
        ],
        &[
            "train_eval_op/reg_criterion=simclr_infonce",
            "train_eval_op.incur_loss_style=together",
            "model.project_dim_for_nce=8",
        ],
    ];
    for criterion in criteria {
        let place = Place::new();
        run(&place, &[&FUTURE[..], criterion].concat());
        let terms = term(&place, "loss/pred");
        assert!(!terms.is_empty() && terms.iter().all(|v| *v > 0.0), "{criterion:?}: {terms:?}");
        let evaluations = place.metrics(RUN);
        let evaluation = evaluations.iter().find(|record| record["split"] == "eval").unwrap();
        assert!(evaluation["loss/pred"].is_null(), "the future is for training: {evaluation}");
        assert!(evaluation["loss/cls_action"].is_number(), "{evaluation}");
    }
}

#[test]
fn without_a_weight_no_future_is_read() {
    let place = Place::new();
    run(&place, &[&FUTURE[..], &["train.train_one_epoch_fn.loss_wts.pred=0"]].concat());
    assert!(term(&place, "loss/pred").is_empty());
}

#[test]
fn training_sets_are_joined() {
    let place = Place::new();
    let steps = |args: &[&str]| {
        let args = [&["train.max_steps_per_epoch=null", "train.batch_size=50"], args].concat();
        run(&place, &args);
        place.json("outputs/ek55_ensemble/latest/run.json")
    };
    let one = steps(&[]);
    let two = steps(&["+dataset_train2=${dataset.synthetic.val}"]);
    assert_ne!(one["data_fingerprint"], two["data_fingerprint"]);
    let last = |run: &str| place.metrics(run).last().unwrap()["step"].as_u64().unwrap();
    // 15 videos, then 20 more, of 30 actions; the first of each are too early
    assert_eq!(last(RUN), (15 * 30u64).div_ceil(50));
    let joined = last("outputs/ek55_ensemble/0002");
    assert_eq!(joined, (35 * 30u64).div_ceil(50));
}

#[test]
fn several_teachers_are_weighed() {
    let attention = ["ens_distill=2", "teacher.attention.num_heads=2"];
    let place = Place::new();
    run(&place, &attention);
    for name in ["loss/ens_distill", "loss/distill"] {
        let terms = term(&place, name);
        assert!(!terms.is_empty() && terms.iter().all(|v| *v > 0.0), "{name}: {terms:?}");
    }
    // `ek55_bert` is one teacher of the generated world
    let args = [&QUICK[..], &attention, &["teacher=ek55_bert"]].concat();
    let output = place.runner(args).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("teacher `ek55_bert` is one teacher"), "{}", stderr(&output));
}
