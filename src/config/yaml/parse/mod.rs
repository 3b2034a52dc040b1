//! Tokens -> graph: the grammar of documents and of what stands before a value.
//!
//! | refused | as |
//! |---|---|
//! | a second document, a second anchor of the same name, an alias without anchor | PyYAML |
//! | nesting deeper than [`DEPTH`] | here only |

mod collection;

use std::collections::HashMap;

use super::graph::{Content, Graph, Id, Tag};
use super::reader::{Fault, Mark, Result};
use super::scalar;
use super::scanner::Scanner;
use super::token::{Kind, Token};

/// How deep a file may nest.
pub(super) const DEPTH: usize = 128;

/// `tag:yaml.org,2002:`, which `!!` stands for.
const CORE: &str = "tag:yaml.org,2002:";

/// Reads the only document of a text; nothing for an empty one.
pub(super) fn parse(text: &str) -> Result<Option<(Graph, Id)>> {
    let mut parser = Parser {
        scanner: Scanner::new(text)?,
        graph: Graph::default(),
        anchors: HashMap::new(),
        handles: HashMap::new(),
        depth: 0,
    };
    let root = parser.document()?;
    Ok(root.map(|root| (parser.graph, root)))
}

struct Parser<'t> {
    scanner: Scanner<'t>,
    graph: Graph,
    anchors: HashMap<&'t str, Id>,
    handles: HashMap<String, String>,
    depth: usize,
}

/// Where a node stands, which decides what it may be.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Flow,
    Block,
    /// The key or value of a block mapping: a list may start at the mapping's own indentation.
    BlockEntry,
}

/// A question about a token.
type Test = fn(&Kind<'_>) -> bool;

/// A tag and an anchor before a node.
#[derive(Default)]
struct Properties<'t> {
    anchor: Option<(&'t str, Mark)>,
    tag: Option<String>,
    start: Option<Mark>,
}

impl Properties<'_> {
    /// The meaning of the tag; a lone `!` leaves it to the default.
    fn tag_or(&self, default: Tag) -> Tag {
        self.tag.as_deref().filter(|tag| *tag != "!").map_or(default, core)
    }
}

impl<'t> Parser<'t> {
    fn is(&mut self, test: Test) -> Result<bool> {
        Ok(test(&self.scanner.peek()?.kind))
    }

