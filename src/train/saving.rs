//! When checkpoints are written within an epoch, and which are kept under names of their own.

use std::time::{Duration, Instant};

use super::outside::{CheckpointName, Progress};

/// Checkpoints besides `last` after every epoch and `best`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Saving {
    /// Epochs between two; a part of an epoch is rounded down to steps, to one at least.
    pub every_epochs: Option<f64>,
    /// Time between two within an epoch.
    pub every: Option<Duration>,
    /// Keeps each under a name of its own beside `last`.
    pub keep: bool,
}

impl Saving {
    /// Whether a checkpoint is due after this many steps of the run.
    fn is_due(&self, step: u64, steps_per_epoch: usize) -> bool {
        let every = self.every_epochs.filter(|epochs| *epochs > 0.0);
        every.is_some_and(|epochs| {
            let steps = (epochs * steps_per_epoch as f64) as u64;
            step > 0 && step.is_multiple_of(steps.max(1))
        })
    }

    /// The name under which the state at the end of an epoch is kept.
    pub(super) fn after_epoch(
        &self,
        progress: &Progress,
        steps_per_epoch: usize,
    ) -> Option<CheckpointName> {
        let kept = self.keep && self.is_due(progress.step, steps_per_epoch);
        kept.then_some(CheckpointName::Epoch(progress.epoch))
    }
}

/// The clock of one epoch.
pub(super) struct Timer<'a> {
    saving: &'a Saving,
    steps_per_epoch: usize,
    saved: Instant,
}

impl<'a> Timer<'a> {
    pub(super) fn start(saving: &'a Saving, steps_per_epoch: usize) -> Self {
        Self { saving, steps_per_epoch, saved: Instant::now() }
    }

    /// What to write before the next step; nothing before the first one of an epoch.
    pub(super) fn due(&mut self, progress: &Progress) -> Vec<CheckpointName> {
        let late = self.saving.every.is_some_and(|every| self.saved.elapsed() >= every);
        let due = late || self.saving.is_due(progress.step, self.steps_per_epoch);
        if !due || progress.step_in_epoch == 0 {
            return Vec::new();
        }
        self.saved = Instant::now();
        let (epoch, step) = (progress.epoch, progress.step_in_epoch);
        let within = CheckpointName::Within { epoch, step, steps: self.steps_per_epoch };
        let kept = self.saving.keep.then_some(within);
        kept.into_iter().chain([CheckpointName::Last]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: usize = 5;

    /// Names that are kept over three epochs.
    fn kept(every_epochs: f64) -> Vec<CheckpointName> {
        let saving = Saving { every_epochs: Some(every_epochs), every: None, keep: true };
        let mut timer = Timer::start(&saving, STEPS);
        let mut names = Vec::new();
        for step in 0..=3 * STEPS {
            let (epoch, step_in_epoch) = (step / STEPS, step % STEPS);
            let progress =
                Progress { epoch, step_in_epoch, step: step as u64, ..Progress::default() };
            match step_in_epoch {
                0 => names.extend(saving.after_epoch(&progress, STEPS)),
                _ => names.extend(timer.due(&progress)),
            }
        }
        names.retain(|name| *name != CheckpointName::Last);
        names
    }

    #[test]
    fn whole_epochs_and_parts() {
        use CheckpointName::Epoch;
        let within = |epoch, step| CheckpointName::Within { epoch, step, steps: STEPS };
        assert_eq!(kept(1.0), [Epoch(1), Epoch(2), Epoch(3)]);
        assert_eq!(kept(2.0), [Epoch(2)]);
        assert_eq!(kept(0.5).len(), 7, "every two of fifteen steps");
        assert_eq!(kept(1.5), [within(1, 2), within(2, 4)]);
        assert_eq!(kept(0.01).len(), 3 * STEPS, "one step at least");
        assert_eq!(kept(0.0), []);
    }

    #[test]
    fn what_is_not_kept_overwrites_the_last() {
        let saving = Saving { every_epochs: Some(0.2), every: None, keep: false };
        let progress = Progress { epoch: 0, step_in_epoch: 1, step: 1, ..Progress::default() };
        assert_eq!(Timer::start(&saving, STEPS).due(&progress), [CheckpointName::Last]);
        assert_eq!(saving.after_epoch(&progress, STEPS), None);
        let saving = Saving { every: Some(Duration::ZERO), ..Saving::default() };
        assert_eq!(Timer::start(&saving, STEPS).due(&progress), [CheckpointName::Last]);
    }
}
