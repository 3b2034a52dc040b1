//! Backbone, aggregators, predictor, classifiers, projections, regression head and crops, each in a
//! student.

use burn::tensor::{Device, Tensor};
use runner::files::HostTensor;
use runner::models::{
    AggregateStyle, AggregatorConfig, BackboneConfig, ClassifierConfig, FuturePredictorConfig,
    RulstmConfig, Student, StudentConfig, StudentOutput, TransformerAggregatorConfig, VitConfig,
};
use runner::weights;
use serde_json::Value;

use crate::student::{avth_config, check_losses, check_output, init, mapping};
use crate::support::{
    Fixture, assert_close, assert_same, cases, check_gradients, device, in_mode, size, values,
};

cases!(
    vit,
    vit_evaluation,
    vit_head,
    transformer,
    transformer_last,
    transformer_cloze,
    transformer_evaluation,
    rulstm,
    rulstm_padded,
    rulstm_after,
    mlp,
    mlp_clips,
    crops,
);

fn check(name: &str) {
    let fixture = Fixture::read(&format!("parts_{name}"));
    let case = fixture.json("case");
    let train = case["train"] == true;
    let device = device().autodiff();
    let (student, device) = in_mode(student(&fixture, &case, &device), train, device);
    let output = forward(&fixture, &case, &student, &device);
    check_output(&fixture, &output);
    check_features(&fixture, &output);
    let total = check_losses(&fixture, &output, train, &device);
    if train {
        check_gradients(&fixture, &student, total + squares(&output));
    }
}

/// What the student says; where it hides steps at random, once they are those of the fixture.
fn forward(fixture: &Fixture, case: &Value, student: &Student, device: &Device) -> StudentOutput {
    if case["crops"] != 0 {
        let video: Tensor<7> = fixture.tensor("input/video", device);
        let crop = |i| video.clone().narrow(2, i, 1).squeeze_dim(2);
        return student.forward_crops((0..video.dims()[2]).map(crop).collect());
    }
    // The original keeps time first.
    let hidden: Vec<Vec<bool>> = serde_json::from_value(case["hidden"].clone()).unwrap();
    let hidden: Vec<bool> = (0..3).flat_map(|b| hidden.iter().map(move |step| step[b])).collect();
    let video: Tensor<6> = fixture.tensor("input/video", device);
    let draws = (0..20_000).map(|seed| {
        device.seed(seed);
        student.forward(video.clone())
    });
    let found = draws.into_iter().find(|output| {
        let Some((_, loss)) = output.aux.iter().find(|(name, _)| *name == "tx_mlm") else {
            return true;
        };
        values(loss).iter().map(|l| *l > 0.0).eq(hidden.iter().copied())
    });
    found.expect("each step is hidden in half of the draws")
}

fn check_features(fixture: &Fixture, output: &StudentOutput) {
    let expected = |name: &str| fixture.get(&format!("output/{name}"));
    let same = |name: &str, actual: Tensor<3>| {
        assert_same(name, actual, expected(name).unwrap_or_else(|| panic!("{name} is compared")));
    };
    same("backbone_mean", output.backbone_mean.clone().unsqueeze());
    same("temp_agg", output.temp_agg.clone());
    same("temp_agg_projected", output.temp_agg_projected.clone());
    same("future_projected", output.future_projected.clone());
    for (name, actual) in [
        ("backbone_mean_projected", &output.backbone_mean_projected),
        ("logits_regression", &output.logits_regression),
    ] {
        assert_eq!(actual.is_some(), expected(name).is_some(), "{name} is there");
        if let Some(actual) = actual {
            same(name, actual.clone().unsqueeze());
        }
    }
}

/// Mean squares of what no loss looks at.
fn squares(output: &StudentOutput) -> Tensor<1> {
    let square = |x: Tensor<3>| (x.clone() * x).mean();
    let mut sum =
        square(output.temp_agg_projected.clone()) + square(output.future_projected.clone());
    let further = [&output.backbone_mean_projected, &output.logits_regression];
    for further in further.into_iter().flatten() {
        sum = sum + square(further.clone().unsqueeze());
    }
    sum
}

