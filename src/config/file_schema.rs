//! The JSON schema of a whole config -> the schema of a file that contributes to it.
//!
//! | the whole config | a file |
//! |---|---|
//! | required keys | none is: a file holds a part |
//! | a value of some type | or `???`, or a text with `${...}` |
//! | one of several mappings | any of them: the key that tells them apart may be in another file |
//! | no further keys | but `defaults`, at the top |
//! | the `hydra` node | declared as the program declares it |
//!
//! A file's content ends up at its package, and its schema is what the whole has there.

use std::collections::BTreeSet;

use regex::Regex;
use serde_json::{Map, Value as Json, json};

use super::builtin::hydra_schema;
use super::key;

/// Text that stands for a value that is not there yet.
const DEFERRED: &str = "Deferred";
const DEFAULTS: &str = "Defaults";
/// Keywords that describe a value and do not restrict it.
const TOLD: &[&str] = &["title", "description", "default"];

/// The schema of files whose content goes to any of `packages` (`""` or `_global_`: the top).
///
/// `whole` is the schema (draft 2020-12) of the application's config without `hydra`.
pub fn file_schema(whole: &Json, packages: &[String]) -> Json {
    let mut whole = whole.clone();
    if let Some(Json::Object(keys)) = whole.get_mut("properties") {
        keys.insert("hydra".to_owned(), hydra_schema());
    }
    let mut options: Vec<Json> = Vec::new();
    for schema in packages.iter().flat_map(|package| at(&whole, package)) {
        let option = file(&schema);
        if !options.contains(&option) {
            options.push(option);
        }
    }
    let mut definitions = Map::new();
    for (name, schema) in whole.get("$defs").and_then(Json::as_object).into_iter().flatten() {
        definitions.insert(name.clone(), relaxed(schema));
    }
    definitions.insert(DEFERRED.to_owned(), deferred());
    definitions.insert(DEFAULTS.to_owned(), defaults());
    let mut schema = match options.len() {
        0 => json!({ "type": ["object", "null"] }),
        1 => options.remove(0),
        _ => json!({ "anyOf": options }),
    };
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["$defs"] = Json::Object(used(&schema, definitions));
    schema
}

/// The definitions that a schema needs, those of its definitions included.
fn used(schema: &Json, mut definitions: Map<String, Json>) -> Map<String, Json> {
    let (mut names, mut open) = (BTreeSet::new(), vec![schema]);
    while let Some(schema) = open.pop() {
        match schema {
            Json::Object(keywords) => open.extend(keywords.values()),
            Json::Array(items) => open.extend(items),
            Json::String(text) => {
                let name = text.strip_prefix("#/$defs/");
                let definition = name.and_then(|name| definitions.get_key_value(name));
                if let Some((name, definition)) = definition
                    && names.insert(name.clone())
                {
                    open.push(definition);
                }
            }
            _ => {}
        }
    }
    definitions.retain(|name, _| names.contains(name));
    definitions
}

fn deferred() -> Json {
    json!({
        "description": "missing, or the value of an interpolation",
        "type": "string",
        "pattern": r"^\?\?\?$|\$\{",
    })
}

fn defaults() -> Json {
    let option = json!({
        "anyOf": [
            {"type": ["string", "null"]},
            {"type": "array", "items": {"type": "string"}},
        ],
    });
    json!({
        "description": "the configs that this one is composed of, in order",
        "type": "array",
        "items": {
            "anyOf": [
                {"type": "string"},
                {"type": "object", "additionalProperties": option, "minProperties": 1},
            ],
        },
    })
}

/// The mappings that a package names.
fn at(whole: &Json, package: &str) -> Vec<Json> {
    let parts = match package {
        "" | "_global_" => Vec::new(),
        package => key::split(package),
    };
    let top = mappings(whole, whole);
    parts.iter().fold(top, |schemas, part| {
        let children = schemas.iter().filter_map(|schema| child(schema, part));
        children.flat_map(|schema| mappings(whole, &schema)).collect()
    })
}

/// References and alternatives followed to the mappings behind them.
fn mappings(whole: &Json, schema: &Json) -> Vec<Json> {
    if let Some(reference) = schema.get("$ref").and_then(Json::as_str) {
        let target = whole.pointer(reference.trim_start_matches('#'));
        return target.map(|target| mappings(whole, target)).unwrap_or_default();
    }
    if let Some(options) = alternatives(schema) {
        return options.iter().flat_map(|option| mappings(whole, option)).collect();
    }
    let is_mapping = schema.get("properties").is_some()
        || schema.get("type").is_some_and(|ty| ty.to_string().contains("\"object\""));
    if is_mapping { vec![schema.clone()] } else { Vec::new() }
}

fn alternatives(schema: &Json) -> Option<&Vec<Json>> {
    schema.get("anyOf").or_else(|| schema.get("oneOf"))?.as_array()
}

fn child(schema: &Json, part: &str) -> Option<Json> {
    let named = schema.get("properties").and_then(|keys| keys.get(part));
    let patterns = schema.get("patternProperties").and_then(Json::as_object);
    let matching = || {
        let mut patterns = patterns.into_iter().flatten();
        let matches = |text: &str| Regex::new(text).is_ok_and(|regex| regex.is_match(part));
        patterns.find(|(pattern, _)| matches(pattern)).map(|(_, schema)| schema)
    };
    let further = || schema.get("additionalProperties").filter(|schema| schema.is_object());
    named.or_else(matching).or_else(further).cloned()
}

