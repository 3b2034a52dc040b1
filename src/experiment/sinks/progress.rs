//! For the person who waits: a drawing on a terminal, else a line now and then.
//!
//! The run's own log has the lines in any case.

use std::time::{Duration, Instant};

use crate::train::Record;

use super::super::screen::{Count, Drawn, Part, Picture};
use super::super::{FILE_ONLY, Screen};

/// Lines of training appear at most this often.
const PROGRESS_EVERY: Duration = Duration::from_secs(2);
/// Lines of an evaluation, most of which are over before the first.
const EVALUATION_EVERY: Duration = Duration::from_secs(30);

/// How long a run is, for its progress lines.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Length {
    /// Steps of the whole run.
    pub steps: u64,
    /// Epochs of the whole run.
    pub epochs: usize,
    /// Samples of one step.
    pub batch_size: usize,
    /// Steps already taken by earlier attempts.
    pub done: u64,
}

/// Follows a run that trains, or only evaluates.
pub(super) struct ProgressLog {
    length: Length,
    started: Instant,
    shown: Option<Instant>,
    evaluation: Option<Instant>,
    /// The step of the record before.
    recorded: Option<u64>,
    drawn: Option<Drawn>,
}

impl ProgressLog {
    pub(super) fn new(length: Option<Length>, screen: &Screen) -> Self {
        let picture = Picture {
            work: length.map(|length| Count::new("step", length.done, length.steps)),
            epochs: length.map(|length| length.epochs),
            ..Picture::default()
        };
        let nothing = Length { steps: 0, epochs: 0, batch_size: 0, done: 0 };
        Self {
            length: length.unwrap_or(nothing),
            started: Instant::now(),
            shown: None,
            evaluation: None,
            recorded: None,
            drawn: screen.draw(picture),
        }
    }

    pub(super) fn stepped(&self, steps: u64) {
        if let Some(drawn) = &self.drawn {
            drawn.change(|picture| {
                picture.part = None;
                picture.work.iter_mut().for_each(|work| work.reach(steps));
            });
        }
    }

    pub(super) fn evaluating(&mut self, set: &str, done: usize, all: usize) {
        let begun = *self.evaluation.get_or_insert_with(Instant::now);
        match &self.drawn {
            Some(drawn) => drawn.change(|picture| pass(picture, set, done as u64, all as u64)),
            None if begun.elapsed() >= EVALUATION_EVERY => {
                self.evaluation = None;
                tracing::info!("{set}: batch {done}/{all}");
            }
            None => {}
        }
    }

    pub(super) fn train(&mut self, record: &Record) {
        let steps = self.recorded.replace(record.step).map(|before| record.step - before);
        if let Some(drawn) = &self.drawn {
            let words = self.words(record, steps);
            drawn.change(|picture| picture.words = words);
        }
        if self.shown.is_some_and(|at| at.elapsed() < PROGRESS_EVERY) {
            return;
        }
        self.shown = Some(Instant::now());
        let value = |name: &str| record.value(name).unwrap_or(f64::NAN);
        let line = format!(
            "epoch {:.2} step {}/{} loss {:.4} ({}) lr {:.2e}{}",
            record.epoch,
            record.step,
            self.length.steps,
            value("loss"),
            terms(record).collect::<Vec<_>>().join(", "),
            value("lr"),
            self.pace(record.step),
        );
        match &self.drawn {
            Some(_) => tracing::info!(target: FILE_ONLY, "{line}"),
            None => tracing::info!("{line}"),
        }
    }

