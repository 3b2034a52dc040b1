//! Which config a name means, as one composition reads it, and what it was warned of.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::builtin::{self, Shelf};
use super::defaults::{Element, entries};
use super::error::{ConfigError, ErrorKind};
use super::interpolation::Context;
use super::merge::{Keys, Merger};
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
        if source.is_dir()
            && let Some(schema) = builtin::load(Shelf::Typed, file.trim_end_matches(".yaml"))
        {
            node = self.validated(config, node, schema?.1)?;
        }
        Ok(Loaded { config: node, package, defaults })
    }

    /// A file with the name of a built-in typed config is merged into that one.
    fn validated(&self, config: &str, node: Node, mut schema: Node) -> Result<Node, ConfigError> {
        if schema.get("defaults").is_some() {
            let problem = "it has the name of a built-in config; choose its groups instead";
            let kind =
                ErrorKind::Unreadable { config: config.to_owned(), cause: problem.to_owned() };
            return Err(ConfigError::new(kind).at(&node.origin));
        }
        self.warn(format!(
            "config `{config}` is merged into the built-in one of the same name; this is deprecated"
        ));
        let context = Context::new(jiff::ZonedDateTime::default());
        let mut merger = Merger { root: &mut schema, context: &context, keys: Keys::Open };
        merger.merge(&mut Vec::new(), node)?;
        Ok(schema)
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
