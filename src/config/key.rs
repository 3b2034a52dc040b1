//! Keys of mappings and dotted paths through them.

use std::fmt;
use std::hash::{Hash, Hasher};

use indexmap::Equivalent;

use super::node::Value;
use super::python;

/// A key of a mapping: mostly a string, but YAML's other scalars are keys too.
///
/// As in Python, `1`, `1.0` and `true` are the same key.
#[derive(Clone, Debug)]
pub enum Key {
    /// `name:`
    Str(String),
    /// `1:`
    Int(i128),
    /// `1.5:`
    Float(f64),
    /// `true:`
    Bool(bool),
}

/// A key that is a number, as Python compares it: exactly, whatever its type.
#[derive(PartialEq, Eq, Hash)]
enum Number {
    Whole(i128),
    /// Bits of anything that is no whole number; `.nan` is one key.
    Other(u64),
}

impl Key {
    fn number(&self) -> Option<Number> {
        Some(match self {
            Key::Str(_) => return None,
            Key::Int(i) => Number::Whole(*i),
            Key::Bool(b) => Number::Whole(i128::from(*b)),
            Key::Float(x) if x.fract() == 0.0 && x.abs() < 1e38 => Number::Whole(*x as i128),
            Key::Float(x) if x.is_nan() => Number::Other(f64::NAN.to_bits()),
            Key::Float(x) => Number::Other(x.to_bits()),
        })
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Key::Str(a), Key::Str(b)) => a == b,
            (Key::Str(_), _) | (_, Key::Str(_)) => false,
            (a, b) => a.number() == b.number(),
        }
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Key::Str(text) => text.as_str().hash(state),
            number => number.number().hash(state),
        }
    }
}

impl Key {
    /// The key as a value.
    pub(crate) fn into_value(self) -> Value {
        match self {
            Key::Str(text) => Value::Str(text),
            Key::Int(i) => Value::Int(i),
            Key::Float(x) => Value::Float(x),
            Key::Bool(b) => Value::Bool(b),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::Str(s) => f.write_str(s),
            Key::Int(i) => write!(f, "{i}"),
            Key::Float(x) => f.write_str(&python::float_repr(*x)),
            Key::Bool(true) => f.write_str("True"),
            Key::Bool(false) => f.write_str("False"),
        }
    }
}

impl From<&str> for Key {
    fn from(name: &str) -> Self {
        Key::Str(name.to_owned())
    }
}

/// A string key to look up without allocating.
#[derive(Hash)]
pub(crate) struct Name<'a>(pub(crate) &'a str);

impl Equivalent<Key> for Name<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        matches!(key, Key::Str(s) if s == self.0)
    }
}

/// How many parts a path may have.
pub(crate) const DEPTH: usize = 128;

/// Splits `a.b[c].d` into its parts, as OmegaConf does.
///
/// | text | parts |
/// |---|---|
/// | `a.b` | a, b |
/// | `a[b]`, `[a].b` | a, b |
/// | `.a` | "", a |
/// | `` | "" |
pub(crate) fn split(path: &str) -> Vec<String> {
    let head_dots = path.len() - path.trim_start_matches('.').len();
    let rest = &path[head_dots..];
    let head = rest.find(['.', '[']).unwrap_or(rest.len());
    let stop = head_dots + head;
    let mut parts: Vec<String> = path[..stop].split('.').map(str::to_owned).collect();
    if path[stop..].starts_with('[') && parts.last().is_some_and(String::is_empty) {
        parts.pop();
    }
    let mut rest = &path[stop..];
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            parts.push(after[..end].to_owned());
            rest = &after[end..];
        } else if let Some((inner, after)) =
            rest.strip_prefix('[').and_then(|inner| inner.split_once(']'))
        {
            parts.push(inner.to_owned());
            rest = after;
        } else {
            let skip = rest.chars().next().map_or(0, char::len_utf8);
            rest = &rest[skip..];
        }
    }
    parts
}

/// A path of keys as text.
pub(crate) fn dotted(path: &[Key]) -> String {
    path.iter().map(Key::to_string).collect::<Vec<_>>().join(".")
}

/// The parts of a path as keys.
pub(crate) fn keys(parts: &[String]) -> Vec<Key> {
    parts.iter().map(|part| Key::from(part.as_str())).collect()
}

/// Joins parts for messages.
pub(crate) fn join(parts: &[String]) -> String {
    parts.join(".")
}

/// The path of a child, for messages.
pub(crate) fn below(path: &str, name: &str) -> String {
    match (path, name) {
        ("", name) => name.to_owned(),
        (path, "") => path.to_owned(),
        (path, name) => format!("{path}.{name}"),
    }
}

/// Whether a path names a node or something in it; the empty path names everything.
pub(crate) fn is_within(path: &str, node: &str) -> bool {
    node.is_empty()
        || path.strip_prefix(node).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn splits_as_omegaconf() {
        for (text, parts) in [
            ("a", vec!["a"]),
            ("a.b.c", vec!["a", "b", "c"]),
            ("a[b].c", vec!["a", "b", "c"]),
            ("[a].b", vec!["a", "b"]),
            (".a", vec!["", "a"]),
            ("", vec![""]),
            ("a.0[1]", vec!["a", "0", "1"]),
            ("dataset/x.y", vec!["dataset/x", "y"]),
        ] {
            assert_eq!(split(text), parts, "{text}");
        }
    }
}
