//! Overrides -> the config file that does the same.
//!
//! | override | in the file |
//! |---|---|
//! | `group=option` | `- override /group: option` in its defaults list |
//! | `+group=option` | `- /group: option`; `- option` in the group of the file itself |
//! | `~group` | `- override /group: null` |
//! | `key=value`, `+key=value`, `++key=value` | the value at its key; a list as a whole |
//! | `~key` | refused: a file adds and changes, it takes nothing away |
//!
//! The caller composes the file and compares: what reads differently in a file is not guessed here.

use super::composed::Composed;
use super::emit;
use super::error::{ConfigError, ConfigErrors, ErrorKind};
use super::key::{self, Key};
use super::node::{Map, Node, Value};
use super::origin::Origin;
use super::overrides::{Action, Literal, Override, to_node};

impl Composed {
    /// The text of a config of `group` that does what the overrides of this composition did;
    /// `comments` are lines at its head.
    ///
    /// # Errors
    /// Overrides that a file cannot do.
    pub fn as_config_file(&self, group: &str, comments: &[String]) -> Result<String, ConfigErrors> {
        let mut draft = Draft { composed: self, group, entries: Vec::new(), last: Vec::new() };
        let (mut tree, mut errors) = (Node::empty(Origin::Runtime), Vec::new());
        for one in self.parsed.iter().filter(|one| one.origin != Origin::Runtime) {
            let is_dict = matches!(one.literal(), Some(Literal::Dict(_)));
            if !is_dict && self.sources.iter().any(|source| source.is_group(&one.key)) {
                draft.choice(one);
            } else if let Err(error) = draft.value(one, &mut tree) {
                errors.push(error);
            }
        }
        match ConfigErrors::from_vec(errors) {
            Some(errors) => Err(errors),
            None => Ok(draft.text(&tree, comments)),
        }
    }
}

struct Draft<'a> {
    composed: &'a Composed,
    group: &'a str,
    entries: Vec<Node>,
    /// `override` entries, which come after all others.
    last: Vec<Node>,
}

impl Draft<'_> {
    fn choice(&mut self, one: &Override) {
        let option = match one.literal() {
            Some(literal) if one.action != Action::Delete => to_node(literal, &one.origin).ok(),
            _ => None,
        };
        let option = option.unwrap_or_else(|| Node::new(Value::Null, Origin::Runtime));
        if one.action == Action::Add && one.target() == self.group && option.as_str().is_some() {
            return self.entries.push(option);
        }
        let (list, keyword) = match one.action {
            Action::Add | Action::ForceAdd => (&mut self.entries, ""),
            Action::Change | Action::Delete => (&mut self.last, "override "),
        };
        let entry = Map::from_iter([(Key::Str(format!("{keyword}/{}", one.target())), option)]);
        list.push(Node::new(Value::Map(entry), Origin::Runtime));
    }

    /// The value that the override left at its key; a mapping as it was given, since the rest of
    /// it comes from elsewhere.
    fn value(&self, one: &Override, tree: &mut Node) -> Result<(), ConfigError> {
        let refuse = |problem: &str| {
            let kind = ErrorKind::Override { text: one.text.clone(), problem: problem.to_owned() };
            ConfigError::new(kind).at(&one.origin)
        };
        if one.action == Action::Delete {
            return Err(refuse("a config file cannot take a key away"));
        }
        let mut path = key::split(&one.key);
        let root = &self.composed.root;
        let list = (0..path.len())
            .find(|depth| root.at(&path[..*depth]).is_some_and(|node| node.as_list().is_some()));
        path.truncate(list.unwrap_or(path.len()));
        let given = match one.literal() {
            Some(literal @ Literal::Dict(_)) => to_node(literal, &one.origin).ok(),
            _ => None,
        };
        let value = given.or_else(|| root.at(&path).cloned());
        let value = value.ok_or_else(|| refuse("its key is gone again"))?;
        set(tree, &path, plain(value));
        Ok(())
    }

    fn text(mut self, tree: &Node, comments: &[String]) -> String {
        let mut out = String::from("# @package _global_\n");
        for line in comments {
            out.push_str(format!("# {line}").trim_end());
            out.push('\n');
        }
        let has_defaults = !self.entries.is_empty() || !self.last.is_empty();
        if has_defaults {
            self.entries.push(Node::new(Value::Str("_self_".to_owned()), Origin::Runtime));
            self.entries.append(&mut self.last);
            out.push_str("defaults:\n");
            let list = Node::new(Value::List(self.entries), Origin::Runtime);
            emit::to_yaml(&list).lines().for_each(|line| out.push_str(&format!("  {line}\n")));
        }
        for (key, value) in tree.as_map().into_iter().flatten() {
            let block = Map::from_iter([(key.clone(), value.clone())]);
            out.push('\n');
            out.push_str(&emit::to_yaml(&Node::new(Value::Map(block), Origin::Runtime)));
        }
        out
    }
}

/// A copy without declared types and history: what is written is read anew.
fn plain(node: Node) -> Node {
    let value = match node.value {
        Value::Map(map) => Value::Map(map.into_iter().map(|(key, n)| (key, plain(n))).collect()),
        Value::List(items) => Value::List(items.into_iter().map(plain).collect()),
        scalar => scalar,
    };
    Node::new(value, node.origin)
}

/// Puts a value at a path; mappings are merged, anything else is replaced.
fn set(tree: &mut Node, path: &[String], value: Node) {
    let Some((first, rest)) = path.split_first() else { return merge(tree, value) };
    if tree.as_map().is_none() {
        *tree = Node::empty(Origin::Runtime);
    }
    if let Some(map) = tree.as_map_mut() {
        let child = map.entry(Key::Str(first.clone()));
        set(child.or_insert_with(|| Node::empty(Origin::Runtime)), rest, value);
    }
}

fn merge(held: &mut Node, new: Node) {
    match (&mut held.value, new.value) {
        (Value::Map(held), Value::Map(new)) => {
            for (key, value) in new {
                match held.get_mut(&key) {
                    Some(held) => merge(held, value),
                    None => drop(held.insert(key, value)),
                }
            }
        }
        (held, new) => *held = new,
    }
}

#[cfg(test)]
mod tests;
