//! The loop: epochs of steps, evaluation, checkpoints, resume, stop.

use std::time::{Duration, Instant};

use burn::module::Module;
use burn::tensor::Device;

use crate::data::{Batch, Loader};
use crate::metrics::{Scores, batch_accuracy};
use crate::models::Student;

use super::error::TrainError;
use super::evaluate::{Counting, EvalOptions, EvalSet, evaluate, to_host};
use super::objective::Objective;
use super::optim::{GradClip, Optimizer};
use super::outside::{
    Best, CheckpointName, CheckpointSink, EventSink, Progress, Record, Snapshot, StopSignal,
};
use super::schedule::Schedule;
use super::step::{StepReport, Stepper};

/// How long and how often.
#[derive(Clone, Debug, PartialEq)]
pub struct FitOptions {
    /// Epochs in all.
    pub num_epochs: usize,
    /// Evaluate every so many epochs; 0 = never.
    pub eval_freq: usize,
    /// Log every so many steps.
    pub print_freq: usize,
    /// Keep the checkpoint with the best primary metric.
    pub store_best: bool,
    /// The metric that decides what is best.
    pub primary_metric: String,
    /// Keep a checkpoint of every so many epochs.
    pub keep_every: Option<usize>,
    /// Write the last checkpoint also within an epoch, after so much time.
    pub save_every: Option<Duration>,
    /// Clips gradients by their norm.
    pub clip: GradClip,
    /// Seeds dropout.
    pub seed: u64,
    /// End every epoch after so many steps (debugging).
    pub max_steps_per_epoch: Option<usize>,
    /// End every evaluation after so many batches (debugging).
    pub max_eval_batches: Option<usize>,
    /// How evaluations count.
    pub counting: Counting,
}

/// What is trained.
pub struct Trainer {
    /// The model, on a device with gradients.
    pub student: Student,
    /// Its optimizer.
    pub optimizer: Optimizer,
    /// Learning rates over time.
    pub schedule: Schedule,
    /// Where training stands; from a checkpoint when resumed.
    pub progress: Progress,
}

/// What is trained on and with.
pub struct Setting<'a> {
    /// Loss terms and weights.
    pub objective: &'a Objective,
    /// Training batches.
    pub train: &'a Loader,
    /// Evaluation sets; the first decides what is best.
    pub evals: &'a [EvalSet],
    /// The device, with gradients.
    pub device: &'a Device,
    /// How long and how often.
    pub options: &'a FitOptions,
}

/// What the loop reports to and asks.
pub struct Outside<'a> {
    /// Takes checkpoints.
    pub checkpoints: &'a mut dyn CheckpointSink,
    /// Hears of numbers.
    pub events: &'a mut dyn EventSink,
    /// May ask to stop.
    pub stop: &'a dyn StopSignal,
}

/// How training ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// All epochs are done.
    Completed,
    /// Stopped on request.
    Stopped {
        /// Whether a checkpoint was written; not before the first step.
        resumable: bool,
    },
}

impl Trainer {
    /// Trains until `num_epochs` or until asked to stop.
    ///
    /// # Errors
    /// A batch that cannot be read, a non-finite loss, a sink that fails. The last checkpoint is
    /// then still the one of the last finished epoch.
    pub fn fit(
        &mut self,
        setting: &Setting<'_>,
        outside: &mut Outside<'_>,
    ) -> Result<Outcome, TrainError> {
        if setting.steps_per_epoch() == 0 {
            return Err(TrainError::Empty { set: "training".into() });
        }
        while self.progress.epoch < setting.options.num_epochs {
            if !self.train_epoch(setting, outside)? {
                let resumable = self.progress.step > 0;
                if resumable {
                    self.save(CheckpointName::Last, outside)?;
                }
                return Ok(Outcome::Stopped { resumable });
            }
            self.progress.epoch += 1;
            self.progress.step_in_epoch = 0;
            self.end_epoch(setting, outside)?;
        }
        Ok(Outcome::Completed)
    }

    /// Takes the remaining steps of the epoch; false when stopped.
    fn train_epoch(
        &mut self,
        setting: &Setting<'_>,
        outside: &mut Outside<'_>,
    ) -> Result<bool, TrainError> {
        let options = setting.options;
        let steps = setting.steps_per_epoch();
        let stepper = Stepper {
            objective: setting.objective,
            clip: options.clip,
            device: setting.device,
            seed: options.seed,
        };
        let start = self.progress.step_in_epoch;
        let mut saved = Instant::now();
        let mut batches = setting.train.epoch(self.progress.epoch as u64, start);
        for step_in_epoch in start..steps {
            if outside.stop.stop_requested() {
                return Ok(false);
            }
            if options.save_every.is_some_and(|every| saved.elapsed() >= every) {
                self.save(CheckpointName::Last, outside)?;
                saved = Instant::now();
            }
            let waiting = Instant::now();
            let Some(batch) = batches.next().transpose()? else { break };
            let data_seconds = waiting.elapsed().as_secs_f64();
            let (report, lrs) = self.take_step(&stepper, &batch)?;
            if self.progress.step.is_multiple_of(options.print_freq.max(1) as u64) {
                let epoch = self.progress.epoch as f64 + step_in_epoch as f64 / steps as f64;
                let mut values = step_values(&report, &lrs);
                values.push(("data_seconds".into(), data_seconds));
                values.extend(batch_accuracies(report, &batch));
                self.record("train", epoch, values, outside)?;
            }
            self.progress.step += 1;
            self.progress.step_in_epoch = step_in_epoch + 1;
        }
        Ok(true)
    }

