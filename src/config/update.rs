//! Applies `key=value`, `+key=value`, `++key=value` and `~key` to a composed tree.
//!
//! | override | key exists | key does not exist |
//! |---|---|---|
//! | `key=value` | changed; a mapping is merged, a list replaced | refused |
//! | `+key=value` | refused, unless null, `???` or a mapping or list that is merged | added |
//! | `++key=value` | changed | added |
//! | `~key` | deleted | refused |
//! | `~key=value` | deleted when it has this value | refused |
//! | `key=append(..)`, `key=replace(..)`, ... | edited; see [`super::edit`] | refused |

use super::edit;
use super::error::{ConfigError, ErrorKind};
use super::interpolation::{Context, Found, Resolver};
use super::key::{self, Key, Name};
use super::merge::{Keys, Merger, dotted, step};
use super::node::{MergeTag, Node, Value};
use super::origin::Origin;
use super::overrides::{Action, Override, to_node};
use super::python;
use super::tags;
use super::types::Ty;

type Result<T> = std::result::Result<T, ConfigError>;

/// Applies one override.
pub(crate) fn apply(root: &mut Node, context: &Context, one: &Override) -> Result<()> {
    let refuse = |problem: String| {
        let kind = ErrorKind::Override { text: one.text.clone(), problem };
        Err(ConfigError::new(kind).at(&one.origin))
    };
    if one.package.is_some() {
        return refuse(format!("it looks like a config group but `{}` is none", one.key));
    }
    if let Some(edit) = one.edit() {
        return edit::apply(root, context, one, edit);
    }
    let value = match one.literal().map(|literal| to_node(literal, &one.origin)) {
        None => None,
        Some(Ok(node)) => Some(node),
        Some(Err(problem)) => return refuse(problem),
    };
    if let Some(node) = &value {
        check_texts(node)?;
    }
    match (one.action, value) {
        (Action::Delete, value) => delete(root, context, one, value),
        (Action::Change, Some(value)) => update(root, context, &one.key, value, Keys::Struct),
        (Action::Add, Some(value)) => {
            let held = select(root, context, &one.key)?;
            if held.is_some() && !value.is_container() {
                let kind = ErrorKind::KeyExists { key: one.key.clone() };
                return Err(ConfigError::new(kind).at(&one.origin));
            }
            update(root, context, &one.key, value, Keys::Forced)
        }
        (Action::ForceAdd, Some(value)) => update(root, context, &one.key, value, Keys::Forced),
        (Action::Change | Action::Add | Action::ForceAdd, None) => Ok(()),
    }
}

/// Refuses texts with broken interpolations.
pub(super) fn check_texts(node: &Node) -> Result<()> {
    let mut problem = None;
    node.each_leaf("", &mut |_, leaf| {
        if leaf.is_interpolation()
            && let Some(text) = leaf.as_str()
            && let Err(error) = super::interpolation::parse(text)
        {
            let kind = ErrorKind::InterpolationSyntax { text: text.to_owned(), problem: error };
            problem.get_or_insert(ConfigError::new(kind).at(&leaf.origin));
        }
    });
    problem.map_or(Ok(()), Err)
}

/// The value at a path, seen through interpolations; `None` when null, `???` or not there.
fn select(root: &Node, context: &Context, path: &str) -> Result<Option<Node>> {
    let resolver = Resolver::new(root, context);
    match resolver.walk(Found::At(Vec::new(), root), path) {
        Ok(found) => Ok(found.map(|f| f.node().clone()).filter(|node| node.value != Value::Null)),
        Err(problem) if problem.is_nothing() => Ok(None),
        Err(problem) => {
            let kind = ErrorKind::Interpolation { key: path.to_owned(), problem: problem.message };
            Err(kind.into())
        }
    }
}

/// Sets or merges a value at a dotted path, making the mappings on the way.
pub(crate) fn update(
    root: &mut Node,
    context: &Context,
    path: &str,
    value: Node,
    keys: Keys,
) -> Result<()> {
    let mut parts = key::split(path);
    if parts.len() > key::DEPTH {
        let kind = ErrorKind::TooMuch { what: "the length of a path", limit: key::DEPTH };
        return Err(ConfigError::new(kind).at(&value.origin));
    }
    let last = parts.pop().unwrap_or_default();
    let mut merger = Merger { root, context, keys };
    let mut here: Vec<Key> = Vec::new();
    for part in parts {
        descend(&mut merger, &mut here, part, &value.origin)?;
    }
    put(&mut merger, here, last, value)
}

