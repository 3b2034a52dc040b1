//! Which config a name means, as one composition reads it, and what it was warned of.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::defaults::{Element, entries};
use super::error::{ConfigError, ErrorKind};
use super::node::Node;
use super::searchpath::SearchPath;
use super::source::{Source, group_exists, options};
use super::version::{VersionBase, Warning};

/// A config as read from its source.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The tree without its defaults list.
    pub(crate) config: Node,
    /// From the header.
    pub(crate) package: Option<String>,
    pub(crate) defaults: Vec<Element>,
}

/// The search path as one composition uses it.
pub(crate) struct Repository {
    sources: Arc<[Source]>,
    pub(crate) version: VersionBase,
    cache: RefCell<HashMap<String, Option<Rc<Loaded>>>>,
    warnings: RefCell<Vec<Warning>>,
}

impl Repository {
    pub(crate) fn new(path: &SearchPath, version: VersionBase) -> Self {
        let sources = path.sources.clone();
        let warnings = RefCell::new(path.warnings.clone());
        Self { sources, version, cache: RefCell::default(), warnings }
    }

    pub(crate) fn described(&self) -> Vec<String> {
        self.sources.iter().filter(|s| s.schema() == "file").map(Source::to_string).collect()
    }

    pub(crate) fn warn(&self, message: String) {
        let warning = Warning { message };
        let mut warnings = self.warnings.borrow_mut();
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }

    pub(crate) fn into_warnings(self) -> Vec<Warning> {
        self.warnings.into_inner()
    }

    pub(crate) fn group_exists(&self, group: &str) -> bool {
        group_exists(&self.sources, group)
    }

    pub(crate) fn config_exists(&self, config: &str) -> bool {
        let file = self.file_name(config);
        self.sources.iter().any(|source| source.has(&file))
    }

    pub(crate) fn options(&self, group: &str) -> Vec<String> {
        options(&self.sources, group)
    }

    /// Reads a config once.
    pub(crate) fn load(&self, config: &str) -> Result<Option<Rc<Loaded>>, ConfigError> {
        if let Some(known) = self.cache.borrow().get(config) {
            return Ok(known.clone());
        }
        let file = self.file_name(config);
        let loaded = match self.sources.iter().find(|source| source.has(&file)) {
            None => None,
            Some(source) => Some(Rc::new(self.read(source, config, &file)?)),
        };
        self.cache.borrow_mut().insert(config.to_owned(), loaded.clone());
        Ok(loaded)
    }

    fn read(&self, source: &Source, config: &str, file: &str) -> Result<Loaded, ConfigError> {
        let read = source.load(config, file)?;
        let mut node = read.node.clone();
        let package = read.package.clone().map_err(|problem| {
            let kind = ErrorKind::Header { config: config.to_owned(), problem };
            ConfigError::new(kind).at(&node.origin)
        })?;
        let defaults = entries(config, &mut node, self)?;
        Ok(Loaded { config: node, package, defaults })
    }

    fn file_name(&self, config: &str) -> String {
        let legacy = self.version < VersionBase::V1_2 && config.ends_with(".yml");
        if legacy {
            self.warn(format!("config `{config}`: .yml files are deprecated, use .yaml"));
        }
        if legacy || config.ends_with(".yaml") {
            config.to_owned()
        } else {
            format!("{config}.yaml")
        }
    }
}
