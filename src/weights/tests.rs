//! Running statistics among the weights.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, Param};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};

use super::{WeightsError, export, import};
use crate::files::HostTensor;
use crate::models::{
    AggregatorConfig, BackboneConfig, Student, StudentConfig, VideoResNetConfig, named_buffers,
    named_parameters,
};

const COUNT: &str = "backbone.layer1.0.conv2.1.num_batches_tracked";
const MEAN: &str = "backbone.stem.1.running_mean";

fn student(device: &Device) -> Student {
    let network = VideoResNetConfig { width: 2, layers: [1; 4], ..VideoResNetConfig::r3d_18() };
    let config = StudentConfig {
        backbone: BackboneConfig::VideoResNet(network),
        temporal_aggregator: AggregatorConfig::Mean,
        ..StudentConfig::new(16)
    };
    config.init(&[("action".into(), 3)], &[], device).unwrap()
}

fn video(device: &Device) -> Tensor<6> {
    let values: Vec<f32> = (0..2 * 3 * 4 * 16 * 16).map(|i| (i as f32 * 0.37).sin()).collect();
    Tensor::from_data(TensorData::new(values, [2, 1, 3, 4, 16, 16]), device)
}

fn logits(student: &Student, device: &Device) -> Tensor<2> {
    student.forward(video(device)).logits.remove(0).1
}

/// Arrays of a student that has seen one batch.
fn seen(device: &Device) -> BTreeMap<String, HostTensor> {
    let student = student(device);
    logits(&student, device);
    export(&student)
}

#[test]
fn what_a_network_has_seen_is_exported_and_taken_over_to_the_bit() {
    let device = Device::default().autodiff();
    let arrays = seen(&device);
    assert_eq!(arrays[COUNT], HostTensor::i64([], vec![1]));
    assert!(arrays[MEAN].as_f32().unwrap().iter().any(|mean| *mean != 0.0));
    let twins = [0, 1].map(|_| import(student(&device), &arrays, true).unwrap().0);
    let outputs = twins.each_ref().map(|twin| {
        assert_eq!(export(twin), arrays);
        logits(twin, &device).into_data()
    });
    assert_eq!(outputs[0], outputs[1]);
    let [first, second] = twins.map(|twin| export(&twin));
    assert_eq!(first, second);
    assert_eq!(first[COUNT], HostTensor::i64([], vec![2]));
}

#[test]
fn statistics_are_no_parameters() {
    let student = student(&Device::default());
    let parameters: Vec<String> = named_parameters(&student).into_iter().map(|p| p.name).collect();
    let buffers: Vec<String> = named_buffers(&student).into_iter().map(|(name, _)| name).collect();
    assert!(parameters.contains(&"backbone.stem.1.weight".to_owned()));
    assert!(!parameters.iter().any(|name| name.contains("running") || name.contains("tracked")));
    assert!(buffers.contains(&MEAN.to_owned()) && buffers.contains(&COUNT.to_owned()));
    assert_eq!(parameters.len() + buffers.len(), export(&student).len());
}

#[test]
fn statistics_have_no_gradient_and_survive_an_update() {
    struct Keep;
    impl ModuleMapper for Keep {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            param
        }
    }
    let device = Device::default().autodiff();
    let student = student(&device);
    let mut grads = logits(&student, &device).sum().backward();
    let grads = GradientsParams::from_module(&mut grads, &student);
    assert_eq!(grads.len(), named_parameters(&student).len());
    let before = export(&student);
    assert_eq!(export(&student.map(&mut Keep)), before);
}

#[test]
fn arrays_without_statistics_leave_those_of_a_new_network() {
    let device = Device::default().autodiff();
    let mut arrays = seen(&device);
    arrays.retain(|name, _| !name.contains("tracked"));
    arrays.insert(MEAN.into(), HostTensor::f32([3], vec![0.0; 3]));
    let fresh = student(&device);
    let error = import(fresh.clone(), &arrays, true).unwrap_err();
    let WeightsError::Incomplete(report) = error else { panic!("{error}") };
    assert!(report.missing.contains(&COUNT.to_owned()));
    assert_eq!((report.mismatched.len(), report.mismatched[0].name.as_str()), (1, MEAN));
    let (filled, _) = import(fresh, &arrays, false).unwrap();
    assert_eq!(export(&filled)[COUNT], HostTensor::i64([], vec![0]));
    assert_eq!(export(&filled.valid())[MEAN], HostTensor::f32([2], vec![0.0; 2]));
}
