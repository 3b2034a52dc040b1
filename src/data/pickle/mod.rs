//! Python pickles, read without executing anything.
//!
//! A pickle is a program for a small stack machine. [`Pickle::parse`] runs that program on data
//! alone: a name stays a name, a call stays a call with its arguments. What a call means is decided
//! afterwards by the interpreter that expects it, which knows a fixed list of callables and refuses
//! the others by name. So a hostile file costs at most an error.
//!
//! | layer | file | understands |
//! |---|---|---|
//! | opcodes | `machine`, `opcodes` | protocols 0 to 5 into values that may be shared, never cyclic |
//! | values | [`Value`] | plain containers, texts, numbers |
//! | arrays | [`numpy`] | arrays and scalars of numpy 1 and 2 |
//! | tensors | [`torch`] | `torch.save` in both formats, tensors inside other pickles |
//! | data frames | [`pandas`] | frames of pandas 0.2 to 3 |
//!
//! Invariants of a parsed pickle: no value contains itself, none is nested deeper than
//! [`MAX_DEPTH`], and there are at most [`MAX_VALUES`]. Shared values stay shared, so memory is
//! proportional to the file.

mod bigint;
mod cursor;
mod document;
mod error;
mod graph;
mod layout;
mod machine;
mod node;
pub mod numpy;
mod opcodes;
pub mod pandas;
pub mod torch;
mod value;
mod write;

#[cfg(test)]
mod tests;

pub use document::{Document, PickleFile};
pub use error::{Fault, PickleError};
pub use value::{Call, Value};
pub use write::Writer;

use std::cell::Cell;

use cursor::Cursor;
use machine::Machine;
use node::{Entry, Id};

/// How deep values may be nested.
pub const MAX_DEPTH: usize = 500;

/// How many values a pickle may hold, the shared ones counted once.
pub const MAX_VALUES: usize = 1 << 25;

/// A parsed pickle.
#[derive(Debug)]
pub struct Pickle<'a> {
    nodes: Vec<Entry<'a>>,
    root: Id,
    /// Elements that interpreters may still copy out.
    budget: Cell<u64>,
}

impl<'a> Pickle<'a> {
    /// Parses bytes that are one pickle.
    ///
    /// # Errors
    /// Malformed, truncated or excessive input, bytes after the end; with the offset.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, PickleError> {
        let (pickle, end) = Self::parse_at(bytes, 0)?;
        match bytes.len() - end {
            0 => Ok(pickle),
            left => Err(Fault::Trailing { left }.at(end)),
        }
    }

    /// Parses the pickle that begins at an offset; returns where it ends.
    pub(in crate::data) fn parse_at(
        bytes: &'a [u8],
        start: usize,
    ) -> Result<(Self, usize), PickleError> {
        let mut machine = Machine::new(Cursor::new(bytes, start), MAX_VALUES);
        let root = machine.run()?;
        let (nodes, end) = machine.finish();
        graph::check(&nodes, root, MAX_DEPTH)?;
        let budget = Cell::new(budget(bytes.len() as u64));
        Ok((Self { nodes, root, budget }, end))
    }

    /// Allows for what is copied from storages outside the pickle.
    fn grant(&self, bytes: u64) {
        self.budget.set(self.budget.get().saturating_add(budget(bytes)));
    }

    /// All persistent identifiers.
    fn persistent(&self) -> impl Iterator<Item = Value<'_>> {
        let ids = self.nodes.iter().filter_map(|entry| match entry.node {
            node::Node::Persistent(id) => Some(id),
            _ => None,
        });
        ids.map(|id| Value::new(self, id))
    }

    /// The value that was pickled.
    pub fn root(&self) -> Value<'_> {
        Value::new(self, self.root)
    }
}

/// Elements that may be copied from a file: each byte a few times, and some more.
fn budget(bytes: u64) -> u64 {
    const TIMES: u64 = 8;
    const MORE: u64 = 1 << 20;
    bytes.saturating_mul(TIMES).saturating_add(MORE)
}
