//! Graph -> tree: what the nodes are, merge keys, keys.
//!
//! Mappings are made level by level, as PyYAML makes them; that order decides whether a key that
//! also comes through `<<` counts as a duplicate.
//!
//! | in a mapping | |
//! |---|---|
//! | the same text twice as a key | refused |
//! | the same number or boolean twice (`1`, `1.0`, `true` are the same) | the last value |
//! | `<<: *a`, `<<: [*a, *b]` | keys of `a`, then of `b`, where the mapping has none itself |
//! | a null, list or mapping as a key | refused |
//!
//! What aliases may expand to is limited in [`expand`](super::expand).

use std::collections::{HashMap, HashSet, VecDeque};

use super::expand::Expansion;
use super::graph::{Content, Graph, Id, NODES, Tag};
use super::parse::{self, DEPTH};
use super::reader::{Fault, Mark, Result};
use super::scalar::{self, Tag as ScalarTag};
use super::tag;
use crate::config::error::{ConfigError, ErrorKind};
use crate::config::key::Key;
use crate::config::node::{Map, MergeTag, Node, Value};
use crate::config::origin::Origin;

/// How many `<<` one mapping may have.
const MERGE_KEYS: usize = 1000;

/// Line and column (from 1) -> origin.
pub(crate) type Positions<'a> = &'a dyn Fn(usize, usize) -> Origin;

/// Reads a whole file.
///
/// An empty file is an empty mapping; a lone text `abc` means `abc: null`.
pub(crate) fn load(text: &str, positions: Positions<'_>) -> std::result::Result<Node, ConfigError> {
    let node = load_any(text, positions)?;
    let origin = node.origin.clone();
    match node.value {
        Value::Null => Ok(Node::empty(origin)),
        Value::Map(_) | Value::List(_) => Ok(node),
        Value::Str(inner) => load_text(&inner, &origin),
        _ => Err(not_a_config(&origin)),
    }
}

/// Reads a text inside a config: all of it was written at one place.
pub(crate) fn load_text(text: &str, origin: &Origin) -> std::result::Result<Node, ConfigError> {
    let node = load_any(text, &|_, _| origin.clone())?;
    match node.value {
        Value::Str(name) => {
            let null = Node::new(Value::Null, origin.clone());
            let map = Map::from_iter([(Key::Str(name), null)]);
            Ok(Node::new(Value::Map(map), origin.clone()))
        }
        Value::Null => Ok(Node::empty(origin.clone())),
        Value::Map(_) | Value::List(_) => Ok(node),
        _ => Err(not_a_config(origin)),
    }
}

fn not_a_config(origin: &Origin) -> ConfigError {
    let problem = "a config is a mapping, not a number or boolean".to_owned();
    ConfigError::new(ErrorKind::Yaml { problem }).at(origin)
}

fn load_any(text: &str, positions: Positions<'_>) -> std::result::Result<Node, ConfigError> {
    let at = |mark: Mark| positions(mark.line + 1, mark.column + 1);
    let refuse = |fault: Fault| {
        ConfigError::new(ErrorKind::Yaml { problem: fault.problem }).at(&at(fault.mark))
    };
    let Some((graph, root)) = parse::parse(text).map_err(refuse)? else {
        return Ok(Node::new(Value::Null, positions(1, 1)));
    };
    let mut builder = Builder::new(graph);
    builder.make_all(root).map_err(refuse)?;
    let (made, tags) = (&builder.made, &builder.tags);
    let mut expansion = Expansion { made, tags, at: &at, nodes: 0, bytes: 0 };
    expansion.node(root, 0)
}

/// The value of a node, its children by number.
pub(super) enum Made {
    Scalar(Value),
    List(Vec<Id>),
    Map(Vec<(Key, Id)>),
}

struct Builder {
    graph: Graph,
    made: Vec<(Option<Made>, Mark)>,
    /// Lists and mappings whose children are not made yet.
    queue: VecDeque<Id>,
    /// Entries that merge keys have copied.
    merged: usize,
    /// Of the nodes that have one.
    tags: HashMap<Id, MergeTag>,
}

impl Builder {
    fn new(graph: Graph) -> Self {
        let made = (0..graph.len()).map(|id| (None, graph[id].mark)).collect();
        Self { graph, made, queue: VecDeque::new(), merged: 0, tags: HashMap::new() }
    }

