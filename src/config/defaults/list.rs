//! The tree, flattened: configs in the order in which they are merged.

use std::collections::HashSet;

use super::element::Element;
use super::tree::{Branch, Tree};
use crate::config::builtin::NO_CONFIG;
use crate::config::error::{ConfigError, ErrorKind};
use crate::config::origin::Origin;
use crate::config::version::VersionBase;

/// One config of the final list.
#[derive(Clone, Debug, PartialEq)]
pub struct DefaultsItem {
    /// Its path from the root of the search path.
    pub config: String,
    /// Where its keys go; empty for the root.
    pub package: String,
    /// Whether it stands for the `_self_` of its own list.
    pub is_self: bool,
    /// The config that lists it.
    pub parent: Option<String>,
    /// The entry or argument that brought it in.
    pub origin: Origin,
    pub(crate) primary: bool,
    pub(crate) override_key: Option<String>,
}

/// Flattens the tree.
///
/// # Errors
/// When a group appears twice.
pub(crate) fn flatten(tree: &Tree, version: VersionBase) -> Result<Vec<DefaultsItem>, ConfigError> {
    let mut walk = Walk { version, items: Vec::new() };
    walk.tree(tree, None);
    let mut seen = HashSet::new();
    for item in &walk.items {
        if let Some(key) = &item.override_key
            && !item.is_self
            && !seen.insert(key)
        {
            let problem = format!("`{key}` appears more than once in the final defaults list");
            return Err(ConfigError::new(ErrorKind::Defaults { problem }).at(&item.origin));
        }
    }
    Ok(walk.items)
}

struct Walk {
    version: VersionBase,
    items: Vec<DefaultsItem>,
}

impl Walk {
    fn tree(&mut self, tree: &Tree, parent: Option<&Element>) {
        match &tree.branches {
            None => self.item(&tree.element, parent, None),
            Some(branches) => {
                for branch in branches {
                    match branch {
                        Branch::Leaf(element) => self.item(element, Some(&tree.element), parent),
                        Branch::Tree(below) => self.tree(below, Some(&tree.element)),
                    }
                }
            }
        }
    }

    fn item(&mut self, element: &Element, holder: Option<&Element>, above: Option<&Element>) {
        if element.deleted || element.is_missing() || element.is_root() || element.name().is_none()
        {
            return;
        }
        let (shown, parent) = match holder {
            Some(holder) if element.is_self() => (holder, above),
            _ => (element, holder),
        };
        if shown.config_path() == NO_CONFIG {
            return;
        }
        self.items.push(DefaultsItem {
            config: shown.config_path(),
            package: shown.final_package(self.version),
            is_self: element.is_self(),
            parent: parent.map(Element::config_path),
            origin: shown.origin.clone(),
            primary: shown.primary,
            override_key: (element.is_group()).then(|| element.override_key(self.version)),
        });
    }
}
