//! Losses where the student's own cases do not reach.

use runner::losses::{KlConfig, feature_cosine, kl_distillation, normalised_mse};

use crate::support::{Fixture, assert_close, assert_same, device};

#[test]
fn top_k_distillation() {
    let (fixture, device) = (Fixture::read("losses"), device().autodiff());
    let student = fixture.tensor::<2>("student", &device).require_grad();
    let teacher = fixture.tensor::<2>("teacher", &device);
    let config = KlConfig { temperature: 10.0, top_k: Some(4) };
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
