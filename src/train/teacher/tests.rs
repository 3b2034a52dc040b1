//! Teachers of a small generated world, on flex.

use std::sync::Arc;

use burn::module::Module;
use burn::tensor::Device;

use super::*;
use crate::data::{Annotations, Split, SynthConfig, World};
use crate::metrics::UnlabelledRows;
use crate::models::actions::{
    ActionClasses, ActionGruConfig, ActionTransformerConfig, NgramConfig, NgramModel, Smoothing,
};
use crate::models::named_parameters;
use crate::text::{
    BatchOptions, History, HistoryInput, HistoryLoader, Horizon, Reading, Withheld, history,
};
use crate::train::optim::{
    AdamConfig, Decay, GradClip, GroupsConfig, LrWd, OptimizerConfig, ParamGroups,
};
use crate::train::{Alone, Counting, Precision, Progress, Stepper};

const HISTORY: History = History { length: 4, deduplicate: false, horizon: Horizon::SegmentStart };

fn world(split: Split) -> Annotations {
    let config = SynthConfig { train_videos: 6, val_videos: 2, actions: 6, ..Default::default() };
    World::generate(&config).unwrap().annotations(split)
}

fn classes(annotations: &Annotations) -> ActionClasses {
    let vocabulary = &annotations.vocabulary;
    ActionClasses {
        verbs: vocabulary.verb_count(),
        nouns: vocabulary.noun_count(),
        of_action: vocabulary.triples.iter().map(|(verb, noun, _)| (*verb, *noun)).collect(),
    }
}

fn loader(annotations: &Annotations, twice: bool) -> HistoryLoader {
    let mut rows = history::rows(annotations, &[annotations], &HISTORY).unwrap();
    if twice {
        rows.extend(rows.clone());
    }
    let options = BatchOptions { batch_size: 16, shuffle: false, seed: 1, by_length: false };
    let classes = annotations.vocabulary.actions.len();
    HistoryLoader::new(rows, &Reading::Actions { classes }, options, Withheld::NOTHING).unwrap()
}

fn set(twice: bool) -> HistorySet {
    let annotations = world(Split::Val);
    let loader = loader(&annotations, twice);
    HistorySet { split: "eval".into(), loader, annotations: Arc::new(annotations) }
}

fn objective() -> TeacherObjective {
    let weights = [("cls_action", 0.8), ("cls_verb", 0.1), ("cls_noun", 0.1)];
    TeacherObjective {
        weights: weights.map(|(name, weight)| (name.to_owned(), weight)).to_vec(),
        class_weights: vec![("verb".into(), vec![0.5; classes(&world(Split::Val)).verbs])],
        label_smoothing: 0.1,
    }
}

const OPTIONS: EvalOptions = EvalOptions {
    counting: Counting { nominal_batches: false, unlabelled: UnlabelledRows::Skip },
    epoch: 1.0,
    max_batches: None,
    told: EvalOptions::UNHEARD,
};

/// Both kinds, built for the world.
fn models(device: &Device) -> [TeacherModel; 2] {
    let classes = classes(&world(Split::Train));
    let gru = ActionGruConfig { dim: 8, num_layers: 2, dropout: 0.1, tie_outputs: true };
    let transformer = ActionTransformerConfig {
        dim: 8,
        num_layers: 2,
        num_heads: 2,
        dropout: 0.1,
        layer_dropout: 0.1,
        tie_outputs: true,
        max_length: HISTORY.length,
    };
    device.seed(3);
    [
        TeacherModel::Gru(gru.init(&classes, device).unwrap()),
        TeacherModel::Transformer(transformer.init(&classes, device).unwrap()),
    ]
}

