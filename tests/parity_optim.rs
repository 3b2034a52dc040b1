//! Schedules, groups and optimizers against the original under torch (`scripts/parity_schedule.py`).
//!
//! Learning rates agree within 1e-12 relative, parameters within 2e-6, gradient norms within 1e-6
//! relative.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use burn::module::{Module, Param, ParamId};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};
use runner::files::{self, HostTensor, TensorFile};
use runner::train::optim::{
    AdafactorConfig, AdamConfig, Decay, GradClip, GroupsConfig, LrWd, OptimError, Optimizer,
    OptimizerConfig, ParamGroups, SgdConfig,
};
use runner::train::schedule::{
    CosineConfig, MainConfig, MultiStepConfig, PlateauConfig, PlateauGoal, PlateauThreshold,
    PlateauWarmup, Ramp, Schedule, ScheduleConfig, WarmupConfig,
};
use serde_json::Value;

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/optim").join(name)
}

fn rows(name: &str) -> Vec<Value> {
    serde_json::from_str(&files::read_to_string(&fixture(name)).unwrap()).unwrap()
}

fn number(row: &Value, key: &str) -> f64 {
    row[key].as_f64().unwrap_or_else(|| panic!("`{key}` of {row}"))
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(text).collect()
}

fn relative(got: f64, expected: f64, tolerance: f64, what: &str) {
    assert!(
        (got - expected).abs() <= tolerance * expected.abs(),
        "{what}: {got} is not {expected}"
    );
}

// ---- schedules

fn main_config(row: &Value) -> MainConfig {
    let main = &row["main"];
    match main["kind"].as_str().unwrap() {
        "cosine" => MainConfig::Cosine(CosineConfig {
            num_epochs: number(main, "num_epochs"),
            eta_min: number(main, "eta_min"),
            final_lr: Some(number(row, "final_lr")),
        }),
        "multi_step" => MainConfig::MultiStep(MultiStepConfig {
            milestone_epochs: numbers(&main["milestone_epochs"]),
            gamma: number(main, "gamma"),
            warmup_factor: number(main, "warmup_factor"),
            warmup_epochs: number(main, "warmup_epochs"),
            warmup_method: match main["warmup_method"].as_str() {
                Some("linear") => Ramp::Linear,
                _ => Ramp::Constant,
            },
        }),
        _ => MainConfig::Plateau(plateau_config(main)),
    }
}

fn plateau_config(main: &Value) -> PlateauConfig {
    PlateauConfig {
        mode: if main["mode"] == "min" { PlateauGoal::Min } else { PlateauGoal::Max },
        factor: number(main, "factor"),
        patience: number(main, "patience") as u64,
        threshold: number(main, "threshold"),
        threshold_mode: match main["threshold_mode"].as_str() {
            Some("rel") => PlateauThreshold::Relative,
            _ => PlateauThreshold::Absolute,
        },
        cooldown: number(main, "cooldown") as u64,
        min_lr: number(main, "min_lr"),
        eps: number(main, "eps"),
        warmup: PlateauWarmup::MetricAsPosition,
    }
}

fn schedule_of(row: &Value) -> Schedule {
    let warmup = WarmupConfig {
        init_lr_ratio: number(row, "init_lr_ratio"),
        num_epochs: number(row, "warmup_epochs"),
        floor: number(row, "floor"),
    };
    let config = ScheduleConfig {
        warmup,
        main: main_config(row),
        iters_per_epoch: number(row, "iters_per_epoch") as usize,
        world_size: number(row, "world_size") as usize,
    };
    Schedule::new(config, numbers(&row["base_lrs"])).unwrap()
}

#[test]
fn learning_rates() {
    let rows = rows("schedules.json");
    assert!(rows.len() >= 40);
    for row in rows {
        let name = row["name"].as_str().unwrap();
        let mut schedule = schedule_of(&row);
        let mut expected = row["lrs"].as_array().unwrap().iter();
        for (epoch, metric) in numbers(&row["metrics"]).into_iter().enumerate() {
            for iteration in 0..number(&row, "iters_per_epoch") as usize {
                let expected = numbers(expected.next().unwrap());
                assert_eq!(schedule.lrs().len(), expected.len(), "{name}");
                for (got, expected) in schedule.lrs().iter().zip(expected) {
                    let what = format!("{name}, epoch {epoch}, iteration {iteration}");
                    relative(*got, expected, 1e-12, &what);
                }
                schedule.step();
            }
            let fails = row["failed_epoch"].as_u64() == Some(epoch as u64);
            assert_eq!(schedule.epoch_end(metric).is_err(), fails, "{name}, epoch {epoch}");
            if fails {
                break;
            }
        }
        assert!(expected.next().is_none(), "{name}: every rate is compared");
    }
}

