//! `${...}`: parsing ([`parser`]), lookup through the tree ([`resolve`]) and functions
//! ([`resolvers`]).
//!
//! | text | meaning |
//! |---|---|
//! | `${a.b}`, `${a[b]}`, `${[a].b}` | the value at an absolute path |
//! | `${.a}`, `${..a}` | relative to the mapping or list that holds the text |
//! | `${a.${b}}` | a path with a computed part |
//! | `${name:x,y}` | a resolver with arguments; each may be a list, a dict, quoted text |
//! | `pre${a}post` | text: values are inserted as Python prints them |
//! | `\${a}`, `\\${a}` | literal `${a}`; a backslash, then the value |
//!
//! A text that is nothing but one interpolation takes the value itself, type included.

mod arguments;
mod ast;
mod budget;
mod materialize;
mod notes;
mod parsed;
mod parser;
mod problem;
mod resolve;
mod resolvers;

pub(crate) use ast::{Expr, Inter, Part};
pub(crate) use materialize::{NESTING, resolve_in_place};
pub(crate) use parser::parse;
pub(crate) use resolve::{Context, Found, Resolver};
