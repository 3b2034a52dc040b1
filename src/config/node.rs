//! The tree a config is made of: values that know where they came from.
//!
//! Invariant: a node's origin is where its present value was written; what it replaced is in
//! `shadowed`, oldest first.

use indexmap::IndexMap;

use super::key::{Key, Name};
use super::origin::Origin;
use super::types::Ty;

/// A mapping in the order in which its keys were first merged.
pub type Map = IndexMap<Key, Node>;

/// What a node holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// A floating-point number.
    Float(f64),
    /// Text; `???` (missing) and interpolations (`${...}`) are texts too.
    Str(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping.
    Map(Map),
}

/// A value with its origin and history.
#[derive(Clone, Debug)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it was written.
    pub origin: Origin,
    pub(crate) shadowed: Vec<Shadow>,
    pub(crate) ty: Ty,
    pub(crate) tag: MergeTag,
}

/// How a value of a file meets the value that is there; written as a tag, and gone once merged.
///
/// | tag | present value | result |
/// |---|---|---|
/// | none | | see [`super::merge`] |
/// | `!replace x` | anything, nothing | `x`, not merged into what was there |
/// | `!delete` | a key | the key is gone; refused when there is none |
/// | `!append [x]`, `!prepend [x]` | a list | the list with `x` at its end, its start |
/// | | nothing | `[x]` |
/// | | another value | refused |
///
/// Tags stand at values of mappings only, `!replace` also at the top of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MergeTag {
    None,
    Replace,
    Delete,
    Append,
    Prepend,
}

/// A value that another one replaced.
#[derive(Clone, Debug)]
pub struct Shadow {
    /// The replaced value.
    pub value: Value,
    /// Where it was written.
    pub origin: Origin,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Value {
    /// The child under a key (of a mapping) or an index (of a list).
    pub(crate) fn child(&self, name: &str) -> Option<&Node> {
        match self {
            Value::Map(map) => map.get(&Name(name)),
            Value::List(items) => items.get(index(name)?),
            _ => None,
        }
    }
}

impl Node {
    /// A value with its origin.
    pub fn new(value: Value, origin: Origin) -> Self {
        Self { value, origin, shadowed: Vec::new(), ty: Ty::Any, tag: MergeTag::None }
    }

    /// An empty mapping.
    pub fn empty(origin: Origin) -> Self {
        Self::new(Value::Map(Map::new()), origin)
    }

    /// The mapping, when it is one.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    pub(crate) fn as_map_mut(&mut self) -> Option<&mut Map> {
        match &mut self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The list, when it is one.
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The text, when it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is a mapping or a list.
    pub fn is_container(&self) -> bool {
        matches!(self.value, Value::Map(_) | Value::List(_))
    }

    /// Whether it is `???`.
    pub fn is_missing(&self) -> bool {
        self.as_str() == Some("???")
    }

    /// Whether it is a text with an interpolation.
    pub fn is_interpolation(&self) -> bool {
        self.as_str().is_some_and(|text| text.contains("${"))
    }

    /// Whether it is null, `???` or an interpolation: acceptable whatever the declared type.
    pub(crate) fn is_special(&self) -> bool {
        self.value == Value::Null || self.is_missing() || self.is_interpolation()
    }

    /// The child under a key (of a mapping) or an index (of a list).
    pub fn child(&self, name: &str) -> Option<&Node> {
        self.value.child(name)
    }

    pub(crate) fn child_mut(&mut self, name: &str) -> Option<&mut Node> {
        match &mut self.value {
            Value::Map(map) => map.get_mut(&Name(name)),
            Value::List(items) => items.get_mut(index(name)?),
            _ => None,
        }
    }

    /// The node at a dotted path; the empty path is the node itself.
    pub fn get(&self, path: &str) -> Option<&Node> {
        if path.is_empty() { Some(self) } else { self.at(&super::key::split(path)) }
    }

    pub(crate) fn at<S: AsRef<str>>(&self, path: &[S]) -> Option<&Node> {
        path.iter().try_fold(self, |node, part| node.child(part.as_ref()))
    }

    pub(crate) fn at_mut<S: AsRef<str>>(&mut self, path: &[S]) -> Option<&mut Node> {
        path.iter().try_fold(self, |node, part| node.child_mut(part.as_ref()))
    }

