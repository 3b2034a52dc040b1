//! Looking at the values of a pickle.

use std::borrow::Cow;

use super::Pickle;
use super::error::{Fault, PickleError};
use super::node::{Id, Node};

/// One value of a pickle; a reference, free to copy.
#[derive(Clone, Copy, Debug)]
pub struct Value<'p> {
    pickle: &'p Pickle<'p>,
    id: Id,
}

/// A call that was pickled, never made: `name(*args)`, then what would be done to the result.
#[derive(Debug)]
pub struct Call<'p> {
    /// Module and name, in the spelling of Python 3 and numpy 2.
    pub name: String,
    /// Positional arguments.
    pub args: Vec<Value<'p>>,
    /// The state given to the result.
    pub state: Option<Value<'p>>,
}

impl<'p> Value<'p> {
    pub(super) fn new(pickle: &'p Pickle<'p>, id: Id) -> Self {
        Self { pickle, id }
    }

    fn node(self) -> &'p Node<'p> {
        &self.pickle.nodes[self.id as usize].node
    }

    fn other(self, id: Id) -> Self {
        Self { id, ..self }
    }

    /// What kind of value it is, in words; objects with their class.
    pub fn kind(self) -> String {
        if self.as_dict().is_some() {
            return "a dict".into();
        }
        match (self.call(), self.name()) {
            (Some(call), _) => format!("an object of `{}`", call.name),
            (_, Some(name)) => format!("`{name}`"),
            _ => self.node().kind().to_owned(),
        }
    }

    /// Whether it is `None`.
    pub fn is_none(self) -> bool {
        matches!(self.node(), Node::None)
    }

    /// A bool.
    pub fn as_bool(self) -> Option<bool> {
        match self.node() {
            Node::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// An int of at most 64 bits.
    pub fn as_int(self) -> Option<i64> {
        match self.node() {
            Node::Int(i) => Some(*i),
            _ => None,
        }
    }

    /// A longer int, in decimal.
    pub fn as_big_int(self) -> Option<&'p str> {
        match self.node() {
            Node::BigInt(text) => Some(text),
            _ => None,
        }
    }

    /// A float.
    pub fn as_float(self) -> Option<f64> {
        match self.node() {
            Node::Float(f) => Some(*f),
            _ => None,
        }
    }

    /// A text; the `str` of Python 2 when it is UTF-8.
    pub fn as_str(self) -> Option<&'p str> {
        match self.node() {
            Node::Text(text) => Some(text),
            Node::OldText(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// A number, bool, text or `None` as Python prints it; texts without quotes.
    pub fn plain_text(self) -> Option<String> {
        Some(match self.node() {
            Node::None => "None".into(),
            Node::Bool(true) => "True".into(),
            Node::Bool(false) => "False".into(),
            Node::Int(i) => i.to_string(),
            Node::BigInt(text) => text.clone(),
            Node::Float(f) => format!("{f:?}"),
            Node::Text(_) | Node::OldText(_) => self.as_str()?.to_owned(),
            _ => return None,
        })
    }

    /// Bytes, in any of the ways in which the protocols write them.
    pub fn as_bytes(self) -> Option<Cow<'p, [u8]>> {
        if let Node::Bytes(bytes) | Node::OldText(bytes) = self.node() {
            return Some(Cow::Borrowed(bytes));
        }
        let call = self.call()?;
        match (call.name.as_str(), call.args.as_slice()) {
            ("builtins.bytes" | "builtins.bytearray", []) => Some(Cow::Borrowed(&[])),
            ("builtins.bytearray", [bytes]) => bytes.as_bytes(),
            ("_codecs.encode" | "builtins.bytearray", [text, encoding])
                if matches!(encoding.as_str(), Some("latin1" | "latin-1")) =>
            {
                let bytes = text.as_str()?.chars().map(|c| u8::try_from(c).ok());
                bytes.collect::<Option<Vec<u8>>>().map(Cow::Owned)
            }
            _ => None,
        }
    }

    /// The parts of a tuple or list.
    pub fn as_sequence(self) -> Option<Vec<Value<'p>>> {
        match self.node() {
            Node::Tuple(ids) | Node::List(ids) => {
                Some(ids.iter().map(|i| self.other(*i)).collect())
            }
            _ => None,
        }
    }

    /// Whether it is a tuple.
    pub fn is_tuple(self) -> bool {
        matches!(self.node(), Node::Tuple(_))
    }

    /// The parts of a set.
    pub fn as_set(self) -> Option<Vec<Value<'p>>> {
        if let Node::Set(ids) = self.node() {
            return Some(ids.iter().map(|i| self.other(*i)).collect());
        }
        let call = self.call()?;
        match (call.name.as_str(), call.args.as_slice()) {
            ("builtins.set" | "builtins.frozenset", [items]) => items.as_sequence(),
            ("builtins.set" | "builtins.frozenset", []) => Some(Vec::new()),
            _ => None,
        }
    }

