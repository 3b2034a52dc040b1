//! What the choices of config groups alone decide: the defaults list and the tree merged from it,
//! the site file on top. Values from the command line come later.

use std::sync::Arc;

use indexmap::IndexMap;

use super::defaults::{self, Choices, DefaultsItem, Tree};
use super::error::{ConfigError, ConfigErrors, ErrorKind};
use super::interpolation::Context;
use super::key::{self, Key};
use super::merge::{Keys, Merger};
use super::node::{Map, Node, Value};
use super::origin::Origin;
use super::overrides::Override;
use super::repository::Repository;
use super::request::ComposeRequest;
use super::searchpath::SearchPath;
use super::site;
use super::version::Warning;

/// The tree that the values of the command line are applied to, and how it came about.
#[derive(Debug)]
pub(crate) struct Assembly {
    pub(crate) root: Node,
    pub(crate) choices: Arc<IndexMap<String, Option<String>>>,
    pub(crate) items: Arc<[DefaultsItem]>,
    pub(crate) tree: Arc<Tree>,
    pub(crate) warnings: Arc<[Warning]>,
}

/// Finds and merges the configs that `chosen`, the overrides of config groups, ask for.
///
/// With `skip_missing` a required option may still be `???`.
pub(crate) fn assemble(
    request: &ComposeRequest,
    path: &SearchPath,
    chosen: &[&Override],
    skip_missing: bool,
) -> Result<Assembly, ConfigErrors> {
    let version = request.version_base;
    let repository = Repository::new(path, version);
    let context = Context::new(request.runtime.now.clone());
    let mut choices = Choices::new(chosen, version).map_err(many)?;
    let name = &request.config_name;
    let tree = defaults::build(&repository, &mut choices, &context, name, skip_missing)?;
    let items = defaults::flatten(&tree, version)?;
    ConfigErrors::from_vec(choices.unused(&repository)).map_or(Ok(()), Err)?;
    let mut root = merge_all(&repository, &items, &context)?;
    if let Some(path) = &request.site {
        site::apply(&mut root, &context, path).map_err(many)?;
    }
    Ok(Assembly {
        root,
        choices: Arc::new(choices.known),
        items: items.into(),
        tree: Arc::new(tree),
        warnings: repository.into_warnings().into(),
    })
}

fn many(errors: Vec<ConfigError>) -> ConfigErrors {
    ConfigErrors::from_vec(errors).expect("only called with errors")
}

/// Merges every config of the list at its package.
fn merge_all(
    repository: &Repository,
    items: &[DefaultsItem],
    context: &Context,
) -> Result<Node, ConfigError> {
    let mut root = Node::empty(Origin::Runtime);
    for item in items {
        let Some(loaded) = repository.load(&item.config)? else { continue };
        if item.package.split('.').count() > key::DEPTH {
            let kind = ErrorKind::TooMuch { what: "the length of a package", limit: key::DEPTH };
            return Err(ConfigError::new(kind).at(&item.origin));
        }
        let node = embed(loaded.config.clone(), &item.package);
        let sets_searchpath = node.get("hydra.searchpath").is_some_and(|n| n.value != Value::Null);
        if sets_searchpath && !item.primary && item.config != "hydra/config" {
            let problem = "it can only be set in the primary config".to_owned();
            let kind = ErrorKind::WrongValue { key: "hydra.searchpath".to_owned(), problem };
            return Err(ConfigError::new(kind).at(&loaded.config.origin));
        }
        let mut merger = Merger { root: &mut root, context, keys: Keys::Open };
        merger.merge(&mut Vec::new(), node)?;
    }
    Ok(root)
}

/// Puts a config below its package.
fn embed(config: Node, package: &str) -> Node {
    if package.is_empty() {
        return config;
    }
    key::split(package).into_iter().rev().fold(config, |node, part| {
        let origin = node.origin.clone();
        Node::new(Value::Map(Map::from_iter([(Key::Str(part), node)])), origin)
    })
}
