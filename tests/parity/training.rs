//! Twenty steps of training against the original's own loop (`scripts/parity_training.py`).
//!
//! At every step the loss, each of its terms, the rates of all groups and the norm of the gradient
//! agree within 2e-5 relative with the original in double precision; so do the last weights.

use runner::data::{Batch, TeacherBatch, Uid};
use runner::losses::KlConfig;
use runner::models::{Student, named_parameters};
use runner::train::optim::{
    AdafactorConfig, AdamConfig, Decay, GradClip, GroupsConfig, LrWd, OptimizerConfig, ParamGroups,
    SgdConfig,
};
use runner::train::schedule::{
    CosineConfig, MainConfig, MultiStepConfig, PlateauConfig, PlateauGoal, PlateauThreshold, Ramp,
    Schedule, ScheduleConfig, WarmupConfig,
};
use runner::train::{Alone, LabelLosses, Objective, Precision, Progress, Stepper, Trainer};
use runner::weights;
use serde_json::Value;

use crate::student::student;
use crate::support::{Fixture, assert_close, cases, device, size};

const TOLERANCE: f64 = 2e-5;

cases!(
    sgd_cosine,
    sgd_plateau,
    adam_cosine,
    adam_multi_step,
    adamw_multi_step,
    adamw_plateau,
    adafactor_cosine,
    adafactor_multi_step,
);

fn check(name: &str) {
    let start = Fixture::read("training");
    let setting = start.json("case");
    let expected = Fixture::read(&format!("training_{name}"));
    let case = expected.json("case");
    let device = device().autodiff();
    let (epochs, batches) = (size(&setting["epochs"]), size(&setting["batches"]));
    let batches: Vec<Batch> = (0..batches).map(|i| batch(&start, i)).collect();
    let mut trainer = trainer(student(&start, &setting, &device), &case, batches.len());
    let objective = objective(&setting);
    let clip = GradClip::new(case["max_norm"].as_f64(), 2.0).unwrap();
    let stepper = Stepper {
        objective: &objective,
        clip,
        device: &device,
        seed: 0,
        precision: Precision::Full,
        ranks: &Alone,
    };
    for epoch in 0..epochs {
        for batch in &batches {
            let step = trainer.progress.step as usize;
            let (report, lrs) = trainer.take_step(&stepper, std::slice::from_ref(batch)).unwrap();
            let at = |what: &str| format!("{what} of step {step}");
            close(&at("loss"), report.loss, &case["losses"][step]);
            close(&at("gradient norm"), report.grad_norm, &case["grad_norms"][step]);
            for (term, value) in &report.terms {
                close(&at(term), *value, &case["terms"][step][term]);
            }
            assert_eq!(report.terms.len(), case["terms"][step].as_object().unwrap().len());
            assert_eq!(lrs.len(), case["lrs"][step].as_array().unwrap().len());
            for (group, lr) in lrs.iter().enumerate() {
                close(&at("rate"), *lr, &case["lrs"][step][group]);
            }
            trainer.progress.step += 1;
        }
        trainer.schedule.epoch_end(case["metrics"][epoch].as_f64().unwrap_or(0.0)).unwrap();
    }
    let last = weights::export(&trainer.model);
    for (name, array) in last.iter().filter(|(name, _)| !name.starts_with("cls_map_")) {
        let name = format!("last/{name}");
        let (last, expected) = (array.as_f32().unwrap(), expected.floats(&name));
        assert_close(&name, &effective(&name, last), &effective(&name, expected));
    }
}

/// What of a weight has an effect: not the keys' bias, which raises all scores of a query alike. Its
/// gradient is rounding, and a rule that divides by the gradient's size moves it at random.
fn effective(name: &str, values: &[f32]) -> Vec<f32> {
    let keys = match name.ends_with(".c_attn.bias") {
        true => values.len() / 3..2 * values.len() / 3,
        false => 0..0,
    };
    values.iter().enumerate().filter(|(i, _)| !keys.contains(i)).map(|(_, v)| *v).collect()
}

fn close(what: &str, actual: f64, expected: &Value) {
    let expected = number(expected);
    let allowed = TOLERANCE * expected.abs();
    assert!((actual - expected).abs() <= allowed, "{what}: {actual} is not {expected}");
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is a number"))
}

