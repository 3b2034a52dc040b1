//! Typed config -> objects: each choice of the config is one `match` here.
//!
//! Everything is built and checked before a run directory exists, so that wrong settings and
//! missing data leave nothing behind.

mod basis;
mod data;
mod dense;
mod ensemble;
mod extract;
mod finetune;
mod folds;
mod future;
mod head;
mod histories;
mod language;
mod model;
mod objective;
mod opt;
mod pictures;
mod predict;
mod pretrain;
mod reader;
mod teacher;
#[cfg(test)]
mod tests;
mod weights;

pub(super) use basis::Basis;
pub(super) use ensemble::{Ensemble, Judged};
pub(super) use extract::{Extraction, Footage};
pub(super) use finetune::{Finetuning, Tally};
pub(super) use language::Reader;
pub(super) use predict::Prediction;
pub(super) use pretrain::Pretraining;

use std::time::Duration;

use burn::tensor::{DType, Device};

use crate::data::{DataKind, Loader, Shard};
use crate::device::DeviceSpec;
use crate::metrics::UnlabelledRows;
use crate::models::{StateDict, Student, named_parameters};
use crate::runs::Loaded;
use crate::train::optim::GradClip;
use crate::train::{
    Average, Batches, Counting, Criterion, FitOptions, Kept, Objective, Precision, Progress,
    Saving, Trainer,
};

use super::checkpoint::restore;
use super::config::{self, ExperimentConfig};
use super::sinks::Length;
use super::{SetupError, rank};

pub(super) use data::{annotations, anticipation, eval_lists, source};

/// The objects of a run that teaches a model, a student unless said otherwise.
pub(super) struct Built<C: Criterion = Objective> {
    pub basis: Basis,
    /// The device, with gradients.
    pub device: Device,
    /// The model and its training state, at the start.
    pub trainer: Trainer<C::Model>,
    pub objective: C,
    pub train: Box<dyn Batches<C::Batch>>,
    /// Samples of a training batch, of all ranks.
    pub batch_size: usize,
    pub evals: Vec<C::Set>,
    /// Of each of them whether what is stored already is kept.
    pub skip_done: Vec<bool>,
    pub options: FitOptions,
}

impl Built {
    /// Builds everything that the config of a student describes.
    ///
    /// # Errors
    /// Data that is missing or broken, an absent device, a model that cannot be.
    pub fn new(config: &ExperimentConfig, shard: Shard) -> Result<Self, SetupError> {
        let (spec, device) = training_device(config)?;
        let (train, evals) = data::open(config, shard)?;
        let student = model::init(config, train.dataset(), &device)?;
        let student = weights::initialise(student, config.train.init_from_model.as_deref())?;
        log_model(&student, &train);
        let steps = train.len().div_ceil(config.train.accumulate_steps);
        let (optimizer, schedule) = opt::init(config, &student, steps, shard.world)?;
        let student = optimizer.freeze(student);
        let average = config.train.ema_decay.map(|decay| Average::new(decay, &student));
        let statistics = config.opt.classifier_only.then(|| Kept::of(&student));
        let progress = Progress::default();
        let loaders = || std::iter::once(&train).chain(evals.iter().map(|e| &e.loader));
        let sets = || loaders().flat_map(Loader::datasets);
        let kind = sets().map(|set| set.kind()).max().unwrap_or(DataKind::Real);
        let fingerprints = sets().map(|set| set.fingerprint());
        let asked = evals.iter().flat_map(|eval| eval.loader.datasets());
        Ok(Self {
            basis: Basis::new(spec, kind, fingerprints)
                .asking(asked.map(|set| set.questions_fingerprint()))
                .naming(train.dataset().annotations()),
            objective: objective::objective(config, &train, &device),
            options: options(config, train.dataset().primary_metric())?,
            skip_done: config.dataset_eval.iter().map(|(_, set)| skips_done(set)).collect(),
            trainer: Trainer { model: student, optimizer, schedule, progress, average, statistics },
            device,
            batch_size: train.batch_size() * shard.world,
            train: Box::new(train),
            evals,
        })
    }
}

