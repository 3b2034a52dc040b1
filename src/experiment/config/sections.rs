//! Reads a composed config one top-level key after the other and collects every error.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::config::{ConfigError, ConfigErrors, ErrorKind, Node, Resolved};

use super::check::{self, Finding};
use super::keys::{self, EVAL, Extra, TRAIN};
use super::shelf::{Pretrained, Shelf};
use super::{DatasetConfig, ExperimentConfig, LanguageConfig, Legacy, RunConfig};

/// Where the weights of the losses are.
pub(super) const LOSS_WTS: &str = "train.train_one_epoch_fn.loss_wts";
/// Groups whose options change what an experiment has set, and so come after it.
const AFTER_EXPERIMENT: &[&str] = &["features", "debug", "compat"];
/// Top-level keys that feed weights of the same name.
const FED_WEIGHTS: &[&str] = &["distill", "ens_distill", "distill_feat", "distill_feat_mse"];

/// Reads and checks a whole config.
pub(super) fn read(source: &Resolved) -> Result<ExperimentConfig, ConfigErrors> {
    let errors = misplaced(source);
    let mut sections = Sections { source, keys: source.keys(""), errors, bad: Vec::new() };
    sections.refuse_unknown_keys();
    let config = sections.experiment();
    if let Some(config) = &config {
        let found =
            check::all(config, &sections.bad).into_iter().map(|finding| blame(source, finding));
        let found: Vec<ConfigError> = found.collect();
        sections.errors.extend(found);
    }
    sections.errors.extend(source.holes().iter().cloned());
    match (ConfigErrors::from_vec(sections.errors), config) {
        (None, Some(config)) => Ok(config),
        (Some(errors), _) => Err(errors.in_order()),
        (None, None) => unreachable!("a section that is not read leaves an error"),
    }
}

/// What cannot be read, whatever the rules say of it.
pub(super) fn type_errors(source: &Resolved) -> Vec<ConfigError> {
    let keys = source.keys("");
    let mut sections = Sections { source, keys, errors: Vec::new(), bad: Vec::new() };
    sections.refuse_unknown_keys();
    let _ = sections.experiment();
    sections.errors.extend(source.holes().iter().cloned());
    sections.errors
}

/// Options that stand before the experiment, which would then undo them, in part and silently.
fn misplaced(source: &Resolved) -> Vec<ConfigError> {
    let given = source.get("hydra.overrides.task").and_then(Node::as_list).unwrap_or_default();
    let group = |node: &Node| Some(node.as_str()?.strip_prefix('+')?.split_once('=')?.0.to_owned());
    let Some(experiment) = given.iter().rposition(|o| group(o).as_deref() == Some("experiment"))
    else {
        return Vec::new();
    };
    let early = given[..experiment].iter().filter(|option| {
        group(option).is_some_and(|group| AFTER_EXPERIMENT.contains(&group.as_str()))
    });
    let text = |node: &Node| node.as_str().unwrap_or_default().to_owned();
    let after = text(&given[experiment]);
    early
        .map(|option| {
            let text = text(option);
            let problem = format!("it changes what `{after}` sets, and comes after it");
            let error = ConfigError::new(ErrorKind::Override { text: text.clone(), problem });
            error.at(&option.origin).expecting(&text, vec![format!("{after} {text}")])
        })
        .collect()
}

struct Sections<'a> {
    source: &'a Resolved,
    keys: Vec<String>,
    errors: Vec<ConfigError>,
    /// The keys that could not be read. What stands in their places is what they were before the
    /// mistake: rules about them are not asked.
    bad: Vec<String>,
}

