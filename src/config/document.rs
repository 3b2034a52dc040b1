//! One text on its own: read, merged, resolved, printed, without a search path or overrides.
//!
//! What composition does to a whole tree, for a single file: the same reader, the same merge rule,
//! the same interpolations, the same printer.

use std::path::Path;

use super::emit;
use super::error::{ConfigError, ConfigErrors, ErrorKind};
use super::interpolation::{Context, resolve_in_place};
use super::key;
use super::merge::{Keys, Merger};
use super::node::Node;
use super::origin::Origin;
use super::overrides::{self, OverrideArg};
use super::yaml;

/// Reads YAML as OmegaConf reads it; `path` is what errors call the text.
///
/// # Errors
/// What is wrong with it and where: not YAML, not a config, beyond the limits of `config`.
pub fn read(text: &str, path: &Path) -> Result<Node, ConfigError> {
    yaml::load(text, &|line, column| Origin::file(path, line, column))
}

/// Prints a tree as OmegaConf prints it.
pub fn print(node: &Node) -> String {
    emit::to_yaml(node)
}

/// Merges `new` over `base`, both open to new keys.
///
/// # Errors
/// When a mapping meets a list.
pub fn merge(base: &Node, new: &Node) -> Result<Node, ConfigError> {
    let (mut root, context) = (base.clone(), context());
    let mut merger = Merger { root: &mut root, context: &context, keys: Keys::Open };
    merger.merge(&mut Vec::new(), new.clone())?;
    Ok(root)
}

/// A copy without interpolations.
///
/// # Errors
/// Every interpolation that has no value.
pub fn resolve(node: &Node) -> Result<Node, ConfigErrors> {
    let (mut root, mut errors) = (node.clone(), Vec::new());
    resolve_in_place(&mut root, &context(), &[], &mut |path, node, problem| {
        let kind = ErrorKind::Interpolation { key: key::dotted(path), problem: problem.message };
        errors.push(ConfigError::new(kind).at(&node.origin));
    });
    ConfigErrors::from_vec(errors).map_or(Ok(root), Err)
}

/// Checks that a text is an override.
///
/// # Errors
/// Where it leaves the grammar.
pub fn check_override(text: &str) -> Result<(), ConfigError> {
    overrides::parse(&OverrideArg::argument(1, text)).map(|_| ())
}

fn context() -> Context {
    Context::new(jiff::ZonedDateTime::now())
}
