//! The search path: which config a name means and which options a group has.
//!
//! | order | source | provider |
//! |---|---|---|
//! | 1 | built-in Hydra groups | `hydra` |
//! | 2 | the config directory | `main` |
//! | 3 | `--config-dir` | `command-line` |
//! | 4 | `hydra.searchpath` | `hydra.searchpath in ...` |
//! | 5 | built-in typed configs | `schema` |
//!
//! The first source that has a config provides it; the options of a group are those of all sources.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::builtin::{self, Shelf};
use super::defaults::{Element, entries};
use super::error::{ConfigError, ErrorKind};
use super::node::Node;
use super::origin::Origin;
use super::version::{VersionBase, Warning};
use super::yaml;
use crate::files;

/// Where a source keeps its configs.
#[derive(Clone, Debug)]
enum Place {
    Builtin(Shelf),
    Dir(PathBuf),
    /// A scheme that cannot be read here (`pkg://` of somebody else's package).
    Foreign {
        schema: String,
        path: String,
    },
}

/// Names directly below a group: configs and groups.
type Names = (Vec<String>, Vec<String>);

/// One entry of the search path.
#[derive(Clone, Debug)]
pub struct Source {
    provider: String,
    place: Place,
}

impl Source {
    fn dir(provider: &str, path: &Path) -> Self {
        Self { provider: provider.to_owned(), place: Place::Dir(path.to_owned()) }
    }

    /// An entry of `hydra.searchpath`: a directory, `file://` a directory, or something foreign.
    pub(crate) fn parse(provider: &str, text: &str) -> Self {
        let place = match text.split_once("://") {
            None => Place::Dir(text.into()),
            Some(("file", path)) => Place::Dir(path.into()),
            Some((schema, path)) => {
                Place::Foreign { schema: schema.to_owned(), path: path.to_owned() }
            }
        };
        Self { provider: provider.to_owned(), place }
    }

    /// Who asked for it: `hydra`, `main`, `command-line`, ...
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// `file`, `pkg` or `structured`.
    pub fn schema(&self) -> &str {
        match &self.place {
            Place::Builtin(Shelf::Hydra) => "pkg",
            Place::Builtin(Shelf::Typed) => "structured",
            Place::Dir(_) => "file",
            Place::Foreign { schema, .. } => schema,
        }
    }

    /// The path below the schema; directories are made absolute against `cwd`.
    pub fn path(&self, cwd: &Path) -> String {
        match &self.place {
            Place::Builtin(Shelf::Hydra) => "hydra.conf".to_owned(),
            Place::Builtin(Shelf::Typed) => String::new(),
            Place::Dir(path) => absolute(&cwd.join(path)).display().to_string(),
            Place::Foreign { path, .. } => path.clone(),
        }
    }

    pub(crate) fn is_available(&self) -> bool {
        match &self.place {
            Place::Builtin(_) => true,
            Place::Dir(path) => files::is_dir(path),
            Place::Foreign { .. } => false,
        }
    }

    pub(crate) fn is_group(&self, group: &str) -> bool {
        match &self.place {
            Place::Builtin(shelf) => builtin::is_group(*shelf, group),
            Place::Dir(path) => files::is_dir(&path.join(group)),
            Place::Foreign { .. } => false,
        }
    }

    fn has(&self, file: &str) -> bool {
        match &self.place {
            Place::Builtin(shelf) => {
                file.strip_suffix(".yaml").is_some_and(|name| builtin::is_config(*shelf, name))
            }
            Place::Dir(path) => files::is_file(&path.join(file)),
            Place::Foreign { .. } => false,
        }
    }

    /// Names directly below a group: configs and groups.
    fn names(&self, group: &str) -> Names {
        match &self.place {
            Place::Builtin(shelf) => builtin::names(*shelf, group),
            Place::Dir(path) => {
                let (mut configs, mut groups) = (Vec::new(), Vec::new());
                for entry in files::list(&path.join(group)).unwrap_or_default() {
                    match (entry.kind, entry.name.strip_suffix(".yaml")) {
                        (files::Kind::File, Some(name)) => configs.push(name.to_owned()),
                        (files::Kind::Dir, _) => groups.push(entry.name),
                        _ => {}
                    }
                }
                (configs, groups)
            }
            Place::Foreign { .. } => (Vec::new(), Vec::new()),
        }
    }

