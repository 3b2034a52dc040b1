//! What holds between keys, and what a single value must satisfy beyond its type.
//!
//! Each rule blames the key to change. Rules see a typed config only; where a value was written is
//! added by the caller.

mod data;
mod language;
mod model;
mod opt;
mod teacher;
mod train;
mod unavailable;

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

/// Every rule that a config breaks. What cannot be run yet breaks none: see [`unavailable`].
pub(super) fn all(config: &ExperimentConfig) -> Vec<Finding> {
    let mut found = Findings(Vec::new());
    train::check(config, &mut found);
    teacher::check(config, &mut found);
    model::check(config, &mut found);
    data::check(config, &mut found);
    opt::check(config, &mut found);
    language::check(config, &mut found);
    found.0
}

/// What a config asks for that this version cannot run.
pub(super) fn unavailable(config: &ExperimentConfig) -> Vec<Finding> {
    let mut found = Findings(Vec::new());
    unavailable::find(config, &mut found);
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