/// A mapping as the content of a file.
fn file(schema: &Json) -> Json {
    let mut schema = relaxed(schema);
    if let Some(object) = schema.as_object_mut() {
        object.remove("$defs");
        object.insert("type".to_owned(), json!(["object", "null"]));
        let keys = object.entry("properties").or_insert_with(|| json!({}));
        keys["defaults"] = reference(DEFAULTS);
    }
    schema
}

fn reference(name: &str) -> Json {
    json!({ "$ref": format!("#/$defs/{name}") })
}

/// A schema whose parts may be missing or deferred.
fn relaxed(schema: &Json) -> Json {
    let Json::Object(keywords) = schema else { return schema.clone() };
    let mut out = Map::new();
    for (keyword, given) in keywords {
        let each = |read: fn(&Json) -> Json| match given {
            Json::Object(map) => {
                Json::Object(map.iter().map(|(key, schema)| (key.clone(), read(schema))).collect())
            }
            Json::Array(items) => items.iter().map(read).collect(),
            other => other.clone(),
        };
        match keyword.as_str() {
            "required" | "format" | "$defs" | "$schema" => {}
            "properties" | "patternProperties" | "prefixItems" => {
                out.insert(keyword.clone(), each(value));
            }
            "oneOf" | "anyOf" => {
                out.insert("anyOf".to_owned(), each(relaxed));
            }
            "items" | "additionalProperties" => {
                out.insert(keyword.clone(), value(given));
            }
            _ => {
                out.insert(keyword.clone(), given.clone());
            }
        }
    }
    Json::Object(out)
}

/// A value that may be deferred; what is told about it stays outside.
fn value(schema: &Json) -> Json {
    let Json::Object(keywords) = schema else { return schema.clone() };
    let is_told = |keyword: &String| TOLD.contains(&keyword.as_str());
    let restricts = keywords.iter().any(|(keyword, given)| {
        !(is_told(keyword) || keyword == "type" && given.as_str() == Some("string"))
    });
    let Json::Object(relaxed) = relaxed(schema) else { return schema.clone() };
    if !restricts {
        return Json::Object(relaxed);
    }
    let (mut told, bare): (Map<_, _>, Map<_, _>) =
        relaxed.into_iter().partition(|(keyword, _)| is_told(keyword));
    told.insert("anyOf".to_owned(), json!([bare, reference(DEFERRED)]));
    Json::Object(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> Json {
        json!({
            "type": "object",
            "properties": {
                "opt": {"$ref": "#/$defs/Opt"},
                "name": {"description": "who", "type": "string"},
            },
            "patternProperties": {"^set": {"oneOf": [
                {"type": "object", "properties": {"_target_": {"const": "A"}}, "required": ["_target_"]},
            ]}},
            "additionalProperties": false,
            "required": ["opt"],
            "$defs": {"Opt": {
                "type": "object",
                "properties": {"lr": {"description": "how fast", "type": "number", "format": "double"}},
                "additionalProperties": false,
                "required": ["lr"],
            }},
        })
    }

    #[test]
    fn a_file_is_a_part() {
        let schema = file_schema(&whole(), &[String::new()]);
        assert!(schema.get("required").is_none());
        assert_eq!(schema["type"], json!(["object", "null"]));
        assert_eq!(schema["properties"]["name"], json!({"description": "who", "type": "string"}));
        let deferred = reference(DEFERRED);
        let opt = &schema["properties"]["opt"];
        assert_eq!(*opt, json!({"anyOf": [{"$ref": "#/$defs/Opt"}, deferred]}));
        let lr = &schema["$defs"]["Opt"]["properties"]["lr"];
        assert_eq!(
            *lr,
            json!({"description": "how fast", "anyOf": [{"type": "number"}, deferred]})
        );
        assert_eq!(schema["properties"]["defaults"], reference(DEFAULTS));
        assert!(schema["properties"]["hydra"]["anyOf"][0]["properties"]["run"].is_object());
    }

    #[test]
    fn the_package_says_which_part() {
        let keys = |package: &str| {
            let schema = file_schema(&whole(), &[package.to_owned()]);
            let keys = schema["properties"].as_object();
            let keys: Option<Vec<String>> = keys.map(|map| map.keys().cloned().collect());
            keys.unwrap_or_default()
        };
        assert_eq!(keys("opt"), ["lr", "defaults"]);
        assert_eq!(keys("set_b"), ["_target_", "defaults"]);
        assert_eq!(keys("hydra.run"), ["dir", "defaults"]);
        assert!(keys("nowhere").is_empty());
        let both = file_schema(&whole(), &["opt".to_owned(), "set".to_owned()]);
        assert_eq!(both["anyOf"].as_array().map(Vec::len), Some(2));
        let definitions = |package: &str| {
            let schema = file_schema(&whole(), &[package.to_owned()]);
            schema["$defs"].as_object().map(Map::len)
        };
        assert_eq!((definitions(""), definitions("opt")), (Some(3), Some(2)), "no unused ones");
    }
}
