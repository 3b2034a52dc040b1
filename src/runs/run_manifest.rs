//! The manifest of the run at hand: begun once, kept true until the run ends.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::process::host_name;
use super::{
    DataKind, Event, Git, Manifest, MetricSets, ProcessStamp, RunDir, RunError, RunLength, Slurm,
    Status, now,
};
use crate::files;

/// What the caller knows when a run starts.
#[derive(Clone, Debug, PartialEq)]
pub struct RunFacts {
    /// Name of the experiment; the directory's own name may be another when it was given.
    pub experiment: String,
    /// Command line, program first.
    pub command: Vec<String>,
    /// Device as asked for and resolved: `flex`, `libtorch:cuda:0`.
    pub device: String,
    /// Compute backend behind it.
    pub backend: String,
    /// Seed of the run.
    pub seed: u64,
    /// Fingerprint of the resolved config.
    pub config_hash: String,
    /// Kind of data.
    pub data: DataKind,
    /// Fingerprint of the data, where there is one.
    pub data_fingerprint: Option<String>,
    /// Fingerprint of what is asked of the evaluation sets, where there are such.
    pub eval_fingerprint: Option<String>,
}

impl Manifest {
    fn new(run: &RunDir, facts: RunFacts) -> Self {
        let started = now();
        Self {
            schema: Self::SCHEMA,
            status: Status::Running,
            experiment: facts.experiment,
            version: run.version().to_owned(),
            command: facts.command,
            updated: started.clone(),
            started,
            finished: None,
            attempts: 1,
            git: Git::probe(Path::new(".")),
            host: host_name(),
            process: ProcessStamp::current(),
            device: facts.device,
            backend: facts.backend,
            crate_version: env!("CARGO_PKG_VERSION").to_owned(),
            seed: facts.seed,
            config_hash: facts.config_hash,
            data: facts.data,
            data_fingerprint: facts.data_fingerprint,
            eval_fingerprint: facts.eval_fingerprint,
            slurm: Slurm::from_env(|name| std::env::var(name).ok()),
            length: None,
            metrics: MetricSets::default(),
            error: None,
        }
    }

    /// Takes over what belongs to the run rather than to the attempt.
    fn continues(mut self, earlier: Manifest) -> Self {
        self.started = earlier.started;
        self.attempts = earlier.attempts + 1;
        self.metrics = earlier.metrics;
        self
    }
}

/// The manifest of the run this process works on; every change is on disk when the call returns.
#[derive(Debug)]
pub struct RunManifest {
    run: RunDir,
    manifest: Manifest,
}

impl RunManifest {
    /// Marks the run as running, for the first time or again.
    ///
    /// Fails when the directory holds a run of another config.
    pub fn begin(run: &RunDir, facts: RunFacts) -> Result<Self, RunError> {
        let mut manifest = Manifest::new(run, facts);
        if run.is_resumed() {
            let earlier = Manifest::read(run.path())?;
            if earlier.config_hash != manifest.config_hash {
                return Err(RunError::ForeignConfig {
                    path: run.path().to_owned(),
                    found: earlier.config_hash,
                    expected: manifest.config_hash,
                });
            }
            manifest = manifest.continues(earlier);
        }
        let begun = Self { run: run.clone(), manifest };
        begun.write()?;
        Ok(begun)
    }

    /// What is on disk.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Records how long training is going to be.
    pub fn record_length(&mut self, length: RunLength) -> Result<(), RunError> {
        self.manifest.length = Some(length);
        self.write_updated()
    }

    /// Records the metrics of the latest evaluation.
    pub fn record_last(&mut self, metrics: &Map<String, Value>) -> Result<(), RunError> {
        self.manifest.metrics.last = metrics.clone();
        self.write_updated()
    }

    /// Records the metrics of the best evaluation.
    pub fn record_best(&mut self, metrics: &Map<String, Value>) -> Result<(), RunError> {
        self.manifest.metrics.best = metrics.clone();
        self.write_updated()
    }

    /// The task returned.
    pub fn complete(&mut self) -> Result<(), RunError> {
        self.end(Event::Complete, None)
    }

    /// The task stopped on request after a checkpoint.
    pub fn preempt(&mut self) -> Result<(), RunError> {
        self.end(Event::Preempt, None)
    }

    /// The task failed.
    pub fn fail(&mut self, error: &str) -> Result<(), RunError> {
        self.end(Event::Fail, Some(error.to_owned()))
    }

    fn end(&mut self, event: Event, error: Option<String>) -> Result<(), RunError> {
        let from = self.manifest.status;
        self.manifest.status = from.after(event).ok_or_else(|| RunError::Transition {
            path: self.path(),
            from,
            to: event.target(),
        })?;
        self.manifest.finished = Some(now());
        self.manifest.error = error;
        self.write_updated()
    }

    fn write_updated(&mut self) -> Result<(), RunError> {
        self.manifest.updated = now();
        self.write()
    }

    fn write(&self) -> Result<(), RunError> {
        let mut text = serde_json::to_vec_pretty(&self.manifest)
            .expect("a manifest has string keys and no custom serialisers");
        text.push(b'\n');
        Ok(files::write_atomic(&self.path(), &text)?)
    }

    fn path(&self) -> PathBuf {
        self.run.file(Manifest::FILE)
    }
}

#[cfg(test)]
impl RunFacts {
    /// Facts for tests, of a run on generated data.
    pub(crate) fn example(experiment: &str, config_hash: &str) -> Self {
        Self {
            experiment: experiment.into(),
            command: vec!["runner".into(), "distill=0.5".into()],
            device: "flex".into(),
            backend: "flex".into(),
            seed: 42,
            config_hash: config_hash.into(),
            data: DataKind::Synthetic,
            data_fingerprint: None,
            eval_fingerprint: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_life_of_a_run() {
        let dir = tempfile::tempdir().unwrap();
        let run = RunDir::at(&dir.path().join("e/0001")).unwrap();
        let mut manifest = RunManifest::begin(&run, RunFacts::example("e", "a")).unwrap();
        let value: Value =
            serde_json::from_slice(&files::read(&run.file("run.json")).unwrap()).unwrap();
        for (key, expected) in [
            ("schema", json!(1)),
            ("status", json!("running")),
            ("experiment", json!("e")),
            ("version", json!("0001")),
            ("finished", json!(null)),
            ("data", json!("synthetic")),
            ("error", json!(null)),
        ] {
            assert_eq!(value[key], expected, "{key}");
        }
        assert_eq!(value["started"].as_str().unwrap().len(), "2026-01-02T03:04:05Z".len());
        let metrics = json!({"acc1/action": 12.5}).as_object().unwrap().clone();
        manifest.record_best(&metrics).unwrap();
        manifest.fail("loss is not finite").unwrap();
        let read = Manifest::read(run.path()).unwrap();
        assert_eq!((read.status, read.metrics.best), (Status::Failed, metrics.clone()));
        assert!(matches!(manifest.complete(), Err(RunError::Transition { .. })));
        drop((manifest, run));

        let run = RunDir::at(&dir.path().join("e/0001")).unwrap();
        assert!(matches!(
            RunManifest::begin(&run, RunFacts::example("e", "b")),
            Err(RunError::ForeignConfig { .. })
        ));
        let again = RunManifest::begin(&run, RunFacts::example("e", "a")).unwrap();
        let m = again.manifest();
        assert_eq!((m.attempts, m.error.as_ref(), &m.metrics.best), (2, None, &metrics));
    }
}
