//! Lists and mappings, in blocks and in brackets.

use super::{Parser, Place, Test, mapping};
use crate::config::yaml::graph::{Content, Id, Tag};
use crate::config::yaml::reader::{Fault, Mark, Result};
use crate::config::yaml::token::Kind;

impl Parser<'_> {
    /// Reads what is in a list or mapping that starts here.
    pub(super) fn collection(&mut self, id: Id) -> Result<Id> {
        if self.depth >= super::DEPTH {
            let problem = format!("nested deeper than {} levels", super::DEPTH);
            return Err(Fault::new(problem, self.mark()?));
        }
        self.depth += 1;
        if self.is(|k| matches!(k, Kind::BlockEntry))? {
            self.items(id, |k| {
                matches!(k, Kind::BlockEntry | Kind::Key | Kind::Value | Kind::BlockEnd)
            })?;
        } else {
            match self.scanner.next()?.kind {
                Kind::FlowSequenceStart => self.flow_sequence(id)?,
                Kind::FlowMappingStart => self.flow_mapping(id)?,
                Kind::BlockSequenceStart => self.block_sequence(id)?,
                _ => self.block_mapping(id)?,
            }
        }
        self.depth -= 1;
        Ok(id)
    }

    fn add_item(&mut self, id: Id, item: Id) {
        if let Content::Sequence(items) = &mut self.graph[id].content {
            items.push(item);
        }
    }

    fn add_entry(&mut self, id: Id, key: Id, value: Id) {
        if let Content::Mapping(entries) = &mut self.graph[id].content {
            entries.push((key, value));
        }
    }

    /// A node, or nothing before one of `ends`.
    fn unless(&mut self, ends: Test, place: Place, mark: Mark) -> Result<Id> {
        if self.is(ends)? { self.nothing(mark) } else { self.node(place) }
    }

    /// The value behind `:`, when there is one.
    fn value(&mut self, ends: Test, place: Place, mark: Mark) -> Result<Id> {
        match self.eat(|k| matches!(k, Kind::Value))? {
            Some(token) => self.unless(ends, place, token.start),
            None => self.nothing(mark),
        }
    }

    fn block_sequence(&mut self, id: Id) -> Result<()> {
        self.items(id, |k| matches!(k, Kind::BlockEntry | Kind::BlockEnd))?;
        match self.eat(|k| matches!(k, Kind::BlockEnd))? {
            Some(_) => Ok(()),
            None => self.unexpected("`-` or the end of the list"),
        }
    }

    /// `- value` again and again; before one of `ends` the value is not written.
    fn items(&mut self, id: Id, ends: Test) -> Result<()> {
        while let Some(token) = self.eat(|k| matches!(k, Kind::BlockEntry))? {
            let item = self.unless(ends, Place::Block, token.start)?;
            self.add_item(id, item);
        }
        Ok(())
    }

    fn block_mapping(&mut self, id: Id) -> Result<()> {
        let ends: Test = |k| matches!(k, Kind::Key | Kind::Value | Kind::BlockEnd);
        while let Some(token) = self.eat(|k| matches!(k, Kind::Key))? {
            let key = self.unless(ends, Place::BlockEntry, token.start)?;
            let value = self.value(ends, Place::BlockEntry, token.start)?;
            self.add_entry(id, key, value);
        }
        match self.eat(|k| matches!(k, Kind::BlockEnd))? {
            Some(_) => Ok(()),
            None => self.unexpected("a key or the end of the mapping"),
        }
    }

    fn flow_sequence(&mut self, id: Id) -> Result<()> {
        let ends: Test = |k| matches!(k, Kind::FlowSequenceEnd);
        let mut first = true;
        while self.eat(ends)?.is_none() {
            self.comma(first, "`,` or `]`")?;
            first = false;
            if self.is(ends)? {
                continue;
            }
            let item = match self.is(|k| matches!(k, Kind::Key))? {
                true => self.single_pair()?,
                false => self.node(Place::Flow)?,
            };
            self.add_item(id, item);
        }
        Ok(())
    }

    fn comma(&mut self, first: bool, wanted: &str) -> Result<()> {
        if first || self.eat(|k| matches!(k, Kind::FlowEntry))?.is_some() {
            return Ok(());
        }
        self.unexpected(wanted)
    }

    /// `[a: 1]`: a mapping of one key.
    fn single_pair(&mut self) -> Result<Id> {
        let mark = self.mark()?;
        let id = self.graph.add(Tag::Map, mapping(), mark)?;
        self.flow_entry(id, |k| matches!(k, Kind::FlowEntry | Kind::FlowSequenceEnd))?;
        Ok(id)
    }

    /// A key, `:` and a value; each may be missing before one of `ends`.
    fn flow_entry(&mut self, id: Id, ends: Test) -> Result<()> {
        let mark = self.mark()?;
        let marked = self.eat(|k| matches!(k, Kind::Key))?.is_some();
        let missing = marked && (self.is(ends)? || self.is(|k| matches!(k, Kind::Value))?);
        let key = if missing { self.nothing(mark)? } else { self.node(Place::Flow)? };
        let value = match marked {
            true => self.value(ends, Place::Flow, mark)?,
            false => self.nothing(mark)?,
        };
        self.add_entry(id, key, value);
        Ok(())
    }

    fn flow_mapping(&mut self, id: Id) -> Result<()> {
        let end: Test = |k| matches!(k, Kind::FlowMappingEnd);
        let mut first = true;
        while self.eat(end)?.is_none() {
            self.comma(first, "`,` or `}`")?;
            first = false;
            if !self.is(end)? {
                self.flow_entry(id, |k| matches!(k, Kind::FlowEntry | Kind::FlowMappingEnd))?;
            }
        }
        Ok(())
    }
}
