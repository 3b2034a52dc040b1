//! Evaluates interpolations against a tree.
//!
//! Decides what a path means (absolute, relative, through other interpolations) and keeps every
//! evaluation finite: cycles, depth and amount of work are errors, not hangs. Never changes the
//! tree; a resolved copy is made by [`Resolver::materialize`].

use std::cell::{Cell, RefCell};

use super::ast::{Expr, Inter, Part};
use super::parser;
use super::resolvers;
use crate::config::key::{self, Key};
use crate::config::node::{Map, Node, Value};
use crate::config::origin::Origin;
use crate::config::python;

/// How many interpolations may lead to each other.
pub(super) const DEPTH: usize = 64;
/// How many interpolations and copied nodes one tree may need.
const WORK: usize = 500_000;
/// How long a text may grow, in bytes.
const TEXT: usize = 1 << 20;

/// What resolvers need from outside the tree.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    /// The time that `${now:}` prints.
    pub(crate) now: jiff::ZonedDateTime,
}

/// Why an interpolation has no value.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) kind: ProblemKind,
    pub(crate) message: String,
    /// Where the text stands that could not be evaluated, as opposed to those that refer to it.
    pub(crate) origin: Option<Origin>,
}

/// What kind of problem it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProblemKind {
    /// The path leads to `???`.
    Missing,
    /// An interpolation on the way leads to `???`.
    MissingBehind,
    /// The path leads through something that holds nothing.
    NotContainer,
    /// Anything else.
    Other,
}

impl Problem {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { kind: ProblemKind::Other, message: message.into(), origin: None }
    }

    /// Whether the value is `???` in the end.
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self.kind, ProblemKind::Missing | ProblemKind::MissingBehind)
    }

    /// Whether there is just nothing at the path, as opposed to something wrong on the way.
    pub(crate) fn is_nothing(&self) -> bool {
        matches!(self.kind, ProblemKind::Missing | ProblemKind::NotContainer)
    }

    fn written_at(self, origin: &Origin) -> Self {
        let origin = self.origin.or_else(|| Some(origin.clone()));
        Self { origin, ..self }
    }

    fn behind(self) -> Self {
        let kind = match self.kind {
            ProblemKind::Missing => ProblemKind::MissingBehind,
            kind => kind,
        };
        Self { kind, ..self }
    }
}

/// The value of an interpolation.
#[derive(Clone, Debug)]
pub(crate) enum Found<'a> {
    /// A node of the tree.
    At(Vec<String>, &'a Node),
    /// Made by a resolver or by joining texts; seen from the container at this path.
    Made(Vec<String>, Node),
}

impl<'a> Found<'a> {
    pub(crate) fn node(&self) -> &Node {
        match self {
            Found::At(_, node) => node,
            Found::Made(_, node) => node,
        }
    }

    pub(super) fn child(&self, name: &str) -> Option<Found<'a>> {
        match self {
            Found::At(path, node) => {
                let mut path = path.clone();
                path.push(name.to_owned());
                node.child(name).map(|child| Found::At(path, child))
            }
            Found::Made(path, node) => {
                node.child(name).map(|child| Found::Made(path.clone(), child.clone()))
            }
        }
    }
}

/// Where an interpolation stands: the container that holds it and the node itself.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'s> {
    /// Path of the container; relative paths start there.
    pub(crate) container: &'s [String],
    /// The node that holds the text.
    pub(crate) node: &'s Node,
}

/// Evaluates the interpolations of one tree.
pub(crate) struct Resolver<'a> {
    pub(crate) root: &'a Node,
    pub(crate) context: &'a Context,
    active: RefCell<Vec<Vec<String>>>,
    depth: Cell<usize>,
    work: Cell<usize>,
}

impl<'a> Resolver<'a> {
    pub(crate) fn new(root: &'a Node, context: &'a Context) -> Self {
        let active = RefCell::default();
        Self { root, context, active, depth: Cell::new(0), work: Cell::new(0) }
    }

