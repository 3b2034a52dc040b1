//! Parser events -> tree.
//!
//! Refused, as OmegaConf refuses them: duplicate keys, a second document, null and composite keys,
//! unknown tags other than those of [`Mark`]. Refused on top: nesting and expansion (aliases) beyond any sensible config.

use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag as YamlTag};

use super::mark;
use super::scalar::{self, Tag};
use crate::config::error::{ConfigError, ErrorKind};
use crate::config::interpolation;
use crate::config::key::Key;
use crate::config::node::{Map, Mark, Node, Value};
use crate::config::origin::Origin;

/// How deep a file may nest.
const DEPTH: usize = 128;
/// How many nodes a file may expand to through its aliases.
const NODES: usize = 500_000;

/// Line and column (from 1) -> origin.
pub(crate) type Positions<'a> = &'a dyn Fn(usize, usize) -> Origin;

/// Reads a whole file.
///
/// An empty file is an empty mapping; a lone text `abc` means `abc: null`.
pub(crate) fn load(text: &str, positions: Positions<'_>) -> Result<Node, ConfigError> {
    let node = load_any(text, positions)?;
    let origin = node.origin.clone();
    match node.value {
        Value::Null => Ok(Node::empty(origin)),
        Value::Map(_) | Value::List(_) => Ok(node),
        Value::Str(inner) => {
            let again = load_any(&inner, positions)?;
            match again.value {
                Value::Str(name) => {
                    let null = Node::new(Value::Null, origin.clone());
                    let map = Map::from_iter([(Key::Str(name), null)]);
                    Ok(Node::new(Value::Map(map), origin))
                }
                Value::Null => Ok(Node::empty(origin)),
                Value::Map(_) | Value::List(_) => Ok(again),
                _ => Err(not_a_config(&origin)),
            }
        }
        _ => Err(not_a_config(&origin)),
    }
}

fn not_a_config(origin: &Origin) -> ConfigError {
    problem("a config is a mapping, not a number or boolean".to_owned(), origin)
}

fn problem(problem: String, origin: &Origin) -> ConfigError {
    ConfigError::new(ErrorKind::Yaml { problem }).at(origin)
}

fn load_any(text: &str, positions: Positions<'_>) -> Result<Node, ConfigError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut builder = Builder::new(positions);
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let marker = error.marker();
            problem(error.info().to_owned(), &positions(marker.line(), marker.col() + 1))
        })?;
        builder.event(event, span)?;
    }
    Ok(builder.root.unwrap_or_else(|| Node::new(Value::Null, positions(1, 1))))
}

enum Frame {
    List { items: Vec<Node>, origin: Origin, anchor: usize },
    Map(MapFrame),
}

struct MapFrame {
    entries: Vec<(Key, Node)>,
    merged: Vec<(Key, Node)>,
    texts: HashSet<String>,
    pending: Option<PendingKey>,
    origin: Origin,
    anchor: usize,
}

enum PendingKey {
    Key(Key),
    Merge,
}

struct Builder<'a> {
    positions: Positions<'a>,
    stack: Vec<Frame>,
    /// Of every open list and mapping.
    marks: Vec<Mark>,
    anchors: HashMap<usize, (Node, usize)>,
    root: Option<Node>,
    nodes: usize,
}

impl<'a> Builder<'a> {
    fn new(positions: Positions<'a>) -> Self {
        Self {
            positions,
            stack: Vec::new(),
            marks: Vec::new(),
            anchors: HashMap::new(),
            root: None,
            nodes: 0,
        }
    }

