//! Tuples, lists, dicts and sets.

use super::super::error::PickleError;
use super::super::node::{Id, Node};
use super::super::opcodes as op;
use super::Machine;

impl Machine<'_> {
    /// Opcodes that make a container or add to one.
    pub(super) fn container(&mut self) -> Result<bool, PickleError> {
        match self.opcode {
            op::EMPTY_TUPLE => self.push(Node::Tuple(Vec::new()))?,
            op::EMPTY_LIST => self.push(Node::List(Vec::new()))?,
            op::EMPTY_SET => self.push(Node::Set(Vec::new()))?,
            op::EMPTY_DICT => self.push(Node::Dict(Vec::new()))?,
            op::TUPLE1 => self.tuple::<1>()?,
            op::TUPLE2 => self.tuple::<2>()?,
            op::TUPLE3 => self.tuple::<3>()?,
            op::TUPLE | op::LIST | op::FROZENSET | op::DICT => {
                let parts = self.since_mark()?;
                let node = match self.opcode {
                    op::TUPLE => Node::Tuple(parts),
                    op::LIST => Node::List(parts),
                    op::FROZENSET => Node::Set(parts),
                    _ => Node::Dict(self.pairs(&parts)?),
                };
                self.push(node)?;
            }
            op::APPEND => {
                let part = self.pop()?;
                self.extend(&[part])?;
            }
            op::APPENDS | op::ADDITEMS => {
                let parts = self.since_mark()?;
                self.extend(&parts)?;
            }
            op::SETITEM => {
                let parts = self.pop_many::<2>()?;
                self.set(&parts)?;
            }
            op::SETITEMS => {
                let parts = self.since_mark()?;
                self.set(&parts)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn tuple<const N: usize>(&mut self) -> Result<(), PickleError> {
        let parts = self.pop_many::<N>()?;
        self.push(Node::Tuple(parts.to_vec()))
    }

    /// Adds to the list, set or object on top of the stack.
    fn extend(&mut self, parts: &[Id]) -> Result<(), PickleError> {
        let target = self.top()?;
        match self.node_mut(target) {
            Node::List(items) | Node::Set(items) => items.extend(parts),
            Node::Object(object) => object.items.extend(parts),
            _ => return Err(self.wrong_operand(target)),
        }
        Ok(())
    }

    /// Adds keys with values to the dict or object on top of the stack.
    fn set(&mut self, parts: &[Id]) -> Result<(), PickleError> {
        let pairs = self.pairs(parts)?;
        let target = self.top()?;
        match self.node_mut(target) {
            Node::Dict(entries) => entries.extend(pairs),
            Node::Object(object) => object.entries.extend(pairs),
            _ => return Err(self.wrong_operand(target)),
        }
        Ok(())
    }

    fn pairs(&self, parts: &[Id]) -> Result<Vec<(Id, Id)>, PickleError> {
        match parts.as_chunks::<2>() {
            (pairs, []) => Ok(pairs.iter().map(|[key, value]| (*key, *value)).collect()),
            _ => Err(self.bad_text("value for the last key")),
        }
    }
}
