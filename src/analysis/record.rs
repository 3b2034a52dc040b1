//! What is known of a run: its manifest, its config, its tags.

use std::path::Path;
use std::sync::OnceLock;

use indexmap::IndexMap;
use rayon::prelude::*;
use serde_json::Value;

use crate::runs::{HydraFiles, RunEntry, RunError, Tags};

/// How far interpolations are followed.
const MOST_STEPS: usize = 32;

/// The leaves of a config by dotted key, in its order.
pub type Settings = IndexMap<String, Value>;

/// Reads the config of a run directory.
pub trait ConfigReader: Sync {
    /// The config as it was written, interpolations included.
    ///
    /// # Errors
    /// A file that is not there or is no config, in words.
    fn written(&self, run: &Path) -> Result<Settings, String>;

    /// The same with every interpolation resolved.
    ///
    /// # Errors
    /// The same, and an interpolation without a value.
    fn resolved(&self, run: &Path) -> Result<Settings, String>;
}

/// A run with all that a table may ask of it.
#[derive(Debug)]
pub struct Record {
    /// The run as found.
    pub run: RunEntry,
    /// Its config as it was written; empty where it cannot be read.
    pub settings: Settings,
    /// The overrides that were given for it.
    pub overrides: Vec<String>,
    /// Its tags.
    pub tags: Tags,
    /// What of it cannot be read.
    pub problems: Vec<String>,
    resolved: OnceLock<Settings>,
}

/// Reads what is known of some runs, several at once, in their order.
pub fn load(runs: Vec<RunEntry>, reader: &dyn ConfigReader) -> Vec<Record> {
    runs.into_par_iter().map(|run| Record::new(run, reader)).collect()
}

impl Record {
    /// Reads what is known of a run; what cannot be read is among its problems.
    pub fn new(run: RunEntry, reader: &dyn ConfigReader) -> Self {
        let mut problems = Vec::new();
        // Before the first words of a run there is nothing to read.
        let settings = match run.manifest {
            Some(_) => reader.written(&run.path).unwrap_or_else(|problem| {
                problems.push(problem);
                Settings::new()
            }),
            None => Settings::new(),
        };
        let mut note = |error: RunError| problems.push(error.to_string());
        let tags = Tags::read(&run.path).map_err(&mut note).unwrap_or_default();
        let overrides = HydraFiles::read_overrides(&run.path).map_err(&mut note);
        let overrides = overrides.unwrap_or_default();
        Self { run, settings, overrides, tags, problems, resolved: OnceLock::new() }
    }

    /// The value of a config key; interpolations are resolved where it takes any.
    pub fn setting(&self, key: &str, reader: &dyn ConfigReader) -> Option<Value> {
        match self.followed(key, MOST_STEPS) {
            Followed::Value(value) => Some(value.clone()),
            Followed::Nothing => self.settings.get(key).cloned(),
            Followed::Unclear => {
                self.resolved(reader).get(key).or_else(|| self.settings.get(key)).cloned()
            }
        }
    }

    /// Follows interpolations that are but another key, which is nearly all of them: resolving a whole
    /// config takes a hundred times as long.
    fn followed(&self, key: &str, steps: usize) -> Followed<'_> {
        let at = |end: usize| Some((end, self.settings.get(&key[..end])?));
        let mut above = key.match_indices('.').map(|(end, _)| end).filter_map(at);
        let (end, value) = match self.settings.get(key) {
            Some(value) => (key.len(), value),
            None => match above.find(|(_, value)| is_interpolated(value)) {
                Some(found) => found,
                None => return Followed::Nothing,
            },
        };
        match (is_interpolated(value), other_key(value)) {
            (false, _) => Followed::Value(value),
            (true, Some(other)) if steps > 0 => {
                self.followed(&format!("{other}{}", &key[end..]), steps - 1)
            }
            (true, _) => Followed::Unclear,
        }
    }

    /// Whether an override of the command line set `key` or something above or below it.
    pub fn is_overridden(&self, key: &str) -> bool {
        let is_at = |a: &str, b: &str| {
            a.strip_prefix(b).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.overrides.iter().any(|text| {
            let name = text.trim_start_matches(['+', '~']);
            let name = name.split_once('=').map_or(name, |(name, _)| name);
            is_at(key, name) || is_at(name, key)
        })
    }

    /// A metric of the best evaluation, or of the last one where none was best.
    pub fn metric(&self, name: &str) -> Option<f64> {
        let sets = &self.run.manifest.as_ref()?.metrics;
        sets.best.get(name).or_else(|| sets.last.get(name)).and_then(Value::as_f64)
    }

    fn resolved(&self, reader: &dyn ConfigReader) -> &Settings {
        self.resolved.get_or_init(|| reader.resolved(&self.run.path).unwrap_or_default())
    }
}