impl Sections<'_> {
    fn refuse_unknown_keys(&mut self) {
        for key in self.keys.iter().filter(|key| !keys::is_known(key)) {
            let error = ConfigError::new(ErrorKind::UnknownKey { key: key.clone() });
            let error = error.expecting(key, keys::names());
            let place = self.source.get(key);
            self.errors.push(place.map_or(error.clone(), |node| error.at(&node.origin)));
        }
        self.errors.extend(self.source.undeclared());
    }

    /// Every section is read even when an earlier one has failed.
    fn experiment(&mut self) -> Option<ExperimentConfig> {
        for weight in FED_WEIGHTS {
            self.take::<f64>(weight);
        }
        self.take::<Shelf>("dataset");
        self.take_if_there::<Pretrained>("pretrained");
        self.take_if_there::<Extra>(keys::EXTRA);
        let (run, legacy) = (self.run(), self.legacy());
        let (train, eval) = (self.take("train"), self.take("eval"));
        let (model, opt) = (self.take("model"), self.take("opt"));
        let (train_eval_op, teacher) = (self.take("train_eval_op"), self.take("teacher"));
        let (data_train, data_eval) = (self.take("data_train"), self.take("data_eval"));
        let (dataset_train, dataset_eval) = (self.datasets(TRAIN), self.datasets(EVAL));
        let (paths, features) = (self.take("paths"), self.take_if_there("features"));
        let (tensorboard, tracker) =
            (self.take_if_there("tensorboard"), self.take_if_there("tracker"));
        let language = self.language();
        Some(ExperimentConfig {
            run: run?,
            train: train?,
            eval: eval?,
            model: model?,
            opt: opt?,
            train_eval_op: train_eval_op?,
            teacher: teacher?,
            data_train: data_train?,
            data_eval: data_eval?,
            dataset_train,
            dataset_eval,
            paths: paths?,
            language,
            features,
            tensorboard: tensorboard.unwrap_or_default(),
            tracker: tracker.unwrap_or_default(),
            legacy: legacy?,
        })
    }

    fn run(&mut self) -> Option<RunConfig> {
        let (task, device) = (self.take("task"), self.take("device"));
        let (expt_name, run_id) = (self.take("expt_name"), self.take("run_id"));
        let (seed, cwd) = (self.take("seed"), self.take("cwd"));
        let (test_only, debug) = (self.take("test_only"), self.take_if_there("debug"));
        let (pipeline, stages) = (self.take("pipeline"), self.take_if_there("stages"));
        Some(RunConfig {
            task: task?,
            device: device?,
            expt_name: expt_name?,
            run_id: run_id?,
            seed: seed?,
            cwd: cwd?,
            test_only: test_only?,
            pipeline: pipeline?,
            stages: stages.unwrap_or_default(),
            debug,
        })
    }

    fn legacy(&mut self) -> Option<Legacy> {
        let (sync_bn, data_parallel) = (self.take("sync_bn"), self.take("data_parallel"));
        let (dist_backend, pytorch) = (self.take("dist_backend"), self.take("pytorch"));
        let moco = self.take("moco");
        Some(Legacy {
            sync_bn: sync_bn?,
            data_parallel: data_parallel?,
            dist_backend: dist_backend?,
            pytorch: pytorch?,
            moco: moco?,
        })
    }

    fn language(&mut self) -> LanguageConfig {
        LanguageConfig {
            lm: self.take_if_there("lm"),
            history: self.take_if_there("history"),
            text: self.take_if_there("text"),
            corpus: self.take_if_there("corpus"),
            mlm: self.take_if_there("mlm"),
            finetune: self.take_if_there("finetune"),
            predict: self.take_if_there("predict"),
            ensemble: self.take_if_there("ensemble"),
            extract: self.take_if_there("extract"),
        }
    }

    /// The data sets under keys with a prefix, in the order of the config.
    fn datasets(&mut self, prefix: &str) -> Vec<(String, DatasetConfig)> {
        let keys: Vec<_> =
            self.keys.iter().filter(|key| key.starts_with(prefix)).cloned().collect();
        let read = |key: String| Some((key[prefix.len()..].to_owned(), self.take(&key)?));
        keys.into_iter().filter_map(read).collect()
    }

    fn take<T: DeserializeOwned + JsonSchema>(&mut self, path: &str) -> Option<T> {
        match self.source.extract(path) {
            Ok(value) => Some(value),
            Err(errors) => {
                self.errors.extend(errors.into_vec());
                self.bad.push(path.to_owned());
                self.source.repaired(path)
            }
        }
    }

    fn take_if_there<T: DeserializeOwned + JsonSchema>(&mut self, key: &str) -> Option<T> {
        if self.keys.iter().any(|k| k == key) { self.take::<Option<T>>(key)? } else { None }
    }
}

/// A finding as an error with its place; a weight that a top-level key feeds is blamed on that key.
pub(super) fn blame(source: &Resolved, Finding { key, message, expected }: Finding) -> ConfigError {
    let feeds = |name: &&str| {
        FED_WEIGHTS.contains(name)
            && source.extract::<f64>(name).ok() == source.extract::<f64>(&key).ok()
    };
    let weight = key.strip_prefix(LOSS_WTS).and_then(|rest| rest.strip_prefix('.'));
    let key = weight.filter(feeds).unwrap_or(&key);
    source.error_at(key, &message, expected)
}