fn holder<'r>(root: &'r mut Node, path: &[Key]) -> &'r mut Node {
    path.iter().fold(root, |node, key| step(node, key).expect("descended step by step"))
}

fn descend(
    merger: &mut Merger<'_>,
    here: &mut Vec<Key>,
    part: String,
    origin: &Origin,
) -> Result<()> {
    let node = holder(merger.root, here);
    let child = node.child(&part).map(Node::is_container);
    match (child, node.as_list().is_some()) {
        (Some(true), _) => {}
        (Some(false), _) => {
            here.push(Key::Str(part));
            merger.set(here, Node::empty(origin.clone()))?;
            return Ok(());
        }
        (None, true) => return Err(no_index(here, &part, node, origin)),
        (None, false) => {
            merger.insert(here, Key::Str(part.clone()), Node::empty(origin.clone()))?
        }
    }
    here.push(Key::Str(part));
    Ok(())
}

fn put(merger: &mut Merger<'_>, mut here: Vec<Key>, last: String, value: Node) -> Result<()> {
    if value.tag != MergeTag::None {
        return tags::apply(merger, &mut here, Key::Str(last), value);
    }
    let node = holder(merger.root, &here);
    let Some(held) = node.child(&last) else {
        if node.as_list().is_some() {
            return Err(no_index(&here, &last, node, &value.origin));
        }
        return merger.insert(&mut here, Key::Str(last), value);
    };
    let merges = value.is_container() && (held.is_container() || held.ty != super::types::Ty::Any);
    here.push(Key::Str(last));
    if merges { merger.merge(&mut here, value) } else { merger.assign(&here, value) }
}

fn no_index(here: &[Key], part: &str, list: &Node, origin: &Origin) -> ConfigError {
    let length = list.as_list().map_or(0, <[Node]>::len);
    let problem = format!("`{part}` is not an index of a list of {length}");
    ConfigError::new(ErrorKind::WrongValue { key: dotted(here), problem }).at(origin)
}

fn delete(root: &mut Node, context: &Context, one: &Override, value: Option<Node>) -> Result<()> {
    let refuse = |problem: String| {
        let kind = ErrorKind::CannotDelete { key: one.key.clone(), problem };
        ConfigError::new(kind).at(&one.origin)
    };
    let held = select(root, context, &one.key).map_err(|error| error.at(&one.origin))?;
    let mut parts = key::split(&one.key);
    let last = parts.pop().unwrap_or_default();
    let Some(held) = held else {
        let known = root.at(&parts).map(Node::keys).unwrap_or_default();
        return Err(refuse("it does not exist or is null".to_owned()).expecting(&last, known));
    };
    if let Some(value) = value.filter(|value| value.value != Value::Null)
        && !equal(&value.value, &held.value)
    {
        let (wanted, got) = (python::repr(&value.value), python::repr(&held.value));
        return Err(refuse(format!("its value is {got} and not {wanted}")));
    }
    let Some(path) = holder_path(root, context, &parts) else {
        return Err(refuse("it is not a key of a mapping".to_owned()));
    };
    let holder = root.at_keys_mut(&path);
    if let Some(Ty::Struct(name)) = holder.as_ref().map(|node| node.ty) {
        return Err(refuse(format!("the keys of {name} are fixed")));
    }
    match holder.and_then(Node::as_map_mut).and_then(|map| map.shift_remove(&Name(&last))) {
        Some(_) => Ok(()),
        None => Err(refuse("it is not a key of a mapping".to_owned())),
    }
}

/// Where the node at a path stands, seen through interpolations.
fn holder_path(root: &Node, context: &Context, parts: &[String]) -> Option<Vec<Key>> {
    let resolver = Resolver::new(root, context);
    let start = Found::At(Vec::new(), root);
    match resolver.walk(start, &parts.join(".")).ok()?? {
        Found::At(path, _) => Some(path),
        Found::Made(..) | Found::Plain(_) => None,
    }
}

/// Python's `==`: numbers and booleans compare by value.
pub(crate) fn equal(a: &Value, b: &Value) -> bool {
    let number = |value: &Value| match value {
        Value::Bool(b) => Some(f64::from(u8::from(*b))),
        Value::Int(i) => Some(*i as f64),
        Value::Float(x) => Some(*x),
        _ => None,
    };
    match (a, b) {
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(&a.value, &b.value))
        }
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len()
                && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| equal(&a.value, &b.value)))
        }
        _ => match (number(a), number(b)) {
            (Some(a), Some(b)) => a == b,
            _ => a == b,
        },
    }
}
