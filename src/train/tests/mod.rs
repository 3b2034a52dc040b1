//! The loop on flex, on a small generated world, with sinks in memory.

use std::cell::Cell;
use std::sync::Arc;

use burn::module::Module;
use burn::tensor::Device;

use crate::data::{
    Anticipation, ClipConfig, Dataset, DatasetConfig, DropStyle, Loader, LoaderConfig,
    MissingPrediction, OverlapRule, ReaderConfig, SampleStrategy, Source, Split, SynthConfig,
    Teacher, World,
};
use crate::losses::KlConfig;
use crate::metrics::UnlabelledRows;
use crate::models::{
    AvthConfig, FutureLoss, FuturePredictorConfig, Gpt2Config, Student, StudentConfig,
    named_parameters,
};

use super::optim::{
    AdamConfig, Decay, GradClip, GroupsConfig, LrWd, Optimizer, OptimizerConfig, OptimizerState,
    ParamGroups,
};
use super::schedule::{
    CosineConfig, MainConfig, Schedule, ScheduleConfig, ScheduleState, WarmupConfig,
};
use super::*;

mod terms;

const WORLD: SynthConfig = SynthConfig {
    seed: 1,
    train_videos: 3,
    val_videos: 2,
    segments_per_video: 12,
    verbs: 3,
    nouns: 3,
    actions: 6,
    dim: 8,
    feature_noise: 0.5,
    teacher_noise: 0.5,
    teacher_scale: 1.0,
    teacher_dim: 8,
};

#[derive(Default)]
struct Memory {
    records: Vec<Record>,
    results: Vec<String>,
}

struct Events<'a>(&'a mut Memory);

impl EventSink for Events<'_> {
    fn record(&mut self, record: &Record) -> Result<(), OutsideError> {
        self.0.records.push(record.clone());
        Ok(())
    }

    fn results(&mut self, set: &str, rows: &EvalRows) -> Result<(), OutsideError> {
        assert_eq!(rows.idx.len(), rows.uids.len());
        self.0.results.push(set.to_owned());
        Ok(())
    }
}

#[derive(Default)]
struct Checkpoints {
    saved: Vec<(CheckpointName, Progress)>,
    last: Option<(Student, OptimizerState, ScheduleState, Progress)>,
}

impl CheckpointSink for Checkpoints {
    fn save(&mut self, name: CheckpointName, s: &Snapshot<'_>) -> Result<(), OutsideError> {
        self.saved.push((name, s.progress.clone()));
        if name == CheckpointName::Last {
            let state = (s.optimizer.clone(), s.schedule.clone(), s.progress.clone());
            self.last = Some((s.student.clone(), state.0, state.1, state.2));
        }
        Ok(())
    }
}

/// Asks to stop when it is asked for the nth time.
struct StopAt(Cell<usize>);

impl StopSignal for StopAt {
    fn stop_requested(&self) -> bool {
        self.0.set(self.0.get() - 1);
        self.0.get() == 0
    }
}

fn loader(split: Split) -> Loader {
    let world = World::generate(&WORLD).unwrap();
    let config = DatasetConfig {
        source: Source::Synthetic(WORLD, split),
        label_type: vec!["action".into()],
        sample_strategy: SampleStrategy::Last,
        anticipation: Some(Anticipation { tau_a: 1.0, tau_o: 3.0, drop_style: DropStyle::Correct }),
        overlap: OverlapRule::Centre,
    };
    let clip = ClipConfig {
        num_frames: 4,
        frame_rate: Some(2.0),
        subclip_frames: 4,
        subclip_stride: 4,
        load_seg_labels: false,
    };
    let reader = ReaderConfig::Simulated(world.features());
    let mut dataset = Dataset::open(&config, &reader, &clip).unwrap();
    if split == Split::Train {
        let teacher = Teacher::Store(world.teacher("ensemble").unwrap());
        dataset = dataset.with_teacher(Arc::new(teacher), MissingPrediction::Error).unwrap();
    }
    let order = LoaderConfig {
        batch_size: 8,
        shuffle: split == Split::Train,
        seed: 3,
        workers: 1,
        drop_last: false,
    };
    Loader::new(Arc::new(dataset), order).unwrap()
}

