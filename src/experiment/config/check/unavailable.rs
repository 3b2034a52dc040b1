//! What a config may ask for and this version cannot run: it composes and passes every check, and is
//! refused when it is started, so that nothing is silently left out.
//!
//! Each finding names the key that asks, says what there is not, and what to write instead. A key
//! leaves this file with the change that makes it work.

use super::super::sections::LOSS_WTS;
use super::super::{
    Aggregator, Classifier, DatasetConfig, DropStyle, ExperimentConfig, FuturePredictor, OpConfig,
    Optimizer, Pipeline, Precision, ReaderConfig, Scheduler, Task, Temporal,
};
use super::Findings;

pub(super) fn find(config: &ExperimentConfig, found: &mut Findings) {
    let mut asks = Asks(found);
    task(config, &mut asks);
    if config.run.task.reads_frames() {
        data(config, &mut asks);
        model(config, &mut asks);
        losses(config, &mut asks);
    }
    steps(config, &mut asks);
    rates(config, &mut asks);
}

/// Notes keys that ask for what there is not.
struct Asks<'a>(&'a mut Findings);

impl Asks<'_> {
    /// Notes a key when it `asks`.
    fn note(&mut self, asks: bool, key: &str, why: &str, instead: &[&str]) {
        if asks {
            let message = format!("not available in this version: {why}");
            self.0.add_with(key, message, instead);
        }
    }
}

fn task(config: &ExperimentConfig, asks: &mut Asks<'_>) {
    let task = config.run.task;
    asks.note(task != Task::Train, "task", "only students are trained and evaluated", &["train"]);
    let full = config.run.pipeline == Pipeline::Full;
    asks.note(full, "pipeline", "teachers cannot be trained", &["none"]);
    let legacy = &config.legacy;
    asks.note(legacy.sync_bn, "sync_bn", "one process trains", &["false"]);
    asks.note(legacy.data_parallel, "data_parallel", "one device trains", &["false"]);
}

fn data(config: &ExperimentConfig, asks: &mut Asks<'_>) {
    for (suffix, _) in config.dataset_train.iter().skip(1) {
        let key = format!("dataset_train{suffix}");
        asks.note(true, &key, "several training sets are not joined", &[]);
    }
    for (key, set) in config.datasets() {
        let salads = matches!(set, DatasetConfig::BreakfastSalads(_));
        let why = "50-Salads and Breakfast cannot be read";
        asks.note(salads, &format!("{key}._target_"), why, &["+debug=synthetic"]);
        reader(&key, set, asks);
        times(&key, set, asks);
        segments(&key, set, asks);
    }
}

fn reader(key: &str, set: &DatasetConfig, asks: &mut Asks<'_>) {
    let path = format!("{key}.reader_fn");
    let video = "video files cannot be read: choose an experiment that reads features, or make \
                 them up";
    let instead = ["+experiment=<name>", "+features=simulated"];
    match set.reader() {
        None => asks.note(true, key, video, &instead),
        Some(ReaderConfig::Video(_)) => asks.note(true, &path, video, &instead),
        Some(ReaderConfig::LabelOneHot(_)) => {
            asks.note(true, &path, "labels cannot be read as features", &instead);
        }
        Some(ReaderConfig::Sener(_)) => {
            asks.note(true, &path, "Sener's features cannot be read", &instead);
        }
        Some(ReaderConfig::Rulstm(_) | ReaderConfig::Simulated(_)) => {}
    }
}

fn times(key: &str, set: &DatasetConfig, asks: &mut Asks<'_>) {
    let Some(times) = set.anticipation() else { return };
    let key = format!("{key}.conv_to_anticipate_fn");
    let rulstm = times.drop_style == DropStyle::Rulstm;
    let why = "the original refuses it as well; RULSTM drops what `correct` drops";
    asks.note(rulstm, &format!("{key}.drop_style"), why, &["correct"]);
    let several = times.future_clip_ratios != [1.0];
    let why = "clips of the future are not read";
    asks.note(several, &format!("{key}.future_clip_ratios"), why, &["[1.0]"]);
}

fn segments(key: &str, set: &DatasetConfig, asks: &mut Asks<'_>) {
    let Some(videos) = set.videos() else { return };
    let dense = videos.sample_clips_densely || videos.sample_clips_densely_fn.is_some();
    let futures = "clips of the future are not read";
    let clips = "clips without annotation are not cut";
    for (name, asked, why, instead) in [
        ("return_future_clips_too", videos.return_future_clips_too, futures, "false"),
        (
            "load_long_term_future_labels",
            videos.load_long_term_future_labels > 0,
            "labels stop where the clip does",
            "0",
        ),
        (
            "conv_to_anticipate_fn_runtime",
            videos.conv_to_anticipate_fn_runtime.is_some(),
            "all segments are converted at the start",
            "conv_to_anticipate_fn",
        ),
        ("sample_clips_densely", dense, clips, "false"),
        ("random_seed", videos.random_seed.is_some(), "`seed` decides which clip is drawn", "null"),
        ("repeat_data_times", videos.repeat_data_times != 1.0, "segments come up once", "1.0"),
        ("dummy_label", videos.dummy_label != -1, "-1 stands for no label", "-1"),
        (
            "class_balanced_sampling",
            videos.class_balanced_sampling,
            "segments are drawn whatever their class",
            "false",
        ),
        ("return_unsampled_video", videos.return_unsampled_video, "there is no video", "false"),
        ("uid_subset", videos.uid_subset.is_some(), "all segments are taken", "null"),
    ] {
        asks.note(asked, &format!("{key}.{name}"), why, &[instead]);
    }
}

