//! The student: outputs, every loss term, first gradients of the weighted total.

use burn::tensor::{Device, Tensor};
use runner::losses::{KlConfig, cross_entropy, feature_cosine, kl_distillation, normalised_mse};
use runner::metrics::{Scores, batch_accuracy};
use runner::models::{
    AggregatorConfig, AvthConfig, ClassMapping, FutureLoss, FuturePredictorConfig, Gpt2Config,
    Student, StudentConfig, StudentOutput,
};
use runner::weights;
use serde_json::Value;

use crate::support::{
    Fixture, assert_close, assert_same, cases, check_gradients, device, in_mode, size, values,
};

cases!(
    recipe,
    frames,
    rollout,
    rollout_past,
    mean_after,
    mean_before,
    mappings,
    drop_last,
    evaluation,
);

fn check(name: &str) {
    let fixture = Fixture::read(&format!("student_{name}"));
    let case = fixture.json("case");
    let train = case["train"] == true;
    let device = device().autodiff();
    let (student, device) = in_mode(student(&fixture, &case, &device), train, device);
    let output = student.forward(fixture.tensor("input/video", &device));
    check_output(&fixture, &output);
    let total = check_losses(&fixture, &output, train, &device);
    if train {
        check_gradients(&fixture, &student, total);
    }
}

/// Compares scores, accuracies and features of the future.
pub fn check_output(fixture: &Fixture, output: &StudentOutput) {
    assert_same("future_agg", output.future_agg.clone(), fixture.host("output/future_agg"));
    assert_same("past", output.past.clone(), fixture.host("output/past"));
    for (label, logits) in &output.logits {
        let name = format!("output/logits/{label}");
        assert_same(&name, logits.clone(), fixture.host(&name));
        let values = values(logits);
        let targets = fixture.ints(&format!("input/target/{label}"));
        let accuracy = batch_accuracy(Scores::new(&values, logits.dims()[1]), targets);
        for (k, top) in accuracy.top.iter().enumerate() {
            let name = format!("accuracy/acc{}/{label}", k + 1);
            assert_close(&name, &[*top as f32], fixture.floats(&name));
        }
    }
    for (label, logits) in &output.past_logits {
        let name = format!("output/past_logits/{label}");
        assert_same(&name, logits.clone(), fixture.host(&name));
    }
}

/// Compares every term and returns the weighted total.
pub fn check_losses(
    fixture: &Fixture,
    output: &StudentOutput,
    train: bool,
    device: &Device,
) -> Tensor<1> {
    let weights = &fixture.json("case")["weights"];
    let mut seen = 0;
    let mut total = Tensor::<1>::zeros([1], device);
    let mut term = |name: &str, mean: Tensor<1>| {
        seen += 1;
        let weight = weights[name].as_f64().unwrap_or_else(|| panic!("`{name}` is a term"));
        total = total.clone() + mean * weight;
    };
    for (label, logits) in &output.logits {
        let targets = fixture.int_tensor::<1>(&format!("input/target/{label}"), device);
        let loss = cross_entropy(logits.clone(), targets, -1);
        let name = format!("cls_{label}");
        assert_same(&name, loss.clone(), fixture.host(&format!("loss/{name}")));
        term(&name, loss.mean());
    }
    for (label, logits) in &output.past_logits {
        let targets = fixture.int_tensor::<2>(&format!("input/past_target/{label}"), device);
        let loss = cross_entropy(logits.clone(), targets, -1);
        let name = format!("past_cls_{label}");
        assert_same(&name, loss.clone(), fixture.host(&format!("loss/{name}")));
        term(&name, loss.mean());
    }
    for (name, loss) in &output.aux {
        let expected = fixture.floats(&format!("loss/{name}"));
        // The original reduces some itself.
        let loss = if expected.len() == 1 { loss.clone().mean().unsqueeze() } else { loss.clone() };
        assert_close(name, &values(&loss), expected);
        term(name, loss.clone().mean());
    }
    if train {
        let (action, feature) = (output.logits[0].1.clone(), output.future_agg.clone());
        let teacher = fixture.tensor("input/teacher", device);
        let loss = kl_distillation(action, teacher, &KlConfig::default());
        assert_same("distill", loss.clone(), fixture.host("loss/distill"));
        term("distill", loss.mean());
        let teacher = fixture.tensor::<2>("input/teacher_features", device);
        let loss = feature_cosine(feature.clone(), teacher.clone());
        assert_same("distill_feat", loss.clone(), fixture.host("loss/distill_feat"));
        term("distill_feat", loss.mean());
        let loss = normalised_mse(feature, teacher);
        assert_same("distill_feat_mse", loss.clone(), fixture.host("loss/distill_feat_mse"));
        term("distill_feat_mse", loss);
    }
    assert_eq!(seen, weights.as_object().unwrap().len(), "every term was compared");
    assert_same("total", total.clone(), fixture.host("total"));
    total
}

