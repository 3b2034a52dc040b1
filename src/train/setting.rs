//! What the loop is given, and how it ended.

use burn::tensor::Device;

use crate::models::Student;

use super::criterion::{Batches, Criterion};
use super::evaluate::Counting;
use super::objective::Objective;
use super::optim::GradClip;
use super::outside::{CheckpointSink, EventSink, StopSignal};
use super::ranks::Ranks;
use super::saving::Saving;
use super::step::{Precision, Stepper};

/// How long and how often.
#[derive(Clone, Debug, PartialEq)]
pub struct FitOptions {
    /// Epochs in all.
    pub num_epochs: usize,
    /// Evaluate every so many epochs; 0 = never.
    pub eval_freq: usize,
    /// Log every so many steps.
    pub print_freq: usize,
    /// Histograms of parameters and gradients every so many epochs; 0 = never.
    pub histograms: usize,
    /// Keep the checkpoint with the best primary metric.
    pub store_best: bool,
    /// The metric that decides what is best.
    pub primary_metric: String,
    /// Checkpoints besides the last of every epoch and the best.
    pub saving: Saving,
    /// Batches of a step; the last step of an epoch may have fewer.
    pub accumulate_steps: usize,
    /// End after so many evaluations without a better one.
    pub early_stop_patience: Option<usize>,
    /// Clips gradients by their norm.
    pub clip: GradClip,
    /// Seeds dropout.
    pub seed: u64,
    /// The numbers that steps compute with; evaluations always have 32 bits.
    pub precision: Precision,
    /// End every epoch after so many steps (debugging).
    pub max_steps_per_epoch: Option<usize>,
    /// End every evaluation after so many batches (debugging).
    pub max_eval_batches: Option<usize>,
    /// How evaluations count.
    pub counting: Counting,
}

/// What is trained on and with.
pub struct Setting<'a, C: Criterion = Objective> {
    /// Loss terms and weights.
    pub objective: &'a C,
    /// Training batches.
    pub train: &'a dyn Batches<C::Batch>,
    /// Evaluation sets; the first decides what is best.
    pub evals: &'a [C::Set],
    /// The device, with gradients.
    pub device: &'a Device,
    /// How long and how often.
    pub options: &'a FitOptions,
}

/// What the loop reports to and asks.
pub struct Outside<'a, M = Student> {
    /// Takes checkpoints.
    pub checkpoints: &'a mut dyn CheckpointSink<M>,
    /// Hears of numbers.
    pub events: &'a mut dyn EventSink,
    /// May ask to stop.
    pub stop: &'a dyn StopSignal,
    /// Who else trains this model. Only what the first rank reports is of interest.
    pub ranks: &'a dyn Ranks,
}

/// How training ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// All epochs are done.
    Completed,
    /// The last evaluations were no better than one before them.
    StoppedEarly {
        /// How many.
        evaluations: usize,
    },
    /// Stopped on request.
    Stopped {
        /// Whether a checkpoint was written; not before the first step.
        resumable: bool,
    },
}

impl<'a, C: Criterion> Setting<'a, C> {
    /// What takes the steps, together with these ranks.
    pub(super) fn stepper(&self, ranks: &'a dyn Ranks) -> Stepper<'a, C> {
        let FitOptions { clip, seed, precision, .. } = *self.options;
        let (objective, device) = (self.objective, self.device);
        Stepper { objective, clip, device, seed, precision, ranks }
    }

    /// Steps of one epoch, cut short when debugging; the last may have fewer batches.
    pub(super) fn steps_per_epoch(&self) -> usize {
        let all = self.train.len().div_ceil(self.options.accumulate_steps.max(1));
        self.options.max_steps_per_epoch.map_or(all, |max| all.min(max))
    }
}
