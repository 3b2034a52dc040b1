//! Two configs, key by key.
//!
//! A leaf is a scalar, a list (lists are replaced, not merged) or an empty mapping. Two values are
//! equal when JSON writes them alike: `1`, `1.0` and `"1"` are three values.

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::composed::Composed;
use super::error::ConfigErrors;
use super::key;
use super::node::{Node, Value};
use super::resolved::Resolved;

/// A value and the place that set it.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    /// The value.
    pub value: Json,
    /// The place, in words.
    pub origin: String,
}

/// Every leaf of a config by its dotted path, in the order of the config.
pub type Leaves = IndexMap<String, Leaf>;

/// A key with another value, or none, on one side.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Dotted path.
    pub key: String,
    /// On the first side.
    pub a: Option<Leaf>,
    /// On the second.
    pub b: Option<Leaf>,
}

/// The keys with different values: in the order of `a`, then those that only `b` has.
pub fn differences(a: &Leaves, b: &Leaves) -> Vec<Difference> {
    let of = |key: &String| {
        let (a, b) = (a.get(key), b.get(key));
        let same = a.map(|leaf| &leaf.value) == b.map(|leaf| &leaf.value);
        (!same).then(|| Difference { key: key.clone(), a: a.cloned(), b: b.cloned() })
    };
    a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))).filter_map(of).collect()
}

impl Composed {
    /// The leaves of the application's config, interpolations as written or resolved.
    ///
    /// # Errors
    /// When they are to be resolved and one has no value.
    pub fn leaves(&self, resolve: bool) -> Result<Leaves, ConfigErrors> {
        let job = if resolve { self.resolve()?.job().clone() } else { self.job() };
        Ok(leaves(&job, &|_, node| node.origin.to_string()))
    }
}

impl Resolved {
    /// The leaves of the application's config.
    pub fn leaves(&self) -> Leaves {
        leaves(self.job(), &|_, node| node.origin.to_string())
    }
}

pub(super) fn leaves(root: &Node, origin: &dyn Fn(&str, &Node) -> String) -> Leaves {
    let mut found = Leaves::new();
    collect(root, "", origin, &mut found);
    found
}

fn collect(node: &Node, path: &str, origin: &dyn Fn(&str, &Node) -> String, found: &mut Leaves) {
    match &node.value {
        Value::Map(map) if !map.is_empty() => {
            for (key, child) in map {
                collect(child, &key::below(path, &key.to_string()), origin, found);
            }
        }
        Value::Map(_) if path.is_empty() => {}
        _ => {
            let leaf = Leaf { value: json(node), origin: origin(path, node) };
            found.insert(path.to_owned(), leaf);
        }
    }
}

fn json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(b) => Json::from(*b),
        Value::Int(i) => {
            let small = i64::try_from(*i).map(Json::from);
            small.or_else(|_| u64::try_from(*i).map(Json::from)).unwrap_or(i.to_string().into())
        }
        Value::Float(x) if x.is_finite() => Json::from(*x),
        Value::Float(x) => super::python::float_repr(*x).into(),
        Value::Str(text) => text.as_str().into(),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(map) => {
            Json::Object(map.iter().map(|(key, child)| (key.to_string(), json(child))).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::origin::Origin;
    use crate::config::yaml::load;

    fn side(text: &str) -> Leaves {
        let place = |line, column| Origin::file(std::path::Path::new("f"), line, column);
        leaves(&load(text, &place).unwrap(), &|_, node| node.origin.to_string())
    }

    #[test]
    fn by_key() {
        let a = side("x: 1\ny: {a: [1, 2], b: {}}\nz: same\n1: one");
        let b = side("z: same\ny: {a: [1, 3], c: null}\nx: 1.0\n1: one");
        let found = differences(&a, &b);
        let shown: Vec<String> = found
            .iter()
            .map(|d| {
                let text = |leaf: &Option<Leaf>| {
                    leaf.as_ref().map_or("-".to_owned(), |l| format!("{}@{}", l.value, l.origin))
                };
                format!("{} {} {}", d.key, text(&d.a), text(&d.b))
            })
            .collect();
        let expected = [
            "x 1@f:1:4 1.0@f:3:4",
            "y.a [1,2]@f:2:8 [1,3]@f:2:8",
            "y.b {}@f:2:19 -",
            "y.c - null@f:2:19",
        ];
        assert_eq!(shown, expected);
        assert!(differences(&a, &a).is_empty());
    }
}
