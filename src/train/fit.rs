//! The loop: epochs of steps, evaluation, checkpoints, resume, stop.

use std::cell::RefCell;
use std::time::Instant;

use burn::module::Module;

use crate::models::Student;

use super::average::Average;
use super::criterion::{Criterion, EpochBatches};
use super::error::TrainError;
use super::evaluate::EvalOptions;
use super::histogram;
use super::kept::Kept;
use super::logged::{Spent, batch_accuracies, step_values};
use super::optim::Optimizer;
use super::outside::{Best, CheckpointName, EvalRows, Progress, Record, Snapshot};
use super::ranks::{Ranks, agree, model, of_the_first, unless_stopped};
use super::saving::Timer;
use super::schedule::Schedule;
use super::setting::{Outcome, Outside, Setting};
use super::step::{Seen, StepReport, Stepper};

/// What is trained.
pub struct Trainer<M = Student> {
    /// The model, on a device with gradients.
    pub model: M,
    /// Its optimizer.
    pub optimizer: Optimizer,
    /// Learning rates over time.
    pub schedule: Schedule,
    /// Where training stands; from a checkpoint when resumed.
    pub progress: Progress,
    /// The average of the weights, evaluated in their place.
    pub average: Option<Average<M>>,
    /// Running statistics that stay as they are.
    pub statistics: Option<Kept>,
}

