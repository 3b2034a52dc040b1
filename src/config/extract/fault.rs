//! What serde said, led back to the node it is about.

use std::fmt;

use figment::error::{Error, Kind};
use serde::de::{self, Expected, Unexpected};

use super::inspect::shown;
use crate::config::error::{ConfigError, ErrorKind};
use crate::config::key;
use crate::config::node::Node;

/// The first thing that kept a node from being read; figment tells the kinds of them apart.
#[derive(Debug)]
pub(super) struct Fault(Box<Error>);

impl Fault {
    /// The same, seen from the container that holds the value under `key`.
    pub(super) fn below(mut self, key: String) -> Self {
        self.0.path.push(key); // from the innermost to the outermost
        self
    }

    /// Whether a type's own code refused the value, for a reason that no schema tells.
    pub(super) fn is_custom(&self) -> bool {
        matches!(self.0.kind, Kind::Message(_))
    }

    /// The error of the config; `path` names `node`, which was read.
    pub(super) fn explain(self, node: &Node, path: &str) -> ConfigError {
        let parts: Vec<String> = self.0.path.into_iter().rev().collect();
        let place = parts.iter().fold(node, |node, part| node.child(part).unwrap_or(node));
        let here = key::below(path, &key::join(&parts));
        let wrong = |problem| {
            let kind = ErrorKind::WrongValue { key: here.clone(), problem };
            ConfigError::new(kind).at(&place.origin)
        };
        match self.0.kind {
            Kind::UnknownField(name, expected) => {
                let key = key::below(&here, &name);
                let place = place.child(&name).unwrap_or(place);
                let error = ConfigError::new(ErrorKind::UnknownKey { key });
                error.at(&place.origin).expecting(&name, owned(expected))
            }
            Kind::MissingField(name) => {
                let key = key::below(&here, &name);
                ConfigError::new(ErrorKind::Missing { key }).at(&place.origin)
            }
            Kind::UnknownVariant(name, expected) => {
                let error = wrong(format!("`{name}` is not one of its values"));
                error.expecting(&name, owned(expected))
            }
            Kind::InvalidType(_, wanted)
            | Kind::InvalidValue(_, wanted)
            | Kind::InvalidLength(_, wanted) => {
                wrong(format!("expected {}, got {}", plain(&wanted), shown(place)))
            }
            Kind::Message(problem) => wrong(problem),
            other => wrong(other.to_string()),
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
        self.0.fmt(f)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(Box::new(Error::custom(message)))
    }

    fn invalid_type(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self(Box::new(Error::invalid_type(found, wanted)))
    }

    fn invalid_value(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self(Box::new(Error::invalid_value(found, wanted)))
    }

    fn invalid_length(length: usize, wanted: &dyn Expected) -> Self {
        Self(Box::new(Error::invalid_length(length, wanted)))
    }

    fn unknown_variant(name: &str, expected: &'static [&'static str]) -> Self {
        Self(Box::new(Error::unknown_variant(name, expected)))
    }

    fn unknown_field(name: &str, expected: &'static [&'static str]) -> Self {
        Self(Box::new(Error::unknown_field(name, expected)))
    }

    fn missing_field(name: &'static str) -> Self {
        Self(Box::new(Error::missing_field(name)))
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self(Box::new(Error::duplicate_field(name)))
    }
}