// ---- optimizers

#[derive(Module, Debug)]
struct Bag {
    matrices: Vec<Param<Tensor<2>>>,
    vectors: Vec<Param<Tensor<1>>>,
}

/// The parameters as a module, and their ids by name.
fn bag(arrays: &TensorFile, names: &[String]) -> (Bag, BTreeMap<String, ParamId>) {
    let device = Device::default().autodiff();
    let mut bag = Bag { matrices: vec![], vectors: vec![] };
    let mut ids = BTreeMap::new();
    for name in names {
        let array = &arrays.tensors[&format!("init/{name}")];
        let id = if array.shape.len() == 2 {
            bag.matrices.push(Param::from_tensor(Tensor::from_data(data(array), &device)));
            bag.matrices.last().unwrap().id
        } else {
            bag.vectors.push(Param::from_tensor(Tensor::from_data(data(array), &device)));
            bag.vectors.last().unwrap().id
        };
        ids.insert(name.clone(), id);
    }
    (bag, ids)
}

fn data(array: &HostTensor) -> TensorData {
    TensorData::new(array.as_f32().unwrap().to_vec(), array.shape.clone())
}

impl Bag {
    fn value(&self, id: ParamId) -> Vec<f32> {
        let matrix = self.matrices.iter().find(|p| p.id == id).map(|p| p.val().to_data());
        let vector = || self.vectors.iter().find(|p| p.id == id).map(|p| p.val().to_data());
        matrix.or_else(vector).unwrap().iter::<f32>().collect()
    }
}

fn gradients(arrays: &TensorFile, ids: &BTreeMap<String, ParamId>, step: usize) -> GradientsParams {
    let device = Device::default();
    let mut grads = GradientsParams::new();
    for (name, id) in ids {
        let Some(array) = arrays.tensors.get(&format!("grad/{step}/{name}")) else { continue };
        if array.shape.len() == 2 {
            grads.register::<2>(*id, Tensor::from_data(data(array), &device));
        } else {
            grads.register::<1>(*id, Tensor::from_data(data(array), &device));
        }
    }
    grads
}

fn groups_of(row: &Value, params: &[(String, ParamId)]) -> Result<ParamGroups, OptimError> {
    let entry = |entry: &Value| LrWd {
        modules: if entry[0].is_string() { vec![text(&entry[0])] } else { texts(&entry[0]) },
        lr: entry[1].as_f64().unwrap(),
        weight_decay: entry[2].as_f64().unwrap(),
    };
    let config = GroupsConfig {
        lr_wd: row["lr_wd"].as_array().unwrap().iter().map(entry).collect(),
        bias_bn_wd_scale: number(row, "bias_bn_wd_scale"),
        world_size: number(row, "world_size") as usize,
        scale_lr_by_bs: row["scale_lr_by_bs"].as_u64().map(|n| n as usize),
        ..GroupsConfig::default()
    };
    ParamGroups::resolve(&config, params, &["empty".to_owned()])
}

fn optimizer_config(optimizer: &Value) -> OptimizerConfig {
    let adam = |decay| {
        let mut adam = AdamConfig::new(decay);
        if let Some(betas) = optimizer.get("betas") {
            adam.betas = numbers(betas).try_into().unwrap();
        }
        adam.amsgrad = optimizer.get("amsgrad").is_some_and(|a| a == true);
        adam.eps = optimizer.get("eps").map_or(adam.eps, |eps| eps.as_f64().unwrap());
        OptimizerConfig::Adam(adam)
    };
    match optimizer["_target_"].as_str().unwrap() {
        "torch.optim.Adam" => adam(Decay::Gradient),
        "torch.optim.AdamW" => adam(Decay::Parameter),
        "transformers.Adafactor" => OptimizerConfig::Adafactor(adafactor(optimizer)),
        _ => OptimizerConfig::Sgd(SgdConfig {
            momentum: number(optimizer, "momentum"),
            dampening: optimizer.get("dampening").map_or(0.0, |d| d.as_f64().unwrap()),
            nesterov: optimizer["nesterov"].as_bool().unwrap(),
        }),
    }
}

