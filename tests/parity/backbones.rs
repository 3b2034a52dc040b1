//! Backbones: small ones by their numbers, the published ones by names and shapes.

use std::collections::BTreeMap;

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use runner::files::{HostTensor, sha256_bytes};
use runner::models::{
    Backbone, BackboneConfig, BnInceptionConfig, LastModule, VideoResNetConfig, named_buffers,
    named_parameters,
};
use runner::weights::{export_parameters, import_parameters};
use serde_json::Value;

use crate::support::{
    Fixture, TOLERANCE, assert_close, assert_same, cases, device, gradients, size,
};

/// Greatest number of elements of a gradient in a fixture: the script's `SAMPLE`.
const SAMPLE: usize = 128;

cases!(
    r3d,
    r2plus1d,
    r2plus1d_34,
    r2plus1d_152,
    vmz_r2plus1d_34_pool,
    ir_csn,
    ip_csn,
    bn_inception,
);

fn check(name: &str) {
    let fixture = Fixture::read(&format!("backbone_{name}"));
    let case = fixture.json("case");
    let device = device().autodiff();
    let net = filled(config(name, &case).init(&device).unwrap());
    let shape: [usize; 5] = serde_json::from_value(case["video"].clone()).unwrap();
    let video: Tensor<5> = drawn("video", shape, &device).require_grad();

    let output = net.forward(video.clone());
    assert_same("output", output.clone(), fixture.host("output"));
    check_kept(&fixture, &net);
    let grads = (output.clone() * drawn("cotangent", output.dims(), &device)).sum().backward();
    check_gradients(&fixture, &gradients(&net, &grads));
    let video_grad = video.grad(&grads).unwrap().mean_dim(2).mean_dim(0);
    assert_same("gradient of the video", video_grad, fixture.host("video_grad"));

    let evaluated = net.valid().forward(video.inner());
    assert_same("evaluated", evaluated, fixture.host("evaluated"));
}

/// Running statistics after one batch.
fn check_kept(fixture: &Fixture, net: &Backbone) {
    let arrays = export_parameters(net);
    let expected = fixture.under("kept/");
    assert_eq!(expected.len(), named_buffers(net).len(), "buffers");
    for (name, array) in &expected {
        match array.as_f32() {
            Some(values) => assert_close(name, arrays[name].as_f32().unwrap(), values),
            None => assert_eq!(&arrays[name], array, "{name}"),
        }
    }
}

fn check_gradients(fixture: &Fixture, found: &BTreeMap<String, (Vec<usize>, Vec<f32>)>) {
    let expected = fixture.under("grad/");
    assert!(found.keys().eq(expected.keys()), "parameters with a gradient");
    for (name, array) in &expected {
        let (_, values) = &found[name];
        match beside_bias_of_convolution(name, found) {
            // A normalisation takes it off again: there is no gradient but rounding.
            Some(weight) => {
                let greatest = |values: &[f32]| values.iter().fold(0f32, |m, v| m.max(v.abs()));
                assert!(greatest(values) <= TOLERANCE * greatest(weight), "gradient of {name}");
            }
            None => {
                let step = values.len().div_ceil(SAMPLE);
                let sample: Vec<f32> = values.iter().copied().step_by(step).collect();
                assert_close(&format!("gradient of {name}"), &sample, array.as_f32().unwrap());
            }
        }
    }
}

/// The gradient of the weight beside the bias of a convolution.
fn beside_bias_of_convolution<'a>(
    name: &str,
    found: &'a BTreeMap<String, (Vec<usize>, Vec<f32>)>,
) -> Option<&'a [f32]> {
    let (shape, values) = &found[&format!("{}.weight", name.strip_suffix(".bias")?)];
    (shape.len() > 1).then_some(values)
}

