//! Carries out the tags of files; [`MergeTag`] says what each does.

use super::edit;
use super::error::{ConfigError, ErrorKind};
use super::key::Key;
use super::merge::{Merger, dotted, wrong};
use super::node::{MergeTag, Node, Value};

type Result<T> = std::result::Result<T, ConfigError>;

/// Brings a tagged value to `key` of the mapping at `path`.
pub(super) fn apply(
    merger: &mut Merger<'_>,
    path: &mut Vec<Key>,
    key: Key,
    mut new: Node,
) -> Result<()> {
    let tag = std::mem::replace(&mut new.tag, MergeTag::None);
    let exists = merger.at(path).as_map().is_some_and(|map| map.contains_key(&key));
    match (tag, exists) {
        (MergeTag::None, _) | (MergeTag::Replace | MergeTag::Append | MergeTag::Prepend, false) => {
            merger.insert(path, key, new)
        }
        (MergeTag::Delete, _) => delete(merger, path, key, &new),
        (MergeTag::Replace, true) => on_child(path, key, |path| {
            settle(path, &mut new)?;
            let origin = new.origin.clone();
            edit::overwrite(merger.at(path), new).map_err(|problem| {
                let kind = ErrorKind::WrongValue { key: dotted(path), problem };
                ConfigError::new(kind).at(&origin)
            })
        }),
        (MergeTag::Append, true) => on_child(path, key, |path| extend(merger, path, new, false)),
        (MergeTag::Prepend, true) => on_child(path, key, |path| extend(merger, path, new, true)),
    }
}

fn on_child<T>(
    path: &mut Vec<Key>,
    key: Key,
    act: impl FnOnce(&mut Vec<Key>) -> Result<T>,
) -> Result<T> {
    path.push(key);
    let result = act(path);
    path.pop();
    result
}

fn delete(merger: &mut Merger<'_>, path: &mut Vec<Key>, key: Key, new: &Node) -> Result<()> {
    let held = merger.at(path);
    if held.as_map_mut().is_some_and(|map| map.shift_remove(&key).is_some()) {
        return Ok(());
    }
    let known = held.keys();
    on_child(path, key, |path| Err(nothing_to_delete(path, new, known)))
}

fn nothing_to_delete(path: &[Key], new: &Node, known: Vec<String>) -> ConfigError {
    let problem = "it does not exist".to_owned();
    let name = path.last().map(Key::to_string).unwrap_or_default();
    let kind = ErrorKind::CannotDelete { key: dotted(path), problem };
    ConfigError::new(kind).at(&new.origin).expecting(&name, known)
}

fn extend(merger: &mut Merger<'_>, path: &[Key], new: Node, in_front: bool) -> Result<()> {
    merger.expand_interpolation(path);
    let held = merger.at(path);
    let ty = held.ty;
    let (Value::List(items), Value::List(more)) = (&held.value, new.value.clone()) else {
        let origin = held.origin.clone();
        return Err(wrong(path, &new, &format!("the present value ({origin}) is not a list")));
    };
    let more = more.into_iter().map(|mut item| {
        ty.element()
            .convert(&mut item)
            .map_err(|wanted| wrong(path, &item, &format!("expected items to be {wanted}")))?;
        Ok(item)
    });
    let more: Vec<Node> = more.collect::<Result<_>>()?;
    let items = items.clone();
    let all = if in_front { [more, items].concat() } else { [items, more].concat() };
    held.replace(Node { ty, ..Node::new(Value::List(all), new.origin) });
    Ok(())
}

/// Carries out the tags inside a value that nothing was there for.
pub(super) fn settle(path: &mut Vec<Key>, new: &mut Node) -> Result<()> {
    new.tag = MergeTag::None;
    let Value::Map(map) = &mut new.value else { return Ok(()) };
    for (key, child) in map {
        if child.tag == MergeTag::None && !child.is_container() {
            continue;
        }
        path.push(key.clone());
        if child.tag == MergeTag::Delete {
            return Err(nothing_to_delete(path, child, Vec::new()));
        }
        settle(path, child)?;
        path.pop();
    }
    Ok(())
}

#[cfg(test)]
mod tests;
