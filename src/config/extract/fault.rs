//! What serde said, led back to the node it is about.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

use super::inspect::shown;
use crate::config::error::{ConfigError, ErrorKind};
use crate::config::key;
use crate::config::node::Node;

/// The first thing that kept a node from being read.
#[derive(Debug)]
pub(super) struct Fault {
    /// Keys from the innermost to the outermost.
    path: Vec<String>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    UnknownField { name: String, expected: Vec<String> },
    MissingField(String),
    UnknownVariant { name: String, expected: Vec<String> },
    Invalid { wanted: String },
    Custom(String),
}

impl Fault {
    fn new(kind: Kind) -> Self {
        Self { path: Vec::new(), kind }
    }

    /// The same, seen from the container that holds the value under `key`.
    pub(super) fn below(mut self, key: String) -> Self {
        self.path.push(key);
        self
    }

    /// Whether a type's own code refused the value, for a reason that no schema tells.
    pub(super) fn is_custom(&self) -> bool {
        matches!(self.kind, Kind::Custom(_))
    }

    /// The error of the config; `path` names `node`, which was read.
    pub(super) fn explain(self, node: &Node, path: &str) -> ConfigError {
        let parts: Vec<String> = self.path.into_iter().rev().collect();
        let place = parts.iter().fold(node, |node, part| node.child(part).unwrap_or(node));
        let here = key::below(path, &key::join(&parts));
        let wrong =
            |problem| ConfigError::new(ErrorKind::WrongValue { key: here.clone(), problem });
        match self.kind {
            Kind::UnknownField { name, expected } => {
                let key = key::below(&here, &name);
                let place = place.child(&name).unwrap_or(place);
                let error = ConfigError::new(ErrorKind::UnknownKey { key });
                error.at(&place.origin).expecting(&name, expected)
            }
            Kind::MissingField(name) => {
                let key = key::below(&here, &name);
                ConfigError::new(ErrorKind::Missing { key }).at(&place.origin)
            }
            Kind::UnknownVariant { name, expected } => {
                let error = wrong(format!("`{name}` is not one of its values"));
                error.at(&place.origin).expecting(&name, expected)
            }
            Kind::Invalid { wanted } => {
                let problem = format!("expected {}, got {}", plain(&wanted), shown(place));
                wrong(problem).at(&place.origin)
            }
            Kind::Custom(problem) => wrong(problem).at(&place.origin),
        }
    }
}

/// What a deserialiser expects, in words of the config and not of Rust.
fn plain(wanted: &str) -> &str {
    match wanted {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, not negative",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a boolean" | "bool" => "true or false",
        "a string" => "a text",
        _ if wanted.starts_with("struct ") => "a mapping",
        other => other,
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.kind)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Kind::Custom(message.to_string()))
    }

    fn invalid_type(_: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::new(Kind::Invalid { wanted: wanted.to_string() })
    }

    fn invalid_value(_: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::new(Kind::Invalid { wanted: wanted.to_string() })
    }

    fn invalid_length(_: usize, wanted: &dyn Expected) -> Self {
        Self::new(Kind::Invalid { wanted: wanted.to_string() })
    }

    fn unknown_variant(name: &str, expected: &'static [&'static str]) -> Self {
        Self::new(Kind::UnknownVariant { name: name.to_owned(), expected: owned(expected) })
    }

    fn unknown_field(name: &str, expected: &'static [&'static str]) -> Self {
        Self::new(Kind::UnknownField { name: name.to_owned(), expected: owned(expected) })
    }

    fn missing_field(name: &'static str) -> Self {
        Self::new(Kind::MissingField(name.to_owned()))
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self::new(Kind::Custom(format!("key `{name}` is there twice")))
    }
}
