//! Lines for the person who waits.

use std::time::{Duration, Instant};

use crate::train::Record;

/// Lines of training appear at most this often.
const PROGRESS_EVERY: Duration = Duration::from_secs(2);

/// How long a run is, for its progress lines.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Length {
    /// Steps of the whole run.
    pub steps: u64,
    /// Samples of one step.
    pub batch_size: usize,
    /// Steps already taken by earlier attempts.
    pub done: u64,
}

/// Lines for the person who waits.
pub(super) struct ProgressLog {
    length: Length,
    started: Instant,
    shown: Option<Instant>,
}

impl ProgressLog {
    pub(super) fn new(length: Length) -> Self {
        Self { length, started: Instant::now(), shown: None }
    }

    pub(super) fn train(&mut self, record: &Record) {
        if self.shown.is_some_and(|at| at.elapsed() < PROGRESS_EVERY) {
            return;
        }
        self.shown = Some(Instant::now());
        let terms: Vec<String> = record
            .values
            .iter()
            .filter_map(|(name, v)| Some(format!("{} {v:.4}", name.strip_prefix("loss/")?)))
            .collect();
        let value = |name: &str| record.value(name).unwrap_or(f64::NAN);
        tracing::info!(
            "epoch {:.2} step {}/{} loss {:.4} ({}) lr {:.2e}{}",
            record.epoch,
            record.step,
            self.length.steps,
            value("loss"),
            terms.join(", "),
            value("lr"),
            self.pace(record.step),
        );
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

    pub(super) fn evaluation(&self, record: &Record) {
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