/// The student of a case with the original's weights.
fn student(fixture: &Fixture, case: &Value, device: &Device) -> Student {
    let config = StudentConfig {
        backbone: backbone(case),
        intermediate_featdim: Some(6),
        temporal_aggregator: aggregator(&case["agg"]),
        same_temp_agg_dim: case["same_dim"] == true,
        future_predictor: predictor(case),
        temporal_aggregator_after_future_pred: aggregator(&case["after"]),
        classifier: classifier(&case["classifier"]),
        project_dim_for_nce: case["project"].as_u64().map(|dim| dim as usize),
        add_regression_head: case["regression"] == true,
        classifier_on_past: case["past"] == true,
        use_cls_mappings: case["mappings"] == true,
        ..StudentConfig::new(size(&case["backbone_dim"]))
    };
    let student = init(&config, case, &[mapping("verb", 4)], device);
    let mut arrays = fixture.under("param/");
    let tables = weights::export(&student).into_iter().filter(|(name, _)| name.ends_with(".pe"));
    for (name, table) in tables {
        check_sinusoids(fixture, &table);
        arrays.insert(name, table);
    }
    weights::import(student, &arrays, true).unwrap().0
}

/// The fixture has every 50th row of the table.
fn check_sinusoids(fixture: &Fixture, table: &HostTensor) {
    let rows = table.as_f32().unwrap().chunks(50 * table.shape[2]);
    let every_50th: Vec<f32> = rows.flat_map(|rows| rows[..table.shape[2]].to_vec()).collect();
    assert_close("sinusoids", &every_50th, fixture.floats("output/pe"));
}

fn backbone(case: &Value) -> BackboneConfig {
    if case["vit"] != true {
        return BackboneConfig::Identity;
    }
    let classes = Some(size(&case["vit_classes"])).filter(|classes| *classes > 0);
    BackboneConfig::Vit(VitConfig {
        image: 8,
        patch: 4,
        width: 6,
        depth: 2,
        heads: 2,
        inner: 12,
        classes,
        ..VitConfig::base()
    })
}

fn aggregator(node: &Value) -> AggregatorConfig {
    match node["kind"].as_str().unwrap() {
        "Identity" => AggregatorConfig::Identity,
        "Mean" => AggregatorConfig::Mean,
        "Transformer" => AggregatorConfig::Transformer(TransformerAggregatorConfig {
            inter_rep: size(&node["inter_rep"]),
            nheads: size(&node["nheads"]),
            nlayers: size(&node["nlayers"]),
            feed_forward: 5,
            agg_style: match node["agg_style"].as_str().unwrap() {
                "mean" => AggregateStyle::Mean,
                "last" => AggregateStyle::Last,
                other => panic!("unknown style {other}"),
            },
            cloze_loss_ratio: node["cloze_loss_ratio"].as_f64().unwrap(),
            cloze_loss_wt: node["cloze_loss_wt"].as_f64().unwrap(),
            dropout: 0.0,
        }),
        "RULSTMAggregation" => AggregatorConfig::Rulstm(RulstmConfig {
            hidden: size(&node["intermediate_featdim"]),
            dropout: 0.0,
            num_pad_feats: size(&node["num_pad_feats"]),
        }),
        other => panic!("unknown aggregator {other}"),
    }
}

fn predictor(case: &Value) -> FuturePredictorConfig {
    match (&case["mlp_layers"], &case["avth"]) {
        (Value::Null, Value::Null) => FuturePredictorConfig::Identity,
        (Value::Null, avth) => FuturePredictorConfig::Avth(avth_config(avth)),
        (layers, _) => FuturePredictorConfig::Mlp { num_layers: size(layers) },
    }
}

fn classifier(node: &Value) -> ClassifierConfig {
    match node {
        Value::Null => ClassifierConfig::Linear { bias: true },
        node => {
            ClassifierConfig::Mlp { nlayers: size(&node["nlayers"]), bias: node["bias"] == true }
        }
    }
}
