//! What a node was before the mistakes in it: something to go on with, never a value to use.

use super::inspect::inspect;
use super::schema::Document;
use crate::config::error::{ConfigError, ErrorKind};
use crate::config::key::Name;
use crate::config::node::Node;

/// Mistakes may be one behind the other, but not often.
const ROUNDS: usize = 4;

/// A copy without unknown keys, in which wrong values have given way to those they replaced;
/// `None` when one replaced nothing.
pub(super) fn repair(document: &Document, node: &Node, path: &str) -> Option<Node> {
    let mut node = node.clone();
    for _ in 0..ROUNDS {
        let errors = inspect(document, &node, path);
        if errors.is_empty() {
            return Some(node);
        }
        for error in errors {
            undo(&mut node, path, &error)?;
        }
    }
    None
}

fn undo(node: &mut Node, path: &str, error: &ConfigError) -> Option<()> {
    let below = error.key()?.strip_prefix(path)?.trim_start_matches('.');
    let parts: Vec<&str> = below.split('.').filter(|part| !part.is_empty()).collect();
    if let ErrorKind::UnknownKey { .. } = error.kind() {
        let (last, parents) = parts.split_last()?;
        node.at_mut(parents)?.as_map_mut()?.shift_remove(&Name(last))?;
        return Some(());
    }
    let wrong = node.at_mut(&parts)?;
    let old = wrong.shadowed.pop()?;
    (wrong.value, wrong.origin) = (old.value, old.origin);
    Some(())
}
