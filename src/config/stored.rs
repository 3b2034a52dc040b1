//! The record of a run, `.hydra/`, as a config again.
//!
//! What was composed then is taken as it is: no defaults list, no overrides, no site file. Every
//! value comes from a line of the record, so provenance names it. Only what belongs to the present
//! process is new: the working directory and the mode, which is a single run.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;

use super::compose::parse;
use super::composed::Composed;
use super::defaults::{DefaultsItem, Element, Tree};
use super::error::{ConfigError, ConfigErrors, ErrorKind};
use super::hydra_node;
use super::interpolation::Context;
use super::key::{Key, Name};
use super::node::{Node, Value};
use super::origin::Origin;
use super::overrides::OverrideArg;
use super::request::Runtime;
use super::source::Source;
use super::version::VersionBase;
use super::yaml;
use crate::files;

/// Reads the config that a run was made from.
///
/// | `place` | the record |
/// |---|---|
/// | a run directory | its `.hydra/` |
/// | a `.hydra/` directory | itself |
/// | `.hydra/config.yaml` | its directory |
/// | `config.pickle`, as Hydra's callback writes it | refused: it holds Python objects |
///
/// # Errors
/// A place without a record, a record that is not one.
pub fn stored(place: &Path, runtime: &Runtime) -> Result<Composed, ConfigErrors> {
    let dir = record(place)?;
    let (config, hydra) = (dir.join("config.yaml"), dir.join("hydra.yaml"));
    let (mut root, mut hydra) = (read(&config)?, read(&hydra)?);
    let node = hydra.as_map_mut().and_then(|map| map.shift_remove(&Name("hydra")));
    let (Some(node), Some(map)) = (node.filter(|node| node.as_map().is_some()), root.as_map_mut())
    else {
        return Err(unreadable(&dir, "its config or its `hydra` node is no mapping").into());
    };
    map.insert(Key::from("hydra"), node);
    composed(root, &config, runtime)
}

/// Reads a config that was kept whole, `hydra` included.
///
/// # Errors
/// A file that cannot be read or is no such config.
pub fn stored_whole(file: &Path, runtime: &Runtime) -> Result<Composed, ConfigErrors> {
    let root = read(file)?;
    if root.child("hydra").and_then(Node::as_map).is_none() {
        return Err(unreadable(file, "its `hydra` node is no mapping").into());
    }
    composed(root, file, runtime)
}

/// What was composed then, as if it had been composed now.
fn composed(mut root: Node, config: &Path, runtime: &Runtime) -> Result<Composed, ConfigErrors> {
    let dir = config.parent().unwrap_or(Path::new(""));
    let arguments = overrides(&root);
    let parsed = parse(&arguments)?;
    hydra_node::renew(&mut root, runtime);
    let version = version(&root);
    let origin = Origin::file(config, 1, 1);
    Ok(Composed {
        context: Context::new(runtime.now.clone()),
        choices: Arc::new(choices(&root)),
        items: Arc::new([item(config, origin.clone())]),
        tree: Arc::new(Tree { element: Element::config("config", origin), branches: None }),
        sources: Arc::new([Source::dir("main", dir)]),
        warnings: Arc::new([]),
        version,
        cwd: runtime.cwd.clone(),
        arguments,
        parsed,
        root,
    })
}

/// The directory with `config.yaml` and `hydra.yaml`.
fn record(place: &Path) -> Result<PathBuf, ConfigError> {
    let refuse = |problem: &str| Err(unreadable(place, problem));
    if place.extension().is_some_and(|extension| extension == "pickle") {
        return refuse("it holds Python objects; give the run directory or `.hydra/config.yaml`");
    }
    let holds = |dir: &Path| files::is_file(&dir.join("hydra.yaml"));
    match files::kind(place) {
        None => refuse("it does not exist"),
        Some(files::Kind::Dir) if holds(place) => Ok(place.to_owned()),
        Some(files::Kind::Dir) if holds(&place.join(".hydra")) => Ok(place.join(".hydra")),
        Some(files::Kind::File) if place.ends_with("config.yaml") => {
            let dir = place.parent().unwrap_or(Path::new(""));
            if holds(dir) { Ok(dir.to_owned()) } else { refuse("there is no hydra.yaml beside it") }
        }
        Some(_) => refuse("it is no run directory and no `.hydra/config.yaml`"),
    }
}

fn unreadable(place: &Path, problem: &str) -> ConfigError {
    let config = place.display().to_string();
    ErrorKind::Unreadable { config, cause: problem.to_owned() }.into()
}

fn read(path: &Path) -> Result<Node, ConfigError> {
    let text =
        files::read_to_string(path).map_err(|error| unreadable(path, &error.source.to_string()))?;
    let path: Arc<Path> = path.into();
    yaml::load(&text, &|line, column| Origin::File { path: Arc::clone(&path), line, column })
}

/// The overrides of then, for the new record.
fn overrides(root: &Node) -> Vec<OverrideArg> {
    let lists = ["hydra.overrides.hydra", "hydra.overrides.task"].map(|key| root.get(key));
    let items = lists.into_iter().flatten().filter_map(Node::as_list).flatten();
    items
        .filter_map(|item| {
            Some(OverrideArg { text: item.as_str()?.to_owned(), origin: item.origin.clone() })
        })
        .collect()
}

fn version(root: &Node) -> VersionBase {
    let text = root.get("hydra.runtime.version_base").and_then(Node::as_str);
    text.and_then(|text| text.parse().ok()).unwrap_or(VersionBase::V1_3)
}

fn choices(root: &Node) -> IndexMap<String, Option<String>> {
    let choices = root.get("hydra.runtime.choices").and_then(Node::as_map);
    let option = |node: &Node| match &node.value {
        Value::Str(name) => Some(name.clone()),
        _ => None,
    };
    choices.into_iter().flatten().map(|(group, node)| (group.to_string(), option(node))).collect()
}

fn item(config: &Path, origin: Origin) -> DefaultsItem {
    DefaultsItem {
        config: config.display().to_string(),
        package: String::new(),
        is_self: false,
        parent: None,
        origin,
        primary: true,
        override_key: None,
    }
}