    fn make_all(&mut self, root: Id) -> Result<()> {
        self.merge_tag(root)?;
        if self.tags.get(&root).is_some_and(|tag| *tag != MergeTag::Replace) {
            let problem = "the tag expects to stand at the value of a key";
            return Err(Fault::new(problem, self.graph[root].mark));
        }
        self.make(root)?;
        while let Some(id) = self.queue.pop_front() {
            let made = match self.graph[id].tag {
                Tag::Map => Made::Map(self.mapping(id)?),
                Tag::Pairs => Made::List(self.pairs(id)?),
                _ => Made::List(self.sequence(id)?),
            };
            self.made[id].0 = Some(made);
        }
        Ok(())
    }

    /// Makes a scalar now, puts a list or mapping at the end of the queue.
    fn make(&mut self, id: Id) -> Result<()> {
        if self.made[id].0.is_some() {
            return Ok(());
        }
        let node = &self.graph[id];
        match &node.tag {
            Tag::Scalar(tag) => {
                let text = self.text(id)?;
                let value = scalar::construct(*tag, text);
                let value = value.map_err(|problem| Fault::new(problem, node.mark))?;
                self.made[id].0 = Some(Made::Scalar(value));
            }
            Tag::Map => {
                self.made[id].0 = Some(Made::Map(Vec::new()));
                self.queue.push_back(id);
            }
            Tag::Seq | Tag::Pairs => {
                self.made[id].0 = Some(Made::List(Vec::new()));
                self.queue.push_back(id);
            }
            Tag::Other(tag) => {
                let tag = tag.replacen("tag:yaml.org,2002:", "!!", 1);
                return Err(Fault::new(format!("unsupported tag `{tag}`"), node.mark));
            }
        }
        Ok(())
    }

    /// Notes the tag of a value that says how it is merged.
    fn merge_tag(&mut self, id: Id) -> Result<()> {
        let node = &self.graph[id];
        match tag::read(&node.tag, &node.content) {
            None => Ok(()),
            Some(Err(problem)) => Err(Fault::new(problem, node.mark)),
            Some(Ok((tag, plain))) => {
                self.tags.insert(id, tag);
                self.graph[id].tag = plain;
                Ok(())
            }
        }
    }

    /// The text of a scalar; a mapping with the key `=` stands for the value of that key.
    fn text(&self, mut id: Id) -> Result<&str> {
        for _ in 0..DEPTH {
            id = match &self.graph[id].content {
                Content::Scalar(text) => return Ok(text),
                Content::Sequence(_) => break,
                Content::Mapping(entries) => {
                    let value = Tag::Scalar(ScalarTag::Value);
                    match entries.iter().find(|(key, _)| self.graph[*key].tag == value) {
                        Some((_, id)) => *id,
                        None => break,
                    }
                }
            }
        }
        Err(Fault::new("expected a scalar", self.graph[id].mark))
    }

    fn items(&self, id: Id) -> Result<&[Id]> {
        match &self.graph[id].content {
            Content::Sequence(items) => Ok(items),
            _ => Err(Fault::new("expected a list", self.graph[id].mark)),
        }
    }

    fn entries(&self, id: Id) -> Result<&[(Id, Id)]> {
        match &self.graph[id].content {
            Content::Mapping(entries) => Ok(entries),
            _ => Err(Fault::new("expected a mapping", self.graph[id].mark)),
        }
    }

    fn sequence(&mut self, id: Id) -> Result<Vec<Id>> {
        let items = self.items(id)?.to_vec();
        items.iter().try_for_each(|item| self.make(*item))?;
        Ok(items)
    }

    /// `!!omap`: a list of mappings with one key each becomes a list of pairs.
    fn pairs(&mut self, id: Id) -> Result<Vec<Id>> {
        let mut pairs = Vec::new();
        for item in self.items(id)?.to_vec() {
            let mark = self.graph[item].mark;
            let [(key, value)] = *self.entries(item)? else {
                return Err(Fault::new("expected a mapping with one key", mark));
            };
            self.make(key)?;
            self.make(value)?;
            let pair = self.graph.add(Tag::Seq, Content::Sequence(vec![key, value]), mark)?;
            self.made.push((Some(Made::List(vec![key, value])), mark));
            pairs.push(pair);
        }
        Ok(pairs)
    }