impl<C: Criterion<Model: StateDict>> Built<C> {
    /// Goes on from a checkpoint.
    ///
    /// # Errors
    /// When it belongs to another model.
    pub fn resume(mut self, loaded: &Loaded) -> Result<Self, SetupError> {
        for refused in &loaded.refused {
            tracing::warn!("checkpoint {} not used: {}", refused.path.display(), refused.reason);
        }
        self.trainer = restore(&loaded.file, self.trainer)?;
        let Progress { epoch, step, .. } = self.trainer.progress;
        tracing::info!("resumed from {} after {epoch} epochs, {step} steps", loaded.path.display());
        Ok(self)
    }

    /// How long the whole run is.
    pub fn length(&self) -> Length {
        let options = &self.options;
        let steps = self.train.len().div_ceil(options.accumulate_steps);
        let steps = steps.min(options.max_steps_per_epoch.unwrap_or(usize::MAX));
        Length {
            steps: (steps * options.num_epochs) as u64,
            epochs: options.num_epochs,
            batch_size: self.batch_size * options.accumulate_steps,
            done: self.trainer.progress.step,
        }
    }
}

/// The device that a model is trained on, with gradients, and what it is.
fn training_device(config: &ExperimentConfig) -> Result<(DeviceSpec, Device), SetupError> {
    let spec = config.run.device.resolve_nth(rank::on_this_machine());
    let device = spec.open_autodiff()?;
    let half = config.train.precision == config::Precision::Bf16;
    if half && !device.supports_dtype(DType::BF16) {
        return Err(SetupError::Precision { device: spec });
    }
    let device = match config.train.gradient_checkpointing {
        true => device.gradient_checkpointing(),
        false => device,
    };
    Ok((spec, device))
}

fn skips_done(set: &config::DatasetConfig) -> bool {
    set.dense_clips().is_some_and(|clips| clips.featext_skip_done)
}

fn log_model(student: &Student, train: &Loader) {
    let weights: usize =
        named_parameters(student).iter().map(|p| p.shape.iter().product::<usize>()).sum();
    let classes: Vec<String> = train
        .dataset()
        .classes()
        .iter()
        .map(|label| format!("{} {}", label.classes.len(), label.name))
        .collect();
    tracing::info!("student with {weights} weights for {} classes", classes.join(", "));
}

fn options(config: &ExperimentConfig, primary_metric: &str) -> Result<FitOptions, SetupError> {
    let (fit, epoch) = (&config.train, &config.train.train_one_epoch_fn);
    let clip = &epoch.grad_clip_params;
    Ok(FitOptions {
        num_epochs: fit.num_epochs,
        eval_freq: fit.eval_freq.unwrap_or(0),
        print_freq: epoch.print_freq,
        histograms: config.tensorboard.histograms,
        store_best: fit.store_best,
        primary_metric: primary_metric.to_owned(),
        saving: saving(epoch),
        accumulate_steps: fit.accumulate_steps,
        early_stop_patience: fit.early_stop_patience,
        clip: GradClip::new(clip.max_norm, clip.norm_type)?,
        seed: config.run.seed,
        precision: precision(fit.precision),
        max_steps_per_epoch: fit.max_steps_per_epoch,
        max_eval_batches: config.eval.max_batches,
        counting: counting(&config.eval),
    })
}

fn saving(epoch: &config::TrainOneEpoch) -> Saving {
    let minutes = epoch.save_freq_min.filter(|minutes| *minutes > 0.0);
    Saving {
        every_epochs: epoch.save_freq,
        // Longer than a duration can be is never.
        every: minutes.and_then(|minutes| Duration::try_from_secs_f64(minutes * 60.0).ok()),
        keep: epoch.save_intermediates,
    }
}

fn precision(precision: config::Precision) -> Precision {
    match precision {
        config::Precision::Full => Precision::Full,
        config::Precision::Bf16 => Precision::Bf16,
    }
}

pub(super) fn counting(eval: &config::EvalConfig) -> Counting {
    Counting {
        nominal_batches: match eval.accuracy_average {
            config::AccuracyAverage::LabelledRows => false,
            config::AccuracyAverage::NominalBatches => true,
        },
        unlabelled: match eval.unlabelled_rows {
            config::UnlabelledRows::Skip => UnlabelledRows::Skip,
            config::UnlabelledRows::ShiftLabels => UnlabelledRows::ShiftLabels,
        },
    }
}