    fn origin(&self, span: Span) -> Origin {
        (self.positions)(span.start.line(), span.start.col() + 1)
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), ConfigError> {
        let origin = self.origin(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.scalar(&text, style, anchor, tag.as_deref(), &origin)
            }
            Event::SequenceStart(anchor, tag) => {
                let allowed = [Mark::Replace, Mark::Append, Mark::Prepend];
                let mark = self.mark(tag.as_deref(), &allowed, &origin)?;
                if mark == Mark::Merge {
                    check_tag(tag.as_deref(), "seq", &origin)?;
                }
                self.marks.push(mark);
                self.open(
                    Frame::List { items: Vec::new(), origin: origin.clone(), anchor },
                    &origin,
                )
            }
            Event::MappingStart(anchor, tag) => {
                let mark = self.mark(tag.as_deref(), &[Mark::Replace], &origin)?;
                if mark == Mark::Merge {
                    check_tag(tag.as_deref(), "map", &origin)?;
                }
                self.marks.push(mark);
                let frame = MapFrame {
                    entries: Vec::new(),
                    merged: Vec::new(),
                    texts: HashSet::new(),
                    pending: None,
                    origin: origin.clone(),
                    anchor,
                };
                self.open(Frame::Map(frame), &origin)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => self.alias(anchor, &origin),
            Event::DocumentStart(_) if self.root.is_some() => {
                Err(problem("expected a single document but found another".to_owned(), &origin))
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
        }
    }

    /// The mark that a tag stands for, where it is allowed.
    fn mark(
        &self,
        tag: Option<&YamlTag>,
        allowed: &[Mark],
        origin: &Origin,
    ) -> Result<Mark, ConfigError> {
        let Some(mark) = tag.and_then(mark::of) else { return Ok(Mark::Merge) };
        let place_is_fine = match self.stack.last() {
            None => mark == Mark::Replace,
            Some(Frame::List { .. }) => false,
            Some(Frame::Map(frame)) => matches!(frame.pending, Some(PendingKey::Key(_))),
        };
        if place_is_fine && allowed.contains(&mark) {
            return Ok(mark);
        }
        Err(problem(mark::usage(mark).to_owned(), origin))
    }

    fn open(&mut self, frame: Frame, origin: &Origin) -> Result<(), ConfigError> {
        if let Some(Frame::Map(MapFrame { pending: None, .. })) = self.stack.last() {
            return Err(problem("a key must be a scalar".to_owned(), origin));
        }
        if self.stack.len() >= DEPTH {
            let kind = ErrorKind::TooMuch { what: "the nesting of a file", limit: DEPTH };
            return Err(ConfigError::new(kind).at(origin));
        }
        self.stack.push(frame);
        Ok(())
    }

    fn close(&mut self) -> Result<(), ConfigError> {
        let mark = self.marks.pop().unwrap_or(Mark::Merge);
        match self.stack.pop() {
            Some(Frame::List { items, origin, anchor }) => {
                self.value(Node { mark, ..Node::new(Value::List(items), origin) }, anchor)
            }
            Some(Frame::Map(frame)) => {
                let mut map: Map = frame.merged.into_iter().collect();
                for (key, node) in frame.entries {
                    map.insert(key, node);
                }
                let node = Node::new(Value::Map(map), frame.origin);
                self.value(Node { mark, ..node }, frame.anchor)
            }
            None => Ok(()),
        }
    }

    fn alias(&mut self, anchor: usize, origin: &Origin) -> Result<(), ConfigError> {
        let Some((node, size)) = self.anchors.get(&anchor) else {
            return Err(problem("an alias to the node that contains it".to_owned(), origin));
        };
        let (node, size) = (node.clone(), *size);
        self.nodes += size;
        if self.nodes > NODES || self.stack.len() + depth(&node) > DEPTH {
            let kind = ErrorKind::TooMuch { what: "the expansion of aliases", limit: NODES };
            return Err(ConfigError::new(kind).at(origin));
        }
        if let Some(Frame::Map(MapFrame { pending: None, .. })) = self.stack.last() {
            return self.key(node.value, node.origin);
        }
        self.value(node, 0)
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&YamlTag>,
        origin: &Origin,
    ) -> Result<(), ConfigError> {
        let allowed: &[Mark] =
            if text.is_empty() && style == ScalarStyle::Plain { &[Mark::Delete] } else { &[] };
        let mark = self.mark(tag, allowed, origin)?;
        if mark != Mark::Merge {
            return self.value(Node { mark, ..Node::new(Value::Null, origin.clone()) }, anchor);
        }
        let tag = scalar_tag(text, style, tag).map_err(|e| problem(e, origin))?;
        if let Some(Frame::Map(frame)) = self.stack.last_mut()
            && frame.pending.is_none()
        {
            if tag == Tag::Merge {
                frame.pending = Some(PendingKey::Merge);
                return Ok(());
            }
            let tag = if tag == Tag::Value { Tag::Str } else { tag }; // `=:` is a key like any other
            let value = scalar::construct(tag, text).map_err(|e| problem(e, origin))?;
            if anchor > 0 {
                let node = Node::new(value.clone(), origin.clone());
                self.anchors.insert(anchor, (node, 1));
            }
            return self.key(value, origin.clone());
        }
        let value = scalar::construct(tag, text).map_err(|e| problem(e, origin))?;
        if text.contains("${") && tag == Tag::Str {
            interpolation::parse(text).map_err(|problem| {
                let text = text.to_owned();
                ConfigError::new(ErrorKind::InterpolationSyntax { text, problem }).at(origin)
            })?;
        }
        self.value(Node::new(value, origin.clone()), anchor)
    }

    fn key(&mut self, value: Value, origin: Origin) -> Result<(), ConfigError> {
        let Some(Frame::Map(frame)) = self.stack.last_mut() else { return Ok(()) };
        let key = match value {
            Value::Str(text) => {
                if !frame.texts.insert(text.clone()) {
                    return Err(problem(format!("duplicate key `{text}`"), &origin));
                }
                Key::Str(text)
            }
            Value::Int(i) => Key::Int(i),
            Value::Float(x) => Key::Float(x),
            Value::Bool(b) => Key::Bool(b),
            Value::Null => return Err(problem("a key must not be null".to_owned(), &origin)),
            Value::List(_) | Value::Map(_) => {
                return Err(problem("a key must be a scalar".to_owned(), &origin));
            }
        };
        frame.pending = Some(PendingKey::Key(key));
        Ok(())
    }

    fn value(&mut self, node: Node, anchor: usize) -> Result<(), ConfigError> {
        self.nodes += 1;
        if anchor > 0 {
            let size = size(&node);
            self.anchors.insert(anchor, (node.clone(), size));
        }
        match self.stack.last_mut() {
            None => self.root = Some(node),
            Some(Frame::List { items, .. }) => items.push(node),
            Some(Frame::Map(frame)) => match frame.pending.take() {
                Some(PendingKey::Key(key)) => frame.entries.push((key, node)),
                Some(PendingKey::Merge) => frame.merge(node)?,
                None => {}
            },
        }
        Ok(())
    }
}

impl MapFrame {
    /// `<<: *a` or `<<: [*a, *b]`: the first of a list wins over the later ones.
    fn merge(&mut self, node: Node) -> Result<(), ConfigError> {
        let refuse = |origin: &Origin| {
            problem("`<<` expects a mapping or a list of mappings".to_owned(), origin)
        };
        match node.value {
            Value::Map(map) => self.merged.extend(map),
            Value::List(items) => {
                for item in items.into_iter().rev() {
                    match item.value {
                        Value::Map(map) => self.merged.extend(map),
                        _ => return Err(refuse(&item.origin)),
                    }
                }
            }
            _ => return Err(refuse(&node.origin)),
        }
        Ok(())
    }
}

fn scalar_tag(text: &str, style: ScalarStyle, tag: Option<&YamlTag>) -> Result<Tag, String> {
    let plain = style == ScalarStyle::Plain;
    if plain && text.starts_with(['|', '>']) {
        return Err(format!("`{text}` must be quoted"));
    }
    let Some(tag) = tag else {
        return Ok(if plain { scalar::resolve(text) } else { Tag::Str });
    };
    if !tag.is_yaml_core_schema() {
        return if tag.handle.is_empty() && tag.suffix == "!"
            || tag.handle == "!" && tag.suffix.is_empty()
        {
            Ok(Tag::Str)
        } else {
            Err(format!("unknown tag `{tag}`"))
        };
    }
    match tag.suffix.as_str() {
        "str" => Ok(Tag::Str),
        "int" => Ok(Tag::Int),
        "float" => Ok(Tag::Float),
        "bool" => Ok(Tag::Bool),
        "null" => Ok(Tag::Null),
        other => Err(format!("unsupported tag `!!{other}`")),
    }
}

fn check_tag(tag: Option<&YamlTag>, expected: &str, origin: &Origin) -> Result<(), ConfigError> {
    match tag {
        Some(tag) if !(tag.is_yaml_core_schema() && tag.suffix == expected) => {
            Err(problem(format!("unsupported tag `{tag}`"), origin))
        }
        _ => Ok(()),
    }
}

fn size(node: &Node) -> usize {
    match &node.value {
        Value::List(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Map(map) => 1 + map.values().map(size).sum::<usize>(),
        _ => 1,
    }
}

fn depth(node: &Node) -> usize {
    match &node.value {
        Value::List(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Map(map) => 1 + map.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
