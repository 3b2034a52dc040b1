//! Which configs have a completed run already.
//!
//! A run counts by the fingerprint of its config, as its manifest has it, wherever it lies below an
//! experiment's directory: a run of its own or a job of a sweep. Invariant: nothing is written.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::LaunchError;
use crate::files;
use crate::runs::{MetricSets, RunState, Status, list_experiment, read_run};

/// Completed runs by the fingerprint of their config.
#[derive(Clone, Debug, Default)]
pub struct Results(HashMap<String, Found>);

/// A completed run.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its directory, absolute and without links.
    pub directory: PathBuf,
    /// What it reached.
    pub metrics: MetricSets,
}

impl Found {
    /// The completed run in a directory, if there is one.
    pub fn at(directory: &Path) -> Option<Self> {
        let run = read_run(directory);
        let is_complete = run.state == RunState::Known(Status::Completed);
        let metrics = run.manifest.filter(|_| is_complete)?.metrics;
        Some(Self { directory: directory.to_owned(), metrics })
    }
}

impl Results {
    /// The completed runs below the directories of some experiments; of several with one config the
    /// last.
    ///
    /// # Errors
    /// A directory that cannot be listed; one that is not there holds nothing.
    pub fn below<'p>(
        experiments: impl IntoIterator<Item = &'p PathBuf>,
    ) -> Result<Self, LaunchError> {
        let mut found = HashMap::new();
        for experiment in experiments {
            let runs = list_experiment(experiment)?.into_iter();
            for run in runs.filter(|run| run.state == RunState::Known(Status::Completed)) {
                if let Some(manifest) = run.manifest {
                    let directory = files::canonical(&run.path)?;
                    let metrics = manifest.metrics;
                    found.insert(manifest.config_hash, Found { directory, metrics });
                }
            }
        }
        Ok(Self(found))
    }

    /// The run of a config.
    pub fn of(&self, config_hash: &str) -> Option<&Found> {
        self.0.get(config_hash)
    }
}

/// What a run reached by one metric: in its best evaluation, else in the last.
pub fn value(metrics: &MetricSets, metric: &str) -> Option<f64> {
    [&metrics.best, &metrics.last].into_iter().find_map(|set| set.get(metric)?.as_f64())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::runs::{RunDir, RunFacts, RunManifest, SweepDir};

    #[test]
    fn runs_and_jobs_count_once_they_are_complete() {
        let dir = tempfile::tempdir().unwrap();
        let begin = |run: &RunDir, hash: &str| {
            RunManifest::begin(run, RunFacts::example("e", hash)).unwrap()
        };
        let single = RunDir::create(dir.path(), "e").unwrap();
        begin(&single, "a").complete().unwrap();
        let sweep = SweepDir::create(dir.path(), "e").unwrap();
        begin(&RunDir::at(&sweep.job(0)).unwrap(), "b").complete().unwrap();
        begin(&RunDir::at(&sweep.job(1)).unwrap(), "c").fail("x").unwrap();
        begin(&RunDir::at(&sweep.job(2)).unwrap(), "d").preempt().unwrap();
        begin(&RunDir::at(&sweep.job(3)).unwrap(), "a").complete().unwrap();
        let roots = [dir.path().join("e"), dir.path().join("nowhere")];
        let results = Results::below(&roots).unwrap();
        for (hash, expected) in
            [("a", Some("3")), ("b", Some("0")), ("c", None), ("d", None), ("", None)]
        {
            let found = results.of(hash).map(|found| found.directory.clone());
            assert_eq!(found, expected.map(|job| sweep.path().join(job)), "{hash}");
        }
        assert!(Found::at(&sweep.job(0)).is_some() && Found::at(&sweep.job(1)).is_none());
    }

    #[test]
    fn the_best_evaluation_comes_first() {
        let set = |value: serde_json::Value| value.as_object().unwrap().clone();
        let metrics = MetricSets {
            last: set(json!({"top1": 1.0, "loss": 2, "text": "x"})),
            best: set(json!({"top1": 3.0})),
        };
        for (metric, expected) in
            [("top1", Some(3.0)), ("loss", Some(2.0)), ("text", None), ("no", None)]
        {
            assert_eq!(value(&metrics, metric), expected, "{metric}");
        }
    }
}