fn config(name: &str, case: &Value) -> BackboneConfig {
    let published = match name {
        "r3d" => VideoResNetConfig::r3d_18(),
        "r2plus1d" => VideoResNetConfig::r2plus1d_18(),
        "r2plus1d_34" => VideoResNetConfig::r2plus1d_34(false),
        "r2plus1d_152" => VideoResNetConfig::r2plus1d_152(),
        "vmz_r2plus1d_34_pool" => VideoResNetConfig::r2plus1d_34(true),
        "ir_csn" => VideoResNetConfig::ir_csn_152(),
        "ip_csn" => VideoResNetConfig::ip_csn_152(),
        "bn_inception" => return BackboneConfig::BnInception(BnInceptionConfig { divisor: 16 }),
        other => panic!("unknown backbone {other}"),
    };
    let layers = serde_json::from_value(case["layers"].clone()).unwrap();
    let last = LastModule::after_dropping(size(&case["dropped"])).unwrap();
    let width = published.width / size(&case["divisor"]);
    BackboneConfig::VideoResNet(VideoResNetConfig { width, layers, last, ..published })
}

/// The network with the script's weights.
fn filled(net: Backbone) -> Backbone {
    let fill = |name: &str, shape: &[usize]| {
        let (scale, offset) = match (shape.len(), name.ends_with("weight")) {
            (1, true) => (0.2, 1.0),
            (1, false) => (1.0, 0.5),
            _ => (1.0, 0.0),
        };
        let values = draw(name, shape.iter().product());
        values.into_iter().map(|v| (f64::from(v) * scale + offset) as f32).collect()
    };
    let arrays: BTreeMap<String, HostTensor> = named_parameters(&net)
        .into_iter()
        .map(|p| (p.name.clone(), HostTensor::f32(p.shape.clone(), fill(&p.name, &p.shape))))
        .collect();
    let (net, report) = import_parameters(net, &arrays);
    assert_eq!((report.loaded.len(), report.unused.len()), (arrays.len(), 0));
    net
}

fn drawn<const D: usize>(name: &str, shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(draw(name, shape.iter().product()), shape), device)
}

/// The script's `draw`: uniform numbers from a hash of the name and each position.
fn draw(name: &str, count: usize) -> Vec<f32> {
    let hash = |seed: u32, byte: u8| (seed ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let seed = u64::from(name.bytes().fold(0x811c_9dc5, hash));
    let value = |position: usize| {
        let mut mixed = (position as u64) << 32 | seed;
        mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let share = (mixed >> 40) as f64 / f64::from(1 << 24);
        ((share - 0.5) * 12f64.sqrt()) as f32
    };
    (0..count).map(value).collect()
}

#[test]
fn published_networks_have_the_originals_names_and_shapes() {
    for (name, config) in [
        ("r3d_18", VideoResNetConfig::r3d_18()),
        ("r2plus1d_18", VideoResNetConfig::r2plus1d_18()),
        ("r2plus1d_34", VideoResNetConfig::r2plus1d_34(false)),
        ("vmz_r2plus1d_34", VideoResNetConfig::r2plus1d_34(false)),
        ("vmz_r2plus1d_34_pool", VideoResNetConfig::r2plus1d_34(true)),
        ("r2plus1d_152", VideoResNetConfig::r2plus1d_152()),
        ("ir_csn_152", VideoResNetConfig::ir_csn_152()),
        ("ip_csn_152", VideoResNetConfig::ip_csn_152()),
        ("ip_csn_50", VideoResNetConfig::ip_csn_50()),
    ] {
        check_names(name, &BackboneConfig::VideoResNet(config));
    }
    check_names("bn_inception", &BackboneConfig::BnInception(BnInceptionConfig::default()));
}

fn check_names(name: &str, config: &BackboneConfig) {
    let all: Value = serde_json::from_str(include_str!("fixtures/backbones.json")).unwrap();
    let expected = &all[name];
    let net = config.init(&Device::default()).unwrap();
    let parameters = named_parameters(&net);
    let count: usize = parameters.iter().map(|p| p.shape.iter().product::<usize>()).sum();
    let arrays = parameters.into_iter().map(|p| (p.name, p.shape)).chain(named_buffers(&net));
    let mut lines: Vec<String> = arrays.map(|(name, shape)| format!("{name} {shape:?}")).collect();
    lines.sort();
    assert_eq!(count, expected["parameters"], "parameters of {name}");
    assert_eq!(lines.len(), expected["arrays"], "arrays of {name}");
    assert_eq!(sha256_bytes(lines.join("\n").as_bytes()), expected["sha256"], "{name}");
}
