//! Holds a whole node against a schema and collects everything that does not fit.
//!
//! | schema | node | error |
//! |---|---|---|
//! | any | `???` | missing |
//! | any | an interpolation without value | none: it has been told |
//! | mapping | a key it does not name, and no further ones allowed | unknown key |
//! | mapping | without a required key | missing |
//! | values | another one | not one of its values |
//! | options, told apart by a constant key | without the key, or another value | as above, for the key |
//! | options | one of the same shape | the errors of that one, or of the nearest |
//! | any other | of another type, out of bounds or pattern | expected .., got .. |

use regex::Regex;
use serde_json::Value as Json;

use super::schema::{Document, Schema};
use crate::config::error::{ConfigError, ErrorKind};
use crate::config::key::{self, Key};
use crate::config::node::{Map, Node, Value};
use crate::config::python;

/// How much of a value is shown.
const SHOWN: usize = 60;

/// Everything that keeps `node`, named `path`, from fitting.
pub(super) fn inspect(document: &Document, node: &Node, path: &str) -> Vec<ConfigError> {
    let mut errors = Vec::new();
    check(document.root(), node, path, &mut errors);
    errors
}

/// A value as it is quoted in messages.
pub(super) fn shown(node: &Node) -> String {
    let text = python::repr(&node.value);
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text,
    }
}

fn wrong(node: &Node, path: &str, problem: String) -> ConfigError {
    let kind = ErrorKind::WrongValue { key: path.to_owned(), problem };
    ConfigError::new(kind).at(&node.origin)
}

fn missing(node: &Node, key: String) -> ConfigError {
    ConfigError::new(ErrorKind::Missing { key }).at(&node.origin)
}

fn check(schema: Schema<'_>, node: &Node, path: &str, errors: &mut Vec<ConfigError>) {
    if node.is_missing() {
        errors.push(missing(node, path.to_owned()));
    } else if node.is_interpolation() {
    } else if let Some(options) = schema.alternatives() {
        choose(schema, &options, node, path, errors);
    } else if let Some(values) = schema.values() {
        one_of(&values, node, path, errors);
    } else if !fits(schema, node) {
        errors.push(mismatch(schema, node, path));
    } else {
        inside(schema, node, path, errors);
    }
}

fn mismatch(schema: Schema<'_>, node: &Node, path: &str) -> ConfigError {
    let error = wrong(node, path, format!("expected {}, got {}", wanted(schema), shown(node)));
    match node.is_container() {
        true => error,
        false => error.expecting(&python::str_of(&node.value), Vec::new()),
    }
}

/// The children of a container.
fn inside(schema: Schema<'_>, node: &Node, path: &str, errors: &mut Vec<ConfigError>) {
    match &node.value {
        Value::Map(map) => mapping(schema, node, map, path, errors),
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                let path = key::below(path, &index.to_string());
                match schema.item(index) {
                    Some(schema) => check(schema, item, &path, errors),
                    None => unfilled(item, &path, errors),
                }
            }
        }
        _ => {}
    }
}

fn mapping(schema: Schema<'_>, node: &Node, map: &Map, path: &str, errors: &mut Vec<ConfigError>) {
    for (name, child) in map {
        let name = name.to_string();
        let path = key::below(path, &name);
        match (schema.property(&name), schema.further()) {
            (Some(schema), _) | (None, Ok(Some(schema))) => check(schema, child, &path, errors),
            (None, Ok(None)) => unfilled(child, &path, errors),
            (None, Err(())) => {
                let error = ConfigError::new(ErrorKind::UnknownKey { key: path });
                errors.push(error.at(&child.origin).expecting(&name, schema.keys()));
            }
        }
    }
    for name in schema.required() {
        if !map.contains_key(&Key::from(name)) {
            errors.push(missing(node, key::below(path, name)));
        }
    }
}

/// Where anything goes, `???` still has to be filled in.
fn unfilled(node: &Node, path: &str, errors: &mut Vec<ConfigError>) {
    node.each_leaf(path, &mut |path, leaf| {
        if leaf.is_missing() {
            errors.push(missing(leaf, path.to_owned()));
        }
    });
}

fn one_of(values: &[&Json], node: &Node, path: &str, errors: &mut Vec<ConfigError>) {
    let names: Vec<String> =
        values.iter().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)).collect();
    let word = python::str_of(&node.value);
    let is_text = node.as_str().is_some();
    if values
        .iter()
        .any(|v| if is_text { v.as_str() == Some(&word) } else { v.to_string() == word })
    {
        return;
    }
    let problem = format!("`{}` is not one of its values", node.as_str().unwrap_or(&shown(node)));
    errors.push(wrong(node, path, problem).expecting(&word, names));
}