    /// The value of the node at `path`, one level deep: children may still hold interpolations.
    pub(crate) fn dereference(
        &self,
        path: Vec<String>,
        node: &'a Node,
    ) -> Result<Found<'a>, Problem> {
        if !node.is_interpolation() {
            return Ok(Found::At(path, node));
        }
        let container = path.split_last().map_or(&[][..], |(_, parent)| parent);
        self.evaluate(Scope { container, node })
    }

    /// The value of any found node, one level deep.
    pub(crate) fn follow(&self, found: Found<'a>) -> Result<Found<'a>, Problem> {
        match found {
            Found::At(path, node) => self.dereference(path, node),
            Found::Made(container, node) if node.is_interpolation() => {
                self.evaluate(Scope { container: &container, node: &node })
            }
            made @ Found::Made(..) => Ok(made),
        }
    }

    fn evaluate(&self, scope: Scope<'_>) -> Result<Found<'a>, Problem> {
        let text = scope.node.as_str().unwrap_or_default();
        let parts = parser::parse(text).map_err(Problem::new)?;
        self.spend(1)?;
        if self.depth.get() >= DEPTH {
            return Err(Problem::new(format!("interpolations nested deeper than {DEPTH} levels")));
        }
        self.depth.set(self.depth.get() + 1);
        let found = self.parts(&parts, scope);
        self.depth.set(self.depth.get() - 1);
        let found = found.map_err(|problem| problem.written_at(&scope.node.origin))?;
        let declared = scope.node.ty;
        if found.node().is_special() || declared == found.node().ty || found.node().is_container() {
            return Ok(found);
        }
        let mut node = found.node().clone();
        declared.convert(&mut node).map_err(|wanted| {
            Problem::new(format!("`{text}` gives {}, expected {wanted}", python::repr(&node.value)))
        })?;
        Ok(Found::Made(scope.container.to_vec(), node))
    }

    pub(super) fn spend(&self, amount: usize) -> Result<(), Problem> {
        self.work.set(self.work.get() + amount);
        if self.work.get() > WORK {
            return Err(Problem::new(format!("more than {WORK} interpolated values")));
        }
        Ok(())
    }

    /// A single interpolation keeps its value, anything else is joined to a text.
    pub(crate) fn parts(&self, parts: &[Part], scope: Scope<'_>) -> Result<Found<'a>, Problem> {
        if let [Part::Inter(inter)] = parts {
            return self.inter(inter, scope);
        }
        let text = self.text(parts, scope)?;
        Ok(made(Value::Str(text), scope))
    }

    fn text(&self, parts: &[Part], scope: Scope<'_>) -> Result<String, Problem> {
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Text(literal) => text.push_str(literal),
                Part::Inter(inter) => {
                    let found = self.inter(inter, scope)?;
                    text.push_str(&python::str_of(&found.node().value));
                }
            }
            if text.len() > TEXT {
                return Err(Problem::new(format!("a text longer than {TEXT} bytes")));
            }
        }
        Ok(text)
    }

    fn inter(&self, inter: &Inter, scope: Scope<'_>) -> Result<Found<'a>, Problem> {
        match inter {
            Inter::Node(path) => {
                let path = self.text(path, scope)?;
                let found = self
                    .select(&path, scope.container)?
                    .ok_or_else(|| Problem::new(format!("interpolation key `{path}` not found")))?;
                match &found {
                    Found::At(at, _) if scope.container.starts_with(at) => {
                        Err(Problem::new(format!("`{path}` contains the value itself")))
                    }
                    _ => Ok(found),
                }
            }
            Inter::Call { name, args } => {
                let name = self.text(name, scope)?;
                let args = args
                    .iter()
                    .map(|arg| self.expr(arg, scope))
                    .collect::<Result<Vec<Node>, Problem>>()?;
                resolvers::call(self, &name, &args, scope)
            }
        }
    }

    /// The value of a resolver argument.
    pub(crate) fn expr(&self, expr: &Expr, scope: Scope<'_>) -> Result<Node, Problem> {
        let value = match expr {
            Expr::Null => Value::Null,
            Expr::Bool(b) => Value::Bool(*b),
            Expr::Int(i) => Value::Int(*i),
            Expr::Float(x) => Value::Float(*x),
            Expr::Text(parts) => return Ok(self.parts(parts, scope)?.node().clone()),
            Expr::Quoted(parts) => Value::Str(self.text(parts, scope)?),
            Expr::List(items) => Value::List(
                items.iter().map(|item| self.expr(item, scope)).collect::<Result<_, _>>()?,
            ),
            Expr::Dict(items) => {
                let mut map = Map::new();
                for (key, item) in items {
                    let key = dict_key(self.expr(key, scope)?.value)?;
                    map.insert(key, self.expr(item, scope)?);
                }
                Value::Map(map)
            }
        };
        Ok(Node::new(value, scope.node.origin.clone()))
    }

    /// The value at a path, absolute or relative to `container`; `None` when there is none.
    ///
    /// # Errors
    /// When the way there leads through something that is not a container, when it leads to `???`,
    /// and when an interpolation on the way has no value.
    pub(crate) fn select(
        &self,
        path: &str,
        container: &[String],
    ) -> Result<Option<Found<'a>>, Problem> {
        let Some(relative) = path.strip_prefix('.') else {
            return self.walk(Found::At(Vec::new(), self.root), path);
        };
        let up = relative.len() - relative.trim_start_matches('.').len();
        let Some(depth) = container.len().checked_sub(up) else {
            return Err(Problem::new(format!("`{path}` leads above the config")));
        };
        let start = container[..depth].to_vec();
        let Some(node) = self.root.at(&start) else { return Ok(None) };
        self.walk(Found::At(start, node), &relative[up..])
    }

    /// Walks down from a container.
    pub(crate) fn walk(&self, start: Found<'a>, path: &str) -> Result<Option<Found<'a>>, Problem> {
        if path.is_empty() {
            return Ok(Some(start));
        }
        let parts = key::split(path);
        let mut here = start;
        for (index, part) in parts.iter().enumerate() {
            if here.node().value == Value::Null {
                return Ok(None);
            }
            if !here.node().is_container() {
                let held = parts[..index].join(".");
                let message = format!("`{held}` is not a mapping or list and cannot hold `{part}`");
                return Err(Problem { kind: ProblemKind::NotContainer, ..Problem::new(message) });
            }
            let Some(child) = here.child(part) else { return Ok(None) };
            if child.node().is_missing() {
                let message = format!("`{}` is missing (`???`)", parts[..=index].join("."));
                return Err(Problem { kind: ProblemKind::Missing, ..Problem::new(message) });
            }
            here = self.guarded(child).map_err(Problem::behind)?;
        }
        Ok(Some(here))
    }

    /// Follows a node while refusing to come back to it.
    pub(super) fn guarded(&self, found: Found<'a>) -> Result<Found<'a>, Problem> {
        let Found::At(path, node) = &found else { return self.follow(found) };
        if !node.is_interpolation() {
            return Ok(found);
        }
        if self.active.borrow().contains(path) {
            return Err(Problem::new(format!("`{}` refers to itself", path.join("."))));
        }
        self.active.borrow_mut().push(path.clone());
        let result = self.follow(found);
        self.active.borrow_mut().pop();
        result
    }
}

pub(crate) fn made<'a>(value: Value, scope: Scope<'_>) -> Found<'a> {
    Found::Made(scope.container.to_vec(), Node::new(value, scope.node.origin.clone()))
}

fn dict_key(value: Value) -> Result<Key, Problem> {
    match value {
        Value::Str(text) => Ok(Key::Str(text)),
        Value::Int(i) => Ok(Key::Int(i)),
        Value::Float(x) => Ok(Key::Float(x)),
        Value::Bool(b) => Ok(Key::Bool(b)),
        Value::Null | Value::List(_) | Value::Map(_) => {
            Err(Problem::new("a key must be a scalar and not null"))
        }
    }
}