    fn load(&self, config: &str, file: &str) -> Result<(String, Node), ConfigError> {
        match &self.place {
            Place::Builtin(shelf) => {
                let name = file.strip_suffix(".yaml").unwrap_or(file);
                match builtin::load(*shelf, name) {
                    Some(loaded) => loaded.map(|(text, node)| (text.to_owned(), node)),
                    None => Err(ErrorKind::NoSuchConfig { config: config.to_owned() }.into()),
                }
            }
            Place::Dir(dir) => {
                let path: Arc<Path> = dir.join(file).into();
                let text = files::read_to_string(&path).map_err(|error| {
                    let cause = error.source.to_string();
                    let kind = ErrorKind::Unreadable { config: config.to_owned(), cause };
                    ConfigError::new(kind).at(&Origin::file(&path, 1, 1))
                })?;
                let origin = |line, column| Origin::File { path: Arc::clone(&path), line, column };
                let node = yaml::load(&text, &origin)?;
                Ok((text, node))
            }
            Place::Foreign { .. } => {
                Err(ErrorKind::NoSuchConfig { config: config.to_owned() }.into())
            }
        }
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = self.path(Path::new(""));
        write!(f, "{}://{path} ({})", self.schema(), self.provider)
    }
}

/// Removes `.` and `..` from an absolute path.
fn absolute(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

/// The configs of a group, sorted.
pub(crate) fn options(sources: &[Source], group: &str) -> Vec<String> {
    sorted_names(sources, group, |(configs, _)| configs)
}

/// The groups below a group, sorted.
pub(crate) fn groups(sources: &[Source], group: &str) -> Vec<String> {
    sorted_names(sources, group, |(_, groups)| groups)
}

fn sorted_names(sources: &[Source], group: &str, pick: fn(Names) -> Vec<String>) -> Vec<String> {
    let sources = sources.iter().filter(|source| source.is_group(group));
    let mut names: Vec<String> = sources.flat_map(|source| pick(source.names(group))).collect();
    names.sort();
    names.dedup();
    names
}

/// A config as read from its source.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The tree without its defaults list.
    pub(crate) config: Node,
    /// From the header.
    pub(crate) package: Option<String>,
    pub(crate) defaults: Vec<Element>,
}

/// The search path with everything read so far.
pub(crate) struct Repository {
    sources: Vec<Source>,
    pub(crate) version: VersionBase,
    cache: RefCell<HashMap<String, Option<Rc<Loaded>>>>,
    warnings: RefCell<Vec<Warning>>,
}

impl Repository {
    pub(crate) fn new(config_dir: &Path, extra: &[PathBuf], version: VersionBase) -> Self {
        let builtin = |provider: &str, shelf| Source {
            provider: provider.to_owned(),
            place: Place::Builtin(shelf),
        };
        let mut sources = vec![builtin("hydra", Shelf::Hydra), Source::dir("main", config_dir)];
        sources.extend(extra.iter().map(|dir| Source::dir("command-line", dir)));
        sources.push(builtin("schema", Shelf::Typed));
        Self { sources, version, cache: RefCell::default(), warnings: RefCell::default() }
    }

    /// Adds sources before the last one.
    pub(crate) fn extend(&mut self, sources: Vec<Source>) {
        for source in &sources {
            if !source.is_available() {
                self.warn(format!("search path entry {source} is not available"));
            }
        }
        let last = self.sources.len() - 1;
        self.sources.splice(last..last, sources);
    }

    pub(crate) fn sources(&self) -> &[Source] {
        &self.sources
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

    pub(crate) fn into_parts(self) -> (Vec<Source>, Vec<Warning>) {
        (self.sources, self.warnings.into_inner())
    }

    pub(crate) fn group_exists(&self, group: &str) -> bool {
        self.sources.iter().any(|source| source.is_group(group))
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
        let (text, mut node) = source.load(config, file)?;
        let package = yaml::read_header(&text).map_err(|problem| {
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
