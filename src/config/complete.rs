//! Shell completion: how a word of the command line may go on.
//!
//! [`complete`] proposes what Hydra proposes, [`complete_further`] what Hydra leaves out:
//!
//! | word | Hydra | further |
//! |---|---|---|
//! | `gr`, `a/gr` | groups: `group=`, `group/`, `group` when it holds both | both; `group@package=` of the defaults list |
//! | `group=op` | options | `group=below/option` |
//! | `group@package=op` | | options |
//! | `+gr`, `+group=op` | groups, options | `+key.` of mappings |
//! | `~gr`, `~group=op` | groups, options | entries of the defaults list, keys |
//! | `key`, `key.su` | keys: `key=`, `key.` | |
//! | `++key` | | keys |
//! | `key=` | the present value | `true` and `false`, the values that the caller knows of |
//! | `key=./fi` | files | |
//!
//! Nothing is proposed when the overrides before the word make no config.

use std::path::Path;

use super::compose::{compose, parse};
use super::composed::Composed;
use super::key::Key;
use super::node::{Node, Value};
use super::python;
use super::request::ComposeRequest;
use super::searchpath;
use super::source::{Source, group_exists, groups, options};
use super::types::Ty;
use crate::files;

/// What Hydra proposes for `word` after the overrides of `request`; sorted.
pub fn complete(request: &ComposeRequest, word: &str) -> Vec<String> {
    if let Some(found) = paths(word) {
        return sorted(found);
    }
    let Some(sources) = sources(request) else { return Vec::new() };
    let (mut found, is_group) = group_matches(&sources, word);
    if !is_group && let Ok(composed) = compose(request) {
        found.extend(key_matches(&composed, word));
    }
    sorted(found)
}

/// What Hydra leaves out; `values` knows of values for a key.
pub fn complete_further(
    request: &ComposeRequest,
    word: &str,
    values: &dyn Fn(&str) -> Vec<String>,
) -> Vec<String> {
    let Ok(composed) = compose(request) else { return Vec::new() };
    let (prefix, bare) = split_prefix(word);
    let mut found: Vec<String> = match (prefix, bare.split_once('=')) {
        ("" | "+" | "~", Some((target, option))) if is_group(&composed, target) => {
            options_below(&composed, target, option)
        }
        ("" | "++", Some((key, _))) => value_matches(&composed, key, values),
        ("" | "+" | "~" | "++", None) => {
            let keys = if prefix.is_empty() { Vec::new() } else { key_matches(&composed, bare) };
            let keys = keys.into_iter().filter(|key| prefix != "+" || key.ends_with('.'));
            let keys = keys.map(|key| match prefix {
                "~" => key.trim_end_matches('=').to_owned(),
                _ => key,
            });
            let placed = composed.choices().keys().filter(|key| key.contains('@'));
            let placed = placed.filter(|_| matches!(prefix, "" | "~"));
            let end = if prefix.is_empty() { "=" } else { "" };
            let (groups, _) = group_matches(&composed.sources, bare);
            let both = groups.into_iter().filter(|name| !name.ends_with(['=', '/']));
            let both = both.filter(|_| matches!(prefix, "" | "+"));
            let both = both.flat_map(|name| [format!("{name}="), format!("{name}/")]);
            let placed = placed.map(|key| format!("{key}{end}"));
            keys.chain(placed).chain(both).collect()
        }
        _ => Vec::new(),
    };
    found.retain(|one| one.starts_with(bare));
    sorted(found.into_iter().map(|one| format!("{prefix}{one}")).collect())
}

/// The keys of the config that begin like `word`: what `--package` and `--explain` take.
pub fn complete_key(request: &ComposeRequest, word: &str) -> Vec<String> {
    let Ok(composed) = compose(request) else { return Vec::new() };
    let keys = key_matches(&composed, word).into_iter();
    sorted(keys.map(|key| key.trim_end_matches('=').to_owned()).collect())
}

