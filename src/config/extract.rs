//! Nodes -> typed structs, through figment; errors lead back to the node they are about.

use figment::error::{Error, Kind};
use figment::value::{Dict, Empty, Num, Tag, Value as Typed};
use figment::{Figment, Metadata, Profile, Provider};
use serde::de::DeserializeOwned;

use super::error::{ConfigError, ErrorKind};
use super::node::{Node, Value};
use super::python;

/// The name under which figment sees the extracted node.
const HOLDER: &str = "value";

/// A node as a source of values for figment.
struct Section<'a>(&'a Node);

impl Provider for Section<'_> {
    fn metadata(&self) -> Metadata {
        Metadata::named("composed config")
    }

    fn data(&self) -> Result<figment::value::Map<Profile, Dict>, Error> {
        let dict = Dict::from_iter([(HOLDER.to_owned(), typed(self.0))]);
        Ok(Profile::Default.collect(dict))
    }
}

fn typed(node: &Node) -> Typed {
    let tag = Tag::Default;
    match &node.value {
        Value::Null => Typed::Empty(tag, Empty::None),
        Value::Bool(b) => Typed::Bool(tag, *b),
        Value::Int(i) => Typed::Num(tag, int(*i)),
        Value::Float(x) => Typed::Num(tag, Num::F64(*x)),
        Value::Str(text) => Typed::String(tag, text.clone()),
        Value::List(items) => Typed::Array(tag, items.iter().map(typed).collect()),
        Value::Map(map) => {
            let dict = map.iter().map(|(key, child)| (key.to_string(), typed(child)));
            Typed::Dict(tag, dict.collect())
        }
    }
}

fn int(i: i128) -> Num {
    match (i64::try_from(i), u64::try_from(i)) {
        (Ok(small), _) => Num::I64(small),
        (_, Ok(large)) => Num::U64(large),
        _ => Num::I128(i),
    }
}

/// Reads a node into a type; `path` names it in errors.
pub(super) fn extract<T: DeserializeOwned>(node: &Node, path: &str) -> Result<T, ConfigError> {
    if let Some((missing, place)) = first_missing(node, path) {
        return Err(ConfigError::new(ErrorKind::Missing { key: missing }).at(&place.origin));
    }
    let figment = Figment::from(Section(node));
    figment.extract_inner::<T>(HOLDER).map_err(|error| explain(&error, node, path))
}

fn first_missing<'n>(node: &'n Node, path: &str) -> Option<(String, &'n Node)> {
    let mut found = None;
    node.each_leaf(path, &mut |at, leaf| {
        if leaf.is_missing() && found.is_none() {
            found = Some((at.to_owned(), leaf));
        }
    });
    found
}

/// Turns figment's error into ours.
fn explain(error: &Error, node: &Node, path: &str) -> ConfigError {
    let mut parts = error.path.clone();
    if parts.last().is_some_and(|last| last == HOLDER) {
        parts.pop(); // figment appends the holder to the path below it
    }
    let place = deepest(node, &parts);
    let below = |name: &str| {
        let all = std::iter::once(path.to_owned()).chain(parts.iter().cloned());
        let all = all.chain([name.to_owned()]).filter(|part| !part.is_empty());
        all.collect::<Vec<_>>().join(".")
    };
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    match &error.kind {
        Kind::UnknownField(name, expected) => {
            let (key, place) = match parts.last() {
                Some(last) if last == name => (below(""), place),
                _ => (below(name), place.child(name).unwrap_or(place)),
            };
            let error = ConfigError::new(ErrorKind::UnknownKey { key });
            error.at(&place.origin).expecting(name, names(expected))
        }
        Kind::MissingField(name) => {
            let error = ConfigError::new(ErrorKind::Missing { key: below(name) });
            error.at(&place.origin)
        }
        Kind::UnknownVariant(name, expected) => {
            let problem = format!("`{name}` is not one of its values");
            let error = ConfigError::new(ErrorKind::WrongValue { key: below(""), problem });
            error.at(&place.origin).expecting(name, names(expected))
        }
        Kind::InvalidType(_, wanted) | Kind::InvalidValue(_, wanted) => {
            let wanted = plain(&wanted.to_string());
            let problem = format!("expected {wanted}, got {}", python::repr(&place.value));
            ConfigError::new(ErrorKind::WrongValue { key: below(""), problem }).at(&place.origin)
        }
        other => {
            let problem = other.to_string();
            ConfigError::new(ErrorKind::WrongValue { key: below(""), problem }).at(&place.origin)
        }
    }
}

/// The node a path leads to, or the last one on the way.
fn deepest<'n>(node: &'n Node, path: &[String]) -> &'n Node {
    path.iter().fold(node, |node, part| node.child(part).unwrap_or(node))
}

/// What a deserialiser expects, in words of the config and not of Rust.
fn plain(wanted: &str) -> String {
    match wanted {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, not negative".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a boolean" | "bool" => "true or false".to_owned(),
        _ if wanted.starts_with("struct ") => "a mapping".to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::origin::Origin;
    use crate::config::yaml::load;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Opt {
        lr: f64,
        #[serde(default)]
        names: Vec<String>,
        inner: Option<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        size: usize,
        kind: Kind2,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "snake_case")]
    enum Kind2 {
        Small,
        Large,
    }

    fn read(text: &str) -> Result<Opt, ConfigError> {
        let node =
            load(text, &|line, column| Origin::file(std::path::Path::new("f.yaml"), line, column))?;
        extract(&node, "opt")
    }

    #[test]
    fn accepted() {
        let opt = read("lr: 1\nnames: [a, b]\ninner: {size: 3, kind: large}").unwrap();
        assert_eq!((opt.lr, opt.names.len()), (1.0, 2));
        let inner = opt.inner.unwrap();
        assert_eq!((inner.size, inner.kind), (3, Kind2::Large));
        assert!(read("lr: 0.5\ninner: null").unwrap().inner.is_none());
    }

    #[test]
    fn errors_name_key_place_and_expectation() {
        for (text, message, place) in [
            ("lr: x", "`opt.lr`", "f.yaml:1:5"),
            ("lr: 1\nnmes: []", "`opt.nmes`: unknown key", "f.yaml:2:7"),
            ("lr: 1\ninner: {size: -1, kind: small}", "`opt.inner.size`", "f.yaml:2:15"),
            ("lr: 1\ninner: {size: 1, kind: tiny}", "`opt.inner.kind`", "f.yaml:2:24"),
            ("lr: 1\ninner: {siz: 1, kind: small}", "`opt.inner.siz`", "f.yaml:2:14"),
            ("lr: 1\ninner: {kind: small}", "`opt.inner.size`: the value is missing", "f.yaml:2:8"),
            ("lr: ???", "`opt.lr`: the value is missing", "f.yaml:1:5"),
            ("lr: 1\nnames: [a, [b]]", "`opt.names.1`", "f.yaml:2:12"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.to_string().contains(message), "{text}: {error}");
            assert_eq!(error.origin().unwrap().to_string(), place, "{text}: {error}");
        }
        assert!(read("lr: 1\nnmes: []").unwrap_err().expected().contains(&"names".to_owned()));
    }
}
