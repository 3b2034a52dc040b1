//! A config as a run directory holds it: `.hydra/config.yaml`, `.hydra/hydra.yaml` and
//! `provenance.yaml`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::composed::materialize;
use super::difference::{Leaves, leaves};
use super::error::{ConfigError, ConfigErrors, ErrorKind};
use super::interpolation::Context;
use super::key::Key;
use super::node::{Map, Node, Value};
use super::origin::Origin;
use super::yaml;
use crate::files;

/// The config of a run that was started.
#[derive(Clone, Debug)]
pub struct Saved {
    job: Node,
    hydra: Option<Node>,
    /// Leaf -> the place that set it; a list has its items here.
    provenance: Map,
}

impl Saved {
    /// Whether a directory holds the config of a run.
    pub fn is_in(dir: &Path) -> bool {
        files::is_file(&job_file(dir))
    }

    /// Reads the config of a run; one that Hydra itself wrote has no provenance, and each value
    /// then comes from the file that was read.
    ///
    /// # Errors
    /// A file that cannot be read or is no config.
    pub fn read(dir: &Path) -> Result<Self, ConfigError> {
        let hydra = optional(&dir.join(".hydra/hydra.yaml"))?;
        let provenance = optional(&dir.join("provenance.yaml"))?;
        Ok(Self {
            job: load(&job_file(dir))?,
            hydra: hydra.and_then(|node| node.child("hydra").cloned()),
            provenance: provenance.and_then(|node| node.as_map().cloned()).unwrap_or_default(),
        })
    }

    /// The leaves of the application's config as written, with the lines of the record for origins:
    /// nothing but that file is read.
    ///
    /// # Errors
    /// A file that cannot be read or is no config.
    pub fn written(dir: &Path) -> Result<Leaves, ConfigError> {
        Ok(leaves(&load(&job_file(dir))?, &|_, node| node.origin.to_string()))
    }

    /// The leaves of the application's config, interpolations as written or resolved.
    ///
    /// # Errors
    /// When they are to be resolved and one has no value.
    pub fn leaves(&self, resolve: bool) -> Result<Leaves, ConfigErrors> {
        let job = if resolve { self.resolved()? } else { self.job.clone() };
        Ok(leaves(&job, &|path, node| self.origin(path, node)))
    }

    fn resolved(&self) -> Result<Node, ConfigErrors> {
        let mut root = self.job.clone();
        if let (Some(map), Some(hydra)) = (root.as_map_mut(), &self.hydra) {
            map.insert(Key::from("hydra"), hydra.clone());
        }
        let context = Context::new(jiff::ZonedDateTime::now());
        let (mut root, mut errors) = materialize(root, &context, &[]);
        errors.retain(|error| !error.key().is_some_and(|key| key.starts_with("hydra.")));
        if let Some(map) = root.as_map_mut() {
            map.shift_remove(&Key::from("hydra"));
        }
        ConfigErrors::from_vec(errors).map_or(Ok(root), |errors| Err(errors.in_order()))
    }

    fn origin(&self, path: &str, node: &Node) -> String {
        let noted = |path: String| self.provenance.get(&Key::Str(path))?.as_str();
        let first_item = || noted(format!("{path}.0"));
        match noted(path.to_owned()).or_else(first_item) {
            Some(origin) => origin.to_owned(),
            None => node.origin.to_string(),
        }
    }
}

fn job_file(dir: &Path) -> PathBuf {
    dir.join(".hydra/config.yaml")
}

fn optional(path: &Path) -> Result<Option<Node>, ConfigError> {
    if files::is_file(path) { load(path).map(Some) } else { Ok(None) }
}

fn load(path: &Path) -> Result<Node, ConfigError> {
    let text = files::read_to_string(path).map_err(|error| {
        let cause = error.source.to_string();
        ErrorKind::Unreadable { config: path.display().to_string(), cause }
    })?;
    let path: Arc<Path> = path.into();
    let node =
        yaml::load(&text, &|line, column| Origin::File { path: Arc::clone(&path), line, column })?;
    match node.value {
        Value::Map(_) => Ok(node),
        _ => {
            let problem = "the config of a run is a mapping".to_owned();
            Err(ConfigError::new(ErrorKind::Yaml { problem }).at(&node.origin))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_directory() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!Saved::is_in(dir.path()));
        files::create_dir_all(&dir.path().join(".hydra")).unwrap();
        let write = |name: &str, text: &str| {
            files::write_atomic(&dir.path().join(name), text.as_bytes()).unwrap();
        };
        write(".hydra/config.yaml", "a: ${b}\nb: 1\nc: [1, 2]\nd: ${hydra:job.name}\n");
        write(".hydra/hydra.yaml", "hydra:\n  job:\n    name: runner\n    other: ${nowhere}\n");
        write("provenance.yaml", "b: argument 1 `b=1`\nc.0: conf/c.yaml:1:1\n");
        assert!(Saved::is_in(dir.path()));
        let saved = Saved::read(dir.path()).unwrap();
        let plain = saved.leaves(false).unwrap();
        let written = Saved::written(dir.path()).unwrap();
        let values = |leaves: &Leaves| leaves.values().map(|l| l.value.clone()).collect::<Vec<_>>();
        assert_eq!(values(&written), values(&plain));
        assert_eq!((&plain["a"].value, &*plain["b"].origin), (&"${b}".into(), "argument 1 `b=1`"));
        assert_eq!(plain["c"].origin, "conf/c.yaml:1:1");
        assert!(plain["d"].origin.ends_with(".hydra/config.yaml:4:4"));
        let resolved = saved.leaves(true).unwrap();
        assert_eq!((&resolved["a"].value, &resolved["d"].value), (&1.into(), &"runner".into()));
    }
}
