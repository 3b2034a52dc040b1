//! The options of AVT's head: outputs, losses, attention maps and first gradients.
//! `scripts/parity_head.py` writes the fixtures.

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor};
use runner::losses::{
    InfoNceConfig, KlConfig, cross_entropy, kl_distillation, simclr_infonce_rows,
};
use runner::models::{
    Activation, AvthConfig, Centroids, FutureLoss, FuturePredictorConfig, Gpt2Config, RowLoss,
    Student, StudentConfig, StudentOutput,
};
use runner::weights;
use serde_json::Value;

use crate::student::avth_config;
use crate::support::{
    Fixture, assert_close, assert_same, cases, check_gradients, device, in_mode, size, values,
};

cases!(
    gelu,
    relu,
    silu,
    tanh,
    normed,
    infonce,
    infonce_one_way,
    quantized,
    quantized_raw,
    frozen,
    centroids,
    centroids_quantized,
    centroids_frozen,
    numbers,
    numbers_quantized,
    attentions,
    numbers_evaluation,
);

fn check(name: &str) {
    let fixture = Fixture::read(&format!("head_{name}"));
    let case = fixture.json("case");
    let device = device().autodiff();
    let student = student(&fixture, &case, &device);
    assert_eq!(weights::export(&student), fixture.under("param/"), "state of {name}");
    let train = case["train"] == true;
    let (student, device) = in_mode(student, train, device);
    let output = student.forward(fixture.tensor("input/video", &device));
    check_output(&fixture, &output);
    let total = check_losses(&fixture, &case, &output, &device);
    if train {
        check_gradients(&fixture, &student, total);
    }
}

fn check_output(fixture: &Fixture, output: &StudentOutput) {
    assert_same("future_agg", output.future_agg.clone(), fixture.host("output/future_agg"));
    assert_same("past", output.past.clone(), fixture.host("output/past"));
    assert_same("logits", output.logits[0].1.clone(), fixture.host("output/logits/action"));
    let maps = fixture.under("output/gpt2_att_");
    assert_eq!(output.attentions.len(), maps.len(), "attention maps");
    for (step, weights) in output.attentions.iter().enumerate() {
        let expected = &maps[&step.to_string()];
        assert_eq!(weights.dims().to_vec(), expected.shape, "shape of map {step}");
        assert_same(&format!("map {step}"), weights.clone(), expected);
    }
}

/// Compares every term and returns the weighted total.
fn check_losses(
    fixture: &Fixture,
    case: &Value,
    output: &StudentOutput,
    device: &Device,
) -> Tensor<1> {
    let logits = &output.logits[0].1;
    let target = fixture.int_tensor::<1>("input/target", device);
    let past_target = fixture.int_tensor::<2>("input/past_target", device);
    let past = cross_entropy(output.past_logits[0].1.clone(), past_target, -1);
    let mut terms = BTreeMap::from([
        ("cls_action", cross_entropy(logits.clone(), target, -1).unsqueeze_dim(1)),
        ("past_cls_action", past),
    ]);
    terms.extend(output.aux.iter().cloned());
    if case["train"] == true {
        let teacher = fixture.tensor("input/teacher", device);
        let loss = kl_distillation(logits.clone(), teacher, &KlConfig::default());
        terms.insert("distill", loss);
    }
    let weights = case["weights"].as_object().unwrap();
    assert_eq!(terms.len(), weights.len(), "every term was compared");
    let mut total = Tensor::<1>::zeros([1], device);
    for (name, loss) in terms {
        assert_close(name, &values(&loss), fixture.floats(&format!("loss/{name}")));
        total = total + loss.mean() * weights[name].as_f64().unwrap();
    }
    assert_same("total", total.clone(), fixture.host("total"));
    total
}

/// The student of a case with the original's weights.
fn student(fixture: &Fixture, case: &Value, device: &Device) -> Student {
    let config = StudentConfig {
        future_predictor: FuturePredictorConfig::Avth(avth(fixture, case)),
        classifier_on_past: true,
        ..StudentConfig::new(size(&case["width"]))
    };
    config.check_input(1, 4).unwrap();
    let student = config.init(&[("action".into(), 7)], &[], device).unwrap();
    weights::import(student, &fixture.under("param/"), true).unwrap().0
}

fn avth(fixture: &Fixture, case: &Value) -> AvthConfig {
    let plain = avth_config(case);
    let of_file = |name: &str| {
        let array = fixture.host(&format!("param/future_predictor.{name}assigner.centroids"));
        Centroids::new(array.shape[0], array.shape[1], array.as_f32().unwrap().to_vec()).unwrap()
    };
    let gpt = Gpt2Config {
        n_inner: case["n_inner"].as_u64().map(|n| n as usize),
        activation_function: activation(case["activation_function"].as_str()),
        output_attentions: case["output_attentions"] == true,
        ..plain.gpt
    };
    AvthConfig {
        gpt,
        future_pred_loss: Some(future_loss(&case["future_pred_loss"], of_file)),
        quantize_before_rollout: case["quantize_before_rollout"] == true,
        assign_to_centroids: case["assign_to_centroids"].as_str().map(|_| of_file("")),
        num_cluster_centers: size(&case["num_cluster_centers"]),
        freeze_encoder_decoder: case["freeze_encoder_decoder"] == true,
        ..plain
    }
}

fn activation(name: Option<&str>) -> Activation {
    match name {
        None => Activation::GeluNew,
        Some("gelu") => Activation::Gelu,
        Some("relu") => Activation::Relu,
        Some("silu") => Activation::Silu,
        Some("tanh") => Activation::Tanh,
        Some(other) => panic!("unknown activation {other}"),
    }
}

fn future_loss(node: &Value, of_file: impl Fn(&str) -> Centroids) -> FutureLoss {
    match node["_target_"].as_str().unwrap().rsplit('.').next().unwrap() {
        "MSELoss" => FutureLoss::Mse,
        "NormedMSE" => FutureLoss::NormedMse,
        "MultiDimCrossEntropy" => FutureLoss::CrossEntropy,
        "QuantizeAndCrossEntropy" => FutureLoss::Quantized {
            centroids: of_file("future_pred_loss."),
            norm: node["norm"] != false,
        },
        "MultiDimDistributedSimclrInfoNCELoss" => {
            let config = InfoNceConfig {
                temperature: node["temperature"].as_f64().unwrap(),
                target_to_output_loss: node["target_to_output_loss"] != false,
                ..InfoNceConfig::default()
            };
            FutureLoss::Rows(RowLoss::new("InfoNCE", move |predicted, actual| {
                simclr_infonce_rows(predicted, actual.unsqueeze_dim(1), &config)
            }))
        }
        other => panic!("unknown loss {other}"),
    }
}