/// The student of a case with the original's weights.
pub fn student(fixture: &Fixture, case: &Value, device: &Device) -> Student {
    let aggregator = |key: &str| match case[key].as_str().unwrap() {
        "Identity" => AggregatorConfig::Identity,
        "Mean" => AggregatorConfig::Mean,
        other => panic!("unknown aggregator {other}"),
    };
    let config = StudentConfig {
        intermediate_featdim: Some(6),
        temporal_aggregator: aggregator("agg"),
        future_predictor: match &case["avth"] {
            Value::Null => FuturePredictorConfig::Identity,
            avth => FuturePredictorConfig::Avth(avth_config(avth)),
        },
        temporal_aggregator_after_future_pred: aggregator("after"),
        project_dim_for_nce: case["project"].as_u64().map(|dim| dim as usize),
        classifier_on_past: case["past"] == true,
        use_cls_mappings: case["mappings"] == true,
        ..StudentConfig::new(size(&case["backbone_dim"]))
    };
    let student = init(&config, case, &[mapping("verb", 4), mapping("noun", 3)], device);
    weights::import(student, &fixture.under("param/"), true).unwrap().0
}

/// The student for the classes and the input of a case.
pub fn init(
    config: &StudentConfig,
    case: &Value,
    mappings: &[ClassMapping],
    device: &Device,
) -> Student {
    config.check_input(size(&case["clips"]), size(&case["frames"])).unwrap();
    let classes: Vec<(String, usize)> = serde_json::from_value(case["classes"].clone()).unwrap();
    config.init(&classes, mappings, device).unwrap()
}

/// From the seven actions to fewer classes, as the scripts map them.
pub fn mapping(target: &str, count: usize) -> ClassMapping {
    ClassMapping {
        target: target.into(),
        source: "action".into(),
        source_classes: 7,
        target_classes: count,
        pairs: (0..7).map(|action| (action, action * 2 % count)).collect(),
    }
}

/// AVT's head of a case, without dropout.
pub fn avth_config(avth: &Value) -> AvthConfig {
    let size = |key: &str| usize::try_from(avth[key].as_i64().unwrap()).ok();
    let gpt = Gpt2Config {
        n_layer: size("n_layer").unwrap(),
        n_head: size("n_head").unwrap(),
        n_positions: size("n_positions").unwrap(),
        embd_pdrop: 0.0,
        attn_pdrop: 0.0,
        resid_pdrop: 0.0,
        ..Gpt2Config::new(size("inter_dim").unwrap())
    };
    AvthConfig {
        gpt,
        output_len: size("output_len").unwrap(),
        output_len_eval: size("output_len_eval"),
        avg_last_n: size("avg_last_n"),
        future_pred_loss: (avth["feat"] == true).then_some(FutureLoss::Mse),
        return_past_too: avth["return_past_too"] == true,
        drop_last_n: size("drop_last_n").unwrap(),
        ..AvthConfig::new(size("inter_dim").unwrap())
    }
}
