//! `defaults:` of a config -> entries.

use super::element::{Choice, Element, Entry};
use crate::config::error::{ConfigError, ErrorKind};
use crate::config::interpolation::{Context, Resolver};
use crate::config::key::{Key, Name};
use crate::config::node::{Map, Node, Value};
use crate::config::repository::Repository;
use crate::config::version::VersionBase;

/// Takes the defaults list out of a config.
pub(crate) fn entries(
    config: &str,
    node: &mut Node,
    repository: &Repository,
) -> Result<Vec<Element>, ConfigError> {
    let reader = Reader { config, repository };
    let elsewhere = reader.elsewhere(node)?;
    let Some(map) = node.as_map_mut() else { return Ok(Vec::new()) };
    let Some(defaults) = map.shift_remove(&Name("defaults")) else { return Ok(Vec::new()) };
    let origin = defaults.origin.clone();
    match elsewhere.unwrap_or(defaults).value {
        Value::List(items) => items.into_iter().map(|item| reader.item(item)).collect(),
        _ => Err(reader.problem("it must be a list".to_owned()).at(&origin)),
    }
}

struct Reader<'a> {
    config: &'a str,
    repository: &'a Repository,
}

impl Reader<'_> {
    fn problem(&self, problem: String) -> ConfigError {
        ErrorKind::DefaultsItem { config: self.config.to_owned(), problem }.into()
    }

    /// The list that `defaults: ${key}` stands for; it sees this config alone.
    fn elsewhere(&self, config: &Node) -> Result<Option<Node>, ConfigError> {
        let Some(defaults) = config.child("defaults").filter(|node| node.is_interpolation()) else {
            return Ok(None);
        };
        let context = Context::new(jiff::ZonedDateTime::default());
        let resolver = Resolver::new(config, &context);
        match resolver.dereference(vec![Key::from("defaults")], defaults) {
            Ok(found) => Ok(Some(found.node().clone())),
            Err(problem) => Err(self.problem(problem.message).at(&defaults.origin)),
        }
    }

    fn item(&self, item: Node) -> Result<Element, ConfigError> {
        let origin = item.origin.clone();
        let element = match item.value {
            Value::Str(path) => self.config_item(&path, item.origin),
            Value::Map(map) => self.group_item(map, item.origin),
            _ => Err(self.problem("an item must be a text or a mapping".to_owned())),
        };
        element.map_err(|error| error.at_if_unknown(&origin))
    }

    fn config_item(
        &self,
        text: &str,
        origin: crate::config::Origin,
    ) -> Result<Element, ConfigError> {
        let (path, package) = self.split_package(text);
        if path == "_self_" && package.is_some() {
            return Err(self.problem("`_self_@PACKAGE` is not supported".to_owned()));
        }
        Ok(Element::new(Entry::Config { path: path.to_owned() }, package, origin))
    }

    fn group_item(
        &self,
        mut map: Map,
        origin: crate::config::Origin,
    ) -> Result<Element, ConfigError> {
        let optional_key = self.old_optional(&mut map);
        let mut items = map.into_iter();
        let (Some((key, value)), None) = (items.next(), items.next()) else {
            return Err(self.problem("an item must have exactly one group".to_owned()));
        };
        let Key::Str(key) = key else {
            return Err(self.problem("the name of a group must be a text".to_owned()));
        };
        let (group, package) = self.split_package(&key);
        let mut words: Vec<&str> = group.split(' ').collect();
        let group = words.pop().unwrap_or_default();
        if group.is_empty() {
            return Err(self.problem(format!("the group's name is missing in `{key}`")));
        }
        let keywords = words.iter().take_while(|word| matches!(**word, "optional" | "override"));
        let keywords: Vec<&str> = keywords.copied().collect();
        let entry = Entry::Group {
            group: group.to_owned(),
            choice: self.choice(value)?,
            is_override: keywords.contains(&"override"),
            appended: false,
        };
        let mut element = Element::new(entry, package, origin);
        element.optional = keywords.contains(&"optional") || optional_key;
        Ok(element)
    }

    /// Hydra 1.0's `optional: true` beside the group.
    fn old_optional(&self, map: &mut Map) -> bool {
        if self.repository.version >= VersionBase::V1_2 || map.len() < 2 {
            return false;
        }
        let Some(old) = map.shift_remove(&Name("optional")) else { return false };
        self.repository.warn(format!(
            "in {}: `optional: true` is deprecated, use `optional group: option`",
            self.config
        ));
        old.value == Value::Bool(true)
    }

    fn choice(&self, value: Node) -> Result<Choice, ConfigError> {
        let wrong = || self.problem("an option must be a text, a list of texts or null".to_owned());
        match value.value {
            Value::Null => Ok(Choice::Null),
            Value::Str(name) if name == "_self_" => {
                Err(self.problem("`_self_` stands alone, without a group".to_owned()))
            }
            Value::Str(name) => Ok(Choice::Name(name)),
            Value::List(items) => items
                .into_iter()
                .map(|item| match item.value {
                    Value::Str(name) => Ok(name),
                    _ => Err(wrong().at(&item.origin)),
                })
                .collect::<Result<_, _>>()
                .map(Choice::Options),
            _ => Err(wrong().at(&value.origin)),
        }
    }

    fn split_package<'t>(&self, text: &'t str) -> (&'t str, Option<String>) {
        let Some((path, package)) = text.split_once('@') else { return (text, None) };
        let package = package.split_once(':').map_or(package, |(package, _)| package);
        if self.repository.version < VersionBase::V1_2 && package.contains("_name_") {
            self.repository.warn(format!(
                "in {}: deprecated keyword _name_ in the defaults list",
                self.config
            ));
        }
        (path, Some(package.to_owned()))
    }
}