fn eval_set() -> EvalSet {
    EvalSet { split: "eval".into(), loader: loader(Split::Val), store_endpoint: "logits".into() }
}

fn trainer(device: &Device, steps: usize) -> Trainer {
    device.seed(7);
    let avth = AvthConfig {
        gpt: Gpt2Config { n_layer: 1, n_head: 2, ..Gpt2Config::new(8) },
        output_len: 1,
        return_past_too: true,
        avg_last_n: Some(1),
        future_pred_loss: Some(FutureLoss::Mse),
        ..AvthConfig::new(8)
    };
    let student = StudentConfig {
        future_predictor: FuturePredictorConfig::Avth(avth),
        dropout: 0.2,
        ..StudentConfig::new(WORLD.dim)
    };
    let student = student.init(&[("action".into(), WORLD.actions)], &[], device).unwrap();
    let schedule = ScheduleConfig {
        warmup: WarmupConfig { init_lr_ratio: 0.0, num_epochs: 1.0, floor: 0.0 },
        main: MainConfig::Cosine(CosineConfig { num_epochs: 2.0, eta_min: 0.0, final_lr: None }),
        iters_per_epoch: steps,
        world_size: 1,
    };
    let optimizer = optimizer(&student);
    let schedule = Schedule::new(schedule, optimizer.groups().base_lrs()).unwrap();
    Trainer {
        student,
        optimizer,
        schedule,
        progress: Progress::default(),
        average: None,
        statistics: None,
    }
}

fn optimizer(student: &Student) -> Optimizer {
    let params: Vec<_> = named_parameters(student).into_iter().map(|p| (p.name, p.id)).collect();
    let groups = GroupsConfig {
        lr_wd: vec![LrWd { modules: vec!["__all__".into()], lr: 1e-2, weight_decay: 1e-4 }],
        ..GroupsConfig::default()
    };
    let groups = ParamGroups::resolve(&groups, &params, &[]).unwrap();
    OptimizerConfig::Adam(AdamConfig::new(Decay::Gradient)).init(groups).unwrap()
}

fn options() -> FitOptions {
    FitOptions {
        num_epochs: 3,
        eval_freq: 1,
        print_freq: 1,
        store_best: true,
        primary_metric: "final_acc/action/top1".into(),
        saving: Saving { every_epochs: Some(2.0), every: None, keep: true },
        accumulate_steps: 1,
        early_stop_patience: None,
        clip: GradClip::new(Some(1.0), 2.0).unwrap(),
        seed: 5,
        precision: Precision::Full,
        max_steps_per_epoch: None,
        max_eval_batches: None,
        counting: Counting { nominal_batches: false, unlabelled: UnlabelledRows::Skip },
    }
}

fn objective(cls_action: f64) -> Objective {
    let weights = [("cls_action", cls_action), ("feat", 1.0), ("distill", 2.0)]
        .into_iter()
        .chain([("distill_feat", 0.0), ("distill_feat_mse", 0.0)]);
    Objective {
        weights: weights.map(|(name, weight)| (name.to_owned(), weight)).collect(),
        kl: KlConfig { temperature: 5.0, top_k: Some(3), ..KlConfig::default() },
        labels: LabelLosses::default(),
        attention: None,
        future: None,
    }
}

/// Everything of a run in one place.
struct Run {
    train: Loader,
    evals: [EvalSet; 1],
    device: Device,
    objective: Objective,
    options: FitOptions,
    checkpoints: Checkpoints,
    memory: Memory,
}

