//! A config without interpolations, ready for typed extraction.

use serde::de::DeserializeOwned;

use super::emit;
use super::error::{ConfigError, ErrorKind};
use super::extract;
use super::key::Name;
use super::node::Node;
use crate::files;

/// A resolved config.
#[derive(Clone, Debug)]
pub struct Resolved {
    job: Node,
    hydra: Node,
}

impl Resolved {
    pub(crate) fn new(mut root: Node) -> Self {
        let hydra = root.as_map_mut().and_then(|map| map.shift_remove(&Name("hydra")));
        let hydra = hydra.unwrap_or_else(|| Node::empty(super::origin::Origin::Runtime));
        Self { job: root, hydra }
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
    /// An unknown or missing key or a value of the wrong type: which, where it was written, what
    /// was expected.
    pub fn extract<T: DeserializeOwned>(&self, path: &str) -> Result<T, ConfigError> {
        let node = self.get(path).ok_or_else(|| self.missing(path))?;
        extract::extract(node, path)
    }

    fn missing(&self, path: &str) -> ConfigError {
        let parts = super::key::split(path);
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
        files::sha256_bytes(self.to_yaml().as_bytes())
    }
}
