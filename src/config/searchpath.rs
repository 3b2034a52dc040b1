//! Which directories a request searches: its own, and what `hydra.searchpath` adds.
//!
//! `hydra.searchpath` counts in the primary config (before anything is merged; its interpolations
//! see that config alone) or, instead, on the command line; a config merged later may not set it.

use super::error::{ConfigError, ErrorKind};
use super::interpolation::{Context, Found, Resolver};
use super::node::{Node, Value};
use super::overrides::{self, Literal, Override};
use super::repository::{Repository, Source};
use super::request::ComposeRequest;
use crate::files;

const KEY: &str = "hydra.searchpath";

/// Opens every source of a request.
///
/// # Errors
/// A directory that is not there, a `hydra.searchpath` that is not a list of directories.
pub(crate) fn repository(
    request: &ComposeRequest,
    parsed: &[Override],
    context: &Context,
) -> Result<Repository, ConfigError> {
    for path in [&request.config_dir].into_iter().chain(&request.extra_dirs) {
        if !files::is_dir(path) {
            return Err(ErrorKind::NoConfigDir { path: path.clone() }.into());
        }
    }
    let mut repository =
        Repository::new(&request.config_dir, &request.extra_dirs, request.version_base);
    let asked = parsed.iter().find(|one| one.key_element() == KEY).and_then(given);
    let added = match asked {
        Some((one, literal)) => {
            let node = overrides::to_node(literal, &one.origin).map_err(|problem| {
                let kind = ErrorKind::Override { text: one.text.clone(), problem };
                ConfigError::new(kind).at(&one.origin)
            })?;
            sources("hydra.searchpath in command-line", &node)?
        }
        None => match repository.load(&request.config_name)? {
            Some(primary) => match written(&primary.config, context)? {
                Some(node) => sources("hydra.searchpath in main", &node)?,
                None => Vec::new(),
            },
            None => Vec::new(),
        },
    };
    if !added.is_empty() {
        repository.extend(added);
    }
    Ok(repository)
}

/// The value of an override; `null` counts as none.
fn given(one: &Override) -> Option<(&Override, &Literal)> {
    one.literal().filter(|literal| **literal != Literal::Null).map(|literal| (one, literal))
}

/// What the primary config says, without interpolations.
fn written(primary: &Node, context: &Context) -> Result<Option<Node>, ConfigError> {
    let resolver = Resolver::new(primary, context);
    let origin = primary.get(KEY).map_or(&primary.origin, |node| &node.origin);
    let found = match resolver.walk(Found::At(Vec::new(), primary), KEY) {
        Ok(found) => found,
        Err(problem) if problem.is_nothing() => None,
        Err(problem) => {
            let kind = ErrorKind::Interpolation { key: KEY.to_owned(), problem: problem.message };
            return Err(ConfigError::new(kind).at(origin));
        }
    };
    let found = found.filter(|f| f.node().value != Value::Null && !f.node().is_missing());
    let Some(found) = found else { return Ok(None) };
    let mut error = None;
    let node = resolver.materialize(&super::key::split(KEY), found, &mut |path, node, problem| {
        let key = super::key::join(path);
        let kind = ErrorKind::Interpolation { key, problem: problem.message };
        error.get_or_insert(ConfigError::new(kind).at(&node.origin));
    });
    error.map_or(Ok(Some(node)), Err)
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
