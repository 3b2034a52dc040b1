//! Applies edits: list edits and the replacement of a whole value.
//!
//! | override | the list `[a,b]` becomes |
//! |---|---|
//! | `key=append(x,y)`, `key=extend_list(x,y)` | `[a,b,x,y]` |
//! | `key=prepend(x,y)` | `[x,y,a,b]` |
//! | `key=insert(1,x,y)` | `[a,x,y,b]`; `insert(-1,x)` goes before the last, `insert(2,x)` to the end |
//! | `key=remove_at(0)` | `[b]`; `remove_at(-1)` is the last |
//! | `key=remove_value(b)` | `[a]`; of equal ones the first, each value must be there |
//! | `key=list_clear()` | `[]` |
//! | `key=replace(x)` | `x`, whatever the value was: a mapping is not merged into |
//!
//! `~key` deletes. Files say the same with tags; see [`super::node::MergeTag`].
//!
//! The key must exist and hold a list, `???` and null are none; `replace` takes any value, and
//! `++key=replace(x)` adds the key when it is not there. Where the key, or one above it, is an
//! interpolation to a mapping or list, a copy of that is edited and the original stays. Several
//! edits of one key apply in order. Items keep their origins and their histories.

use super::error::{ConfigError, ErrorKind};
use super::interpolation::Context;
use super::key::{self, Key};
use super::merge::{Keys, Merger};
use super::node::{Node, Value};
use super::origin::Origin;
use super::overrides::{Action, Edit, Literal, Override, to_node};
use super::python;
use super::types::Ty;
use super::update;

type Result<T> = std::result::Result<T, ConfigError>;

/// Applies the edit of an override.
pub(super) fn apply(root: &mut Node, context: &Context, one: &Override, edit: &Edit) -> Result<()> {
    if let Edit::Replace(value) = edit {
        return replace(root, context, one, value);
    }
    let held = find(root, context, one)?;
    let Value::List(items) = &held.value else {
        let (shown, origin) = (python::repr(&held.value), &held.origin);
        return Err(refused(one, format!("`{}` is {shown} and not a list ({origin})", one.key)));
    };
    let mut list = Node { shadowed: Vec::new(), ..held.clone_shallow() };
    list.value = Value::List(edited(one, items, held.ty, edit)?);
    list.origin = one.origin.clone();
    held.replace(list);
    Ok(())
}

fn refused(one: &Override, problem: String) -> ConfigError {
    ConfigError::new(ErrorKind::Override { text: one.text.clone(), problem }).at(&one.origin)
}

/// The node of the key, interpolations to mappings and lists on the way replaced by copies.
fn find<'r>(root: &'r mut Node, context: &Context, one: &Override) -> Result<&'r mut Node> {
    let parts = key::split(&one.key);
    let mut path: Vec<Key> = Vec::new();
    for part in &parts {
        let place = root.at(&parts[..path.len()]);
        if place.is_none_or(|node| node.child(part).is_none()) {
            let known = place.map(Node::keys).unwrap_or_default();
            path.push(Key::Str(part.clone()));
            let kind = ErrorKind::NoSuchKey {
                key: one.key.clone(),
                name: part.clone(),
                container: "struct".to_owned(),
            };
            return Err(ConfigError::new(kind).at(&one.origin).expecting(part, known));
        }
        path.push(Key::Str(part.clone()));
        let mut merger = Merger { root: &mut *root, context, keys: Keys::Struct };
        merger.expand_interpolation(&path);
    }
    root.at_mut(&parts).ok_or_else(|| refused(one, format!("`{}` does not exist", one.key)))
}

/// The list after the edit.
fn edited(one: &Override, items: &[Node], ty: Ty, edit: &Edit) -> Result<Vec<Node>> {
    let new = |values: &[Literal]| nodes(one, values, ty);
    let mut out = items.to_vec();
    match edit {
        Edit::Append(values) => out.extend(new(values)?),
        Edit::Prepend(values) => drop(out.splice(0..0, new(values)?)),
        Edit::Insert { at, values } => {
            let at = position(one, *at, items.len(), items.len())?;
            drop(out.splice(at..at, new(values)?));
        }
        Edit::RemoveAt(at) => {
            let last = items.len().checked_sub(1);
            let last = last.ok_or_else(|| refused(one, format!("`{}` is empty", one.key)))?;
            out.remove(position(one, *at, items.len(), last)?);
        }
        Edit::RemoveValue(values) => {
            for value in new(values)? {
                remove_value(one, &mut out, &value)?;
            }
        }
        Edit::Clear => out.clear(),
        Edit::Replace(_) => {}
    }
    Ok(out)
}

/// New items, converted to the type that the list declares.
fn nodes(one: &Override, values: &[Literal], ty: Ty) -> Result<Vec<Node>> {
    let node = |value: &Literal| {
        let mut node = node(one, value)?;
        ty.element().convert(&mut node).map_err(|wanted| {
            let shown = python::repr(&node.value);
            refused(one, format!("expected items to be {wanted}, got {shown}"))
        })?;
        Ok(node)
    };
    values.iter().map(node).collect()
}

fn node(one: &Override, value: &Literal) -> Result<Node> {
    let node = to_node(value, &one.origin).map_err(|problem| refused(one, problem))?;
    update::check_texts(&node)?;
    Ok(node)
}

/// An index from the start, or from the end when negative.
fn position(one: &Override, at: i128, length: usize, last: usize) -> Result<usize> {
    let from_start = if at < 0 { at.saturating_add(length as i128) } else { at };
    usize::try_from(from_start).ok().filter(|index| *index <= last).ok_or_else(|| {
        let key = &one.key;
        refused(one, format!("index {at} is out of range, `{key}` has {length} items"))
    })
}

fn remove_value(one: &Override, items: &mut Vec<Node>, value: &Node) -> Result<()> {
    match items.iter().position(|item| update::equal(&item.value, &value.value)) {
        Some(index) => {
            items.remove(index);
            Ok(())
        }
        None => {
            let word = python::str_of(&value.value);
            let known = items.iter().map(|item| python::str_of(&item.value)).collect();
            let problem = format!("`{word}` is not in `{}`", one.key);
            Err(refused(one, problem).expecting(&word, known))
        }
    }
}

fn replace(root: &mut Node, context: &Context, one: &Override, value: &Literal) -> Result<()> {
    let new = node(one, value)?;
    if one.action == Action::ForceAdd && root.get(&one.key).is_none() {
        return update::update(root, context, &one.key, new, Keys::Forced);
    }
    let held = find(root, context, one)?;
    overwrite(held, new).map_err(|problem| refused(one, problem))
}

/// Puts `new` in the place of `held` without merging; equal keys keep their histories.
pub(super) fn overwrite(held: &mut Node, mut new: Node) -> std::result::Result<(), String> {
    if let Ty::Struct(name) = held.ty {
        return Err(format!("the keys of {name} are declared, set them one by one"));
    }
    held.ty
        .convert(&mut new)
        .map_err(|wanted| format!("expected {wanted}, got {}", python::repr(&new.value)))?;
    inherit(held, &mut new);
    held.replace(new);
    Ok(())
}

/// Gives the children of `new` the histories of those they replace.
fn inherit(held: &Node, new: &mut Node) {
    let (Value::Map(old), Value::Map(children)) = (&held.value, &mut new.value) else { return };
    for (key, child) in children {
        if let Some(old) = old.get(key) {
            inherit(old, child);
            let mut node = old.clone();
            node.replace(std::mem::replace(child, Node::new(Value::Null, Origin::Runtime)));
            *child = node;
        }
    }
}

#[cfg(test)]
mod tests;