impl<M: Module> Trainer<M> {
    /// Trains until `num_epochs`, until nothing gets better, or until asked to stop.
    ///
    /// # Errors
    /// A batch that cannot be read, a non-finite loss, a sink that fails. The last checkpoint is
    /// then still the one of the last finished epoch.
    pub fn fit<C: Criterion<Model = M>>(
        &mut self,
        setting: &Setting<'_, C>,
        outside: &mut Outside<'_, M>,
    ) -> Result<Outcome, TrainError> {
        if setting.steps_per_epoch() == 0 {
            return Err(TrainError::Empty { set: "training".into() });
        }
        self.meet(outside.ranks)?;
        let mut spent = Spent::default();
        let patience = setting.options.early_stop_patience.unwrap_or(usize::MAX);
        while self.progress.epoch < setting.options.num_epochs {
            let evaluations = self.progress.stale_evaluations;
            if evaluations >= patience {
                return Ok(Outcome::StoppedEarly { evaluations });
            }
            let before = setting.train.read_stats();
            let finished = self.train_epoch(setting, outside, &mut spent)?;
            outside.events.epoch_read(&(setting.train.read_stats() - before));
            if !finished {
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

    /// Makes sure that these ranks can go on together.
    fn meet(&mut self, ranks: &dyn Ranks) -> Result<(), TrainError> {
        let (before, now) = (self.progress.ranks, ranks.size());
        let counted = before == 0 || before == now;
        let same = if counted { Ok(()) } else { Err(TrainError::OtherRanks { before, now }) };
        agree(ranks, same)?;
        agree(ranks, model::check_alike(ranks, &self.model))?;
        self.progress.ranks = now;
        Ok(())
    }

    /// Takes the remaining steps of the epoch; false when stopped.
    fn train_epoch<C: Criterion<Model = M>>(
        &mut self,
        setting: &Setting<'_, C>,
        outside: &mut Outside<'_, M>,
        spent: &mut Spent,
    ) -> Result<bool, TrainError> {
        let options = setting.options;
        let steps = setting.steps_per_epoch();
        let stepper = setting.stepper(outside.ranks);
        let start = self.progress.step_in_epoch;
        let accumulate = options.accumulate_steps.max(1);
        let mut timer = Timer::start(&options.saving, steps);
        let mut since = Instant::now();
        let mut batches = setting.train.epoch(self.progress.epoch as u64, start * accumulate);
        for step_in_epoch in start..steps {
            let stop = outside.stop.stop_requested();
            for name in if stop { Vec::new() } else { timer.due(&self.progress) } {
                self.save(name, outside)?;
            }
            let waiting = Instant::now();
            let of_step = next_batches(&mut batches, accumulate, stop, outside.ranks)?;
            let Some(of_step) = of_step else { return Ok(false) };
            if of_step.is_empty() {
                break;
            }
            spent.data += waiting.elapsed();
            let is_last = step_in_epoch + 1 == steps;
            let (report, lrs) = match is_last && self.is_examined(setting, outside.ranks) {
                true => self.take_examined_step(&stepper, &of_step, outside)?,
                false => self.take_step(&stepper, &of_step)?,
            };
            spent.step_since(&mut since);
            if self.progress.step.is_multiple_of(options.print_freq.max(1) as u64) {
                let epoch = self.progress.epoch as f64 + step_in_epoch as f64 / steps as f64;
                let mut values = step_values(&report, &lrs);
                values.extend(std::mem::take(spent).values());
                let judge = setting.objective;
                values.extend(batch_accuracies(judge, report, &of_step, outside.ranks)?);
                self.record("train", epoch, values, outside)?;
            }
            self.progress.step += 1;
            self.progress.step_in_epoch = step_in_epoch + 1;
            outside.events.stepped(self.progress.step);
        }
        Ok(true)
    }

    /// Whether this rank tells how the numbers of the current epoch's last step are spread.
    fn is_examined<C: Criterion<Model = M>>(
        &self,
        setting: &Setting<'_, C>,
        ranks: &dyn Ranks,
    ) -> bool {
        let every = setting.options.histograms;
        every > 0 && ranks.rank() == 0 && (self.progress.epoch + 1).is_multiple_of(every)
    }

    /// Updates the model from the batches of one step and moves the schedule on; the rates are those
    /// of the update.
    ///
    /// # Errors
    /// As [`Stepper::step`].
    pub fn take_step<C: Criterion<Model = M>>(
        &mut self,
        stepper: &Stepper<'_, C>,
        batches: &[C::Batch],
    ) -> Result<(StepReport, Vec<f64>), TrainError> {
        self.take_step_seen(stepper, batches, &mut |_, _| {})
    }

    /// Takes a step and tells how the gradients and, after it, the parameters are spread.
    fn take_examined_step<C: Criterion<Model = M>>(
        &mut self,
        stepper: &Stepper<'_, C>,
        batches: &[C::Batch],
        outside: &mut Outside<'_, M>,
    ) -> Result<(StepReport, Vec<f64>), TrainError> {
        let mut histograms = Vec::new();
        let taken = self.take_step_seen(stepper, batches, &mut |model, gradients| {
            histograms = histogram::of_gradients(model, gradients);
        })?;
        histograms.extend(histogram::of_parameters(&self.model));
        let step = self.progress.step;
        outside.events.histograms(step, &histograms).map_err(TrainError::Outside)?;
        Ok(taken)
    }

    fn take_step_seen<C: Criterion<Model = M>>(
        &mut self,
        stepper: &Stepper<'_, C>,
        batches: &[C::Batch],
        seen: Seen<'_, M>,
    ) -> Result<(StepReport, Vec<f64>), TrainError> {
        let lrs = self.schedule.lrs().to_vec();
        let (model, optimizer) = (&mut self.model, &mut self.optimizer);
        let report = stepper.step_seen(model, optimizer, &lrs, batches, &self.progress, seen)?;
        if let Some(kept) = &self.statistics {
            self.model = kept.restore(self.model.clone());
        }
        self.schedule.step();
        if let Some(average) = &mut self.average {
            average.follow(&self.model);
        }
        Ok((report, lrs))
    }

    /// Evaluates when it is time, keeps the best, and writes the checkpoint of the epoch.
    ///
    /// The checkpoint is written also when the evaluation fails, so that no epoch is lost.
    fn end_epoch<C: Criterion<Model = M>>(
        &mut self,
        setting: &Setting<'_, C>,
        outside: &mut Outside<'_, M>,
    ) -> Result<(), TrainError> {
        let options = setting.options;
        let epoch = self.progress.epoch;
        let due = options.eval_freq > 0
            && ((epoch - 1).is_multiple_of(options.eval_freq) || epoch == options.num_epochs);
        let evaluated = if due { self.evaluate_all(setting, outside) } else { Ok(None) };
        // Without an evaluation the original hands the plateau an accuracy of 0.
        self.schedule.epoch_end(evaluated.as_ref().ok().copied().flatten().unwrap_or(0.0))?;
        if let Some(name) = options.saving.after_epoch(&self.progress, setting.steps_per_epoch()) {
            self.save(name, outside)?;
        }
        self.save(CheckpointName::Last, outside)?;
        evaluated.map(|_| ())
    }

    /// The model that is evaluated, without gradients.
    pub fn evaluated(&self) -> M {
        self.average.as_ref().map_or_else(|| self.model.valid(), |a| a.model().clone())
    }

    /// Evaluates every set; the primary metric of the first is returned, `None` where that has no
    /// labels, as a test set.
    fn evaluate_all<C: Criterion<Model = M>>(
        &mut self,
        setting: &Setting<'_, C>,
        outside: &mut Outside<'_, M>,
    ) -> Result<Option<f64>, TrainError> {
        let options = setting.options;
        let ranks = outside.ranks;
        let model = model::of_the_first_rank(ranks, self.evaluated());
        let device = setting.device.clone().inner();
        let mut primary = None;
        for (i, set) in setting.evals.iter().enumerate() {
            let epoch = self.progress.epoch as f64;
            let split = setting.objective.split(set);
            let events = RefCell::new(&mut *outside.events);
            let pass = EvalOptions {
                counting: options.counting,
                epoch,
                max_batches: options.max_eval_batches,
                told: &|done, all| events.borrow_mut().evaluating(split, done, all),
            };
            let report = setting.objective.evaluate(&model, set, &device, &pass, ranks)?;
            let known = of_labels(&options.primary_metric, &report.rows);
            let known = of_the_first(ranks, Ok::<_, TrainError>(known))?;
            outside.events.results(split, &report.rows).map_err(TrainError::Outside)?;
            let record = self.record(split, epoch, report.values, outside)?;
            if i == 0 && known {
                primary = Some(self.keep_best(&record, setting, outside)?);
            }
        }
        Ok(primary)
    }

    /// Remembers the evaluation when it is the best so far; a tie goes to the later one.
    fn keep_best<C: Criterion<Model = M>>(
        &mut self,
        record: &Record,
        setting: &Setting<'_, C>,
        outside: &mut Outside<'_, M>,
    ) -> Result<f64, TrainError> {
        let metric = &setting.options.primary_metric;
        let value = record.value(metric).ok_or_else(|| TrainError::UnknownMetric {
            metric: metric.clone(),
            known: record.values.iter().map(|(name, _)| name.clone()).collect(),
        })?;
        let best = self.progress.best.as_ref().map(|best| best.value);
        let better = best.is_none_or(|best| value > best);
        self.progress.stale_evaluations =
            if better { 0 } else { self.progress.stale_evaluations + 1 };
        if better || best == Some(value) {
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
        outside: &mut Outside<'_, M>,
    ) -> Result<Record, TrainError> {
        let record = Record { split: split.to_owned(), epoch, step: self.progress.step, values };
        outside.events.record(&record).map_err(TrainError::Outside)?;
        Ok(record)
    }

    /// The first rank alone writes: all hold the same.
    fn save(&self, name: CheckpointName, outside: &mut Outside<'_, M>) -> Result<(), TrainError> {
        if outside.ranks.rank() > 0 {
            return Ok(());
        }
        let snapshot = Snapshot {
            model: &self.model,
            average: self.average.as_ref().map(Average::model),
            optimizer: &self.optimizer.state(),
            schedule: self.schedule.state(),
            progress: &self.progress,
        };
        outside.checkpoints.save(name, &snapshot).map_err(TrainError::Outside)
    }
}

/// The batches of the next step; `None` when this rank or another one is asked to stop.
fn next_batches<B>(
    batches: &mut EpochBatches<'_, B>,
    accumulate: usize,
    stop: bool,
    ranks: &dyn Ranks,
) -> Result<Option<Vec<B>>, TrainError> {
    let wanted = if stop { 0 } else { accumulate };
    unless_stopped(ranks, stop, batches.by_ref().take(wanted).collect())
}

/// Whether a metric can be known of the rows: a type of theirs without a single label has none.
fn of_labels(metric: &str, rows: &EvalRows) -> bool {
    let label = metric.split('/').nth(1).unwrap_or_default();
    rows.is_labelled(label) || rows.targets.iter().all(|(name, _)| name != label)
}