    /// The node at a path of keys, which need not be texts.
    pub(crate) fn at_keys(&self, path: &[Key]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| match &node.value {
            Value::Map(map) => map.get(key),
            Value::List(items) => items.get(index(&key.to_string())?),
            _ => None,
        })
    }

    pub(crate) fn at_keys_mut(&mut self, path: &[Key]) -> Option<&mut Node> {
        path.iter().try_fold(self, |node, key| match &mut node.value {
            Value::Map(map) => map.get_mut(key),
            Value::List(items) => items.get_mut(index(&key.to_string())?),
            _ => None,
        })
    }

    /// How many nodes it is made of, itself included.
    pub(crate) fn size(&self) -> usize {
        match &self.value {
            Value::Map(map) => 1 + map.values().map(Node::size).sum::<usize>(),
            Value::List(items) => 1 + items.iter().map(Node::size).sum::<usize>(),
            _ => 1,
        }
    }

    /// How many levels of lists and mappings it nests; 0 for a scalar.
    pub(crate) fn depth(&self) -> usize {
        match &self.value {
            Value::Map(map) => 1 + map.values().map(Node::depth).max().unwrap_or(0),
            Value::List(items) => 1 + items.iter().map(Node::depth).max().unwrap_or(0),
            _ => 0,
        }
    }

    /// Every value this one replaced, oldest first.
    pub fn shadowed(&self) -> &[Shadow] {
        &self.shadowed
    }

    /// Puts `new` in the place of this node, which goes into its history.
    pub(crate) fn replace(&mut self, mut new: Node) {
        let mut history = std::mem::take(&mut self.shadowed);
        let old = std::mem::replace(&mut self.value, Value::Null);
        history.push(Shadow { value: old, origin: self.origin.clone() });
        history.append(&mut new.shadowed);
        new.shadowed = history;
        *self = new;
    }

    /// The node without the children of a container.
    pub(crate) fn clone_shallow(&self) -> Node {
        let value = match &self.value {
            Value::Map(_) => Value::Map(Map::new()),
            Value::List(_) => Value::List(Vec::new()),
            scalar => scalar.clone(),
        };
        let (origin, shadowed) = (self.origin.clone(), self.shadowed.clone());
        Node { value, origin, shadowed, ty: self.ty, tag: self.tag }
    }

    /// The names of the string keys of a mapping.
    pub fn keys(&self) -> Vec<String> {
        self.as_map().map(|map| map.keys().map(Key::to_string).collect()).unwrap_or_default()
    }

    /// Whether a scalar or empty container satisfies `holds`.
    pub(crate) fn any_leaf(&self, holds: &dyn Fn(&Node) -> bool) -> bool {
        match &self.value {
            Value::Map(map) if !map.is_empty() => map.values().any(|child| child.any_leaf(holds)),
            Value::List(items) if !items.is_empty() => items.iter().any(|i| i.any_leaf(holds)),
            _ => holds(self),
        }
    }

    /// Calls `visit` with the dotted path and node of every leaf: scalars and empty containers.
    pub(crate) fn each_leaf<'a>(&'a self, path: &str, visit: &mut dyn FnMut(&str, &'a Node)) {
        let below =
            |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        match &self.value {
            Value::Map(map) if !map.is_empty() => {
                for (key, child) in map {
                    child.each_leaf(&below(&key.to_string()), visit);
                }
            }
            Value::List(items) if !items.is_empty() => {
                for (index, child) in items.iter().enumerate() {
                    child.each_leaf(&below(&index.to_string()), visit);
                }
            }
            _ => visit(path, self),
        }
    }
}

/// The index that a part of a path names; Python's integers, so ` 1` and `+1` count.
fn index(text: &str) -> Option<usize> {
    super::python::parse_int(text)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replacing_keeps_the_history_in_order() {
        let mut node = Node::new(Value::Int(1), Origin::Runtime);
        node.replace(Node::new(Value::Int(2), Origin::argument(1, "a=2")));
        node.replace(Node::new(Value::Int(3), Origin::argument(2, "a=3")));
        let old: Vec<&Value> = node.shadowed().iter().map(|s| &s.value).collect();
        assert_eq!(old, [&Value::Int(1), &Value::Int(2)]);
        assert_eq!(node.origin, Origin::argument(2, "a=3"));
    }
}