    /// What is drawn below the bar, the most telling first.
    fn words(&self, record: &Record, steps: Option<u64>) -> Vec<String> {
        let value = |name: &str| record.value(name);
        let loss = value("loss").map(|loss| format!("loss {loss:.4}"));
        let mut words: Vec<String> = loss.into_iter().chain(terms(record)).collect();
        if let Some(seconds) = value("step_seconds").filter(|seconds| *seconds > 0.0) {
            let samples = |steps: u64| (steps as usize * self.length.batch_size) as f64 / seconds;
            words.extend(steps.map(|steps| format!("{:.0} samples/s", samples(steps))));
            let waited = value("data_seconds").unwrap_or(0.0) / seconds;
            words.push(format!("data {:.0}%", 100.0 * waited.min(1.0)));
        }
        words.extend(value("lr").map(|lr| format!("lr {lr:.2e}")));
        words
    }

    /// Speed and time left, once there is something to measure.
    fn pace(&self, step: u64) -> String {
        let taken = step.saturating_sub(self.length.done);
        let seconds = self.started.elapsed().as_secs_f64();
        if taken == 0 || seconds == 0.0 {
            return String::new();
        }
        let rate = taken as f64 / seconds;
        let left = self.length.steps.saturating_sub(step) as f64 / rate;
        format!(" {:.0} samples/s, {:.0} s left", rate * self.length.batch_size as f64, left)
    }

    pub(super) fn evaluation(&mut self, record: &Record) {
        self.evaluation = None;
        let shown: Vec<String> = record
            .values
            .iter()
            .filter(|(name, _)| {
                ["loss", "samples"].contains(&&**name) || name.starts_with("final_acc/")
            })
            .map(|(name, v)| format!("{} {v:.2}", name.trim_start_matches("final_acc/")))
            .collect();
        tracing::info!("{} after epoch {:.0}: {}", record.split, record.epoch, shown.join(", "));
    }
}

/// The terms of a loss, each with its name.
fn terms(record: &Record) -> impl Iterator<Item = String> {
    let term = |(name, v): &(String, f64)| Some(format!("{} {v:.4}", name.strip_prefix("loss/")?));
    record.values.iter().filter_map(term)
}

/// A pass over a set has come so far; a set that was not seen before begins anew.
fn pass(picture: &mut Picture, set: &str, done: u64, all: u64) {
    match picture.part.as_mut().filter(|part| part.name == set && part.count.done <= done) {
        Some(part) => part.count.reach(done),
        None => {
            let count = Count::new("batch", done, all);
            picture.part = Some(Part { name: set.to_owned(), count });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(done: u64) -> ProgressLog {
        let length = Length { steps: 100, epochs: 10, batch_size: 8, done };
        ProgressLog::new(Some(length), &Screen::default())
    }

    fn record(step: u64) -> Record {
        let values = [
            ("loss", 1.5),
            ("loss/cls_action", 1.0),
            ("lr", 0.001),
            ("data_seconds", 0.5),
            ("step_seconds", 2.0),
        ];
        let values = values.map(|(name, value)| (name.to_owned(), value)).into();
        Record { split: "train".into(), epoch: 1.0, step, values }
    }

    #[test]
    fn the_numbers_below_the_bar() {
        let words = log(0).words(&record(20), Some(10));
        let expected =
            ["loss 1.5000", "cls_action 1.0000", "40 samples/s", "data 25%", "lr 1.00e-3"];
        assert_eq!(words, expected);
        let first = log(20).words(&record(20), None);
        assert!(
            !first.iter().any(|word| word.contains("samples/s")),
            "nobody knows how many steps"
        );
    }

    #[test]
    fn an_evaluation_begins_anew_with_each_set_and_each_time() {
        let mut picture = Picture::default();
        let mut at = |set: &str, done| {
            pass(&mut picture, set, done, 4);
            picture.part.as_ref().map(|part| (part.name.clone(), part.count.done)).unwrap()
        };
        assert_eq!(at("eval", 1), ("eval".to_owned(), 1));
        assert_eq!(at("eval", 4), ("eval".to_owned(), 4));
        assert_eq!(at("eval2", 1), ("eval2".to_owned(), 1));
        assert_eq!(at("eval", 2), ("eval".to_owned(), 2));
    }
}