#[test]
fn both_kinds_learn() {
    let (plain, device) = (Device::default(), Device::default().autodiff());
    let (objective, train) = (objective(), loader(&world(Split::Train), false));
    for mut model in models(&device) {
        let params: Vec<_> = named_parameters(&model).into_iter().map(|p| (p.name, p.id)).collect();
        let all = LrWd { modules: vec!["__all__".into()], lr: 1e-2, weight_decay: 0.01 };
        let groups = GroupsConfig { lr_wd: vec![all], ..GroupsConfig::default() };
        let groups = ParamGroups::resolve(&groups, &params, &[]).unwrap();
        let mut optimizer =
            OptimizerConfig::Adam(AdamConfig::new(Decay::Parameter)).init(groups).unwrap();
        let stepper = Stepper {
            objective: &objective,
            clip: GradClip::new(None, 2.0).unwrap(),
            device: &device,
            seed: 1,
            precision: Precision::Full,
            ranks: &Alone,
        };
        let rates = [1e-2; 2];
        let mut losses = Vec::new();
        for step in 0..100 {
            let batch = train.epoch(step, 0).next().unwrap();
            let progress = Progress { step, ..Progress::default() };
            let report =
                stepper.step(&mut model, &mut optimizer, &rates, &[batch], &progress).unwrap();
            losses.push(report.loss);
        }
        assert!(losses[99] < 0.8 * losses[0], "{losses:?}");
        let report =
            objective.evaluate(&model.valid(), &set(false), &plain, &OPTIONS, &Alone).unwrap();
        let names: Vec<&str> = report.values.iter().map(|(name, _)| name.as_str()).collect();
        for name in
            ["loss", "loss/cls_noun", "acc1/action", "final_acc/action/AR5", "final_acc/verb/top1"]
        {
            assert!(names.contains(&name), "{name} in {names:?}");
        }
    }
}

#[test]
fn histories_of_one_segment_are_averaged() {
    let device = Device::default();
    let [model, _] = models(&device);
    let [once, twice] = [false, true]
        .map(|twice| TeacherRows::said(&model, set(twice).loader.epoch(0, 0), &device).unwrap());
    assert_eq!((&once.idx, &once.uids, &once.targets), (&twice.idx, &twice.uids, &twice.targets));
    let close = |a: &[f32], b: &[f32]| {
        assert_eq!(a.len(), b.len());
        assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5));
    };
    for ((_, _, a), (_, _, b)) in once.logits.iter().zip(&twice.logits) {
        close(a, b);
    }
    let features = |rows: &TeacherRows| rows.features.clone().unwrap();
    assert_eq!(features(&once).0, 8);
    close(&features(&once).1, &features(&twice).1);
    let [once, twice] =
        [false, true].map(|t| objective().examine(&model, &set(t), &device, &OPTIONS).unwrap());
    for ((name, a), (_, b)) in once.values.iter().zip(&twice.values) {
        assert!((a - b).abs() < 1e-3, "{name}: {a} and {b}");
    }
}

#[test]
fn counting_is_a_teacher_too() {
    let (train, device) = (world(Split::Train), Device::default());
    let classes = classes(&train);
    let rows = history::rows(&train, &[&train], &HISTORY).unwrap();
    let samples: Vec<(Vec<i64>, i64)> = rows
        .iter()
        .map(|row| (row.past.iter().map(|a| *a as i64).collect(), row.labels.action))
        .collect();
    let config = NgramConfig { order: 3, smoothing: Smoothing::Interpolated, discount: 0.5 };
    let samples = samples.iter().map(|(past, next)| (past.as_slice(), *next));
    let model = NgramModel::fit(config, samples, classes.actions());
    let teacher = NgramTeacher { model: &model, classes: &classes };
    let report = objective().examine(&teacher, &set(false), &device, &OPTIONS).unwrap();
    let top5 = report.values.iter().find(|(name, _)| name == "final_acc/action/top5").unwrap().1;
    assert!(top5 > 83.4, "better than chance among six: {top5}");
}

#[test]
fn text_is_nothing_for_models_of_actions() {
    let device = Device::default();
    let [model, _] = models(&device);
    let mut batch = set(false).loader.epoch(0, 0).next().unwrap();
    batch.input = HistoryInput::Text(Default::default());
    let error = objective().judge(&model, &batch, &device).unwrap_err().to_string();
    assert_eq!(error, "the teacher reads actions, and the histories are text");
}

#[test]
fn batches_without_any_past_are_learned_from() {
    let device = Device::default();
    let mut batch = set(false).loader.epoch(0, 0).next().unwrap();
    let rows = batch.idx.len();
    let pad = classes(&world(Split::Val)).pad() as i64;
    let past =
        crate::text::ActionsBatch { actions: vec![pad; rows], lengths: vec![0; rows], width: 1 };
    batch.input = HistoryInput::Actions(past);
    for model in models(&device) {
        let judged = objective().judge(&model, &batch, &device).unwrap();
        let means = judged.terms.into_iter().map(|term| term.mean.into_scalar::<f32>());
        assert!(means.into_iter().all(f32::is_finite));
    }
}