fn model(config: &ExperimentConfig, asks: &mut Asks<'_>) {
    let model = &config.model;
    let video = model.backbone.temporal() != Temporal::Features;
    asks.note(video, "model.backbone", "no backbone sees pictures", &["identity"]);
    for (key, aggregator) in [
        ("model.temporal_aggregator", &model.temporal_aggregator),
        (
            "model.temporal_aggregator_after_future_pred",
            &model.temporal_aggregator_after_future_pred,
        ),
    ] {
        let asked = matches!(aggregator, Aggregator::Transformer(_) | Aggregator::Rulstm(_));
        asks.note(asked, key, "there is no such aggregator", &["identity", "mean"]);
    }
    let layers = matches!(model.future_predictor, FuturePredictor::Mlp(_));
    let key = "model.future_predictor";
    asks.note(layers, key, "there is no such predictor", &["identity", "avth"]);
    let layers = matches!(model.classifier, Classifier::Mlp(_));
    asks.note(layers, "model.classifier", "there is no such classifier", &["linear"]);
    let projected = model.project_dim_for_nce.is_some();
    let why = "no loss uses projected features";
    asks.note(projected, "model.project_dim_for_nce", why, &["null"]);
    let durations = model.add_regression_head;
    let why = "no data set has durations to predict";
    asks.note(durations, "model.add_regression_head", why, &["false"]);
}

fn losses(config: &ExperimentConfig, asks: &mut Asks<'_>) {
    let op = &config.train_eval_op;
    let future = matches!(op, OpConfig::PredFutureFeat(_));
    asks.note(future, "train_eval_op", "clips of the future are not read", &["basic"]);
    let several = config.train.train_one_epoch_fn.loss_wts.ens_distill > 0.0;
    let why = "a store holds one prediction for each segment, not several; `distill` is the term \
               for one";
    asks.note(several, &format!("{LOSS_WTS}.ens_distill"), why, &["0"]);
    let features = config.eval.eval_fn.only_run_featext;
    asks.note(features, "eval.eval_fn.only_run_featext", "features are not extracted", &["false"]);
}

fn steps(config: &ExperimentConfig, asks: &mut Asks<'_>) {
    let train = &config.train;
    let parts = train.init_from_model.iter().flatten().any(|entry| entry.len() > 1);
    let why = "only a whole model takes over weights";
    asks.note(parts, "train.init_from_model", why, &["[[<file>.safetensors]]"]);
    for (name, asked, why, instead) in [
        ("accumulate_steps", train.accumulate_steps > 1, "every batch is a step", "1"),
        ("precision", train.precision != Precision::Full, "numbers have 32 bits", "full"),
        ("gradient_checkpointing", train.gradient_checkpointing, "activations are kept", "false"),
        ("ema_decay", train.ema_decay.is_some(), "weights are not averaged", "null"),
        (
            "early_stop_patience",
            train.early_stop_patience.is_some(),
            "training goes on to its last epoch",
            "null",
        ),
    ] {
        asks.note(asked, &format!("train.{name}"), why, &[instead]);
    }
}

fn rates(config: &ExperimentConfig, asks: &mut Asks<'_>) {
    let opt = &config.opt;
    let why = "the original's switch never worked";
    let instead = "opt.lr_wd=[[classifiers,<lr>,<wd>]]";
    asks.note(opt.classifier_only, "opt.classifier_only", why, &[instead]);
    let (adafactor, largest) = match &opt.optimizer {
        Optimizer::Sgd(_) => (false, false),
        Optimizer::Adam(adam) | Optimizer::AdamW(adam) => (false, adam.amsgrad),
        Optimizer::Adafactor(_) => (true, false),
    };
    let known = ["sgd", "adam", "adamW"];
    asks.note(adafactor, "opt.optimizer", "there is no such optimizer", &known);
    asks.note(largest, "opt.optimizer.amsgrad", "moments only decay", &["false"]);
    let schedules = ["cosine", "warmup_multi_step", "reduce_lr_on_plateau"];
    let other = matches!(&opt.scheduler, Scheduler::Linear(_) | Scheduler::Constant(_));
    asks.note(other, "opt.scheduler", "there is no such schedule", &schedules);
    let resumed = matches!(&opt.scheduler, Scheduler::WarmupMultiStep(s) if s.last_epoch != -1);
    asks.note(resumed, "opt.scheduler.last_epoch", "a resumed run knows its step", &["-1"]);
}