    /// The entries of a dict or `OrderedDict` in file order; of equal keys the last one counts.
    pub fn as_dict(self) -> Option<Vec<(Value<'p>, Value<'p>)>> {
        let pairs = |pairs: &'p [(Id, Id)]| {
            pairs.iter().map(|(k, v)| (self.other(*k), self.other(*v))).collect()
        };
        match self.node() {
            Node::Dict(entries) => Some(pairs(entries)),
            Node::Object(object) => {
                let name = self.other(object.callee).name()?;
                match (name.as_str(), self.other(object.args).as_sequence()?.as_slice()) {
                    ("collections.OrderedDict", []) | ("collections.defaultdict", [..]) => {
                        Some(pairs(&object.entries))
                    }
                    ("collections.OrderedDict", [list]) => list.pairs_of_lists(),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// `[[key, value], ...]`, as Python 2 writes an `OrderedDict`.
    fn pairs_of_lists(self) -> Option<Vec<(Value<'p>, Value<'p>)>> {
        let pair = |item: Value<'p>| match item.as_sequence()?.as_slice() {
            [key, value] => Some((*key, *value)),
            _ => None,
        };
        self.as_sequence()?.into_iter().map(pair).collect()
    }

    /// The value of a text key of a dict.
    pub fn get(self, key: &str) -> Option<Value<'p>> {
        let entries = self.as_dict()?;
        entries.iter().rev().find(|(k, _)| k.as_str() == Some(key)).map(|(_, v)| *v)
    }

    /// Module and name of a class or function, in the spelling of Python 3 and numpy 2.
    pub fn name(self) -> Option<String> {
        match self.node() {
            Node::Global(global) => Some(modern_name(&global.module, &global.name)),
            _ => None,
        }
    }

    /// The call that would have made an object of a named class or function.
    pub fn call(self) -> Option<Call<'p>> {
        let Node::Object(object) = self.node() else { return None };
        let callee = self.other(object.callee);
        let name = callee.name().or_else(|| callee.partial_name())?;
        let mut args = self.other(object.args).as_sequence()?;
        let state = object.state.map(|id| self.other(id));
        let wrapped = match name.as_str() {
            // `(class, base, state of the base)`, the way of protocols 0 and 1
            "copyreg._reconstructor" if args.len() == 3 => args.drain(..).next(),
            "copyreg.__newobj__" if !args.is_empty() => Some(args.remove(0)),
            _ => None,
        };
        match wrapped {
            Some(class) => Some(Call { name: class.name()?, args, state }),
            None => Some(Call { name, args, state }),
        }
    }

    /// The function of a `functools.partial`, as pandas 1.3 wraps its blocks.
    fn partial_name(self) -> Option<String> {
        let call = self.call().filter(|call| call.name == "functools.partial")?;
        call.args.first()?.name()
    }

    /// The identifier of something outside the pickle.
    pub fn as_persistent(self) -> Option<Value<'p>> {
        match self.node() {
            Node::Persistent(id) => Some(self.other(*id)),
            _ => None,
        }
    }

    /// Pays for copying `n` elements; a small file of many references cannot fill the memory.
    pub(super) fn spend(self, n: usize) -> Result<(), PickleError> {
        match self.pickle.budget.get().checked_sub(n as u64) {
            Some(left) => {
                self.pickle.budget.set(left);
                Ok(())
            }
            None => Err(self.fault(Fault::Amplified)),
        }
    }

    /// A fault of this value.
    pub fn fault(self, fault: Fault) -> PickleError {
        fault.at(self.pickle.nodes[self.id as usize].offset)
    }

    /// The error for a value of another kind; an unknown callable is named.
    pub fn unexpected(self, expected: &'static str) -> PickleError {
        let fault = match self.call() {
            Some(call) if self.as_dict().is_none() => Fault::Callable { name: call.name, expected },
            _ => Fault::Unexpected { found: self.kind(), expected },
        };
        self.fault(fault)
    }

    /// The error for a structure whose parts do not fit together.
    pub fn inconsistent(self, what: impl Into<String>) -> PickleError {
        self.fault(Fault::Inconsistent { what: what.into() })
    }
}

/// Python 2 and numpy 1 kept some modules under other names.
fn modern_name(module: &str, name: &str) -> String {
    let module = match module {
        "__builtin__" => "builtins",
        "copy_reg" => "copyreg",
        other => other,
    };
    match module.strip_prefix("numpy.core.") {
        Some(rest) => format!("numpy._core.{rest}.{name}"),
        None => format!("{module}.{name}"),
    }
}
