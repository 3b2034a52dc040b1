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

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::builtin::Shelf;
use super::error::{ConfigError, ErrorKind};
use super::node::{Node, Value};
use super::overrides::{self, Literal, Override};
use super::repository::Repository;
use super::request::ComposeRequest;
use super::source::Source;
use super::version::Warning;
use crate::files;

/// Where configs are searched, and what was said about it.
#[derive(Clone, Debug)]
pub(crate) struct SearchPath {
    pub(crate) sources: Arc<[Source]>,
    pub(crate) warnings: Vec<Warning>,
}

impl SearchPath {
    /// Built-in configs, the config directory and the directories given beside it.
    fn new(config_dir: &Path, extra: &[PathBuf]) -> Self {
        let mut sources =
            vec![Source::builtin("hydra", Shelf::Hydra), Source::dir("main", config_dir)];
        sources.extend(extra.iter().map(|dir| Source::dir("command-line", dir)));
        sources.push(Source::builtin("schema", Shelf::Typed));
        Self { sources: sources.into(), warnings: Vec::new() }
    }

    /// The path with more sources before its last one.
    fn with(&self, added: Vec<Source>) -> Self {
        let absent = added.iter().filter(|source| !source.is_available());
        let said = |source: &Source| format!("search path entry {source} is not available");
        let warnings = absent.map(|source| Warning { message: said(source) }).collect();
        let mut sources = self.sources.to_vec();
        let last = sources.len() - 1;
        sources.splice(last..last, added);
        Self { sources: sources.into(), warnings }
    }
}

/// The override that decides what is added, if any does.
pub(crate) fn override_among(parsed: &[Override]) -> Option<&Override> {
    parsed.iter().find(|one| one.key_element() == "hydra.searchpath")
}

/// The request's directories and what `hydra.searchpath` adds: in an override, else in the primary
/// config.
pub(crate) fn find(
    request: &ComposeRequest,
    given: Option<&Override>,
) -> Result<SearchPath, ConfigError> {
    if !files::is_dir(&request.config_dir) {
        return Err(ErrorKind::NoConfigDir { path: request.config_dir.clone() }.into());
    }
    let path = SearchPath::new(&request.config_dir, &request.extra_dirs);
    let added = match given {
        Some(one) => from_override(one)?,
        None => {
            let primary =
                Repository::new(&path, request.version_base).load(&request.config_name)?;
            let node = primary.as_ref().and_then(|loaded| loaded.config.get("hydra.searchpath"));
            node.map_or(Ok(Vec::new()), |node| sources("hydra.searchpath in main", node))?
        }
    };
    Ok(path.with(added))
}

fn from_override(one: &Override) -> Result<Vec<Source>, ConfigError> {
    let literal = one.literal().cloned().unwrap_or(Literal::Null);
    let node = overrides::to_node(&literal, &one.origin).map_err(|problem| {
        let kind = ErrorKind::Override { text: one.text.clone(), problem };
        ConfigError::new(kind).at(&one.origin)
    })?;
    sources("hydra.searchpath in command-line", &node)
}

fn sources(provider: &str, node: &Node) -> Result<Vec<Source>, ConfigError> {
    let wrong = |node: &Node| {
        let problem = "expected a list of texts".to_owned();
        let kind = ErrorKind::WrongValue { key: "hydra.searchpath".to_owned(), problem };
        ConfigError::new(kind).at(&node.origin)
    };
    if node.value == Value::Null {
        return Ok(Vec::new());
    }
    let items = node.as_list().ok_or_else(|| wrong(node))?;
    items
        .iter()
        .map(|item| item.as_str().map(|t| Source::parse(provider, t)).ok_or_else(|| wrong(item)))
        .collect()
}
