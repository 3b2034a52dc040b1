//! What a word of a condition, a column or an order means.
//!
//! | word | is |
//! |---|---|
//! | `status`, `experiment`, `device`, `started`, `tag`, ... | a [`Field`] of the run |
//! | `best.action.top1`, `last.loss` | a metric of the best or the last evaluation |
//! | `metrics.best["final_acc/action/top1"]` | the same in full |
//! | `config.device` | a config key, whatever else is called so |
//! | `distill`, `opt.optimizer._target_` | a config key that any of the runs has |
//! | `action.top1`, `loss` | a metric of the best evaluation, else of the last |
//!
//! The name of a metric is whole or its last parts, with `.` or `/` between them. A word that means
//! nothing in any of the runs is refused.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{AnalysisError, ConfigReader, Record};
use crate::runs::{Manifest, RunState};

/// What a manifest or the directory says of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// `experiment/0001`.
    Run,
    /// Name of the experiment.
    Experiment,
    /// Number.
    Version,
    /// How it stands.
    Status,
    /// Kind of data.
    Data,
    /// Fingerprint of the data.
    DataFingerprint,
    /// Fingerprint of what the evaluation sets ask.
    EvalFingerprint,
    /// Device.
    Device,
    /// Machine.
    Host,
    /// When it started.
    Started,
    /// When it ended.
    Finished,
    /// Number of starts.
    Attempts,
    /// Commit of the working tree.
    Commit,
    /// Whether the working tree was changed.
    Dirty,
    /// Version of the program.
    CrateVersion,
    /// Fingerprint of the config.
    ConfigHash,
    /// What went wrong.
    Error,
    /// Tags, each on its own.
    Tag,
    /// The note.
    Note,
}

/// Which evaluation a metric is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricSet {
    /// The best one.
    Best,
    /// The last one.
    Last,
    /// The best one, or the last one where none was best.
    Either,
}

/// A word with its meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// Of the run.
    Field(Field),
    /// Of an evaluation.
    Metric(MetricSet, String),
    /// Of the config.
    Setting(String),
}

const FIELDS: [(&str, Field); 21] = [
    ("run", Field::Run),
    ("experiment", Field::Experiment),
    ("version", Field::Version),
    ("status", Field::Status),
    ("state", Field::Status),
    ("data", Field::Data),
    ("data_fingerprint", Field::DataFingerprint),
    ("eval_fingerprint", Field::EvalFingerprint),
    ("device", Field::Device),
    ("host", Field::Host),
    ("started", Field::Started),
    ("finished", Field::Finished),
    ("attempts", Field::Attempts),
    ("git.commit", Field::Commit),
    ("git.dirty", Field::Dirty),
    ("crate_version", Field::CrateVersion),
    ("config_hash", Field::ConfigHash),
    ("error", Field::Error),
    ("tag", Field::Tag),
    ("tags", Field::Tag),
    ("note", Field::Note),
];

impl Name {
    /// What `word` means among these runs.
    ///
    /// # Errors
    /// A word that means nothing in any of them, or several things.
    pub fn resolve(
        word: &str,
        records: &[Record],
        reader: &dyn ConfigReader,
    ) -> Result<Self, AnalysisError> {
        let unknown =
            || AnalysisError::Unknown { name: word.to_owned(), known: Self::known(records) };
        if let Some((_, field)) = FIELDS.iter().find(|(name, _)| *name == word) {
            return Ok(Self::Field(*field));
        }
        if let Some((set, metric)) = of_set(word) {
            let found = metric_named(word, &metric, set, records)?;
            return found.map(|name| Self::Metric(set, name)).ok_or_else(unknown);
        }
        if let Some(key) = word.strip_prefix("config.") {
            return setting(key, records, reader)?.ok_or_else(unknown);
        }
        if let Some(found) = setting(word, records, reader)? {
            return Ok(found);
        }
        let found = metric_named(word, word, MetricSet::Either, records)?;
        found.map(|name| Self::Metric(MetricSet::Either, name)).ok_or_else(unknown)
    }

