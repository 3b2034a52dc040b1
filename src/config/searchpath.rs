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
//! `hydra.searchpath` counts in the primary config, before anything is merged, or, instead, on the
//! command line; a config merged later may not set it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::builtin::Shelf;
use super::error::{ConfigError, ErrorKind};
use super::interpolation::{Context, Found, Resolver, resolve_in_place};
use super::node::{Node, Value};
use super::origin::Origin;
use super::overrides::{self, Literal, Override};
use super::repository::Repository;
use super::request::ComposeRequest;
use super::source::Source;
use super::version::Warning;
use crate::files;

const KEY: &str = "hydra.searchpath";

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

/// The override that decides what is added, if any does; `null` leaves it to the primary config.
pub(crate) fn override_among(parsed: &[Override]) -> Option<&Override> {
    let one = parsed.iter().find(|one| one.key_element() == KEY)?;
    Some(one).filter(|one| one.literal().is_some_and(|literal| *literal != Literal::Null))
}

/// The request's directories and what `hydra.searchpath` adds: in an override, else in the primary
/// config.
pub(crate) fn find(
    request: &ComposeRequest,
    given: Option<&Override>,
) -> Result<SearchPath, ConfigError> {
    for path in [&request.config_dir].into_iter().chain(&request.extra_dirs) {
        if !files::is_dir(path) {
            return Err(ErrorKind::NoConfigDir { path: path.clone() }.into());
        }
    }
    let path = SearchPath::new(&request.config_dir, &request.extra_dirs);
    let added = match given {
        Some(one) => from_override(one)?,
        None => {
            let primary =
                Repository::new(&path, request.version_base).load(&request.config_name)?;
            let context = Context::new(request.runtime.now.clone());
            match primary {
                Some(loaded) => match written(&loaded.config, &context)? {
                    Some(node) => sources("hydra.searchpath in main", &node)?,
                    None => Vec::new(),
                },
                None => Vec::new(),
            }
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

/// What the primary config says, without interpolations: these see that config alone.
fn written(primary: &Node, context: &Context) -> Result<Option<Node>, ConfigError> {
    let fail = |key: String, origin: &Origin, problem: String| {
        ConfigError::new(ErrorKind::Interpolation { key, problem }).at(origin)
    };
    let resolver = Resolver::new(primary, context);
    let found = match resolver.walk(Found::At(Vec::new(), primary), KEY) {
        Ok(found) => found.map(|found| found.node().clone()),
        Err(problem) if problem.is_nothing() => None,
        Err(problem) => {
            let origin = primary.get(KEY).map_or(&primary.origin, |node| &node.origin);
            return Err(fail(KEY.to_owned(), origin, problem.message));
        }
    };
    let found = found.filter(|node| node.value != Value::Null && !node.is_missing());
    if found.is_none() {
        return Ok(None);
    }
    let (mut root, mut error) = (primary.clone(), None);
    let at = super::key::keys(&super::key::split(KEY));
    resolve_in_place(&mut root, context, &at, &mut |path, node, problem| {
        error.get_or_insert(fail(super::key::dotted(path), &node.origin, problem.message));
    });
    error.map_or(Ok(root.get(KEY).cloned()), Err)
}

fn sources(provider: &str, node: &Node) -> Result<Vec<Source>, ConfigError> {
    let wrong = |node: &Node, problem: String| {
        let kind = ErrorKind::WrongValue { key: KEY.to_owned(), problem };
        ConfigError::new(kind).at(&node.origin)
    };
    let not_texts = |node: &Node| wrong(node, "expected a list of texts".to_owned());
    let items = node.as_list().ok_or_else(|| not_texts(node))?;
    let source = |item: &Node| {
        let text = item.as_str().filter(|_| !item.is_missing()).ok_or_else(|| not_texts(item))?;
        Source::parse(provider, text).map_err(|problem| wrong(item, problem))
    };
    items.iter().map(source).collect()
}
