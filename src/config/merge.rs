//! Merging one tree into another, as OmegaConf merges.
//!
//! | present value | new value | result |
//! |---|---|---|
//! | nothing | anything | the new value; refused when the mapping is closed |
//! | mapping | mapping | merged key by key |
//! | list | list | the new list |
//! | mapping | list, and the reverse | refused |
//! | mapping or list | scalar | the scalar |
//! | scalar | anything | the new value |
//! | anything | `???` | the present value |
//! | `${..}` to a mapping or list | anything | as if its copy stood there |
//!
//! A declared type converts the new value. A mapping is closed by struct mode (after composition)
//! or by its declared keys. Positions of keys never change; replaced values go into the history.

use super::error::{ConfigError, ErrorKind};
use super::interpolation::{Context, NESTING, Resolver};
use super::key::Key;
pub(crate) use super::key::dotted;
use super::node::{Map, MergeTag, Node, Value};
use super::tags;
use super::types::{self, Ty};

/// How to treat keys that are not there yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keys {
    /// New keys are added.
    Open,
    /// Struct mode: new keys are refused.
    Struct,
    /// New keys are added even where the keys are declared (`+`, `++`).
    Forced,
}

/// A tree under construction.
pub(crate) struct Merger<'a> {
    pub(crate) root: &'a mut Node,
    pub(crate) context: &'a Context,
    pub(crate) keys: Keys,
}

type Result<T> = std::result::Result<T, ConfigError>;

impl Merger<'_> {
    /// Merges `new` into the mapping at `path`, which exists.
    pub(crate) fn merge(&mut self, path: &mut Vec<Key>, new: Node) -> Result<()> {
        if path.is_empty() && new.tag != MergeTag::None {
            return Err(wrong(path, &new, "the whole config cannot be replaced"));
        }
        let held = self.at(path);
        match (shape(held), shape(&new)) {
            (Shape::Map, Shape::Map) => self.merge_map(path, new),
            (Shape::List, Shape::List) => self.merge_list(path, new),
            (Shape::Map | Shape::List, Shape::Map | Shape::List) => {
                Err(wrong(path, &new, "a mapping cannot be merged with a list"))
            }
            (Shape::Map | Shape::List, Shape::Scalar) if new.is_missing() => Ok(()),
            (Shape::Scalar, _) | (_, Shape::Scalar) => self.set(path, new),
        }
    }

    pub(super) fn at(&mut self, path: &[Key]) -> &mut Node {
        path.iter().fold(&mut *self.root, |node, key| {
            step(node, key).expect("only paths that were looked up are walked")
        })
    }

    fn merge_map(&mut self, path: &mut Vec<Key>, new: Node) -> Result<()> {
        let held = self.at(path);
        let declared = new.ty;
        let items = match new.value {
            Value::Map(items) => items,
            Value::Null => {
                let null = Node { value: Value::Null, ty: Ty::Any, ..new };
                return self.set(path, null);
            }
            _ => Map::new(), // ??? of a declared mapping adds its type only
        };
        if !matches!(held.value, Value::Map(_)) && !items.is_empty() {
            let ty = held.ty;
            let origin = new.origin.clone();
            held.replace(Node { ty, ..Node::empty(origin) });
        }
        for (key, item) in items {
            self.merge_item(path, key, item)?;
        }
        let held = self.at(path);
        if held.ty == Ty::Any && declared != Ty::Any {
            held.ty = declared;
        }
        Ok(())
    }

    fn merge_item(&mut self, path: &mut Vec<Key>, key: Key, new: Node) -> Result<()> {
        let exists = self.at(path).as_map().is_some_and(|map| map.contains_key(&key));
        if new.tag != MergeTag::None {
            return tags::apply(self, path, key, new);
        }
        if !exists {
            return self.insert(path, key, new);
        }
        path.push(key);
        self.expand_interpolation(path);
        let result = self.merge(path, new);
        path.pop();
        result
    }

    /// Adds a key that is not there.
    pub(crate) fn insert(&mut self, path: &mut Vec<Key>, key: Key, mut new: Node) -> Result<()> {
        path.push(key);
        tags::settle(path, &mut new)?;
        let key = path.pop().expect("pushed above");
        let keys = self.keys;
        let held = self.at(path);
        let ty = held.ty;
        let closed_by = match (ty, keys) {
            (_, Keys::Forced)
            | (Ty::Any | Ty::Dict(..) | Ty::List(..) | Ty::Leaf(..), Keys::Open) => None,
            (Ty::Struct(name), _) if types::is_hidden(name, &key) => None,
            (Ty::Struct(name), _) => Some(name),
            (_, Keys::Struct) => Some("struct"),
        };
        if let Some(container) = closed_by {
            let name = key.to_string();
            let known = held.keys();
            path.push(key);
            let kind = ErrorKind::NoSuchKey {
                key: dotted(path),
                name: name.clone(),
                container: container.to_owned(),
            };
            path.pop();
            return Err(ConfigError::new(kind).at(&new.origin).expecting(&name, known));
        }
        if let Err(wanted) = ty.element().convert(&mut new) {
            path.push(key);
            let error = wrong(path, &new, &format!("expected {wanted}"));
            path.pop();
            return Err(error);
        }
        if let Some(map) = self.at(path).as_map_mut() {
            map.insert(key, new);
        }
        Ok(())
    }

    /// Replaces what is at `path`, which exists; `???` adopts the present value.
    pub(crate) fn set(&mut self, path: &[Key], mut new: Node) -> Result<()> {
        tags::settle(&mut path.to_vec(), &mut new)?;
        let held = self.at(path);
        if new.is_missing() && !held.is_container() {
            let ty = if held.ty == Ty::Any { new.ty } else { held.ty };
            return ty.convert(held).map_err(|wanted| {
                let held = held.clone();
                wrong(path, &held, &format!("expected {wanted}"))
            });
        }
        self.assign(path, new)
    }

    /// Replaces what is at `path`, which exists, by whatever comes.
    pub(crate) fn assign(&mut self, path: &[Key], mut new: Node) -> Result<()> {
        let ty = self.at(path).ty;
        ty.convert(&mut new).map_err(|wanted| wrong(path, &new, &format!("expected {wanted}")))?;
        self.at(path).replace(new);
        Ok(())
    }

    fn merge_list(&mut self, path: &[Key], new: Node) -> Result<()> {
        if new.is_missing() {
            let held = self.at(path);
            if held.ty == Ty::Any {
                held.ty = new.ty;
            }
            return Ok(());
        }
        self.set(path, new)
    }

    /// Puts a copy of the target where an interpolation leads to a mapping or list.
    pub(super) fn expand_interpolation(&mut self, path: &[Key]) {
        let held = self.at(path);
        if !held.is_interpolation() {
            return;
        }
        let Some(node) = self.root.at_keys(path) else { return };
        let resolver = Resolver::new(self.root, self.context);
        let target = match resolver.dereference(path.to_vec(), node) {
            Ok(found) if fits(found.node(), path) => found.node().clone(),
            _ => return,
        };
        let held = self.at(path);
        let ty = held.ty;
        held.replace(Node { ty, shadowed: Vec::new(), ..target });
    }
}

