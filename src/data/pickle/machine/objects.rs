//! Names, and what would be called. Nothing is looked up and nothing is called.

use std::borrow::Cow;

use super::super::error::{Fault, PickleError};
use super::super::node::{Global, Id, Node, Object};
use super::super::opcodes as op;
use super::Machine;

impl<'a> Machine<'a> {
    /// Opcodes that name something, or would call it.
    pub(super) fn object(&mut self) -> Result<bool, PickleError> {
        match self.opcode {
            op::GLOBAL => {
                let name = self.global_lines()?;
                self.push(name)?;
            }
            op::STACK_GLOBAL => self.global_on_stack()?,
            op::REDUCE | op::NEWOBJ => {
                let [callee, args] = self.pop_many()?;
                self.call(callee, args, None)?;
            }
            op::NEWOBJ_EX => {
                let [callee, args, keywords] = self.pop_many()?;
                self.call(callee, args, Some(keywords))?;
            }
            op::INST => {
                let name = self.global_lines()?;
                let callee = self.make(name)?;
                let args = self.since_mark()?;
                self.call_with(callee, args)?;
            }
            op::OBJ => {
                let parts = self.since_mark()?;
                let (callee, args) = parts.split_first().ok_or_else(|| self.underflow())?;
                self.call_with(*callee, args.to_vec())?;
            }
            op::BUILD => {
                let state = self.pop()?;
                self.build(state)?;
            }
            _ => return self.outside(),
        }
        Ok(true)
    }

    /// Opcodes that stand for something outside the pickle.
    fn outside(&mut self) -> Result<bool, PickleError> {
        match self.opcode {
            op::PERSID => {
                let line = self.cursor.line()?;
                let text = std::str::from_utf8(line).map_err(|_| self.bad_text("UTF-8"))?;
                let id = self.make(Node::Text(Cow::Borrowed(text)))?;
                self.push(Node::Persistent(id))?;
            }
            op::BINPERSID => {
                let id = self.pop()?;
                self.push(Node::Persistent(id))?;
            }
            op::EXT1 | op::EXT2 | op::EXT4 => {
                return Err(self.fault(Fault::Outside { what: "an extension code" }));
            }
            op::NEXT_BUFFER | op::READONLY_BUFFER => {
                return Err(self.fault(Fault::Outside { what: "an out-of-band buffer" }));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn global_lines(&mut self) -> Result<Node<'a>, PickleError> {
        let (module, name) = (self.cursor.line()?, self.cursor.line()?);
        let text = |line| std::str::from_utf8(line).map(Cow::Borrowed);
        match (text(module), text(name)) {
            (Ok(module), Ok(name)) => Ok(Node::Global(Box::new(Global { module, name }))),
            _ => Err(self.bad_text("name in UTF-8")),
        }
    }

    fn global_on_stack(&mut self) -> Result<(), PickleError> {
        let [module, name] = self.pop_many()?;
        let text = |id| match self.node(id) {
            Node::Text(text) => Ok(text.clone()),
            _ => Err(self.wrong_operand(id)),
        };
        let global = Global { module: text(module)?, name: text(name)? };
        self.push(Node::Global(Box::new(global)))
    }

    fn call_with(&mut self, callee: Id, args: Vec<Id>) -> Result<(), PickleError> {
        let args = self.make(Node::Tuple(args))?;
        self.call(callee, args, None)
    }

    fn call(&mut self, callee: Id, args: Id, keywords: Option<Id>) -> Result<(), PickleError> {
        if !matches!(self.node(args), Node::Tuple(_)) {
            return Err(self.wrong_operand(args));
        }
        let (state, items, entries) = (None, Vec::new(), Vec::new());
        let object = Object { callee, args, keywords, state, items, entries };
        self.push(Node::Object(Box::new(object)))
    }

    /// Records the state of the object on top of the stack; it is set once.
    fn build(&mut self, state: Id) -> Result<(), PickleError> {
        let target = self.top()?;
        match self.node_mut(target) {
            Node::Object(object) if object.state.is_none() => {
                object.state = Some(state);
                Ok(())
            }
            _ => Err(self.wrong_operand(target)),
        }
    }
}
