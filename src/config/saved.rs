//! A config as a run directory holds it: `.hydra/config.yaml`, `.hydra/hydra.yaml` and
//! `provenance.yaml`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::composed::materialize;
use super::difference::{Leaves, leaves};
use super::error::{ConfigError, ConfigErrors, ErrorKind};
use super::interpolation::Context;
use super::key::{self, Key};
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

    /// The values of the leaves of the application's config as written, without origins.
    ///
    /// Many runs are read at once, and a plain reader of YAML is many times as fast as one that keeps
    /// places. What it reads otherwise (keys that are numbers, infinities) is left to ours.
    ///
    /// # Errors
    /// A file that cannot be read or is no config.
    pub fn written(dir: &Path) -> Result<IndexMap<String, Json>, ConfigError> {
        let path = job_file(dir);
        let text = text_of(&path)?;
        let has_specials = [".inf", ".nan"].iter().any(|word| text.contains(word));
        match serde_yaml::from_str(&text) {
            Ok(Json::Object(map)) if !has_specials => Ok(flattened(map)),
            _ => {
                let leaves = leaves(&load(&path)?, &|_, node| node.origin.to_string());
                Ok(leaves.into_iter().map(|(key, leaf)| (key, leaf.value)).collect())
            }
        }
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

fn text_of(path: &Path) -> Result<String, ConfigError> {
    files::read_to_string(path).map_err(|error| {
        let cause = error.source.to_string();
        ErrorKind::Unreadable { config: path.display().to_string(), cause }.into()
    })
}

/// Leaves by dotted path, as [`leaves`] names them: a list is one, and so is an empty mapping.
fn flattened(map: serde_json::Map<String, Json>) -> IndexMap<String, Json> {
    fn collect(above: &str, value: Json, found: &mut IndexMap<String, Json>) {
        match value {
            Json::Object(map) if !map.is_empty() => {
                map.into_iter().for_each(|(k, v)| collect(&key::below(above, &k), v, found));
            }
            leaf => {
                found.insert(above.to_owned(), leaf);
            }
        }
    }
    let mut found = IndexMap::new();
    map.into_iter().for_each(|(key, value)| collect(&key::below("", &key), value, &mut found));
    found
}

fn load(path: &Path) -> Result<Node, ConfigError> {
    let text = text_of(path)?;
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
        let plain_values: IndexMap<_, _> =
            plain.iter().map(|(key, leaf)| (key.clone(), leaf.value.clone())).collect();
        assert_eq!(written, plain_values);
        assert_eq!((&plain["a"].value, &*plain["b"].origin), (&"${b}".into(), "argument 1 `b=1`"));
        assert_eq!(plain["c"].origin, "conf/c.yaml:1:1");
        assert!(plain["d"].origin.ends_with(".hydra/config.yaml:4:4"));
        write(".hydra/config.yaml", "1: .inf\nb: {2: [x]}\n");
        let written = Saved::written(dir.path()).unwrap();
        assert_eq!((&written["1"], &written["b.2"]), (&"inf".into(), &serde_json::json!(["x"])));
        write(".hydra/config.yaml", "[1]");
        assert!(Saved::written(dir.path()).is_err());
        let resolved = saved.leaves(true).unwrap();
        assert_eq!((&resolved["a"].value, &resolved["d"].value), (&1.into(), &"runner".into()));
    }
}
