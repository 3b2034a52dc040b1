//! Made nodes -> tree: aliases become copies, within bounds.
//!
//! | limit | on |
//! |---|---|
//! | [`NODES`] | nodes of the tree |
//! | [`BYTES`] | text of the tree |
//! | [`DEPTH`] | nesting |

use std::collections::HashMap;

use super::build::Made;
use super::graph::{Id, NODES};
use super::parse::DEPTH;
use super::reader::Mark;
use crate::config::error::{ConfigError, ErrorKind};
use crate::config::interpolation;
use crate::config::key::Key;
use crate::config::node::{Map, MergeTag, Node, Value};
use crate::config::origin::Origin;

/// How many bytes of text a file may expand to.
const BYTES: usize = 64 << 20;

/// Copies made nodes into a tree, once for every alias.
pub(super) struct Expansion<'a> {
    pub(super) made: &'a [(Option<Made>, Mark)],
    pub(super) tags: &'a HashMap<Id, MergeTag>,
    pub(super) at: &'a dyn Fn(Mark) -> Origin,
    pub(super) nodes: usize,
    pub(super) bytes: usize,
}

impl Expansion<'_> {
    pub(super) fn node(&mut self, id: Id, depth: usize) -> Result<Node, ConfigError> {
        let (made, mark) = &self.made[id];
        let origin = (self.at)(*mark);
        self.nodes += 1;
        self.bounded(depth).map_err(|kind| ConfigError::new(kind).at(&origin))?;
        let value = match made {
            None => Value::Null,
            Some(Made::Scalar(value)) => {
                self.check(value, &origin, depth)?;
                value.clone()
            }
            Some(Made::List(items)) => {
                let mut list = Vec::with_capacity(items.len());
                for item in items {
                    list.push(self.node(*item, depth + 1)?);
                }
                Value::List(list)
            }
            Some(Made::Map(entries)) => {
                let mut map = Map::with_capacity(entries.len());
                for (key, value) in entries {
                    if let Key::Str(text) = key {
                        self.bytes += text.len();
                    }
                    map.insert(key.clone(), self.node(*value, depth + 1)?);
                }
                Value::Map(map)
            }
        };
        let tag = self.tags.get(&id).copied().unwrap_or(MergeTag::None);
        Ok(Node { tag, ..Node::new(value, origin) })
    }

    fn bounded(&self, depth: usize) -> Result<(), ErrorKind> {
        let (what, limit) = match () {
            () if self.nodes > NODES => ("the expansion of aliases", NODES),
            () if self.bytes > BYTES => ("the text of expanded aliases", BYTES),
            () if depth > DEPTH => ("the nesting through aliases", DEPTH),
            () => return Ok(()),
        };
        Err(ErrorKind::TooMuch { what, limit })
    }

    /// Counts a text and refuses a broken interpolation in it.
    fn check(&mut self, value: &Value, origin: &Origin, depth: usize) -> Result<(), ConfigError> {
        let Value::Str(text) = value else { return Ok(()) };
        self.bytes += text.len();
        if depth > 0 && text.contains("${") {
            interpolation::parse(text).map_err(|problem| {
                let text = text.to_owned();
                ConfigError::new(ErrorKind::InterpolationSyntax { text, problem }).at(origin)
            })?;
        }
        Ok(())
    }
}