/// The names of the primary configs in the request's directory that begin like `word`.
pub fn complete_config_name(request: &ComposeRequest, word: &str) -> Vec<String> {
    let below = word.rsplit_once('/').map_or("", |(below, _)| below);
    let join = |name: String| if below.is_empty() { name } else { format!("{below}/{name}") };
    let source = [Source::dir("main", &request.config_dir)];
    let configs = options(&source, below).into_iter().map(join);
    let groups = groups(&source, below).into_iter().map(|name| format!("{}/", join(name)));
    sorted(configs.chain(groups).filter(|name| name.starts_with(word)).collect())
}

/// The paths that begin like `word`, directories with a `/` at the end.
pub fn complete_path(word: &str) -> Vec<String> {
    let (dir, _) = word.rsplit_once('/').map_or(("", word), |(dir, name)| (dir, name));
    let shown = if dir.is_empty() && !word.starts_with('/') { "" } else { &word[..=dir.len()] };
    let place = if shown.is_empty() { "." } else { shown };
    let entries = files::list(Path::new(place)).unwrap_or_default().into_iter();
    let names = entries.map(|entry| {
        let end = if entry.kind == files::Kind::Dir { "/" } else { "" };
        format!("{shown}{}{end}", entry.name)
    });
    sorted(names.filter(|name| name.starts_with(word)).collect())
}

fn sorted(mut found: Vec<String>) -> Vec<String> {
    found.sort();
    found.dedup();
    found
}

fn sources(request: &ComposeRequest) -> Option<std::sync::Arc<[Source]>> {
    let parsed = parse(&request.overrides).ok()?;
    Some(searchpath::find(request, searchpath::override_among(&parsed)).ok()?.sources)
}

/// `+`, `++` or `~`, and the rest.
fn split_prefix(word: &str) -> (&str, &str) {
    let length = if word.starts_with("++") { 2 } else { usize::from(word.starts_with(['+', '~'])) };
    word.split_at(length)
}

fn is_group(composed: &Composed, target: &str) -> bool {
    group_exists(&composed.sources, target.split('@').next().unwrap_or_default())
}

/// Options of `group` or `group@package`, and of the groups below it: `group=below/option`.
fn options_below(composed: &Composed, target: &str, option: &str) -> Vec<String> {
    let group = target.split('@').next().unwrap_or_default();
    let below = option.rsplit_once('/').map_or("", |(below, _)| below);
    let (place, shown) = match below {
        "" => (group.to_owned(), String::new()),
        below => (format!("{group}/{below}"), format!("{below}/")),
    };
    let options = composed.group_options(&place).into_iter();
    let options = options.map(|option| format!("{target}={shown}{option}"));
    let groups = composed.groups(&place).into_iter().map(|g| format!("{target}={shown}{g}/"));
    options.chain(groups).collect()
}

/// The files that a value like `key=./fi` may name; `None` when the value is no path.
fn paths(word: &str) -> Option<Vec<String>> {
    let (key, path) = word.rsplit_once('=')?;
    if !path.starts_with(['.', '/', '\\']) {
        return None;
    }
    let place = Path::new(path);
    let (dir, name) = if files::is_dir(place) {
        (path, "")
    } else {
        path.rsplit_once('/').map_or(("", path), |(dir, name)| match dir {
            "" => ("/", name),
            dir => (dir, name),
        })
    };
    let slash = if dir.ends_with('/') { "" } else { "/" };
    let entries = match dir {
        "" => Vec::new(),
        dir => files::list(Path::new(dir)).unwrap_or_default(),
    };
    let names = entries.into_iter().map(|entry| entry.name).filter(|n| n.starts_with(name));
    Some(names.map(|name| format!("{key}={dir}{slash}{name}")).collect())
}