    /// Every word that means something among these runs.
    pub fn known(records: &[Record]) -> Vec<String> {
        let mut known: Vec<String> = FIELDS.iter().map(|(name, _)| (*name).to_owned()).collect();
        for (start, set) in [("best", MetricSet::Best), ("last", MetricSet::Last)] {
            known.extend(metric_names(records, set).into_iter().map(|name| {
                let short = name.strip_prefix("final_acc/").unwrap_or(name).replace('/', ".");
                format!("{start}.{short}")
            }));
        }
        let settings: BTreeSet<&String> =
            records.iter().flat_map(|record| record.settings.keys()).collect();
        known.extend(settings.into_iter().cloned());
        known
    }

    /// Its value in a run.
    pub fn value(&self, record: &Record, reader: &dyn ConfigReader) -> Option<Value> {
        match self {
            Self::Field(field) => field.value(record),
            Self::Metric(set, name) => {
                let sets = &record.run.manifest.as_ref()?.metrics;
                let value = match set {
                    MetricSet::Best => sets.best.get(name),
                    MetricSet::Last => sets.last.get(name),
                    MetricSet::Either => sets.best.get(name).or_else(|| sets.last.get(name)),
                };
                value.cloned()
            }
            Self::Setting(key) => record.setting(key, reader),
        }
    }
}

impl Field {
    fn value(self, record: &Record) -> Option<Value> {
        let run = &record.run;
        let of = |get: &dyn Fn(&Manifest) -> Value| run.manifest.as_ref().map(get);
        match self {
            Field::Run => Some(run.id().into()),
            Field::Experiment => Some(run.experiment.clone().into()),
            Field::Version => Some(run.version.clone().into()),
            Field::Status => Some(run.state.as_str().into()),
            Field::Data => of(&|m| m.data.as_str().into()),
            Field::DataFingerprint => of(&|m| json!(m.data_fingerprint)),
            Field::EvalFingerprint => of(&|m| json!(m.eval_fingerprint)),
            Field::Device => of(&|m| m.device.clone().into()),
            Field::Host => of(&|m| m.host.clone().into()),
            Field::Started => of(&|m| m.started.clone().into()),
            Field::Finished => of(&|m| json!(m.finished)),
            Field::Attempts => of(&|m| m.attempts.into()),
            Field::Commit => of(&|m| json!(m.git.as_ref().map(|git| &git.commit))),
            Field::Dirty => of(&|m| json!(m.git.as_ref().map(|git| git.dirty))),
            Field::CrateVersion => of(&|m| m.crate_version.clone().into()),
            Field::ConfigHash => of(&|m| m.config_hash.clone().into()),
            Field::Error => match &run.state {
                RunState::Broken { reason } => Some(reason.clone().into()),
                _ => of(&|m| json!(m.error)),
            },
            Field::Tag => Some(json!(record.tags.tags)),
            Field::Note => record.tags.note.clone().map(Value::from),
        }
    }
}

/// The set and the metric that a word with a set in front names.
fn of_set(word: &str) -> Option<(MetricSet, String)> {
    let rest = word.strip_prefix("metrics.").unwrap_or(word);
    for (start, set) in [("best", MetricSet::Best), ("last", MetricSet::Last)] {
        let Some(rest) = rest.strip_prefix(start) else { continue };
        if let Some(name) = rest.strip_prefix('.') {
            return Some((set, name.to_owned()));
        }
        let inner = rest.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        if let Some(inner) = inner {
            return Some((set, inner.trim_matches(['"', '\'']).to_owned()));
        }
    }
    None
}

