//! What holds between keys, and what a single value must satisfy beyond its type.
//!
//! Each rule blames the key to change. Rules see a typed config only; where a value was written is
//! added by the caller.

mod data;
mod features;
mod future;
mod head;
mod inputs;
mod language;
mod model;
mod opt;
mod teacher;
mod terms;
mod tracker;
mod train;
mod unavailable;
mod unread;

use super::ExperimentConfig;

/// A rule that is broken.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Finding {
    /// The key to change.
    pub(super) key: String,
    /// What is wrong with its value.
    pub(super) message: String,
    /// What would be right, when that can be listed.
    pub(super) expected: Vec<String>,
}

/// What checks a config.
type Rules = fn(&ExperimentConfig, &mut Findings);

/// The rules, and the beginnings of the keys that they are about.
const RULES: &[(Rules, &[&str])] = &[
    (train::check, &["train", "eval", "model", "data_", "dataset_"]),
    (terms::check, &["train", "model", "data_", "dataset_", "teacher", "eval"]),
    (teacher::check, &["teacher", "train", "dataset_", "model"]),
    (future::check, &["train_eval_op", "dataset_train", "data_train", "model"]),
    (model::check, &["model", "data_", "dataset_train"]),
    (data::check, &["data_", "dataset_", "model"]),
    (opt::check, &["opt", "train"]),
    (features::check, &["extract", "model", "data_eval", "dataset_", "eval", "task"]),
    (tracker::check, &["tracker"]),
    (language::check, &[""]),
];

/// Every rule that a config breaks. Rules about a key that could not be read, and is in `bad`, are
/// left out. What only a start refuses breaks none: see [`unavailable`].
pub(super) fn all(config: &ExperimentConfig, bad: &[String]) -> Vec<Finding> {
    let mut found = Findings(Vec::new());
    for (check, needs) in RULES {
        let is_about = |key: &String| needs.iter().any(|need| key.starts_with(need));
        if !bad.iter().any(is_about) {
            check(config, &mut found);
        }
    }
    found.0
}

/// What a start refuses: what this version cannot run, what nothing would read, and a backbone that
/// does not see what is read.
pub(super) fn unavailable(config: &ExperimentConfig) -> Vec<Finding> {
    let mut found = Findings(Vec::new());
    unavailable::find(config, &mut found);
    unread::find(config, &mut found);
    inputs::find(config, &mut found);
    found.0
}

struct Findings(Vec<Finding>);

impl Findings {
    /// Reports a key.
    fn add(&mut self, key: impl Into<String>, message: impl Into<String>) {
        self.add_with(key, message, &[]);
    }

    /// Reports a key and says what to write.
    fn add_with(&mut self, key: impl Into<String>, message: impl Into<String>, expected: &[&str]) {
        let expected = expected.iter().map(|e| (*e).to_owned()).collect();
        self.0.push(Finding { key: key.into(), message: message.into(), expected });
    }

    fn at_least_one(&mut self, key: &str, value: usize) {
        if value == 0 {
            self.add(key, "must be at least 1");
        }
    }

    fn probability(&mut self, key: &str, value: f64) {
        if !(0.0..1.0).contains(&value) {
            self.add(key, format!("must be at least 0 and below 1, is {value}"));
        }
    }

    /// Reports a share that may be everything.
    fn share(&mut self, key: &str, value: f64) {
        if !(0.0..=1.0).contains(&value) {
            self.add(key, format!("must be from 0 to 1, is {value}"));
        }
    }

    /// Reports a number that `whole`, called `of`, is not a multiple of.
    fn divides(&mut self, key: &str, part: usize, of: &str, whole: usize) {
        self.at_least_one(key, part);
        if part > 0 && !whole.is_multiple_of(part) {
            self.add(key, format!("must divide {of}, which is {whole}"));
        }
    }

    fn not_negative(&mut self, key: &str, value: f64) {
        if !(value.is_finite() && value >= 0.0) {
            self.add(key, format!("must be a number of at least 0, is {value}"));
        }
    }

    fn positive(&mut self, key: &str, value: f64) {
        if !(value.is_finite() && value > 0.0) {
            self.add(key, format!("must be a number above 0, is {value}"));
        }
    }
}
