//! What a page over many runs is told of them.
//!
//! Plain data: whoever fills it has read ledgers, manifests and configs. Every list of a job or a
//! setting is as long as, and in the order of, [`SweepPage::keys`] or [`SweepPage::metrics`].

use std::path::PathBuf;

use serde_json::Value;

use crate::runs::DataKind;

/// Many runs, and what tells them apart.
#[derive(Clone, Debug, Default)]
pub struct SweepPage {
    /// Its heading.
    pub title: String,
    /// A sentence below the heading: what these runs are.
    pub about: String,
    /// The kinds of data that the runs are on.
    pub kinds: Vec<DataKind>,
    /// The keys that were swept, or that differ; without those in which repetitions differ.
    pub keys: Vec<String>,
    /// The metrics shown, the one that decides first.
    pub metrics: Vec<Metric>,
    /// Every run, or job that may become one, by number.
    pub jobs: Vec<SweepJob>,
    /// The settings with results, each with its repetitions.
    pub settings: Vec<Setting>,
    /// What makes the comparison doubtful.
    pub warnings: Vec<String>,
    /// Whether the points were drawn one after the other, so that their order tells something.
    pub is_drawn: bool,
    /// How it was made.
    pub made: Made,
}

/// A metric.
#[derive(Clone, Debug)]
pub struct Metric {
    /// As in `run.json`.
    pub name: String,
    /// Whether less of it is better.
    pub is_cost: bool,
}

/// One run, or a job that may become one.
#[derive(Clone, Debug, Default)]
pub struct SweepJob {
    /// What it is called in this page: `3`, or `ek55_ensemble/0003`.
    pub name: String,
    /// How it stands, in a word.
    pub state: String,
    /// The value of each key; `None` where it has none, or none yet.
    pub values: Vec<Option<Value>>,
    /// What it reached in each metric.
    pub results: Vec<Option<f64>>,
    /// Its directory.
    pub directory: PathBuf,
    /// What tells it from its repetitions: `run_id 1, seed 42`.
    pub repetition: String,
    /// What went wrong.
    pub error: Option<String>,
}

impl SweepJob {
    /// The state of a job with a result.
    pub const COMPLETED: &str = "completed";

    pub(super) fn is_completed(&self) -> bool {
        self.state == Self::COMPLETED
    }
}

/// Jobs that differ only in what repeats them.
#[derive(Clone, Debug, Default)]
pub struct Setting {
    /// The value of each key.
    pub values: Vec<Option<Value>>,
    /// Places in [`SweepPage::jobs`].
    pub jobs: Vec<usize>,
    /// Each metric over the repetitions.
    pub results: Vec<Option<Measured>>,
}

/// A metric over repetitions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Mean.
    pub mean: f64,
    /// Standard deviation of a sample; `None` for a single value.
    pub deviation: Option<f64>,
    /// Number of values.
    pub n: usize,
}

/// How runs were made.
#[derive(Clone, Debug, Default)]
pub struct Made {
    /// The command, program first; empty where there was no common one.
    pub command: Vec<String>,
    /// Names and values, in words.
    pub facts: Vec<(String, String)>,
    /// Further config keys whose values differ, with those values.
    pub differing: Vec<(String, String)>,
}