fn batch(fixture: &Fixture, i: usize) -> Batch {
    let name = |what: &str| format!("input/{i}/{what}");
    let (video, teacher) = (fixture.host(&name("video")), fixture.host(&name("teacher")));
    let [b, clips, channels, frames] = video.shape[..4] else { panic!("{:?}", video.shape) };
    let features = fixture.host(&name("teacher_features"));
    let of_action = |what: &str| vec![("action".to_owned(), fixture.ints(&name(what)).to_vec())];
    Batch {
        features: video.as_f32().unwrap().to_vec(),
        crops: 1,
        shape: [b, clips, channels, frames, 1, 1],
        targets: of_action("target"),
        target_subclips: Some(of_action("subclips")),
        subclip_shape: [b, clips, frames],
        long_term: None,
        uids: (0..b).map(|row| Uid::from(row as i64)).collect(),
        idx: (0..b).collect(),
        teacher: Some(TeacherBatch {
            logits: teacher.as_f32().unwrap().to_vec(),
            members: 1,
            classes: teacher.shape[1],
            features: Some((features.as_f32().unwrap().to_vec(), features.shape[1])),
            present: vec![true; b],
        }),
        futures: Vec::new(),
    }
}

fn objective(setting: &Value) -> Objective {
    let weights = setting["weights"].as_object().unwrap().iter();
    Objective {
        weights: weights.map(|(name, weight)| (name.clone(), number(weight))).collect(),
        kl: KlConfig::default(),
        labels: LabelLosses::default(),
        attention: None,
        future: None,
    }
}

fn trainer(student: Student, case: &Value, iters_per_epoch: usize) -> Trainer {
    let params: Vec<_> = named_parameters(&student).into_iter().map(|p| (p.name, p.id)).collect();
    let texts = |value: &Value| match value {
        Value::String(one) => vec![one.clone()],
        several => serde_json::from_value(several.clone()).unwrap(),
    };
    let entry = |entry: &Value| LrWd {
        modules: texts(&entry[0]),
        lr: number(&entry[1]),
        weight_decay: number(&entry[2]),
    };
    let groups = GroupsConfig {
        lr_wd: case["lr_wd"].as_array().unwrap().iter().map(entry).collect(),
        bias_bn_wd_scale: number(&case["bias_bn_wd_scale"]),
        ..GroupsConfig::default()
    };
    let groups = ParamGroups::resolve(&groups, &params, &[]).unwrap();
    let schedule = ScheduleConfig {
        warmup: WarmupConfig {
            init_lr_ratio: 0.0,
            num_epochs: number(&case["warmup_epochs"]),
            floor: number(&case["floor"]),
        },
        main: main_schedule(case),
        iters_per_epoch,
        world_size: 1,
    };
    let schedule = Schedule::new(schedule, groups.base_lrs()).unwrap();
    let optimizer = rule(&case["optimizer"]).init(groups).unwrap();
    let student = optimizer.freeze(student);
    Trainer {
        model: student,
        optimizer,
        schedule,
        progress: Progress::default(),
        average: None,
        statistics: None,
    }
}

fn main_schedule(case: &Value) -> MainConfig {
    let main = &case["main"];
    match main["kind"].as_str().unwrap() {
        "cosine" => MainConfig::Cosine(CosineConfig {
            num_epochs: number(&main["num_epochs"]),
            eta_min: number(&main["eta_min"]),
            final_lr: Some(number(&case["final_lr"])),
        }),
        "multi_step" => MainConfig::MultiStep(MultiStepConfig {
            milestone_epochs: serde_json::from_value(main["milestone_epochs"].clone()).unwrap(),
            gamma: number(&main["gamma"]),
            warmup_factor: number(&main["warmup_factor"]),
            warmup_epochs: number(&main["warmup_epochs"]),
            warmup_method: Ramp::Linear,
        }),
        _ => MainConfig::Plateau(PlateauConfig {
            mode: PlateauGoal::Max,
            factor: number(&main["factor"]),
            patience: main["patience"].as_u64().unwrap(),
            threshold: number(&main["threshold"]),
            threshold_mode: PlateauThreshold::Absolute,
            cooldown: main["cooldown"].as_u64().unwrap(),
            min_lr: number(&main["min_lr"]),
            eps: number(&main["eps"]),
            ..PlateauConfig::default()
        }),
    }
}

fn rule(optimizer: &Value) -> OptimizerConfig {
    let is = |key: &str| optimizer[key] == true;
    let adam = |decay| {
        let amsgrad = is("amsgrad");
        OptimizerConfig::Adam(AdamConfig { amsgrad, ..AdamConfig::new(decay) })
    };
    match optimizer["_target_"].as_str().unwrap() {
        "torch.optim.Adam" => adam(Decay::Gradient),
        "torch.optim.AdamW" => adam(Decay::Parameter),
        "transformers.Adafactor" => OptimizerConfig::Adafactor(AdafactorConfig {
            eps: serde_json::from_value(optimizer["eps"].clone()).unwrap(),
            beta1: optimizer["beta1"].as_f64(),
            scale_parameter: optimizer["scale_parameter"] != false,
            relative_step: optimizer["relative_step"] != false,
            ..AdafactorConfig::default()
        }),
        _ => OptimizerConfig::Sgd(SgdConfig {
            momentum: number(&optimizer["momentum"]),
            dampening: 0.0,
            nesterov: is("nesterov"),
        }),
    }
}
