//! Typed config -> objects: each choice of the config is one `match` here.
//!
//! Everything is built and checked before a run directory exists, so that wrong settings and
//! missing data leave nothing behind.

mod data;
mod model;
mod opt;
#[cfg(test)]
mod tests;
mod weights;

use std::time::Duration;

use burn::tensor::Device;

use crate::data::{DataKind, Loader};
use crate::device::DeviceSpec;
use crate::losses::KlConfig;
use crate::metrics::UnlabelledRows;
use crate::models::{Student, named_parameters};
use crate::runs::Loaded;
use crate::train::optim::{GradClip, GroupsConfig, ParamGroups};
use crate::train::{Counting, EvalSet, FitOptions, Objective, Progress, Trainer};

use super::SetupError;
use super::checkpoint::restore;
use super::config::{self, ExperimentConfig};
use super::sinks::Length;

/// The objects of a run.
pub(super) struct Built {
    /// The device, with gradients.
    pub device: Device,
    /// The device that `auto` stood for, and its backend.
    pub spec: DeviceSpec,
    /// The model and its training state, at the start.
    pub trainer: Trainer,
    pub objective: Objective,
    pub train: Loader,
    pub evals: Vec<EvalSet>,
    pub options: FitOptions,
    pub kind: DataKind,
    pub fingerprint: String,
}

impl Built {
    /// Builds everything that the config describes.
    ///
    /// # Errors
    /// Data that is missing or broken, an absent device, a model that cannot be.
    pub fn new(config: &ExperimentConfig) -> Result<Self, SetupError> {
        let spec = config.run.device.resolve();
        let device = spec.open_autodiff()?;
        let (train, evals) = data::open(config)?;
        let student = model::init(config, train.dataset(), &device)?;
        let student = weights::initialise(student, config.train.init_from_model.as_deref())?;
        log_model(&student, &train);
        let (optimizer, schedule) = opt::init(config, &student, train.len())?;
        let student = optimizer.freeze(student);
        let sets = || std::iter::once(&train).chain(evals.iter().map(|e| &e.loader));
        let kind = sets().map(|l| l.dataset().kind()).max().unwrap_or(DataKind::Real);
        let fingerprints: Vec<String> = sets().map(|l| l.dataset().fingerprint()).collect();
        Ok(Self {
            objective: objective(config),
            options: options(config, &train)?,
            fingerprint: crate::files::sha256_bytes(fingerprints.join("\n").as_bytes()),
            trainer: Trainer { student, optimizer, schedule, progress: Progress::default() },
            device,
            spec,
            train,
            evals,
            kind,
        })
    }

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
        let steps = self.train.len().min(options.max_steps_per_epoch.unwrap_or(usize::MAX));
        Length {
            steps: (steps * options.num_epochs) as u64,
            batch_size: self.train.batch_size(),
            done: self.trainer.progress.step,
        }
    }
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

fn objective(config: &ExperimentConfig) -> Objective {
    let weights = config.train.train_one_epoch_fn.loss_wts.terms();
    let kl = &config.teacher.kl;
    Objective {
        weights: weights.into_iter().map(|(name, weight)| (name.to_owned(), weight)).collect(),
        kl: KlConfig { temperature: kl.temperature, top_k: kl.top_k },
    }
}

fn options(config: &ExperimentConfig, train: &Loader) -> Result<FitOptions, SetupError> {
    let (fit, epoch) = (&config.train, &config.train.train_one_epoch_fn);
    let clip = &epoch.grad_clip_params;
    Ok(FitOptions {
        num_epochs: fit.num_epochs,
        eval_freq: fit.eval_freq.unwrap_or(0),
        print_freq: epoch.print_freq,
        store_best: fit.store_best,
        primary_metric: train.dataset().primary_metric().to_owned(),
        keep_every: kept_epochs(epoch)?,
        // Longer than a duration can be is never.
        save_every: epoch
            .save_freq_min
            .and_then(|minutes| Duration::try_from_secs_f64(minutes * 60.0).ok()),
        clip: GradClip::new(clip.max_norm, clip.norm_type)?,
        seed: config.run.seed,
        max_steps_per_epoch: fit.max_steps_per_epoch,
        max_eval_batches: config.eval.max_batches,
        counting: counting(&config.eval),
    })
}

/// Every how many epochs a checkpoint is kept; `last` is written after every epoch anyway.
fn kept_epochs(epoch: &config::TrainOneEpoch) -> Result<Option<usize>, SetupError> {
    match epoch.save_freq {
        Some(epochs) if epochs < 1.0 || epochs.fract() != 0.0 => {
            Err(SetupError::SaveFreq { epochs })
        }
        Some(epochs) if epoch.save_intermediates => Ok(Some(epochs as usize)),
        _ => Ok(None),
    }
}

fn counting(eval: &config::EvalConfig) -> Counting {
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

/// Modules of the student that may be without parameters, and that `opt.lr_wd` may name.
const PARAMETERLESS: [&str; 5] = [
    "backbone",
    "temporal_aggregator",
    "reset_temp_agg_feat_dim",
    "future_predictor",
    "temporal_aggregator_after_future_pred",
];

/// The groups of a student's parameters.
fn groups(config: &GroupsConfig, student: &Student) -> Result<ParamGroups, SetupError> {
    let params: Vec<_> = named_parameters(student).into_iter().map(|p| (p.name, p.id)).collect();
    let modules = PARAMETERLESS.map(str::to_owned);
    Ok(ParamGroups::resolve(config, &params, &modules)?)
}
