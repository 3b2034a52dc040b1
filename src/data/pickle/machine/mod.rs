//! The stack machine: opcodes in, values out.
//!
//! | file | opcodes |
//! |---|---|
//! | here | stack, memo, protocol |
//! | `scalars` | numbers, texts, bytes |
//! | `containers` | tuples, lists, dicts, sets |
//! | `objects` | names, calls, state, persistent ids |

mod containers;
mod objects;
mod scalars;

use std::collections::HashMap;

use super::cursor::Cursor;
use super::error::{Fault, PickleError};
use super::node::{Entry, Id, Node};
use super::opcodes as op;

const NEWEST_PROTOCOL: u8 = 5;

/// The machine between two opcodes.
pub(super) struct Machine<'a> {
    cursor: Cursor<'a>,
    limit: usize,
    nodes: Vec<Entry<'a>>,
    stack: Vec<Id>,
    /// Heights of the stack at the open marks.
    marks: Vec<usize>,
    memo: HashMap<u64, Id>,
    /// The opcode at work and its offset.
    opcode: u8,
    offset: usize,
}

impl<'a> Machine<'a> {
    pub(super) fn new(cursor: Cursor<'a>, limit: usize) -> Self {
        Self {
            cursor,
            limit,
            nodes: Vec::new(),
            stack: Vec::new(),
            marks: Vec::new(),
            memo: HashMap::new(),
            opcode: 0,
            offset: 0,
        }
    }

    /// Runs to the end of the pickle; returns the value left on the stack.
    pub(super) fn run(&mut self) -> Result<Id, PickleError> {
        loop {
            self.offset = self.cursor.at();
            self.opcode = self.cursor.u8()?;
            if self.opcode == op::STOP {
                return self.pop();
            }
            self.step()?;
        }
    }

    /// All values, and the offset after the last opcode.
    pub(super) fn finish(self) -> (Vec<Entry<'a>>, usize) {
        (self.nodes, self.cursor.at())
    }

    /// Executes one opcode; each family answers whether it was one of its own.
    fn step(&mut self) -> Result<(), PickleError> {
        let done = self.bookkeeping()? || self.scalar()? || self.container()? || self.object()?;
        if done { Ok(()) } else { Err(self.fault(Fault::UnknownOpcode { byte: self.opcode })) }
    }

    /// Opcodes that move values and make none.
    fn bookkeeping(&mut self) -> Result<bool, PickleError> {
        match self.opcode {
            op::PROTO => self.protocol()?,
            op::FRAME => {
                let wanted = self.cursor.u64()?;
                self.cursor.expect(wanted)?;
            }
            op::MARK => self.marks.push(self.stack.len()),
            op::POP => self.discard()?,
            op::POP_MARK => drop(self.since_mark()?),
            op::DUP => {
                let top = self.top()?;
                self.stack.push(top);
            }
            _ => return self.remember(),
        }
        Ok(true)
    }

    /// Opcodes that store the top value in the memo, or fetch one from it.
    fn remember(&mut self) -> Result<bool, PickleError> {
        match self.opcode {
            op::PUT => {
                let index = self.line_number()?;
                self.store(index)?;
            }
            op::BINPUT => {
                let index = self.cursor.u8()?;
                self.store(index.into())?;
            }
            op::LONG_BINPUT => {
                let index = self.cursor.u32()?;
                self.store(index.into())?;
            }
            op::MEMOIZE => self.store(self.memo.len() as u64)?,
            op::GET => {
                let index = self.line_number()?;
                self.recall(index)?;
            }
            op::BINGET => {
                let index = self.cursor.u8()?;
                self.recall(index.into())?;
            }
            op::LONG_BINGET => {
                let index = self.cursor.u32()?;
                self.recall(index.into())?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn protocol(&mut self) -> Result<(), PickleError> {
        match self.cursor.u8()? {
            0..=NEWEST_PROTOCOL => Ok(()),
            version => Err(self.fault(Fault::Protocol { version })),
        }
    }

    /// Drops the top value, or an open mark with nothing on it.
    fn discard(&mut self) -> Result<(), PickleError> {
        if self.marks.last() == Some(&self.stack.len()) {
            self.marks.pop();
            return Ok(());
        }
        self.pop().map(drop)
    }

    fn line_number(&mut self) -> Result<u64, PickleError> {
        let line = self.cursor.line()?;
        std::str::from_utf8(line)
            .ok()
            .and_then(|text| text.trim().parse().ok())
            .ok_or_else(|| self.bad_text("memo index"))
    }

    fn store(&mut self, index: u64) -> Result<(), PickleError> {
        let top = self.top()?;
        self.memo.insert(index, top);
        Ok(())
    }

    fn recall(&mut self, index: u64) -> Result<(), PickleError> {
        let id = self.memo.get(&index).copied();
        self.stack.push(id.ok_or_else(|| self.fault(Fault::NoMemo { index }))?);
        Ok(())
    }

    /// Adds a value to the arena.
    fn make(&mut self, node: Node<'a>) -> Result<Id, PickleError> {
        if self.nodes.len() >= self.limit {
            return Err(self.fault(Fault::TooManyValues { limit: self.limit }));
        }
        self.nodes.push(Entry { offset: self.offset, node });
        Ok((self.nodes.len() - 1) as Id)
    }

    /// Adds a value and puts it on the stack.
    fn push(&mut self, node: Node<'a>) -> Result<(), PickleError> {
        let id = self.make(node)?;
        self.stack.push(id);
        Ok(())
    }

    /// The lowest height to which this opcode may pop.
    fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    fn pop(&mut self) -> Result<Id, PickleError> {
        self.top()?;
        self.stack.pop().ok_or_else(|| self.underflow())
    }

    fn pop_many<const N: usize>(&mut self) -> Result<[Id; N], PickleError> {
        let mut values = [0; N];
        for value in values.iter_mut().rev() {
            *value = self.pop()?;
        }
        Ok(values)
    }

    fn top(&self) -> Result<Id, PickleError> {
        match self.stack.len() > self.floor() {
            true => self.stack.last().copied().ok_or_else(|| self.underflow()),
            false => Err(self.underflow()),
        }
    }

    /// Takes the values above the last mark, and the mark.
    fn since_mark(&mut self) -> Result<Vec<Id>, PickleError> {
        let opcode = op::name(self.opcode);
        let height = self.marks.pop().ok_or_else(|| self.fault(Fault::NoMark { opcode }))?;
        Ok(self.stack.split_off(height))
    }

    fn node_mut(&mut self, id: Id) -> &mut Node<'a> {
        &mut self.nodes[id as usize].node
    }

    fn node(&self, id: Id) -> &Node<'a> {
        &self.nodes[id as usize].node
    }

    fn fault(&self, fault: Fault) -> PickleError {
        fault.at(self.offset)
    }

    fn underflow(&self) -> PickleError {
        self.fault(Fault::StackUnderflow { opcode: op::name(self.opcode) })
    }

    fn bad_text(&self, expected: &'static str) -> PickleError {
        self.fault(Fault::BadText { opcode: op::name(self.opcode), expected })
    }

    fn wrong_operand(&self, id: Id) -> PickleError {
        let found = self.node(id).kind();
        self.fault(Fault::WrongOperand { opcode: op::name(self.opcode), found })
    }
}