fn adafactor(optimizer: &Value) -> AdafactorConfig {
    let preset = AdafactorConfig::default();
    let number = |key, preset| optimizer.get(key).map_or(preset, |v| v.as_f64().unwrap());
    let flag = |key, preset| optimizer.get(key).map_or(preset, |v| v.as_bool().unwrap());
    AdafactorConfig {
        eps: optimizer.get("eps").map_or(preset.eps, |eps| numbers(eps).try_into().unwrap()),
        clip_threshold: number("clip_threshold", preset.clip_threshold),
        decay_rate: number("decay_rate", preset.decay_rate),
        beta1: optimizer.get("beta1").map(|v| v.as_f64().unwrap()),
        scale_parameter: flag("scale_parameter", preset.scale_parameter),
        relative_step: flag("relative_step", preset.relative_step),
        warmup_init: flag("warmup_init", preset.warmup_init),
    }
}

fn compare_groups(row: &Value, groups: &ParamGroups) {
    let name = &row["name"];
    let expected = row["groups"].as_array().unwrap();
    assert_eq!(groups.groups().len(), expected.len(), "{name}");
    for (got, expected) in groups.groups().iter().zip(expected) {
        assert_eq!(got.names, texts(&expected["names"]), "{name}");
        relative(got.lr, number(expected, "lr"), 1e-12, "group's rate");
        relative(got.weight_decay, number(expected, "weight_decay"), 1e-12, "group's decay");
    }
}

/// The schedule all trajectories run under.
fn trajectory_schedule(row: &Value, base_lrs: Vec<f64>) -> Schedule {
    let cosine =
        CosineConfig { num_epochs: 3.0, eta_min: 0.0, final_lr: Some(number(row, "final_lr")) };
    let warmup = WarmupConfig { init_lr_ratio: 0.0, num_epochs: 1.0, floor: number(row, "floor") };
    let main = MainConfig::Cosine(cosine);
    let config = ScheduleConfig { warmup, main, iters_per_epoch: 5, world_size: 1 };
    Schedule::new(config, base_lrs).unwrap()
}

fn compare_trajectory(row: &Value, arrays: &TensorFile) {
    let name = row["name"].as_str().unwrap();
    let names = texts(&row["params"]);
    let (mut model, ids) = bag(arrays, &names);
    let params: Vec<(String, ParamId)> = names.iter().map(|n| (n.clone(), ids[n])).collect();
    let groups = groups_of(row, &params).unwrap();
    compare_groups(row, &groups);
    let mut schedule = trajectory_schedule(row, groups.base_lrs());
    let mut optimizer: Optimizer = optimizer_config(&row["optimizer"]).init(groups).unwrap();
    model = optimizer.freeze(model);
    let clip = GradClip::new(row["max_norm"].as_f64(), 2.0).unwrap();
    for (step, expected) in numbers(&row["norms"]).into_iter().enumerate() {
        let grads = gradients(arrays, &ids, step);
        let (grads, norm) = optimizer.clip(&model, grads, clip).unwrap();
        relative(norm, expected, 1e-6, &format!("{name}, norm of step {step}"));
        model = optimizer.step(schedule.lrs(), model, grads);
        schedule.step();
        for param in &names {
            let Some(expected) = arrays.tensors.get(&format!("{name}/{step}/{param}")) else {
                continue;
            };
            for (got, expected) in model.value(ids[param]).iter().zip(expected.as_f32().unwrap()) {
                let difference = (got - expected).abs();
                assert!(difference <= 2e-6, "{name}, step {step}, {param}: {got} {expected}");
            }
        }
    }
}

#[test]
fn trajectories() {
    let arrays = TensorFile::read(&fixture("optimizers.safetensors")).unwrap();
    let rows = rows("optimizers.json");
    assert!(rows.len() >= 16);
    for row in rows.iter().filter(|row| row.get("error").is_none()) {
        compare_trajectory(row, &arrays);
    }
}

#[test]
fn what_torch_refuses_is_refused() {
    let refused: Vec<Value> =
        rows("optimizers.json").into_iter().filter(|row| row.get("error").is_some()).collect();
    assert_eq!(refused.len(), 1);
    assert!(text(&refused[0]["error"]).contains("more than one parameter group"));
    let params: Vec<(String, ParamId)> =
        texts(&refused[0]["params"]).into_iter().map(|name| (name, ParamId::new())).collect();
    let error = groups_of(&refused[0], &params).unwrap_err();
    assert!(matches!(error, OptimError::Overlap { first: 0, second: 1, .. }), "{error}");
}
