//! Nodes -> typed structs, and everything that keeps a node from being one.
//!
//! | step | file |
//! |---|---|
//! | a node read by serde, which stops at the first fault | `reader` |
//! | that fault, of a kind that figment tells, as an error of the config | `fault` |
//! | only after a fault: the whole node against the JSON schema of the type | `inspect` |
//! | what it may have been before a mistake | `repair` |
//! | the schemas and what can be asked of them | `schema` |
//!
//! Invariant: what `reader` accepts is accepted; `inspect` only finds further words for a refusal.

mod fault;
mod inspect;
mod reader;
mod repair;
mod schema;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::error::{ConfigError, ConfigErrors};
use super::node::Node;

/// Reads a node into a type; `path` names it in errors.
///
/// # Errors
/// Everything that is wrong with it. `holes` are the errors of interpolations below `path` that
/// have no value: they are told here, and the texts that stand in their places are not blamed.
pub(super) fn extract<T: DeserializeOwned + JsonSchema>(
    node: &Node,
    path: &str,
    holes: Vec<ConfigError>,
) -> Result<T, ConfigErrors> {
    let missing = node.any_leaf(&Node::is_missing);
    let fault = match T::deserialize(reader::Reader(node)) {
        Ok(value) if !missing && holes.is_empty() => return Ok(value),
        Ok(_) => None,
        Err(fault) => Some(fault),
    };
    let mut errors = inspect::inspect(schema::of::<T>().as_ref(), node, path);
    if let Some(fault) = fault {
        let tells_more = fault.is_custom() || (errors.is_empty() && holes.is_empty());
        let error = fault.explain(node, path);
        if tells_more && !errors.iter().any(|known| known.key() == error.key()) {
            errors.push(error);
        }
    }
    errors.extend(holes);
    Err(ConfigErrors::from_vec(errors).expect("serde, a `???` or a hole refused it"))
}

/// What a node that cannot be read would have been without the mistakes in it, when that can be
/// told. It is for asking what else is wrong, and for nothing more.
pub(super) fn repaired<T: DeserializeOwned + JsonSchema>(node: &Node, path: &str) -> Option<T> {
    let node = repair::repair(schema::of::<T>().as_ref(), node, path)?;
    T::deserialize(reader::Reader(&node)).ok()
}

#[cfg(test)]
mod tests;