/// Where a key leads.
enum Followed<'a> {
    Value(&'a Value),
    Nothing,
    /// To something that only the config language can say.
    Unclear,
}

/// The key that an interpolation is, where it is no more than that.
fn other_key(value: &Value) -> Option<&str> {
    let key = value.as_str()?.strip_prefix("${")?.strip_suffix('}')?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '@');
    (key.chars().all(is_plain) && !key.starts_with('.')).then_some(key)
}

fn is_interpolated(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains("${"),
        Value::Array(items) => items.iter().any(is_interpolated),
        Value::Object(map) => map.values().any(is_interpolated),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Map, json};

    use super::*;
    use crate::runs::{DataKind, RunDir, RunFacts, RunManifest};

    /// Configs from memory, by what a run directory's `config` file says.
    pub(in super::super) struct Fake;

    impl ConfigReader for Fake {
        fn written(&self, run: &Path) -> Result<Settings, String> {
            let text = crate::files::read_to_string(&run.join("config")).map_err(|e| e.to_string());
            Ok(serde_json::from_str(&text?).unwrap())
        }

        fn resolved(&self, run: &Path) -> Result<Settings, String> {
            let mut all = self.written(run)?;
            let follow = |value: &Value| {
                let target = value.as_str()?.strip_prefix("${")?.strip_suffix('}')?;
                all.get(target).cloned()
            };
            let found: Vec<_> = all.values().map(|v| follow(v).unwrap_or(v.clone())).collect();
            all.values_mut().zip(found).for_each(|(value, found)| *value = found);
            all.insert("set.deep".into(), json!(7));
            Ok(all)
        }
    }

    /// A completed run with that config and these metrics.
    pub(in super::super) fn finished(
        outputs: &Path,
        experiment: &str,
        config: Value,
        metrics: Value,
    ) -> Record {
        finished_on(outputs, experiment, config, metrics, DataKind::Simulated)
    }

    pub(in super::super) fn finished_on(
        outputs: &Path,
        experiment: &str,
        config: Value,
        metrics: Value,
        data: DataKind,
    ) -> Record {
        let run = RunDir::create(outputs, experiment).unwrap();
        let facts = RunFacts { data, ..RunFacts::example(experiment, "h") };
        let mut manifest = RunManifest::begin(&run, facts).unwrap();
        let metrics: &Map<String, Value> = metrics.as_object().unwrap();
        manifest.record_last(metrics).unwrap();
        manifest.record_best(metrics).unwrap();
        manifest.complete().unwrap();
        crate::files::write_atomic(&run.file("config"), config.to_string().as_bytes()).unwrap();
        Record::new(crate::runs::read_run(run.path()), &Fake)
    }

    #[test]
    fn interpolations_are_resolved_where_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        let config = json!({"a": 1, "b": "${a}", "set": "${other:x}", "c.d": 5, "to": "${on}",
            "on": "${c}", "round": "${round}"});
        let record = finished(dir.path(), "e", config, json!({}));
        let value = |key| record.setting(key, &Fake);
        assert_eq!(value("a"), Some(json!(1)));
        assert_eq!(value("b"), Some(json!(1)));
        assert_eq!(value("set.deep"), Some(json!(7)));
        assert_eq!(value("to.d"), Some(json!(5)));
        assert_eq!(value("round"), Some(json!("${round}")));
        assert_eq!(value("none"), None);
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let record = finished(dir.path(), "e", json!({}), json!({}));
        crate::files::write_atomic(&record.run.path.join("tags.json"), b"{").unwrap();
        crate::files::remove_file(&record.run.path.join("config")).unwrap();
        let again = Record::new(record.run, &Fake);
        assert_eq!(again.problems.len(), 2, "{:?}", again.problems);
        assert!(again.settings.is_empty() && again.tags.tags.is_empty());
    }
}
