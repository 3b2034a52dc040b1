//! Losses where the student's own cases do not reach.

use burn::tensor::{Device, Tensor};
use runner::losses::{
    InfoNceConfig, KlClasses, KlConfig, MilType, TeacherAttention, balanced_weights,
    feature_cosine, kl_distillation, normalised_mse, simclr_infonce_rows, weighted_cross_entropy,
};

use crate::support::{Fixture, assert_close, assert_same, device};

#[test]
fn top_k_distillation() {
    let (fixture, device) = (Fixture::read("losses"), device().autodiff());
    let student = fixture.tensor::<2>("student", &device).require_grad();
    let teacher = fixture.tensor::<2>("teacher", &device);
    let config = KlConfig { temperature: 10.0, top_k: Some(4), ..KlConfig::default() };
    let loss = kl_distillation(student.clone(), teacher, &config);
    // Which column is which class is the sort's business.
    let sorted = loss.clone().inner().sort(1);
    assert_same("top-k distillation", sorted, fixture.host("topk"));
    let grad = student.grad(&loss.mean().backward()).unwrap();
    assert_same("its gradient", grad, fixture.host("grad_topk"));
}

#[test]
fn cosine_with_a_tiny_row() {
    let (fixture, device) = (Fixture::read("losses"), device().autodiff());
    let a = fixture.tensor::<2>("a", &device).require_grad();
    let loss = feature_cosine(a.clone(), fixture.tensor("b", &device));
    assert_same("cosine", loss.clone(), fixture.host("cosine"));
    let without_tiny = loss.clone().narrow(0, 0, 1) + loss.narrow(0, 2, 2).sum();
    let grad = a.grad(&(without_tiny / 3.0).backward()).unwrap();
    assert_same("its gradient", grad, fixture.host("grad_cosine"));
}

#[test]
fn normalised_mse_with_a_tiny_row() {
    let (fixture, device) = (Fixture::read("losses"), device().autodiff());
    let a = fixture.tensor::<2>("a", &device).require_grad();
    let loss = normalised_mse(a.clone(), fixture.tensor("b", &device));
    assert_same("normalised mse", loss.clone(), fixture.host("normed"));
    let grad = a.grad(&loss.backward()).unwrap().into_data_as::<f32>();
    let (grad, expected) = (grad.try_into_vec::<f32>().unwrap(), fixture.floats("grad_normed"));
    // The tiny row's gradient is 1e9 times that of the others: row by row.
    for (row, (actual, expected)) in grad.chunks(5).zip(expected.chunks(5)).enumerate() {
        assert_close(&format!("gradient of row {row}"), actual, expected);
    }
}

#[test]
fn infonce_with_one_and_several_targets() {
    let (fixture, device) = (Fixture::read("head_losses"), device().autodiff());
    for (count, mil, way) in [
        (1, "sum", "both"),
        (1, "sum", "one"),
        (1, "max", "both"),
        (1, "max", "one"),
        (3, "sum", "both"),
        (3, "sum", "one"),
        (3, "max", "both"),
        (3, "max", "one"),
    ] {
        let name = format!("nce/{count}/{mil}/{way}");
        let output = fixture.tensor::<2>("nce/output", &device).require_grad();
        let targets = fixture.tensor::<3>("nce/targets", &device).require_grad();
        let config = InfoNceConfig {
            temperature: 0.3,
            target_to_output_loss: way == "both",
            mil_type: if mil == "sum" { MilType::Sum } else { MilType::Max },
        };
        let loss =
            simclr_infonce_rows(output.clone(), targets.clone().narrow(1, 0, count), &config);
        // The original averages the rows of `max` itself.
        let shown = if mil == "sum" { loss.clone() } else { loss.clone().mean() };
        assert_same(&name, shown, fixture.host(&format!("{name}/loss")));
        let grads = loss.mean().backward();
        let expected = |of: &str| fixture.host(&format!("{name}/grad_{of}"));
        assert_same(&name, output.grad(&grads).unwrap(), expected("output"));
        assert_same(&name, targets.grad(&grads).unwrap(), expected("targets"));
    }
}

#[test]
fn balanced_cross_entropy() {
    let (fixture, device) = (Fixture::read("head_losses"), device().autodiff());
    let counts = fixture.ints("balanced/counts").iter().map(|c| usize::try_from(*c).unwrap());
    let weights = balanced_weights(&counts.collect::<Vec<_>>());
    assert_close("weights", &weights, fixture.floats("balanced/weight"));
    let weights = Tensor::<1>::from_floats(weights.as_slice(), &device);
    balanced::<2, 1>(&fixture, "rows", weights.clone(), &device);
    balanced::<3, 2>(&fixture, "clips", weights, &device);
}

fn balanced<const D: usize, const E: usize>(
    fixture: &Fixture,
    name: &str,
    weights: Tensor<1>,
    device: &Device,
) {
    let logits = fixture.tensor::<D>(&format!("balanced/{name}/logits"), device).require_grad();
    let target = fixture.int_tensor::<E>(&format!("balanced/{name}/target"), device);
    let loss = weighted_cross_entropy(logits.clone(), target, weights, -1);
    assert_same(name, loss.clone(), fixture.host(&format!("balanced/{name}/loss")));
    let grad = logits.grad(&loss.mean().backward()).unwrap();
    assert_same(name, grad, fixture.host(&format!("balanced/{name}/grad")));
}

#[test]
fn distillation_over_lowest_middle_and_highest_classes() {
    let (fixture, device) = (Fixture::read("head_losses"), device().autodiff());
    let student = fixture.tensor::<2>("spread/student", &device).require_grad();
    let teacher = fixture.tensor::<2>("spread/teacher", &device).require_grad();
    let classes = KlClasses::TopMiddleBottom;
    let config = KlConfig { temperature: 10.0, top_k: Some(3), classes };
    let loss = kl_distillation(student.clone(), teacher.clone(), &config).mean();
    assert_same("mean", loss.clone(), fixture.host("spread/mean"));
    let grads = loss.backward();
    let of = |x: Tensor<2>| x.grad(&grads).unwrap();
    assert_same("gradient", of(student), fixture.host("spread/grad_student"));
    assert_same("the teacher's gradient", of(teacher), fixture.host("spread/grad_teacher"));
}

#[test]
fn several_teachers_by_torchs_attention() {
    let (fixture, device) = (Fixture::read("head_losses"), device().autodiff());
    for name in ["same", "other"] {
        let array = |of: &str| format!("teachers/{name}/{of}");
        let attention = TeacherAttention {
            query: fixture.tensor(&array("query"), &device),
            key: fixture.tensor(&array("key"), &device),
            num_heads: 2,
        };
        let feature = fixture.tensor::<2>(&array("feature"), &device).require_grad();
        let logits = fixture.tensor::<2>(&array("logits"), &device).require_grad();
        let mixed = attention.mix(
            feature.clone(),
            fixture.tensor(&array("features"), &device),
            fixture.tensor(&array("predicted"), &device),
        );
        assert_same(name, mixed.clone(), fixture.host(&array("mixed")));
        let loss = kl_distillation(logits.clone(), mixed, &KlConfig::default());
        assert_same(name, loss.clone(), fixture.host(&array("loss")));
        let grads = loss.mean().backward();
        let of = |x: Tensor<2>| x.grad(&grads).unwrap();
        assert_same(name, of(feature), fixture.host(&array("grad_feature")));
        assert_same(name, of(logits), fixture.host(&array("grad_logits")));
    }
}