/// Groups, or options of a group; whether the word names a group with options exactly.
fn group_matches(sources: &[Source], word: &str) -> (Vec<String>, bool) {
    let (prefix, word) = word.split_at(usize::from(word.starts_with(['+', '~'])));
    if let Some((group, _)) = word.rsplit_once('=') {
        let options = if group_exists(sources, group) { options(sources, group) } else { vec![] };
        let is_group = !options.is_empty();
        let named = options.into_iter().map(|option| match group {
            "" => option,
            group => format!("{group}={option}"),
        });
        let found = named.filter(|name| name.starts_with(word));
        return (found.map(|name| format!("{prefix}{name}")).collect(), is_group);
    }
    let below = word.rsplit_once('/').map_or("", |(below, _)| below);
    let names = groups(sources, below).into_iter().map(|name| match below {
        "" => name,
        below => format!("{below}/{name}"),
    });
    let marked = names.filter(|name| name.starts_with(word)).map(|name| {
        let has_options = !options(sources, &name).is_empty();
        let has_groups = !groups(sources, &name).is_empty();
        let end = match (has_options, has_groups) {
            (true, false) if prefix != "~" => "=",
            (false, true) => "/",
            _ => "",
        };
        format!("{prefix}{name}{end}")
    });
    (marked.collect(), false)
}

/// Keys that begin like `word`, or the value of the key that it names.
fn key_matches(composed: &Composed, word: &str) -> Vec<String> {
    if let Some(exact) = word.strip_suffix(['.', '=']) {
        if composed.root.get(exact).is_some_and(Node::is_missing) {
            return vec![word.to_owned()];
        }
        let Ok(Some(node)) = composed.select(exact) else { return Vec::new() };
        let found = if node.is_container() {
            children(composed, exact, &node, "")
        } else {
            value(&node).into_iter().collect()
        };
        return found.into_iter().map(|one| format!("{word}{one}")).collect();
    }
    let Some((base, partial)) = word.rsplit_once('.') else {
        return children(composed, "", &composed.root, word);
    };
    match composed.select(base) {
        Ok(Some(node)) => {
            let found = children(composed, base, &node, partial).into_iter();
            found.map(|one| format!("{base}.{one}")).collect()
        }
        _ => Vec::new(),
    }
}

/// A value as it would be typed; nothing for null.
fn value(node: &Node) -> Option<String> {
    match &node.value {
        Value::Null => None,
        Value::Bool(value) => Some(value.to_string()),
        _ if node.is_missing() => None,
        _ if node.ty.is_mode() => Some(format!("RunMode.{}", python::str_of(&node.value))),
        value => Some(python::str_of(value)),
    }
}

/// `key=` or `key.` of the children that begin like `partial`.
fn children(composed: &Composed, path: &str, node: &Node, partial: &str) -> Vec<String> {
    let named = |name: String, is_container: bool| {
        let end = if is_container { "." } else { "=" };
        name.starts_with(partial).then(|| format!("{name}{end}"))
    };
    match &node.value {
        Value::Map(map) => {
            map.iter().filter_map(|(key, child)| named(Key::to_string(key), holds(child))).collect()
        }
        Value::List(items) => (0..items.len())
            .filter_map(|index| {
                let item = composed.select(&format!("{path}.{index}"));
                let is_container = matches!(item, Ok(Some(item)) if item.is_container());
                named(index.to_string(), is_container)
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Whether a node is a mapping or list, or is declared as one.
fn holds(node: &Node) -> bool {
    node.is_container() || matches!(node.ty, Ty::Dict(..) | Ty::Struct(_) | Ty::List(..))
}

/// `key=value` for the present value and the others that are known.
fn value_matches(
    composed: &Composed,
    key: &str,
    values: &dyn Fn(&str) -> Vec<String>,
) -> Vec<String> {
    let Ok(Some(node)) = composed.select(key) else { return Vec::new() };
    let mut found = values(key);
    match &node.value {
        Value::Bool(_) => found.extend(["true", "false"].map(str::to_owned)),
        _ if node.ty.is_mode() => found.extend(["RUN", "MULTIRUN"].map(str::to_owned)),
        _ if node.is_container() => {}
        _ => found.extend(value(&node)),
    }
    found.into_iter().map(|value| format!("{key}={value}")).collect()
}
