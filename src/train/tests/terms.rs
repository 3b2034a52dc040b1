//! Terms of the loss: which there are, and what is wrong without them.

use burn::module::Module;

use super::world::WORLD;
use super::*;

#[test]
fn a_term_without_weight_is_an_error() {
    let mut run = Run::new();
    run.objective.weights.retain(|(name, _)| name != "feat");
    let mut trainer = trainer(&run.device, run.train.len());
    let error = run.fit(&mut trainer, &NeverStop).unwrap_err();
    assert!(matches!(&error, TrainError::MissingWeight { term, .. } if term == "feat"), "{error}");
}

#[test]
fn a_loss_of_nothing_is_an_error() {
    let mut run = Run::new();
    run.objective.weights.iter_mut().for_each(|(_, weight)| *weight = 0.0);
    let mut trainer = trainer(&run.device, run.train.len());
    let error = run.fit(&mut trainer, &NeverStop).unwrap_err();
    assert!(matches!(error, TrainError::NothingToLearn { .. }), "{error}");
    assert!(error.to_string().contains("cls_action 0, feat 0"), "{error}");
}

#[test]
fn losses_of_labels_are_those_of_the_objective() {
    let run = Run::new();
    let student = trainer(&run.device, 1).model.valid();
    let options = EvalOptions {
        counting: run.options.counting,
        epoch: 0.0,
        max_batches: Some(1),
        told: EvalOptions::UNHEARD,
    };
    let report = |labels: LabelLosses| {
        let device = run.device.clone().inner();
        evaluate(&student, &run.evals[0], &labels, &device, &options, &Alone).unwrap()
    };
    let value = |labels: LabelLosses, name: &str| {
        report(labels).values.into_iter().find(|(n, _)| n == name).map(|(_, v)| v)
    };
    let plain = value(LabelLosses::default(), "loss/cls_action").unwrap();
    let thrice = vec![("action".to_owned(), vec![3.0; WORLD.actions])];
    let thrice = LabelLosses::CrossEntropy { class_weights: thrice };
    let weighted = value(thrice, "loss/cls_action").unwrap();
    assert!((weighted - 3.0 * plain).abs() < 1e-5 * plain, "{weighted} and {plain}");

    let none = report(LabelLosses::None);
    let names: Vec<&str> = none.values.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.contains(&"loss/feat") && names.contains(&"final_acc/action/top1"), "{names:?}");
    assert!(!names.contains(&"loss/cls_action") && !names.contains(&"acc1/action"), "{names:?}");
    assert_eq!(none.rows.losses[0].1.len(), none.rows.idx.len(), "one number a sample");
}
