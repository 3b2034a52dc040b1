//! What a config may ask for and this version cannot run: it composes and passes every check, and is
//! refused when it is started, so that nothing is silently left out.
//!
//! Each finding names the key that asks, says what there is not, and what to write instead. A key
//! leaves this file with the change that makes it work.

use super::super::{DatasetConfig, ExperimentConfig, Pipeline, ReaderConfig, Task};
use super::Findings;

pub(super) fn find(config: &ExperimentConfig, found: &mut Findings) {
    let mut asks = Asks(found);
    task(config, &mut asks);
    if config.run.task.reads_frames() {
        data(config, &mut asks);
    }
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
    let known = matches!(task, Task::Train | Task::ExtractFeatures);
    asks.note(!known, "task", "only students are trained and evaluated", &["train"]);
    let full = config.run.pipeline == Pipeline::Full;
    asks.note(full, "pipeline", "teachers cannot be trained", &["none"]);
    let legacy = &config.legacy;
    asks.note(legacy.sync_bn, "sync_bn", "one process trains", &["false"]);
    asks.note(legacy.data_parallel, "data_parallel", "one device trains", &["false"]);
}

fn data(config: &ExperimentConfig, asks: &mut Asks<'_>) {
    for (key, set) in config.datasets() {
        let salads = matches!(set, DatasetConfig::BreakfastSalads(_));
        let why = "50-Salads and Breakfast cannot be read";
        asks.note(salads, &format!("{key}._target_"), why, &["+debug=synthetic"]);
        reader(&key, set, asks);
    }
}

fn reader(key: &str, set: &DatasetConfig, asks: &mut Asks<'_>) {
    let path = format!("{key}.reader_fn");
    let instead = ["null", "+features=simulated"];
    match set.reader() {
        Some(ReaderConfig::Sener(_)) => {
            asks.note(true, &path, "Sener's features cannot be read", &instead);
        }
        None
        | Some(
            ReaderConfig::Video(_)
            | ReaderConfig::Rulstm(_)
            | ReaderConfig::Simulated(_)
            | ReaderConfig::Painted(_)
            | ReaderConfig::LabelOneHot(_),
        ) => {}
    }
}
