use burn::module::{Module, Param, ParamId};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};

use super::*;

#[derive(Module, Debug)]
struct Net {
    body: Param<Tensor<2>>,
    bias: Param<Tensor<1>>,
    unused: Param<Tensor<1>>,
}

fn net() -> Net {
    let device = Device::default().autodiff();
    let param = |n: i64| Tensor::<1, burn::tensor::Int>::arange(1..n + 1, &device).float() / 10.0;
    Net {
        body: Param::from_tensor(param(6).reshape([2, 3])),
        bias: Param::from_tensor(param(3)),
        unused: Param::from_tensor(param(2)),
    }
}

fn named(net: &Net) -> Vec<(String, ParamId)> {
    let all = [("m.body", net.body.id), ("m.bias", net.bias.id), ("unused", net.unused.id)];
    all.map(|(name, id)| (name.to_owned(), id)).to_vec()
}

fn entry(module: &str, lr: f64) -> LrWd {
    LrWd { modules: vec![module.to_owned()], lr, weight_decay: 0.01 }
}

fn groups(net: &Net, lr_wd: Vec<LrWd>) -> ParamGroups {
    let config = GroupsConfig { lr_wd, ..GroupsConfig::default() };
    ParamGroups::resolve(&config, &named(net), &[]).unwrap()
}

fn adam(net: &Net, lr_wd: Vec<LrWd>) -> Optimizer {
    OptimizerConfig::Adam(AdamConfig::new(Decay::Gradient)).init(groups(net, lr_wd)).unwrap()
}

fn grads(net: &Net, scale: f64) -> GradientsParams {
    let y = (net.body.val() + net.bias.val().unsqueeze()).square().sum() * scale;
    GradientsParams::from_grads(y.backward(), net)
}

fn values(net: &Net) -> [Vec<f32>; 3] {
    [net.body.val().to_data(), net.bias.val().to_data(), net.unused.val().to_data()]
        .map(|data| data.iter::<f32>().collect())
}

#[test]
fn a_restored_optimizer_continues_to_the_bit() {
    let mut whole = net();
    let mut cut = whole.clone();
    let all = || vec![entry(ALL, 0.1)];
    let mut a = adam(&whole, all());
    let mut b = adam(&cut, all());
    for step in 0..6 {
        let state = b.state();
        b = adam(&cut, all());
        b.load_state(&cut, state).unwrap();
        let scale = f64::from(step) - 2.5;
        let g = grads(&whole, scale);
        whole = a.step(&[0.1, 0.2], whole, g);
        let g = grads(&cut, scale);
        cut = b.step(&[0.1, 0.2], cut, g);
    }
    assert_eq!(values(&whole), values(&cut));
    assert_ne!(values(&whole), values(&net()));
}

#[test]
fn a_parameter_without_a_gradient_stays() {
    let before = net();
    let mut optimizer = adam(&before, vec![entry(ALL, 0.1)]);
    let g = grads(&before, 1.0);
    let after = optimizer.step(&[0.1, 0.1], before.clone(), g);
    assert_eq!(values(&after)[2], values(&before)[2]);
    assert!(!optimizer.state().contains_key("unused/step"));
    assert!(after.body.val().is_require_grad());
}

#[test]
fn only_parameters_that_train_count_in_the_norm() {
    let net = net();
    let optimizer = adam(&net, vec![entry("m", 0.1)]);
    let (_, both) =
        optimizer.clip(&net, grads(&net, 1.0), GradClip::new(None, 2.0).unwrap()).unwrap();
    let frozen = adam(&net, vec![entry(ALL, 0.1)]);
    assert_eq!(frozen.groups().frozen(), []);
    let body: f32 = grads(&net, 1.0).get::<2>(net.body.id).unwrap().square().sum().into_scalar();
    let bias: f32 = grads(&net, 1.0).get::<1>(net.bias.id).unwrap().square().sum().into_scalar();
    assert!((both - f64::from(body + bias).sqrt()).abs() < 1e-5);
}

#[test]
fn clipping_scales_to_the_norm() {
    let net = net();
    let optimizer = adam(&net, vec![entry(ALL, 0.1)]);
    let clip = GradClip::new(Some(0.5), 2.0).unwrap();
    let (clipped, norm) = optimizer.clip(&net, grads(&net, 1.0), clip).unwrap();
    assert!(norm > 0.5);
    let (_, after) = optimizer.clip(&net, clipped, clip).unwrap();
    assert!((after - 0.5).abs() < 1e-5, "{after}");
}

#[test]
fn a_gradient_with_nan_names_the_parameter() {
    let net = net();
    let optimizer = adam(&net, vec![entry(ALL, 0.1)]);
    let mut g = grads(&net, 1.0);
    let bad = g.remove::<1>(net.bias.id).unwrap() * f32::NAN;
    g.register(net.bias.id, bad);
    let error = optimizer.clip(&net, g, GradClip::new(Some(1.0), 2.0).unwrap()).unwrap_err();
    let OptimError::NonFiniteGradient { norm, parameters } = error else { panic!("{error}") };
    assert!(norm.is_nan());
    assert_eq!(parameters, ["m.bias"]);
}

#[test]
fn freezing_stops_gradients() {
    let net = net();
    let optimizer = adam(&net, vec![entry(ALL, 0.1), entry("m", 0.0)]);
    let frozen = optimizer.freeze(net);
    assert!(!frozen.body.val().is_require_grad() && !frozen.bias.val().is_require_grad());
    assert!(frozen.unused.val().is_require_grad());
}

#[test]
fn a_foreign_state_is_refused() {
    let before = net();
    let mut optimizer = adam(&before, vec![entry(ALL, 0.1)]);
    let g = grads(&before, 1.0);
    let after = optimizer.step(&[0.1, 0.1], before, g);
    let good = optimizer.state();
    let mut missing = good.clone();
    missing.remove("m.bias/exp_avg");
    let mut renamed = good.clone();
    let data = renamed["m.bias/step"].clone();
    renamed.insert("m.other/step".into(), data);
    let mut reshaped = good.clone();
    reshaped.insert("m.bias/exp_avg".into(), good["m.body/exp_avg"].clone());
    for (state, wrong) in
        [(missing, "m.bias/exp_avg"), (renamed, "m.other/step"), (reshaped, "m.bias/exp_avg")]
    {
        let error = optimizer.load_state(&after, state).unwrap_err();
        assert!(matches!(&error, OptimError::State { key, .. } if key == wrong), "{error}");
    }
    optimizer.load_state(&after, good.clone()).unwrap();
    assert_eq!(optimizer.state(), good);
}

#[test]
fn settings_out_of_range_are_refused() {
    let sgd = SgdConfig { nesterov: true, ..SgdConfig::default() };
    let mut beta = AdamConfig::new(Decay::Parameter);
    beta.betas[1] = 1.0;
    let configs = [OptimizerConfig::Sgd(sgd), OptimizerConfig::Adam(beta)];
    for (config, word) in configs.into_iter().zip(["nesterov", "betas"]) {
        let error = config.init(groups(&net(), vec![entry(ALL, 0.1)])).err().unwrap().to_string();
        assert!(error.contains(word), "{error}");
    }
    assert!(GradClip::new(None, 1.0).is_err());
    assert!(GradClip::new(Some(-1.0), 2.0).is_err());
}
