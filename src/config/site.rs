//! The user's site file: values for one machine (partitions, data paths), over the config
//! directories and under the command line.
//!
//! | key | meaning |
//! |---|---|
//! | `key` | must exist in the composed config |
//! | `+key` | added, or changed when it exists |
//! | `?key` | ignored when it does not exist (a launcher's option while another launcher is chosen) |

use std::path::Path;
use std::sync::Arc;

use super::error::{ConfigError, ErrorKind};
use super::interpolation::Context;
use super::key::Key;
use super::merge::Keys;
use super::node::{Map, Node, Value};
use super::origin::Origin;
use super::update::update;
use super::{text, yaml};

/// Lays the file over the tree; an absent file changes nothing.
pub(crate) fn apply(
    root: &mut Node,
    context: &Context,
    path: &Path,
) -> Result<(), Vec<ConfigError>> {
    let path: Arc<Path> = path.into();
    let name = path.display().to_string();
    let Some(text) = text::read_if_there(&path, &name).map_err(|error| vec![error])? else {
        return Ok(());
    };
    let origin = |line, column| Origin::Site { path: Arc::clone(&path), line, column };
    let site = yaml::load(&text, &origin).map_err(|error| vec![error])?;
    let mut layer = Layer { root, context, errors: Vec::new() };
    match site.value {
        Value::Map(map) => layer.map("", map, Keys::Struct),
        _ => {
            let problem = "a site file is a mapping".to_owned();
            layer.errors.push(ConfigError::new(ErrorKind::Yaml { problem }).at(&site.origin));
        }
    }
    if layer.errors.is_empty() { Ok(()) } else { Err(layer.errors) }
}

struct Layer<'a> {
    root: &'a mut Node,
    context: &'a Context,
    errors: Vec<ConfigError>,
}

impl Layer<'_> {
    fn map(&mut self, path: &str, map: Map, keys: Keys) {
        for (key, node) in map {
            let Key::Str(name) = key else {
                let problem = format!("key `{key}` must be a text");
                let kind = ErrorKind::WrongValue { key: path.to_owned(), problem };
                self.errors.push(ConfigError::new(kind).at(&node.origin));
                continue;
            };
            self.entry(path, &name, node, keys);
        }
    }

    fn entry(&mut self, path: &str, name: &str, node: Node, keys: Keys) {
        let (name, keys, lenient) = match name.split_at_checked(1) {
            Some(("+", name)) => (name, Keys::Forced, false),
            Some(("?", name)) => (name, keys, true),
            _ => (name, keys, false),
        };
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        let exists = self.root.get(&path).is_some();
        if lenient && !exists {
            return;
        }
        match node.value {
            Value::Map(map) if exists && !map.is_empty() => self.map(&path, map, keys),
            _ => {
                if let Err(error) = update(self.root, self.context, &path, node, keys) {
                    self.errors.push(error);
                }
            }
        }
    }
}