/// The metric whose name, or the end of whose name, is `short`.
fn metric_named(
    word: &str,
    short: &str,
    set: MetricSet,
    records: &[Record],
) -> Result<Option<String>, AnalysisError> {
    let names = metric_names(records, set);
    let short = short.replace('.', "/");
    if names.contains(short.as_str()) {
        return Ok(Some(short));
    }
    let end = format!("/{short}");
    let found: Vec<String> =
        names.into_iter().filter(|name| name.ends_with(&end)).map(str::to_owned).collect();
    match found.len() {
        0 | 1 => Ok(found.into_iter().next()),
        _ => Err(AnalysisError::Ambiguous { name: word.to_owned(), found }),
    }
}

fn metric_names(records: &[Record], set: MetricSet) -> BTreeSet<&str> {
    let manifests = records.iter().filter_map(|record| record.run.manifest.as_ref());
    let names = manifests.flat_map(|manifest| {
        let best = (set != MetricSet::Last).then_some(&manifest.metrics.best);
        let last = (set != MetricSet::Best).then_some(&manifest.metrics.last);
        best.into_iter().chain(last).flat_map(|metrics| metrics.keys().map(String::as_str))
    });
    names.collect()
}

fn setting(
    key: &str,
    records: &[Record],
    reader: &dyn ConfigReader,
) -> Result<Option<Name>, AnalysisError> {
    let is_written = records.iter().any(|record| record.settings.contains_key(key));
    if is_written || records.iter().any(|record| record.setting(key, reader).is_some()) {
        return Ok(Some(Name::Setting(key.to_owned())));
    }
    let start = format!("{key}.");
    let below = |record: &Record| -> Vec<String> {
        record.settings.keys().filter(|key| key.starts_with(&start)).take(4).cloned().collect()
    };
    match records.iter().map(below).find(|found| !found.is_empty()) {
        Some(found) => Err(AnalysisError::Inner { name: key.to_owned(), found }),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::tests::{Fake, finished};
    use super::*;

    #[test]
    fn words_and_their_meanings() {
        let dir = tempfile::tempdir().unwrap();
        let config =
            json!({"distill": 1, "opt.optimizer._target_": "Adam", "device": "auto", "loss": 3});
        let metrics = json!({"final_acc/action/top1": 5.0, "loss": 2.0, "loss/feat": 1.0, "acc1/action": 4.0});
        let records = [finished(dir.path(), "e", config, metrics)];
        let value =
            |word| Name::resolve(word, &records, &Fake).map(|name| name.value(&records[0], &Fake));
        for (word, expected) in [
            ("status", json!("completed")),
            ("run", json!("e/0001")),
            ("best.action.top1", json!(5.0)),
            ("last.action/top1", json!(5.0)),
            ("best.final_acc/action/top1", json!(5.0)),
            ("metrics.best[\"final_acc/action/top1\"]", json!(5.0)),
            ("metrics.last['loss']", json!(2.0)),
            ("action.top1", json!(5.0)),
            ("acc1/action", json!(4.0)),
            ("best.loss", json!(2.0)),
            ("loss", json!(3)),
            ("distill", json!(1)),
            ("opt.optimizer._target_", json!("Adam")),
            ("device", json!("flex")),
            ("config.device", json!("auto")),
        ] {
            assert_eq!(value(word).unwrap(), Some(expected), "{word}");
        }
        for (word, told) in [
            ("distil", "failed to find `distil`"),
            ("best.action.top3", "failed to find `best.action.top3`"),
            ("best.action", "failed to find"),
            ("opt", "holds `opt.optimizer._target_`"),
            ("config.status", "failed to find"),
            ("", "failed to find"),
        ] {
            let found = value(word).map_err(|e| e.to_string());
            let is_told = found.as_ref().is_err_and(|error| error.contains(told));
            assert!(is_told || (word == "best.action" && found.is_ok()), "{word}: {found:?}");
        }
        let Err(AnalysisError::Unknown { known, .. }) = Name::resolve("x", &records, &Fake) else {
            panic!("unknown")
        };
        assert!(known.contains(&"best.action.top1".to_owned()));
    }
}
