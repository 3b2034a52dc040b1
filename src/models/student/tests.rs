//! Shapes, dropout, what is seen, crops.

use super::*;
use crate::models::{AggregatorConfig, AvthConfig, FutureLoss, FuturePredictorConfig, Gpt2Config};
use burn::tensor::{Device, Distribution};

fn student(device: &Device) -> Student {
    let gpt = Gpt2Config { n_layer: 2, n_head: 2, ..Gpt2Config::new(8) };
    let avth = AvthConfig {
        gpt,
        avg_last_n: Some(1),
        future_pred_loss: Some(FutureLoss::Mse),
        ..AvthConfig::new(8)
    };
    student_with(FuturePredictorConfig::Avth(avth), device)
}

fn student_with(future_predictor: FuturePredictorConfig, device: &Device) -> Student {
    let config = StudentConfig {
        future_predictor,
        dropout: 0.5,
        classifier_on_past: true,
        ..StudentConfig::new(4)
    };
    config.init(&[("action".into(), 3)], &[], device).unwrap()
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data_as::<f32>().try_into_vec().unwrap()
}

#[test]
fn shapes() {
    let device = Device::default();
    let output = student(&device).forward(Tensor::ones([2, 5, 4, 1, 3, 3], &device));
    assert_eq!(output.logits[0].1.dims(), [2, 3]);
    assert_eq!(output.past_logits[0].1.dims(), [2, 5, 3]);
    assert_eq!(output.future_agg.dims(), [2, 4]);
    assert_eq!(output.past.dims(), [2, 5, 4]);
    assert_eq!((output.aux[0].0, output.aux[0].1.dims()), ("feat", [2, 16]));
}

#[test]
fn dropout_acts_in_training_only() {
    let device = Device::default();
    let trained = student(&device.clone().autodiff());
    let video = Tensor::random([2, 3, 4, 1, 1, 1], Distribution::Default, &device);
    let run = |model: &Student, video: &Tensor<6>| {
        values(model.forward(video.clone()).future_agg.inner())
    };
    assert_ne!(run(&trained, &video), run(&trained, &video));
    assert_eq!(run(&trained.valid(), &video), run(&trained.valid(), &video));
}

#[test]
fn dropout_acts_on_batches_made_without_autodiff() {
    let device = Device::default();
    let model = student_with(FuturePredictorConfig::Identity, &device.clone().autodiff());
    let video = Tensor::ones([64, 1, 4, 1, 1, 1], &device);
    // Equal rows stay equal unless each loses features of its own.
    let logits = values(model.forward(video).logits.remove(0).1.inner());
    assert!(logits.chunks(3).any(|row| row != &logits[..3]));
}

#[test]
fn the_future_is_not_seen() {
    let device = Device::default();
    let model = student(&device);
    let video = Tensor::random([1, 4, 4, 1, 1, 1], Distribution::Default, &device);
    let changed = Tensor::cat(
        vec![video.clone().narrow(1, 0, 3), Tensor::ones([1, 1, 4, 1, 1, 1], &device)],
        1,
    );
    let (a, b) = (model.forward(video), model.forward(changed));
    // `past` is shifted: its last row is predicted from all but the last feature.
    assert_eq!(values(a.past), values(b.past));
    assert_ne!(values(a.future_agg), values(b.future_agg));
}

#[test]
fn a_past_of_one_feature_has_no_feature_loss() {
    let device = Device::default();
    let output = student(&device).forward(Tensor::ones([2, 1, 4, 1, 1, 1], &device));
    assert!(output.aux[0].1.clone().mean().into_scalar::<f32>().is_nan());
    assert!(values(output.future_agg).iter().all(|v| v.is_finite()));
}

#[test]
fn several_crops_are_averaged_scores_and_losses_included() {
    let device = Device::default();
    let model = student(&device);
    let crop = || Tensor::random([2, 3, 4, 1, 1, 1], Distribution::Default, &device);
    let (a, b) = (crop(), crop());
    let both = model.forward_crops(vec![a.clone(), b.clone()]);
    let (one, other) = (model.forward(a.clone()), model.forward(b));
    let mean = |x: Tensor<2>, y: Tensor<2>| values((x + y) / 2.0);
    let (x, y) = (one.logits[0].1.clone(), other.logits[0].1.clone());
    assert_eq!(values(both.logits[0].1.clone()), mean(x, y));
    let (x, y) = (one.aux[0].1.clone(), other.aux[0].1.clone());
    assert_eq!(values(both.aux[0].1.clone()), mean(x, y));
    let alone = model.forward_crops(vec![a]);
    assert_eq!(values(alone.future_agg), values(one.future_agg));
}

#[test]
fn clips_of_several_frames_are_folded_into_the_batch_and_unfolded_again() {
    let device = Device::default();
    let config = StudentConfig {
        temporal_aggregator: AggregatorConfig::Mean,
        temporal_aggregator_after_future_pred: AggregatorConfig::Mean,
        project_dim_for_nce: Some(2),
        add_regression_head: true,
        ..StudentConfig::new(4)
    };
    let model = config.init(&[("action".into(), 3)], &[], &device).unwrap();
    let output = model.forward(Tensor::ones([2, 5, 4, 3, 2, 2], &device));
    assert_eq!(output.backbone_mean.dims(), [10, 4]);
    assert_eq!(output.backbone_mean_projected.unwrap().dims(), [10, 2]);
    assert_eq!(output.temp_agg.dims(), [10, 1, 4]);
    assert_eq!(output.temp_agg_projected.dims(), [10, 1, 2]);
    assert_eq!(output.future_projected.dims(), [2, 5, 2]);
    assert_eq!(output.logits_regression.unwrap().dims(), [2, 1]);
}

#[test]
fn without_projection_features_stay_as_they_are() {
    let device = Device::default();
    let model = student_with(FuturePredictorConfig::Identity, &device);
    let output = model.forward(Tensor::ones([2, 1, 4, 1, 1, 1], &device));
    assert!(output.backbone_mean_projected.is_none() && output.logits_regression.is_none());
    assert_eq!(values(output.temp_agg_projected), values(output.temp_agg.clone()));
    assert_eq!(values(output.future_projected), values(output.temp_agg));
}

#[test]
fn of_two_losses_of_a_name_the_later_counts() {
    let device = Device::default();
    let loss = |value: f32| Tensor::<2>::full([1, 1], value, &device);
    let mut aux = vec![("tx_mlm", loss(1.0)), ("feat", loss(2.0))];
    update(&mut aux, [("tx_mlm", loss(3.0))]);
    let found: Vec<(&str, f32)> = aux.into_iter().map(|(n, l)| (n, values(l)[0])).collect();
    assert_eq!(found, [("feat", 2.0), ("tx_mlm", 3.0)]);
}
