//! A config without interpolations, ready for typed extraction.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::builtin::UNTYPED;
use super::emit;
use super::error::{ConfigError, ConfigErrors, ErrorKind};
use super::extract;
use super::key::{self, Name};
use super::node::Node;
use super::origin::Origin;
use super::types::{self, Ty};
use crate::files;

/// A resolved config.
#[derive(Clone, Debug)]
pub struct Resolved {
    job: Node,
    hydra: Node,
    holes: Vec<ConfigError>,
}

impl Resolved {
    /// `holes` are the interpolations that have no value; their texts stand in their places.
    pub(crate) fn new(mut root: Node, holes: Vec<ConfigError>) -> Self {
        let hydra = root.as_map_mut().and_then(|map| map.shift_remove(&Name("hydra")));
        let hydra = hydra.unwrap_or_else(|| Node::empty(Origin::Runtime));
        Self { job: root, hydra, holes }
    }

    /// The application's config.
    pub fn job(&self) -> &Node {
        &self.job
    }

    /// The `hydra` node.
    pub fn hydra(&self) -> &Node {
        &self.hydra
    }

    /// The node at a dotted path; `hydra.` leads into the `hydra` node.
    pub fn get(&self, path: &str) -> Option<&Node> {
        match path.strip_prefix("hydra.") {
            Some(rest) => self.hydra.get(rest),
            None if path == "hydra" => Some(&self.hydra),
            None => self.job.get(path),
        }
    }

    /// The text at a dotted path, when it is one.
    pub fn str_at(&self, path: &str) -> Option<&str> {
        self.get(path).and_then(Node::as_str)
    }

    /// The keys of the mapping at a dotted path, in order; none when it is no mapping.
    pub fn keys(&self, path: &str) -> Vec<String> {
        self.get(path).map(Node::keys).unwrap_or_default()
    }

    /// Reads the node at a dotted path (`""` for everything) into a type.
    ///
    /// # Errors
    /// Every unknown or missing key, value of the wrong type and interpolation without a value:
    /// which, where it was written, what was expected.
    pub fn extract<T: DeserializeOwned + JsonSchema>(&self, path: &str) -> Result<T, ConfigErrors> {
        let node = self.get(path).ok_or_else(|| self.missing(path))?;
        let within = |hole: &&ConfigError| hole.key().is_some_and(|key| key::is_within(key, path));
        extract::extract(node, path, self.holes.iter().filter(within).cloned().collect())
    }

    /// The node at a dotted path as it was before the mistakes in it, for asking what else is wrong
    /// with a config that is refused in any case.
    pub fn repaired<T: DeserializeOwned + JsonSchema>(&self, path: &str) -> Option<T> {
        extract::repaired(self.get(path)?, path)
    }

    /// Keys that somebody added to a mapping of the `hydra` node that declares its own.
    pub fn undeclared(&self) -> Vec<ConfigError> {
        let mut errors = Vec::new();
        undeclared(&self.hydra, "hydra", &mut errors);
        errors
    }

    /// The interpolations that have no value; none unless it was resolved
    /// [in parts](super::Composed::resolve_in_parts).
    pub fn holes(&self) -> &[ConfigError] {
        &self.holes
    }

    fn missing(&self, path: &str) -> ConfigError {
        let parts = key::split(path);
        let depth = (0..parts.len())
            .rev()
            .find(|depth| self.job.at(&parts[..*depth]).is_some())
            .unwrap_or(0);
        let known = self.job.at(&parts[..depth]).map(Node::keys).unwrap_or_default();
        let word = parts.get(depth).map_or("", String::as_str);
        ConfigError::new(ErrorKind::Missing { key: path.to_owned() }).expecting(word, known)
    }

    /// An error about the value at a dotted path, for checks that types cannot express.
    pub fn error_at(&self, path: &str, message: &str, expected: Vec<String>) -> ConfigError {
        let problem = message.to_owned();
        let error = ConfigError::new(ErrorKind::WrongValue { key: path.to_owned(), problem });
        let node = self.get(path);
        let word = node.and_then(Node::as_str).unwrap_or_default().to_owned();
        let error = error.expecting(&word, expected);
        match node {
            Some(node) => error.at(&node.origin),
            None => error,
        }
    }

    /// The application's config as YAML.
    pub fn to_yaml(&self) -> String {
        emit::to_yaml(&self.job)
    }

    /// Identifies the application's config: sha256 of its YAML, hexadecimal.
    pub fn hash(&self) -> String {
        self.hash_without(&[])
    }

    /// The same, whatever some of the top-level keys hold.
    pub fn hash_without(&self, keys: &[&str]) -> String {
        files::sha256_bytes(emit::to_yaml_without(&self.job, keys).as_bytes())
    }
}

fn undeclared(node: &Node, path: &str, errors: &mut Vec<ConfigError>) {
    let Some(map) = node.as_map() else { return };
    let is_closed = matches!(node.ty, Ty::Struct(_));
    for (name, child) in map {
        let by_user = child.ty == Ty::Any && child.origin != Origin::Runtime;
        if !(is_closed && by_user) && child.as_map().is_none() {
            continue; // nearly every key
        }
        let is_hidden = matches!(node.ty, Ty::Struct(of) if types::is_hidden(of, name));
        let name = name.to_string();
        let path = key::below(path, &name);
        if is_closed && by_user && !is_hidden && !UNTYPED.contains(&&*name) {
            let declared = map.iter().filter(|(_, child)| child.ty != Ty::Any);
            let declared = declared.map(|(name, _)| name.to_string()).collect();
            let error = ConfigError::new(ErrorKind::UnknownKey { key: path });
            errors.push(error.at(&child.origin).expecting(&name, declared));
        } else {
            undeclared(child, &path, errors);
        }
    }
}