/// Whether a list or mapping can be copied to a path without nesting beyond the limit of a tree.
fn fits(node: &Node, path: &[Key]) -> bool {
    node.is_container() && path.len() + node.depth() <= NESTING
}

/// What a node merges as: a declared mapping or list does so even while it is null or `???`.
#[derive(Clone, Copy, PartialEq)]
enum Shape {
    Map,
    List,
    Scalar,
}

fn shape(node: &Node) -> Shape {
    match (&node.value, node.ty) {
        (Value::Map(_), _) => Shape::Map,
        (Value::List(_), _) => Shape::List,
        (_, Ty::Dict(..) | Ty::Struct(_)) if node.is_special() => Shape::Map,
        (_, Ty::List(..)) if node.is_special() => Shape::List,
        _ => Shape::Scalar,
    }
}

/// The child under a key of a mapping or an index of a list.
pub(crate) fn step<'n>(node: &'n mut Node, key: &Key) -> Option<&'n mut Node> {
    match &mut node.value {
        Value::Map(map) => map.get_mut(key),
        Value::List(items) => items.get_mut(key.to_string().parse::<usize>().ok()?),
        _ => None,
    }
}

pub(super) fn wrong(path: &[Key], node: &Node, problem: &str) -> ConfigError {
    let problem = format!("{problem}, got {}", super::python::repr(&node.value));
    ConfigError::new(ErrorKind::WrongValue { key: dotted(path), problem }).at(&node.origin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::origin::Origin;
    use crate::config::python;
    use crate::config::yaml::load;

    fn merged(first: &str, second: &str, keys: Keys) -> Result<String> {
        let read = |text: &str| {
            load(text, &|line, column| Origin::file(std::path::Path::new("f"), line, column))
        };
        let mut root = read(first)?;
        let context = Context::new(jiff::ZonedDateTime::default());
        let mut merger = Merger { root: &mut root, context: &context, keys };
        merger.merge(&mut Vec::new(), read(second)?)?;
        Ok(python::repr(&root.value))
    }

    #[test]
    fn table() {
        for (first, second, expected) in [
            ("a: 1", "b: 2", "{'a': 1, 'b': 2}"),
            ("a: {x: 1, y: 2}", "a: {y: 3}", "{'a': {'x': 1, 'y': 3}}"),
            ("a: [1, 2]", "a: [3]", "{'a': [3]}"),
            ("a: {x: 1}", "a: 5", "{'a': 5}"),
            ("a: {x: 1}", "a: null", "{'a': None}"),
            ("a: null", "a: {x: 1}", "{'a': {'x': 1}}"),
            ("a: 1", "a: ???", "{'a': 1}"),
            ("a: {x: 1}", "a: ???", "{'a': {'x': 1}}"),
            ("a: ???", "a: 1", "{'a': 1}"),
            ("a: {x: 1}\nb: ${a}", "b: {y: 2}", "{'a': {'x': 1}, 'b': {'x': 1, 'y': 2}}"),
            ("a: 1\nb: ${a}", "b: {y: 2}", "{'a': 1, 'b': {'y': 2}}"),
            ("1: {x: 1}", "1: {y: 2}", "{1: {'x': 1, 'y': 2}}"),
        ] {
            assert_eq!(merged(first, second, Keys::Open).unwrap(), expected, "{first} + {second}");
        }
    }

    #[test]
    fn refused() {
        assert!(merged("a: {x: 1}", "a: [1]", Keys::Open).is_err());
        assert!(merged("a: [1]", "a: {x: 1}", Keys::Open).is_err());
        let error = merged("a: {xy: 1}", "a: {xz: 1}", Keys::Struct).unwrap_err();
        assert_eq!(error.expected(), ["xy"]);
        assert_eq!(error.origin().unwrap().to_string(), "f:1:9");
    }
}
