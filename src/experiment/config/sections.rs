//! Reads a composed config one top-level key after the other and collects every error.

use serde::de::DeserializeOwned;

use super::check::{self, Finding};
use super::shelf::Shelf;
use super::{DatasetConfig, ExperimentConfig, Legacy, RunConfig};

/// Keys of the config, data sets aside.
const KEYS: &[&str] = &[
    "paths",
    "teacher",
    "train_eval_op",
    "opt",
    "model",
    "dataset",
    "data_train",
    "data_eval",
    "task",
    "device",
    "expt_name",
    "run_id",
    "seed",
    "cwd",
    "test_only",
    "distill",
    "ens_distill",
    "distill_feat",
    "distill_feat_mse",
    "train",
    "eval",
    "sync_bn",
    "data_parallel",
    "dist_backend",
    "pytorch",
    "moco",
    "debug",
    "features",
];
const TRAIN: &str = "dataset_train";
const EVAL: &str = "dataset_eval";
/// Where the weights of the losses are.
pub(super) const LOSS_WTS: &str = "train.train_one_epoch_fn.loss_wts";
/// Top-level keys that feed weights of the same name.
const FED_WEIGHTS: &[&str] = &["distill", "ens_distill", "distill_feat", "distill_feat_mse"];

/// What a config is read from.
pub(super) trait Source {
    /// Knows the key and where it was written.
    type Error;
    /// Reads the node at a path.
    fn extract<T: DeserializeOwned>(&self, path: &str) -> Result<T, Self::Error>;
    /// The keys of the node at a path, "" for the root.
    fn keys(&self, path: &str) -> Vec<String>;
    /// An error about the value at a path.
    fn error_at(&self, path: &str, message: String, expected: Vec<String>) -> Self::Error;
}

/// Reads and checks a whole config.
pub(super) fn read<S: Source>(source: &S) -> Result<ExperimentConfig, Vec<S::Error>> {
    let mut sections = Sections { source, keys: source.keys(""), errors: Vec::new() };
    sections.refuse_unknown_keys();
    match sections.experiment() {
        Some(config) if sections.errors.is_empty() => {
            let found: Vec<_> =
                check::all(&config).into_iter().map(|f| sections.error(f)).collect();
            if found.is_empty() { Ok(config) } else { Err(found) }
        }
        _ => Err(sections.errors),
    }
}

struct Sections<'a, S: Source> {
    source: &'a S,
    keys: Vec<String>,
    errors: Vec<S::Error>,
}

impl<S: Source> Sections<'_, S> {
    fn refuse_unknown_keys(&mut self) {
        let known =
            |key: &str| KEYS.contains(&key) || key.starts_with(TRAIN) || key.starts_with(EVAL);
        for key in self.keys.iter().filter(|key| !known(key)) {
            let expected = KEYS.iter().chain(&[TRAIN, EVAL]).map(|k| (*k).to_owned()).collect();
            self.errors.push(self.source.error_at(key, "unknown key".into(), expected));
        }
    }

    /// Every section is read even when an earlier one has failed.
    fn experiment(&mut self) -> Option<ExperimentConfig> {
        for weight in FED_WEIGHTS {
            self.take::<f64>(weight);
        }
        self.take::<Shelf>("dataset");
        let (run, legacy) = (self.run(), self.legacy());
        let (train, eval) = (self.take("train"), self.take("eval"));
        let (model, opt) = (self.take("model"), self.take("opt"));
        let (train_eval_op, teacher) = (self.take("train_eval_op"), self.take("teacher"));
        let (data_train, data_eval) = (self.take("data_train"), self.take("data_eval"));
        let (dataset_train, dataset_eval) = (self.datasets(TRAIN), self.datasets(EVAL));
        let (paths, features) = (self.take("paths"), self.take_if_there("features"));
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
            features,
            legacy: legacy?,
        })
    }

    fn run(&mut self) -> Option<RunConfig> {
        let (task, device) = (self.take("task"), self.take("device"));
        let (expt_name, run_id) = (self.take("expt_name"), self.take("run_id"));
        let (seed, cwd) = (self.take("seed"), self.take("cwd"));
        let (test_only, debug) = (self.take("test_only"), self.take_if_there("debug"));
        Some(RunConfig {
            task: task?,
            device: device?,
            expt_name: expt_name?,
            run_id: run_id?,
            seed: seed?,
            cwd: cwd?,
            test_only: test_only?,
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

    /// The data sets under keys with a prefix, in the order of the config.
    fn datasets(&mut self, prefix: &str) -> Vec<(String, DatasetConfig)> {
        let keys: Vec<_> =
            self.keys.iter().filter(|key| key.starts_with(prefix)).cloned().collect();
        let read = |key: String| Some((key[prefix.len()..].to_owned(), self.take(&key)?));
        keys.into_iter().filter_map(read).collect()
    }

    fn take<T: DeserializeOwned>(&mut self, path: &str) -> Option<T> {
        self.source.extract(path).map_err(|error| self.errors.push(error)).ok()
    }

    fn take_if_there<T: DeserializeOwned>(&mut self, key: &str) -> Option<T> {
        if self.keys.iter().any(|k| k == key) { self.take::<Option<T>>(key)? } else { None }
    }

    /// Blames the top-level key for a weight that it feeds.
    fn error(&self, Finding { key, message, expected }: Finding) -> S::Error {
        let feeds = |name: &&str| {
            FED_WEIGHTS.contains(name)
                && self.source.extract::<f64>(name).ok() == self.source.extract::<f64>(&key).ok()
        };
        let weight = key.strip_prefix(LOSS_WTS).and_then(|rest| rest.strip_prefix('.'));
        let key = weight.filter(feeds).unwrap_or(&key);
        self.source.error_at(key, message, expected)
    }
}
