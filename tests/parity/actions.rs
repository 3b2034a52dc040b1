//! The small models over actions and the loss of teachers, against torch's own layers.
//!
//! `scripts/parity_actions.py` states the batch again.

use burn::tensor::{Device, Int, Tensor};
use runner::losses::{SmoothedConfig, mean_smoothed_cross_entropy, smoothed_cross_entropy};
use runner::models::actions::{
    ActionClasses, ActionGruConfig, ActionTokens, ActionTransformerConfig,
};
use runner::models::{TeacherInput, TeacherModel};
use runner::weights;

use crate::support::{Fixture, assert_same, check_gradients, device};

const HISTORIES: [[i64; 4]; 5] =
    [[0, 4, 7, 1], [3, 3, 6, 6], [6, 6, 6, 6], [5, 6, 6, 6], [2, 1, 0, 6]];
const LENGTHS: [usize; 5] = [4, 2, 0, 1, 3];
const TARGETS: [(&str, f64, [i64; 5]); 3] = [
    ("action", 0.8, [1, 4, -1, 0, 5]),
    ("verb", 0.1, [0, 2, 1, -1, 2]),
    ("noun", 0.1, [1, 3, 2, 0, -1]),
];

fn classes() -> ActionClasses {
    let of_action = [0, 0, 1, 1, 2, 2].into_iter().zip([0, 1, 1, 2, 3, 0]).collect();
    ActionClasses { verbs: 3, nouns: 4, of_action }
}

fn targets(label: usize, device: &Device) -> Tensor<1, Int> {
    Tensor::from_ints(TARGETS[label].2, device)
}

fn check(name: &str, model: TeacherModel, device: &Device) {
    let fixture = Fixture::read(name);
    let (model, report) = weights::import(model, &fixture.under("state/"), true).unwrap();
    assert!(report.is_complete(), "{report}");
    let actions = HISTORIES.concat();
    let tokens = ActionTokens::new(actions, &LENGTHS, 4, device);
    let output = model.forward(TeacherInput::Actions(tokens)).unwrap();
    assert_same("feature", output.feature, fixture.host("feature"));
    let smoothed = SmoothedConfig { label_smoothing: 0.1, class_weights: None };
    let mut total = Tensor::<1>::zeros([1], device);
    for (i, (label, logits)) in output.logits.into_iter().enumerate() {
        assert_eq!(label, TARGETS[i].0);
        assert_same(&label, logits.clone(), fixture.host(&format!("out/{label}")));
        let mean = mean_smoothed_cross_entropy(logits, targets(i, device), &smoothed, -1);
        total = total + mean * TARGETS[i].1;
    }
    assert_same("loss", total.clone(), fixture.host("loss"));
    check_gradients(&fixture, &model, total);
}

#[test]
fn recurrent() {
    let device = device().autodiff();
    let config = ActionGruConfig { dim: 8, num_layers: 2, dropout: 0.0, tie_outputs: true };
    let model = config.init(&classes(), &device).unwrap();
    check("actions_gru", TeacherModel::Gru(model), &device);
}

#[test]
fn attending() {
    let device = device().autodiff();
    let config = ActionTransformerConfig {
        dim: 8,
        num_layers: 2,
        num_heads: 2,
        dropout: 0.0,
        layer_dropout: 0.0,
        tie_outputs: false,
        max_length: 4,
    };
    let model = config.init(&classes(), &device).unwrap();
    check("actions_transformer", TeacherModel::Transformer(model), &device);
}

#[test]
fn losses_of_teachers() {
    let (fixture, device) = (Fixture::read("teacher_losses"), device().autodiff());
    for (name, weighted, label_smoothing) in [
        ("plain", false, 0.0),
        ("smoothed", false, 0.2),
        ("weighted", true, 0.0),
        ("both", true, 0.2),
    ] {
        let class_weights = weighted.then(|| fixture.tensor::<1>("weights", &device));
        let config = SmoothedConfig { label_smoothing, class_weights };
        let logits = fixture.tensor::<2>("logits", &device).require_grad();
        let (rows, _) = smoothed_cross_entropy(logits.clone(), targets(0, &device), &config, -1);
        assert_same(name, rows, fixture.host(&format!("{name}/rows")));
        let mean = mean_smoothed_cross_entropy(logits.clone(), targets(0, &device), &config, -1);
        assert_same(name, mean.clone(), fixture.host(&format!("{name}/mean")));
        let grad = logits.grad(&mean.backward()).unwrap();
        assert_same(name, grad, fixture.host(&format!("{name}/grad")));
    }
}
