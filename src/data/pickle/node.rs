//! Values as the machine builds them: an arena, so that sharing costs nothing and nothing recurses.

use std::borrow::Cow;

/// Position in the arena.
pub(super) type Id = u32;

/// A value and the offset of the opcode that made it.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) offset: usize,
    pub(super) node: Node<'a>,
}

/// One value; its parts are elsewhere in the arena.
#[derive(Debug)]
pub(super) enum Node<'a> {
    None,
    Bool(bool),
    Int(i64),
    /// An integer beyond 64 bits, in decimal.
    BigInt(String),
    Float(f64),
    Text(Cow<'a, str>),
    Bytes(Cow<'a, [u8]>),
    /// The `str` of Python 2: bytes that may be meant as text.
    OldText(Cow<'a, [u8]>),
    Tuple(Vec<Id>),
    List(Vec<Id>),
    Set(Vec<Id>),
    Dict(Vec<(Id, Id)>),
    /// A class or function by name.
    Global(Box<Global<'a>>),
    /// What a call would return, and what would be done to it.
    Object(Box<Object>),
    /// Something outside the pickle, by an identifier.
    Persistent(Id),
}

#[derive(Debug)]
pub(super) struct Global<'a> {
    pub(super) module: Cow<'a, str>,
    pub(super) name: Cow<'a, str>,
}

/// `callee(*args, **keywords)`, then its state, list items and dict entries.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) callee: Id,
    pub(super) args: Id,
    pub(super) keywords: Option<Id>,
    pub(super) state: Option<Id>,
    pub(super) items: Vec<Id>,
    pub(super) entries: Vec<(Id, Id)>,
}

impl Node<'_> {
    /// What kind of value it is, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Node::None => "None",
            Node::Bool(_) => "a bool",
            Node::Int(_) | Node::BigInt(_) => "an int",
            Node::Float(_) => "a float",
            Node::Text(_) | Node::OldText(_) => "a str",
            Node::Bytes(_) => "bytes",
            Node::Tuple(_) => "a tuple",
            Node::List(_) => "a list",
            Node::Set(_) => "a set",
            Node::Dict(_) => "a dict",
            Node::Global(_) => "a class or function",
            Node::Object(_) => "an object",
            Node::Persistent(_) => "a persistent id",
        }
    }

    /// Calls `each` with every part, in order.
    pub(super) fn parts(&self, mut each: impl FnMut(Id)) {
        match self {
            Node::Tuple(ids) | Node::List(ids) | Node::Set(ids) => {
                ids.iter().for_each(|i| each(*i))
            }
            Node::Dict(entries) => entries.iter().for_each(|(k, v)| {
                each(*k);
                each(*v);
            }),
            Node::Object(object) => {
                each(object.callee);
                each(object.args);
                object.keywords.iter().chain(&object.state).for_each(|i| each(*i));
                object.items.iter().for_each(|i| each(*i));
                object.entries.iter().for_each(|(k, v)| {
                    each(*k);
                    each(*v);
                });
            }
            Node::Persistent(id) => each(*id),
            Node::None
            | Node::Bool(_)
            | Node::Int(_)
            | Node::BigInt(_)
            | Node::Float(_)
            | Node::Text(_)
            | Node::Bytes(_)
            | Node::OldText(_)
            | Node::Global(_) => {}
        }
    }
}
