//! Shapes, limits and names of the head; its numbers are compared in `tests/parity/head.rs`.

use burn::tensor::{Device, Distribution};

use super::*;
use crate::models::{Gpt2Config, untrained_parameters};

const WIDTH: usize = 6;
const CLASSES: usize = 5;

fn config() -> AvthConfig {
    let gpt = Gpt2Config { n_layer: 2, n_head: 2, n_positions: 12, ..Gpt2Config::new(8) };
    AvthConfig { gpt, num_cluster_centers: CLASSES, ..AvthConfig::new(8) }
}

fn with_centroids() -> AvthConfig {
    let values = (0..CLASSES * WIDTH).map(|i| i as f32 * 0.1).collect();
    let centroids = Centroids::new(CLASSES, WIDTH, values).unwrap();
    AvthConfig {
        assign_to_centroids: Some(centroids),
        future_pred_loss: Some(FutureLoss::CrossEntropy),
        ..config()
    }
}

fn features(device: &Device) -> Tensor<3> {
    Tensor::random([2, 4, WIDTH], Distribution::Default, device)
}

#[test]
fn centroids_come_out_where_they_stand_for_features() {
    let device = Device::default();
    let avth = AvthConfig { output_len: 3, ..with_centroids() }.init(WIDTH, &device).unwrap();
    let centres = avth.assigner.as_ref().unwrap().centroids().into_data();
    let Future { past, future, feat_loss, .. } = avth.forward(features(&device));
    assert_eq!((past.dims(), future.dims()), ([2, 4, WIDTH], [2, 3, WIDTH]));
    assert_eq!(feat_loss.unwrap().dims(), [2, 3]);
    let centres: Vec<f32> = centres.iter().collect();
    let future: Vec<f32> = future.into_data().iter().collect();
    for feature in future.chunks(WIDTH) {
        assert!(centres.chunks(WIDTH).any(|centre| centre == feature), "{feature:?}");
    }
    assert!(avth.ties_decoder() && avth.class_numbers().is_none());
}

#[test]
fn class_numbers_become_hidden_states() {
    let device = Device::default();
    let config = AvthConfig { future_pred_loss: Some(FutureLoss::CrossEntropy), ..config() };
    assert_eq!(config.output_dim(1), 8);
    let avth = config.init(1, &device).unwrap();
    assert_eq!(avth.class_numbers(), Some(CLASSES));
    let numbers = Tensor::<3>::from_floats([[[0.0], [4.0], [2.0]]], &device);
    let Future { past, future, feat_loss, .. } = avth.forward(numbers);
    assert_eq!((past.dims(), future.dims()), ([1, 3, 8], [1, 1, 8]));
    assert_eq!(feat_loss.unwrap().dims(), [1, 2]);
}

#[test]
fn attention_maps_grow_with_the_roll_out() {
    let device = Device::default();
    let mut config = AvthConfig { output_len: 3, ..config() };
    config.gpt.output_attentions = true;
    let maps = config.init(WIDTH, &device).unwrap().forward(features(&device)).attentions;
    let shapes: Vec<_> = maps.iter().map(Tensor::dims).collect();
    assert_eq!(shapes, [[2, 2, 2, 4, 4], [2, 2, 2, 1, 5], [2, 2, 2, 1, 6]]);
    let sums: Tensor<5> = maps[0].clone().sum_dim(4);
    assert!(sums.into_data().iter::<f32>().all(|sum| (sum - 1.0).abs() < 1e-5));
}

#[test]
fn what_is_frozen_is_not_trained() {
    let device = Device::default().autodiff();
    for (config, untrained) in [
        (config(), 0),
        (AvthConfig { freeze_encoder_decoder: true, ..config() }, 2),
        (with_centroids(), 1),
        (AvthConfig { freeze_encoder_decoder: true, ..with_centroids() }, 2),
    ] {
        let avth = config.init(WIDTH, &device).unwrap();
        assert_eq!(untrained_parameters(&avth).len(), untrained, "{config:?}");
    }
}

#[test]
fn what_describes_no_head_is_refused() {
    let quantized = AvthConfig { quantize_before_rollout: true, ..config() };
    let classes = AvthConfig { future_pred_loss: Some(FutureLoss::CrossEntropy), ..config() };
    let compared = AvthConfig { future_pred_loss: Some(FutureLoss::Mse), ..with_centroids() };
    let fewer = AvthConfig { num_cluster_centers: 4, ..with_centroids() };
    for (config, width, message) in [
        (quantized, WIDTH, "quantize_before_rollout needs assign_to_centroids"),
        (classes, WIDTH, "future_pred_loss CrossEntropy cannot compare features"),
        (compared, WIDTH, "future_pred_loss Mse cannot compare scores"),
        (fewer, WIDTH, "num_cluster_centers is 4, but the file of assign_to_centroids has 5"),
        (with_centroids(), 1, "features of 1 element are class numbers"),
        (with_centroids(), 7, "centroids of 6 elements, expected the 7 of a feature"),
    ] {
        let error = config.init(width, &Device::default()).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
    }
}
