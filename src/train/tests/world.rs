//! A small generated world, a small student, and sinks in memory.
//!
//! Both the unit tests of the loop and `tests/train` take this file, which therefore calls the
//! crate by its name and needs nothing private.

use std::cell::Cell;
use std::sync::Arc;

use burn::tensor::Device;
use runner::data::{
    Anticipation, ClipConfig, Dataset, DatasetConfig, DropStyle, Loader, LoaderConfig,
    MissingPrediction, OverlapRule, ReaderConfig, SampleStrategy, Source, Split, SynthConfig,
    Teacher, World,
};
use runner::losses::KlConfig;
use runner::metrics::UnlabelledRows;
use runner::models::{
    AvthConfig, FutureLoss, FuturePredictorConfig, Gpt2Config, Student, StudentConfig,
    named_parameters,
};
use runner::train::optim::{
    AdamConfig, Decay, GradClip, GroupsConfig, LrWd, Optimizer, OptimizerConfig, OptimizerState,
    ParamGroups,
};
use runner::train::schedule::{
    CosineConfig, MainConfig, Schedule, ScheduleConfig, ScheduleState, WarmupConfig,
};
use runner::train::{
    Alone, CheckpointName, CheckpointSink, Counting, EvalRows, EvalSet, EventSink, FitOptions,
    LabelLosses, Objective, Outcome, Outside, OutsideError, Precision, Progress, Ranks, Record,
    Saving, Setting, Snapshot, StopSignal, TrainError, Trainer,
};

pub const WORLD: SynthConfig = SynthConfig {
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
pub struct Memory {
    pub records: Vec<Record>,
    pub results: Vec<String>,
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
pub struct Checkpoints {
    pub saved: Vec<(CheckpointName, Progress)>,
    pub last: Option<Saved>,
}

/// A checkpoint in memory.
pub struct Saved {
    pub student: Student,
    pub average: Option<Student>,
    pub optimizer: OptimizerState,
    pub schedule: ScheduleState,
    pub progress: Progress,
}

impl Saved {
    /// The trainer as it was; `fresh` gives what no checkpoint holds.
    pub fn restore(self, fresh: Trainer, rule: &OptimizerConfig) -> Trainer {
        let mut optimizer = optimizer(&self.student, rule);
        optimizer.load_state(&self.student, self.optimizer).unwrap();
        let mut schedule = fresh.schedule;
        schedule.load_state(self.schedule).unwrap();
        let average = fresh.average.map(|average| average.continued(self.average.unwrap()));
        Trainer {
            model: self.student,
            optimizer,
            schedule,
            progress: self.progress,
            average,
            statistics: None,
        }
    }
}

impl CheckpointSink<Student> for Checkpoints {
    fn save(
        &mut self,
        name: CheckpointName,
        s: &Snapshot<'_, Student>,
    ) -> Result<(), OutsideError> {
        self.saved.push((name, s.progress.clone()));
        if name == CheckpointName::Last {
            self.last = Some(Saved {
                student: s.model.clone(),
                average: s.average.cloned(),
                optimizer: s.optimizer.clone(),
                schedule: s.schedule.clone(),
                progress: s.progress.clone(),
            });
        }
        Ok(())
    }
}

/// Asks to stop when it is asked for the nth time.
pub struct StopAt(pub Cell<usize>);

impl StopSignal for StopAt {
    fn stop_requested(&self) -> bool {
        self.0.set(self.0.get() - 1);
        self.0.get() == 0
    }
}

/// What is seen of a split, and how.
pub fn config(split: Split) -> (DatasetConfig, ClipConfig) {
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
    (config, clip)
}

fn loader(split: Split) -> Loader {
    let world = World::generate(&WORLD).unwrap();
    let (config, clip) = config(split);
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

pub fn adam() -> OptimizerConfig {
    OptimizerConfig::Adam(AdamConfig::new(Decay::Gradient))
}

pub fn trainer(device: &Device, steps: usize) -> Trainer {
    trainer_with(device, steps, &adam())
}

/// The student of these tests, seeded.
pub fn student(device: &Device, dropout: f64) -> Student {
    device.seed(7);
    let pdrop = dropout / 2.0;
    let avth = AvthConfig {
        gpt: Gpt2Config {
            n_layer: 1,
            n_head: 2,
            embd_pdrop: pdrop,
            attn_pdrop: pdrop,
            resid_pdrop: pdrop,
            ..Gpt2Config::new(8)
        },
        output_len: 1,
        return_past_too: true,
        avg_last_n: Some(1),
        future_pred_loss: Some(FutureLoss::Mse),
        ..AvthConfig::new(8)
    };
    let student = StudentConfig {
        future_predictor: FuturePredictorConfig::Avth(avth),
        dropout,
        ..StudentConfig::new(WORLD.dim)
    };
    student.init(&[("action".into(), WORLD.actions)], &[], device).unwrap()
}

pub fn trainer_with(device: &Device, steps: usize, rule: &OptimizerConfig) -> Trainer {
    let student = student(device, 0.2);
    let schedule = ScheduleConfig {
        warmup: WarmupConfig { init_lr_ratio: 0.0, num_epochs: 1.0, floor: 0.0 },
        main: MainConfig::Cosine(CosineConfig { num_epochs: 2.0, eta_min: 0.0, final_lr: None }),
        iters_per_epoch: steps,
        world_size: 1,
    };
    let optimizer = optimizer(&student, rule);
    let schedule = Schedule::new(schedule, optimizer.groups().base_lrs()).unwrap();
    Trainer {
        model: student,
        optimizer,
        schedule,
        progress: Progress::default(),
        average: None,
        statistics: None,
    }
}

pub fn optimizer(student: &Student, rule: &OptimizerConfig) -> Optimizer {
    let params: Vec<_> = named_parameters(student).into_iter().map(|p| (p.name, p.id)).collect();
    let groups = GroupsConfig {
        lr_wd: vec![LrWd { modules: vec!["__all__".into()], lr: 1e-2, weight_decay: 1e-4 }],
        ..GroupsConfig::default()
    };
    let groups = ParamGroups::resolve(&groups, &params, &[]).unwrap();
    rule.init(groups).unwrap()
}

fn options() -> FitOptions {
    FitOptions {
        num_epochs: 3,
        eval_freq: 1,
        print_freq: 1,
        histograms: 0,
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

fn objective() -> Objective {
    let weights = [("cls_action", 1.0), ("feat", 1.0), ("distill", 2.0)]
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
pub struct Run {
    pub train: Loader,
    pub evals: [EvalSet; 1],
    pub device: Device,
    pub objective: Objective,
    pub options: FitOptions,
    pub checkpoints: Checkpoints,
    pub memory: Memory,
}

impl Run {
    pub fn new() -> Self {
        Self {
            train: loader(Split::Train),
            evals: [EvalSet {
                split: "eval".into(),
                loader: loader(Split::Val),
                store_endpoint: "logits".into(),
            }],
            device: Device::default().autodiff(),
            objective: objective(),
            options: options(),
            checkpoints: Checkpoints::default(),
            memory: Memory::default(),
        }
    }

    pub fn fit(
        &mut self,
        trainer: &mut Trainer,
        stop: &dyn StopSignal,
    ) -> Result<Outcome, TrainError> {
        self.fit_on(trainer, stop, &Alone)
    }

    /// As one of several ranks.
    pub fn fit_on(
        &mut self,
        trainer: &mut Trainer,
        stop: &dyn StopSignal,
        ranks: &dyn Ranks,
    ) -> Result<Outcome, TrainError> {
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
            ranks,
        };
        trainer.fit(&setting, &mut outside)
    }
}
