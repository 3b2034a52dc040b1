//! What is said of a run: hyper-parameters, params and tags, read from its directory.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::config::{Leaves, Saved};
use crate::report::trackers::Introduction;
use crate::report::{Hyper, Session};
use crate::runs::{DataKind, HydraFiles, Manifest};

use super::super::SetupError;
use super::super::config::{ExperimentConfig, LabelType, MlflowConfig, Task};

/// Beginnings of keys that say who sees a run, not what it is.
const NOT_SAID: [&str; 3] = ["hydra.", "tensorboard.", "tracker"];

/// Hyper-parameters of a run are what was said on its command line.
pub(super) fn session(dir: &Path, config: &ExperimentConfig) -> Result<Session, SetupError> {
    let overrides = HydraFiles::read_overrides(dir)?;
    Ok(Session { hyper: hyper(&overrides, &leaves(dir)?), metrics: metrics(config) })
}

/// The key of each override with the value that the config came to, or with the option that was chosen.
fn hyper(overrides: &[String], leaves: &Leaves) -> BTreeMap<String, Hyper> {
    let mut found = BTreeMap::new();
    for text in overrides.iter().filter(|text| !text.starts_with('~')) {
        let Some((key, chosen)) = text.trim_start_matches('+').split_once('=') else { continue };
        if NOT_SAID.iter().any(|start| key.starts_with(start)) {
            continue;
        }
        let value = match leaves.get(key).map(|leaf| &leaf.value) {
            Some(Value::Bool(flag)) => Hyper::Bool(*flag),
            Some(Value::Number(number)) => Hyper::Number(number.as_f64().unwrap_or(f64::NAN)),
            Some(value) => Hyper::Text(plain(value)),
            None => Hyper::Text(chosen.to_owned()),
        };
        found.insert(key.to_owned(), value);
    }
    found
}

/// The scalars that tell how good a run is.
fn metrics(config: &ExperimentConfig) -> Vec<String> {
    const OF_LABEL: [&str; 4] = ["top1", "top5", "top1_meanOverClasses", "AR5"];
    let named = |name: &str| format!("eval_per_epoch/{name}");
    let mut found = vec![named("loss")];
    if config.run.task == Task::TeacherPretrain {
        found.extend(["perplexity", "acc1/token"].map(named));
        return found;
    }
    for label in config.label_types() {
        let label = match label {
            LabelType::Action => "action",
            LabelType::Verb => "verb",
            LabelType::Noun => "noun",
        };
        found.extend(OF_LABEL.map(|name| named(&format!("final_acc/{label}/{name}"))));
    }
    found
}

/// What a tracker is told before the first number.
pub(super) fn introduction(
    dir: &Path,
    manifest: &Manifest,
    config: &MlflowConfig,
) -> Result<Introduction, SetupError> {
    let leaves = leaves(dir)?;
    let is_said = |key: &str| !NOT_SAID.iter().any(|start| key.starts_with(start));
    let params = leaves.iter().filter(|(key, _)| is_said(key));
    let own = format!("{}/{}", manifest.experiment, manifest.version);
    let started: Option<jiff::Timestamp> = manifest.started.parse().ok();
    Ok(Introduction {
        identity: identity(manifest),
        name: config.run_name.clone().unwrap_or_else(|| own.clone()),
        experiment: config.experiment.clone(),
        started: started.map_or(0, jiff::Timestamp::as_millisecond),
        params: params.map(|(key, leaf)| (key.clone(), plain(&leaf.value))).collect(),
        tags: tags(manifest, own, config),
    })
}

/// The same for each attempt of a run, and no other's.
fn identity(manifest: &Manifest) -> String {
    let of = [&manifest.experiment, &manifest.version, &manifest.started, &manifest.config_hash];
    crate::files::sha256_bytes(of.map(String::as_str).join("\n").as_bytes())
}

fn tags(manifest: &Manifest, own: String, config: &MlflowConfig) -> Vec<(String, String)> {
    let sweep = manifest.version.split_once('/');
    let sweep = sweep.map(|(sweep, _)| format!("{}/{sweep}", manifest.experiment));
    let git = manifest.git.as_ref();
    let made_up = match manifest.data {
        DataKind::Real => None,
        DataKind::Simulated => Some("SIMULATED: features or teachers are derived from labels."),
        DataKind::Synthetic => Some("SYNTHETIC: all data is generated; accuracies mean nothing."),
    };
    let all = [
        ("runner.run", Some(own)),
        ("runner.sweep", sweep),
        ("runner.data", Some(manifest.data.as_str().to_owned())),
        ("runner.data_fingerprint", manifest.data_fingerprint.clone()),
        ("runner.config_hash", Some(manifest.config_hash.clone())),
        ("runner.device", Some(manifest.device.clone())),
        ("runner.host", Some(manifest.host.clone())),
        ("runner.version", Some(manifest.crate_version.clone())),
        ("runner.attempts", Some(manifest.attempts.to_string())),
        ("runner.command", Some(manifest.command.join(" "))),
        ("mlflow.source.git.commit", git.map(|git| git.commit.clone())),
        ("runner.git_dirty", git.map(|git| git.dirty.to_string())),
        ("mlflow.source.name", Some("runner".to_owned())),
        ("mlflow.source.type", Some("LOCAL".to_owned())),
        ("mlflow.note.content", made_up.map(str::to_owned)),
    ];
    let all = all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    all.chain(config.tags.clone()).collect()
}

fn leaves(dir: &Path) -> Result<Leaves, SetupError> {
    let saved = Saved::read(dir).map_err(crate::config::ConfigErrors::from)?;
    Ok(saved.leaves(true)?)
}

/// A value as one reads it: texts without quotes.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use crate::config::Leaf;

    use super::*;

    #[test]
    fn hyper_parameters_are_what_was_said() {
        let leaf = |value: Value| Leaf { value, origin: String::new() };
        let leaves: Leaves = [
            ("distill", 20.into()),
            ("train.shuffle_data", false.into()),
            ("device", "flex".into()),
            ("opt.lr_wd", serde_json::json!([["__all__", 0.1, 0.0]])),
        ]
        .into_iter()
        .map(|(key, value): (&str, Value)| (key.to_owned(), leaf(value)))
        .collect();
        let overrides = [
            "+experiment=ek55_ensemble",
            "distill=2e1",
            "++train.shuffle_data=no",
            "device=flex",
            "opt.lr_wd=[[__all__,0.1,0]]",
            "opt/optimizer=adam",
            "tracker=mlflow",
            "tracker.uri=http://x",
            "~debug",
        ]
        .map(str::to_owned);
        let found: Vec<_> = hyper(&overrides, &leaves).into_iter().collect();
        let text = |text: &str| Hyper::Text(text.to_owned());
        let expected = [
            ("device", text("flex")),
            ("distill", Hyper::Number(20.0)),
            ("experiment", text("ek55_ensemble")),
            ("opt.lr_wd", text("[[\"__all__\",0.1,0.0]]")),
            ("opt/optimizer", text("adam")),
            ("train.shuffle_data", Hyper::Bool(false)),
        ];
        assert_eq!(found, expected.map(|(key, value)| (key.to_owned(), value)));
    }
}