/// The option that a node is meant to be, by what tells them apart.
fn choose(
    schema: Schema<'_>,
    options: &[Schema<'_>],
    node: &Node,
    path: &str,
    errors: &mut Vec<ConfigError>,
) {
    let (null, options): (Vec<Schema<'_>>, Vec<Schema<'_>>) =
        options.iter().partition(|option| option.types() == ["null"]);
    if !null.is_empty() && node.value == Value::Null {
        return;
    }
    let values: Option<Vec<_>> = options.iter().map(|option| option.values()).collect();
    if let Some(values) = values {
        return one_of(&values.concat(), node, path, errors);
    }
    if let Some(tag) = tag(&options) {
        return by_tag(tag, &options, node, path, errors);
    }
    let fitting: Vec<Schema<'_>> = options.iter().copied().filter(|o| fits(*o, node)).collect();
    let attempts = fitting.iter().map(|option| {
        let mut errors = Vec::new();
        check(*option, node, path, &mut errors);
        errors
    });
    match attempts.min_by_key(Vec::len) {
        Some(fewest) => errors.extend(fewest),
        None => errors.push(mismatch(schema, node, path)),
    }
}

/// The key that has a constant of its own in every option.
fn tag<'s>(options: &[Schema<'s>]) -> Option<&'s str> {
    let (first, _) = options.split_first()?;
    first.required().find(|key| options.iter().all(|option| constant(option, key).is_some()))
}

fn constant<'s>(option: &Schema<'s>, key: &str) -> Option<&'s Json> {
    option.property(key)?.get("const")
}

fn by_tag(
    tag: &str,
    options: &[Schema<'_>],
    node: &Node,
    path: &str,
    errors: &mut Vec<ConfigError>,
) {
    let Some(map) = node.as_map() else {
        let problem = format!("expected a mapping with `{tag}`, got {}", shown(node));
        return errors.push(wrong(node, path, problem));
    };
    let at = key::below(path, tag);
    let Some(given) = map.get(&Key::from(tag)) else { return errors.push(missing(node, at)) };
    let is_meant =
        |option: &&Schema<'_>| constant(option, tag).and_then(Json::as_str) == given.as_str();
    match options.iter().find(is_meant) {
        Some(option) => check(*option, node, path, errors),
        None if given.is_missing() => errors.push(missing(given, at)),
        None if given.is_interpolation() => {}
        None => {
            let values: Vec<&Json> =
                options.iter().filter_map(|option| constant(option, tag)).collect();
            one_of(&values, given, &at, errors);
        }
    }
}

/// Whether a node is of the schema's type, its children aside.
fn fits(schema: Schema<'_>, node: &Node) -> bool {
    if schema.alternatives().is_some() || schema.values().is_some() {
        return true; // told apart further down
    }
    let types = schema.types();
    types.is_empty() || types.iter().any(|name| fits_type(name, schema, node))
}

fn fits_type(name: &str, schema: Schema<'_>, node: &Node) -> bool {
    let within = |x: f64| {
        schema.number("minimum").is_none_or(|least| x >= least)
            && schema.number("maximum").is_none_or(|most| x <= most)
    };
    match (name, &node.value) {
        ("null", Value::Null) | ("boolean", Value::Bool(_)) | ("object", Value::Map(_)) => true,
        ("integer" | "number", Value::Int(i)) => within(*i as f64),
        ("number", Value::Float(x)) => within(*x) || x.is_nan(),
        ("string", Value::Str(text)) => {
            let pattern = schema.get("pattern").and_then(Json::as_str);
            pattern.and_then(|p| Regex::new(p).ok()).is_none_or(|regex| regex.is_match(text))
        }
        ("array", Value::List(items)) => {
            let count = items.len() as f64;
            schema.number("minItems").is_none_or(|least| count >= least)
                && schema.number("maxItems").is_none_or(|most| count <= most)
        }
        _ => false,
    }
}

/// What fits, in words.
fn wanted(schema: Schema<'_>) -> String {
    if let Some(title) = schema.get("title").and_then(Json::as_str) {
        return title.to_owned();
    }
    if let Some(options) = schema.alternatives() {
        let texts: Vec<String> = options.into_iter().map(wanted).collect();
        return texts.join(" or ");
    }
    let values = schema.values();
    if let Some(values) = values {
        let texts: Vec<String> = values
            .iter()
            .map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned))
            .collect();
        return texts.join(" or ");
    }
    let types = schema.types();
    let texts: Vec<String> = types.into_iter().map(|name| wanted_type(name, schema)).collect();
    texts.join(" or ")
}

fn wanted_type(name: &str, schema: Schema<'_>) -> String {
    let not_negative = schema.number("minimum") == Some(0.0);
    match (name, schema.number("minItems"), schema.number("maxItems")) {
        ("integer", ..) if not_negative => "a whole number, not negative".to_owned(),
        ("integer", ..) => "a whole number".to_owned(),
        ("number", ..) => "a number".to_owned(),
        ("boolean", ..) => "true or false".to_owned(),
        ("string", ..) => "a text".to_owned(),
        ("object", ..) => "a mapping".to_owned(),
        ("array", Some(least), Some(most)) if least == most => format!("a list of {least} items"),
        ("array", ..) => "a list".to_owned(),
        (other, ..) => other.to_owned(),
    }
}
