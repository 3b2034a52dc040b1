//! What the loop needs from outside, as traits it owns: where checkpoints go, who hears of
//! numbers, who may ask it to stop. Tests implement them in memory.

use std::error::Error;

use serde::{Deserialize, Serialize};

use crate::data::{ReadStats, Uid};

use super::endpoints::StoredOutput;
use super::histogram::Histogram;
use super::optim::OptimizerState;
use super::schedule::ScheduleState;

/// An error of an implementation behind one of the traits.
pub type OutsideError = Box<dyn Error + Send + Sync>;

/// Which checkpoint is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckpointName {
    /// The newest state; what a resumed run starts from.
    Last,
    /// The state with the best primary metric so far.
    Best,
    /// A kept intermediate state after this many epochs.
    Epoch(usize),
    /// A kept state within an epoch.
    Within {
        /// Whole epochs finished.
        epoch: usize,
        /// Steps taken in the epoch that has begun.
        step: usize,
        /// Steps of an epoch.
        steps: usize,
    },
}

/// The best evaluation so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Best {
    /// Name of the primary metric.
    pub metric: String,
    /// Its value, in percent.
    pub value: f64,
    /// Epochs trained when it was reached.
    pub epoch: usize,
}

/// How far training has come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Whole epochs finished.
    pub epoch: usize,
    /// Steps taken in the epoch that has begun.
    pub step_in_epoch: usize,
    /// Steps taken since the start.
    pub step: u64,
    /// The best evaluation so far.
    pub best: Option<Best>,
    /// Evaluations since then, without a better one.
    #[serde(default)]
    pub stale_evaluations: usize,
    /// Ranks that share the samples of a step; 0 before the first one.
    #[serde(default)]
    pub ranks: usize,
}

/// Everything a checkpoint holds. Random numbers need no state of their own: they are seeded anew
/// before every step from the run's seed and [`Progress::step`].
pub struct Snapshot<'a, M> {
    /// The model.
    pub model: &'a M,
    /// The average of its weights, where that is what is evaluated.
    pub average: Option<&'a M>,
    /// Optimizer state by array name.
    pub optimizer: &'a OptimizerState,
    /// Schedule state.
    pub schedule: &'a ScheduleState,
    /// How far training has come.
    pub progress: &'a Progress,
}

/// Takes checkpoints.
pub trait CheckpointSink<M> {
    /// Stores a snapshot under a name; returns only when it is safe on disk.
    fn save(
        &mut self,
        name: CheckpointName,
        snapshot: &Snapshot<'_, M>,
    ) -> Result<(), OutsideError>;
}

/// Numbers of one logged step or evaluation.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// `train`, `eval`, `eval2`, ...
    pub split: String,
    /// Epochs trained, fractional within an epoch.
    pub epoch: f64,
    /// Steps taken since the start.
    pub step: u64,
    /// Name and value, in order.
    pub values: Vec<(String, f64)>,
}

impl Record {
    /// The value of that name.
    pub fn value(&self, name: &str) -> Option<f64> {
        self.values.iter().find(|(n, _)| n == name).map(|(_, v)| *v)
    }
}

/// Per-sample outcome of an evaluation, as the results file stores it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EvalRows {
    /// Index of each sample in its data set.
    pub idx: Vec<i64>,
    /// Unique id of each segment.
    pub uids: Vec<Uid>,
    /// Epochs trained, one entry for each evaluation batch as the original stores it.
    pub epoch: Vec<f64>,
    /// Label type, number of classes, logits (samples, classes) row-major.
    pub logits: Vec<(String, usize, Vec<f32>)>,
    /// Duration of each sample, predicted by a regression head; empty without one.
    pub durations: Vec<f32>,
    /// Label type and target of each sample; -1 where unlabelled.
    pub targets: Vec<(String, Vec<i64>)>,
    /// Label type and classes at the times behind each sample's clip, so many a sample; -1 where
    /// nothing happens. Empty unless the set has such labels.
    pub long_term: Vec<(String, Vec<i64>)>,
    /// Loss term and its unreduced value of each sample.
    pub losses: Vec<(String, Vec<f32>)>,
    /// Further outputs that are kept, as the set asks for them.
    pub outputs: Vec<StoredOutput>,
    /// What its reader made do with.
    pub read: ReadStats,
}

impl EvalRows {
    /// Whether some sample has a label of that type.
    pub fn is_labelled(&self, label: &str) -> bool {
        let mut targets = self.targets.iter().filter(|(name, _)| name == label);
        targets.any(|(_, targets)| targets.iter().any(|target| *target >= 0))
    }
}

/// Hears of everything that happens during training.
pub trait EventSink {
    /// A step was logged or an evaluation finished.
    fn record(&mut self, record: &Record) -> Result<(), OutsideError>;

    /// A step was taken; so many since the start.
    fn stepped(&mut self, _steps: u64) {}

    /// An evaluation of a set has gone through so many of its batches.
    fn evaluating(&mut self, _set: &str, _done: usize, _all: usize) {}

    /// An evaluation finished: its samples. `set` is `eval`, `eval2`, ...
    fn results(&mut self, set: &str, rows: &EvalRows) -> Result<(), OutsideError>;

    /// An epoch with histograms ended: of the parameters, and of the gradients of its last step.
    fn histograms(&mut self, _step: u64, _histograms: &[Histogram]) -> Result<(), OutsideError> {
        Ok(())
    }

    /// An epoch of training was read: what its reader made do with.
    fn epoch_read(&mut self, _read: &ReadStats) {}

    /// The primary metric got better.
    fn best(&mut self, _best: &Best, _record: &Record) -> Result<(), OutsideError> {
        Ok(())
    }

    /// The rows of a set that an earlier attempt handed on; none by default.
    fn stored(&mut self, _set: &str) -> Result<EvalRows, OutsideError> {
        Ok(EvalRows::default())
    }
}

/// Asks whether to stop; polled before every step.
pub trait StopSignal {
    /// Whether training should checkpoint and stop now.
    fn stop_requested(&self) -> bool;
}

/// Never stops.
pub struct NeverStop;

impl StopSignal for NeverStop {
    fn stop_requested(&self) -> bool {
        false
    }
}