    fn mapping(&mut self, id: Id) -> Result<Vec<(Key, Id)>> {
        self.refuse_duplicates(id)?;
        self.flatten(id, 0)?;
        let entries = self.entries(id)?.to_vec();
        let mut map: indexmap::IndexMap<Key, Id> = indexmap::IndexMap::new();
        for (key, value) in entries {
            self.make(key)?;
            let mark = self.graph[key].mark;
            let key = self
                .key(key)?
                .ok_or_else(|| Fault::new("a key must be a text, a number or a boolean", mark))?;
            self.merge_tag(value)?;
            self.make(value)?;
            map.insert(key, value);
        }
        Ok(map.into_iter().collect())
    }

    fn refuse_duplicates(&self, id: Id) -> Result<()> {
        let entries = self.entries(id)?;
        let mut seen = HashSet::with_capacity(entries.len());
        for (key, _) in entries {
            let node = &self.graph[*key];
            if let (Tag::Scalar(ScalarTag::Str), Content::Scalar(text)) = (&node.tag, &node.content)
                && !seen.insert(text)
            {
                return Err(Fault::new(format!("duplicate key `{text}`"), node.mark));
            }
        }
        Ok(())
    }

    fn key(&self, id: Id) -> Result<Option<Key>> {
        Ok(match &self.made[id].0 {
            Some(Made::Scalar(Value::Str(text))) => Some(Key::Str(text.clone())),
            Some(Made::Scalar(Value::Int(i))) => Some(Key::Int(*i)),
            Some(Made::Scalar(Value::Float(x))) => Some(Key::Float(*x)),
            Some(Made::Scalar(Value::Bool(b))) => Some(Key::Bool(*b)),
            _ => None,
        })
    }

    /// Puts the entries that `<<` names before those of the mapping itself.
    fn flatten(&mut self, id: Id, depth: usize) -> Result<()> {
        if depth > DEPTH {
            return Err(self.too_much(id, "merge keys lead through more than 128 mappings"));
        }
        let mut merged: Vec<(Id, Id)> = Vec::new();
        let (mut at, mut keys) = (0, 0);
        while let Some(&(key, value)) = self.entries(id)?.get(at) {
            match self.graph[key].tag {
                Tag::Scalar(ScalarTag::Merge) => {
                    keys += 1;
                    if keys > MERGE_KEYS {
                        return Err(self.too_much(id, "more than 1000 merge keys in a mapping"));
                    }
                    if let Content::Mapping(entries) = &mut self.graph[id].content {
                        entries.remove(at);
                    }
                    self.collect(id, value, depth, &mut merged)?;
                }
                Tag::Scalar(ScalarTag::Value) => {
                    self.graph[key].tag = Tag::Scalar(ScalarTag::Str);
                    at += 1;
                }
                _ => at += 1,
            }
        }
        if !merged.is_empty()
            && let Content::Mapping(entries) = &mut self.graph[id].content
        {
            merged.append(entries);
            *entries = merged;
        }
        Ok(())
    }

    /// Adds what one `<<` names; the first of a list comes last, so that it wins.
    fn collect(
        &mut self,
        id: Id,
        value: Id,
        depth: usize,
        merged: &mut Vec<(Id, Id)>,
    ) -> Result<()> {
        let sources = match &self.graph[value].content {
            Content::Mapping(_) => vec![value],
            Content::Sequence(items) => items.clone(),
            Content::Scalar(_) => {
                let problem = "`<<` expects a mapping or a list of mappings";
                return Err(Fault::new(problem, self.graph[value].mark));
            }
        };
        let mut parts = Vec::new();
        for source in sources {
            self.flatten(source, depth + 1)?;
            let part = self.entries(source)?.to_vec();
            self.merged += part.len();
            if self.merged > NODES {
                return Err(self.too_much(id, "merge keys make more than 500000 entries"));
            }
            parts.push(part);
        }
        merged.extend(parts.into_iter().rev().flatten());
        Ok(())
    }

    fn too_much(&self, id: Id, problem: &str) -> Fault {
        Fault::new(problem, self.graph[id].mark)
    }
}

#[cfg(test)]
mod tests;