    /// Takes the next token when it passes.
    fn eat(&mut self, test: Test) -> Result<Option<Token<'t>>> {
        if self.is(test)? { self.scanner.next().map(Some) } else { Ok(None) }
    }

    fn mark(&mut self) -> Result<Mark> {
        Ok(self.scanner.peek()?.start)
    }

    fn unexpected<T>(&mut self, wanted: &str) -> Result<T> {
        let next = self.scanner.peek()?;
        Err(Fault::new(format!("expected {wanted} but found {}", next.kind.name()), next.start))
    }

    fn document(&mut self) -> Result<Option<Id>> {
        if self.is(|k| matches!(k, Kind::StreamEnd))? {
            return Ok(None);
        }
        let directives = self.directives()?;
        let explicit = self.eat(|k| matches!(k, Kind::DocumentStart))?.is_some();
        if directives && !explicit {
            return self.unexpected("`---` after a directive");
        }
        let mark = self.mark()?;
        let root = match explicit && self.is(ends_document)? {
            true => self.nothing(mark)?,
            false => self.node(Place::Block)?,
        };
        while self.eat(|k| matches!(k, Kind::DocumentEnd))?.is_some() {}
        let mark = self.mark()?;
        if self.is(|k| matches!(k, Kind::StreamEnd))? {
            Ok(Some(root))
        } else if self.is(ends_document)? {
            Err(Fault::new("expected a single document but found another", mark))
        } else {
            self.unexpected("the end of the document")
        }
    }

    /// Reads directives; whether there are any.
    fn directives(&mut self) -> Result<bool> {
        let (mut any, mut version) = (false, false);
        while let Some(Token { kind, start }) = self.eat(is_directive)? {
            any = true;
            match kind {
                Kind::VersionDirective { .. } if version => {
                    return Err(Fault::new("a second %YAML directive", start));
                }
                Kind::VersionDirective { major } => {
                    version = true;
                    if major.trim_start_matches('0') != "1" {
                        return Err(Fault::new("a YAML version other than 1", start));
                    }
                }
                Kind::TagDirective { handle, .. } if self.handles.contains_key(&handle) => {
                    return Err(Fault::new("a second %TAG directive for a handle", start));
                }
                Kind::TagDirective { handle, prefix } => {
                    self.handles.insert(handle, prefix);
                }
                _ => {}
            }
        }
        self.handles.entry("!".to_owned()).or_insert_with(|| "!".to_owned());
        self.handles.entry("!!".to_owned()).or_insert_with(|| CORE.to_owned());
        Ok(any)
    }

    /// A value that is not written.
    fn nothing(&mut self, mark: Mark) -> Result<Id> {
        self.graph.add(Tag::Scalar(scalar::Tag::Null), Content::Scalar(String::new()), mark)
    }

    fn node(&mut self, place: Place) -> Result<Id> {
        if let Some(token) = self.eat(|k| matches!(k, Kind::Alias(_)))? {
            let Kind::Alias(name) = token.kind else { return self.unexpected("an alias") };
            let target = self.anchors.get(name).copied();
            return target
                .ok_or_else(|| Fault::new(format!("no anchor `{name}` before"), token.start));
        }
        let properties = self.properties()?;
        let mark = match properties.start {
            Some(mark) => mark,
            None => self.mark()?,
        };
        let block = place != Place::Flow;
        let (tag, content) = match &self.scanner.peek()?.kind {
            Kind::Scalar { .. } => return self.scalar(&properties, mark),
            Kind::BlockEntry if place == Place::BlockEntry => (Tag::Seq, sequence()),
            Kind::FlowSequenceStart => (Tag::Seq, sequence()),
            Kind::FlowMappingStart => (Tag::Map, mapping()),
            Kind::BlockSequenceStart if block => (Tag::Seq, sequence()),
            Kind::BlockMappingStart if block => (Tag::Map, mapping()),
            _ if properties.start.is_some() => {
                let tag = properties.tag_or(Tag::Scalar(scalar::Tag::Null));
                let id = self.graph.add(tag, Content::Scalar(String::new()), mark)?;
                return self.named(&properties, id);
            }
            _ => return self.unexpected("a value"),
        };
        let id = self.graph.add(properties.tag_or(tag), content, mark)?;
        self.named(&properties, id)?;
        self.collection(id)
    }

    fn scalar(&mut self, properties: &Properties<'t>, mark: Mark) -> Result<Id> {
        let Token { kind: Kind::Scalar { text, plain }, .. } = self.scanner.next()? else {
            return self.unexpected("a value");
        };
        let tag = match properties.tag.as_deref() {
            None if !plain => Tag::Scalar(scalar::Tag::Str),
            None | Some("!") => Tag::Scalar(scalar::resolve(&text)),
            Some(tag) => core(tag),
        };
        let id = self.graph.add(tag, Content::Scalar(text.into_owned()), mark)?;
        self.named(properties, id)
    }

    fn properties(&mut self) -> Result<Properties<'t>> {
        let mut properties = Properties::default();
        for _ in 0..2 {
            let kind = &self.scanner.peek()?.kind;
            let wanted = matches!(kind, Kind::Anchor(_)) && properties.anchor.is_none()
                || matches!(kind, Kind::Tag { .. }) && properties.tag.is_none();
            if !wanted {
                break;
            }
            let Token { kind, start } = self.scanner.next()?;
            properties.start.get_or_insert(start);
            match kind {
                Kind::Anchor(name) => properties.anchor = Some((name, start)),
                Kind::Tag { handle, suffix } => {
                    properties.tag = Some(self.full_tag(handle, suffix, start)?);
                }
                _ => {}
            }
        }
        Ok(properties)
    }

    fn full_tag(&self, handle: Option<String>, suffix: String, start: Mark) -> Result<String> {
        let Some(handle) = handle else { return Ok(suffix) };
        match self.handles.get(&handle) {
            Some(prefix) => Ok(format!("{prefix}{suffix}")),
            None => Err(Fault::new(format!("no %TAG directive for `{handle}`"), start)),
        }
    }

    /// Remembers a node under its anchor.
    fn named(&mut self, properties: &Properties<'t>, id: Id) -> Result<Id> {
        match properties.anchor {
            Some((name, mark)) if self.anchors.insert(name, id).is_some() => {
                Err(Fault::new(format!("a second anchor `{name}`"), mark))
            }
            _ => Ok(id),
        }
    }
}

fn sequence() -> Content {
    Content::Sequence(Vec::new())
}

fn mapping() -> Content {
    Content::Mapping(Vec::new())
}

fn is_directive(kind: &Kind<'_>) -> bool {
    matches!(kind, Kind::VersionDirective { .. } | Kind::TagDirective { .. } | Kind::OtherDirective)
}

fn ends_document(kind: &Kind<'_>) -> bool {
    matches!(kind, Kind::DocumentStart | Kind::DocumentEnd | Kind::StreamEnd) || is_directive(kind)
}

/// The meaning of a full tag.
fn core(tag: &str) -> Tag {
    let scalar = match tag.strip_prefix(CORE) {
        Some("null") => scalar::Tag::Null,
        Some("bool") => scalar::Tag::Bool,
        Some("int") => scalar::Tag::Int,
        Some("float") => scalar::Tag::Float,
        Some("str") => scalar::Tag::Str,
        Some("merge") => scalar::Tag::Merge,
        Some("value") => scalar::Tag::Value,
        Some("seq") => return Tag::Seq,
        Some("map") => return Tag::Map,
        Some("omap" | "pairs") => return Tag::Pairs,
        _ => return Tag::Other(tag.to_owned()),
    };
    Tag::Scalar(scalar)
}