impl Run {
    fn new() -> Self {
        Self {
            train: loader(Split::Train),
            evals: [eval_set()],
            device: Device::default().autodiff(),
            objective: objective(1.0),
            options: options(),
            checkpoints: Checkpoints::default(),
            memory: Memory::default(),
        }
    }

    fn fit(&mut self, trainer: &mut Trainer, stop: &dyn StopSignal) -> Result<Outcome, TrainError> {
        let setting = Setting {
            objective: &self.objective,
            train: &self.train,
            evals: &self.evals,
            device: &self.device,
            options: &self.options,
        };
        let mut outside = Outside {
            checkpoints: &mut self.checkpoints,
            events: &mut Events(&mut self.memory),
            stop,
        };
        trainer.fit(&setting, &mut outside)
    }
}

#[test]
fn the_loop_learns_evaluates_and_saves() {
    let mut run = Run::new();
    let steps = run.train.len();
    let mut trainer = trainer(&run.device, steps);
    assert_eq!(run.fit(&mut trainer, &NeverStop).unwrap(), Outcome::Completed);

    let train: Vec<&Record> = run.memory.records.iter().filter(|r| r.split == "train").collect();
    assert_eq!(train.len(), 3 * steps);
    for name in
        ["loss", "loss/cls_action", "loss/feat", "loss/distill", "lr", "grad_norm", "acc1/action"]
    {
        assert!(train[0].value(name).is_some(), "{name} in {:?}", train[0]);
    }
    let loss = |r: &Record| r.value("loss/cls_action").unwrap();
    assert!(loss(train[train.len() - 1]) < loss(train[0]));
    assert_eq!(run.memory.results, ["eval"; 3]);

    let names: Vec<CheckpointName> = run.checkpoints.saved.iter().map(|(name, _)| *name).collect();
    assert_eq!(names.iter().filter(|n| **n == CheckpointName::Last).count(), 3);
    assert!(names.contains(&CheckpointName::Best) && names.contains(&CheckpointName::Epoch(2)));
}

#[test]
fn a_stop_saves_and_the_next_start_goes_on() {
    let mut run = Run::new();
    let steps = run.train.len();
    let mut first = trainer(&run.device, steps);
    let stop = StopAt(Cell::new(steps + 2));
    assert_eq!(run.fit(&mut first, &stop).unwrap(), Outcome::Stopped { resumable: true });

    let (student, optimizer, schedule, progress) = run.checkpoints.last.take().unwrap();
    assert_eq!((progress.epoch, progress.step_in_epoch), (1, 1));
    let mut second = trainer(&run.device, steps);
    second.student = student;
    second.optimizer = self::optimizer(&second.student);
    second.optimizer.load_state(&second.student, optimizer).unwrap();
    second.schedule.load_state(schedule).unwrap();
    second.progress = progress;
    assert_eq!(run.fit(&mut second, &NeverStop).unwrap(), Outcome::Completed);
    let logged = run.memory.records.iter().filter(|r| r.split == "train").count();
    assert_eq!(logged, 3 * steps, "no step is taken twice");
}

#[test]
fn a_stop_before_the_first_step_leaves_nothing_to_resume() {
    let mut run = Run::new();
    let mut trainer = trainer(&run.device, run.train.len());
    let outcome = run.fit(&mut trainer, &StopAt(Cell::new(1))).unwrap();
    assert_eq!(outcome, Outcome::Stopped { resumable: false });
    assert!(run.checkpoints.saved.is_empty());
}

#[test]
fn a_non_finite_loss_stops_before_the_update_and_names_the_term() {
    let mut run = Run::new();
    run.objective.kl.temperature = f64::NAN;
    let mut trainer = trainer(&run.device, run.train.len());
    let error = run.fit(&mut trainer, &NeverStop).unwrap_err();
    assert!(
        matches!(&error, TrainError::NonFiniteLoss { term, .. } if term == "distill"),
        "{error}"
    );
    assert_eq!(trainer.progress.step, 0);
}