    /// Updates the model and moves the schedule on; the rates are those of the update.
    fn take_step(
        &mut self,
        stepper: &Stepper<'_>,
        batch: &Batch,
    ) -> Result<(StepReport, Vec<f64>), TrainError> {
        let lrs = self.schedule.lrs().to_vec();
        let (student, optimizer) = (&mut self.student, &mut self.optimizer);
        let report = stepper.step(student, optimizer, &lrs, batch, &self.progress)?;
        self.schedule.step();
        Ok((report, lrs))
    }

    /// Evaluates when it is time, keeps the best, and writes the checkpoint of the epoch.
    ///
    /// The checkpoint is written also when the evaluation fails, so that no epoch is lost.
    fn end_epoch(
        &mut self,
        setting: &Setting<'_>,
        outside: &mut Outside<'_>,
    ) -> Result<(), TrainError> {
        let options = setting.options;
        let epoch = self.progress.epoch;
        let due = options.eval_freq > 0
            && ((epoch - 1).is_multiple_of(options.eval_freq) || epoch == options.num_epochs);
        let evaluated = if due { self.evaluate_all(setting, outside) } else { Ok(None) };
        // Without an evaluation the original hands the plateau an accuracy of 0.
        self.schedule.epoch_end(evaluated.as_ref().ok().copied().flatten().unwrap_or(0.0))?;
        if options.keep_every.is_some_and(|n| n > 0 && epoch.is_multiple_of(n)) {
            self.save(CheckpointName::Epoch(epoch), outside)?;
        }
        self.save(CheckpointName::Last, outside)?;
        evaluated.map(|_| ())
    }

    /// Evaluates every set; the primary metric of the first is returned.
    fn evaluate_all(
        &mut self,
        setting: &Setting<'_>,
        outside: &mut Outside<'_>,
    ) -> Result<Option<f64>, TrainError> {
        let options = setting.options;
        let student = self.student.valid();
        let device = setting.device.clone().inner();
        let mut primary = None;
        for (i, set) in setting.evals.iter().enumerate() {
            let epoch = self.progress.epoch as f64;
            let pass = EvalOptions {
                counting: options.counting,
                epoch,
                max_batches: options.max_eval_batches,
            };
            let report = evaluate(&student, set, &setting.objective.labels, &device, &pass)?;
            outside.events.results(&set.split, &report.rows).map_err(TrainError::Outside)?;
            let record = self.record(&set.split, epoch, report.values, outside)?;
            if i == 0 {
                primary = Some(self.keep_best(&record, setting, outside)?);
            }
        }
        Ok(primary)
    }

    /// Remembers the evaluation when it is the best so far; a tie goes to the later one.
    fn keep_best(
        &mut self,
        record: &Record,
        setting: &Setting<'_>,
        outside: &mut Outside<'_>,
    ) -> Result<f64, TrainError> {
        let metric = &setting.options.primary_metric;
        let value = record.value(metric).ok_or_else(|| TrainError::UnknownMetric {
            metric: metric.clone(),
            known: record.values.iter().map(|(name, _)| name.clone()).collect(),
        })?;
        if self.progress.best.as_ref().is_none_or(|best| value >= best.value) {
            let best = Best { metric: metric.clone(), value, epoch: self.progress.epoch };
            outside.events.best(&best, record).map_err(TrainError::Outside)?;
            self.progress.best = Some(best);
            if setting.options.store_best {
                self.save(CheckpointName::Best, outside)?;
            }
        }
        Ok(value)
    }

    fn record(
        &self,
        split: &str,
        epoch: f64,
        values: Vec<(String, f64)>,
        outside: &mut Outside<'_>,
    ) -> Result<Record, TrainError> {
        let record = Record { split: split.to_owned(), epoch, step: self.progress.step, values };
        outside.events.record(&record).map_err(TrainError::Outside)?;
        Ok(record)
    }

    fn save(&self, name: CheckpointName, outside: &mut Outside<'_>) -> Result<(), TrainError> {
        let snapshot = Snapshot {
            student: &self.student,
            optimizer: &self.optimizer.state(),
            schedule: self.schedule.state(),
            progress: &self.progress,
        };
        outside.checkpoints.save(name, &snapshot).map_err(TrainError::Outside)
    }
}

impl Setting<'_> {
    /// Steps of one epoch, cut short when debugging.
    fn steps_per_epoch(&self) -> usize {
        let all = self.train.len();
        self.options.max_steps_per_epoch.map_or(all, |max| all.min(max))
    }
}

/// Loss, its terms, learning rates and gradient norm under their published names.
fn step_values(report: &StepReport, lrs: &[f64]) -> Vec<(String, f64)> {
    let mut values = vec![("loss".to_owned(), report.loss)];
    values.extend(report.terms.iter().map(|(name, value)| (format!("loss/{name}"), *value)));
    values.extend(lrs.first().map(|lr| ("lr".to_owned(), *lr)));
    values.extend(lrs.iter().enumerate().skip(1).map(|(i, lr)| (format!("lr/{i}"), *lr)));
    values.push(("grad_norm".into(), report.grad_norm));
    values
}

/// `acc1/<type>` to `acc10/<type>` of a training batch, in percent.
fn batch_accuracies(report: StepReport, batch: &Batch) -> Vec<(String, f64)> {
    let mut values = Vec::new();
    for ((label, logits), (_, targets)) in report.logits.into_iter().zip(&batch.targets) {
        let [_, classes] = logits.dims();
        let accuracy = batch_accuracy(Scores::new(&to_host(logits), classes), targets);
        let top = accuracy.top.iter().enumerate();
        values.extend(top.map(|(i, percent)| (format!("acc{}/{label}", i + 1), *percent)));
    }
    values
}
