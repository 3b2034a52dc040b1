//! Evaluates interpolations against a tree.
//!
//! Decides what a path means (absolute, relative, through other interpolations) and keeps every
//! evaluation finite: cycles, depth and amount of work are errors, not hangs. Never changes the
//! tree; a resolved copy is made by [`Resolver::materialize`].

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use super::ast::{Inter, Part};
use super::budget::{DEPTH, LEVELS, Spent};
use super::notes::Notes;
use super::parsed::parsed;
use super::problem::{Problem, ProblemKind};
use super::resolvers;
use crate::config::key::{self, Key};
use crate::config::node::{Node, Value};
use crate::config::python;

/// What resolvers need from outside the tree.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    /// The time that `${now:}` prints.
    pub(crate) now: jiff::ZonedDateTime,
    /// What they have to say about values that they give nevertheless.
    pub(crate) notes: Notes,
    /// The `hydra` node, when a tree is evaluated only to be printed: `${hydra:}` looks there, and
    /// what OmegaConf cannot put into a tree is refused.
    pub(crate) printed_hydra: Option<Arc<Node>>,
}

impl Context {
    pub(crate) fn new(now: jiff::ZonedDateTime) -> Self {
        Self { now, notes: Notes::default(), printed_hydra: None }
    }

    /// The same for a tree that is only printed.
    pub(crate) fn printing(&self, hydra: Arc<Node>) -> Self {
        Self { printed_hydra: Some(hydra), ..self.clone() }
    }
}

/// The value of an interpolation.
#[derive(Clone, Debug)]
pub(crate) enum Found<'a> {
    /// A node of the tree.
    At(Vec<Key>, &'a Node),
    /// Made by a resolver or by joining texts, as if it stood at this path.
    Made(Vec<Key>, Node),
    /// The same, but a list or mapping without interpolations of its own: its texts are final.
    Plain(Node),
}

impl<'a> Found<'a> {
    pub(crate) fn node(&self) -> &Node {
        match self {
            Found::At(_, node) => node,
            Found::Made(_, node) | Found::Plain(node) => node,
        }
    }

    pub(super) fn child(self, name: &str) -> Option<Found<'a>> {
        match self {
            Found::At(mut path, node) => {
                path.push(Key::from(name));
                node.child(name).map(|child| Found::At(path, child))
            }
            Found::Made(mut path, node) => {
                path.push(Key::from(name));
                node.child(name).map(|child| Found::Made(path, child.clone()))
            }
            Found::Plain(node) => node.child(name).map(|child| Found::Plain(child.clone())),
        }
    }
}

/// Where an interpolation stands.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'s> {
    /// Path of the node.
    pub(crate) path: &'s [Key],
    /// The node that holds the text.
    pub(crate) node: &'s Node,
}

impl<'s> Scope<'s> {
    /// Path of the list or mapping that holds the node; relative paths start there.
    pub(crate) fn container(self) -> &'s [Key] {
        self.path.split_last().map_or(&[], |(_, container)| container)
    }
}

/// Evaluates the interpolations of one tree.
pub(crate) struct Resolver<'a> {
    pub(crate) root: &'a Node,
    pub(crate) context: &'a Context,
    active: RefCell<Vec<Vec<Key>>>,
    depth: Cell<usize>,
    levels: Cell<usize>,
    spent: Cell<Spent>,
}

impl<'a> Resolver<'a> {
    pub(crate) fn new(root: &'a Node, context: &'a Context) -> Self {
        let active = RefCell::default();
        let (depth, levels) = (Cell::new(0), Cell::new(0));
        Self { root, context, active, depth, levels, spent: Cell::default() }
    }

    /// Goes on with what an earlier resolver has spent.
    pub(super) fn having(self, spent: Spent) -> Self {
        Self { spent: Cell::new(spent), ..self }
    }

    pub(super) fn spent(&self) -> Spent {
        self.spent.get()
    }

    /// The value of the node at `path`, one level deep: children may still hold interpolations.
    pub(crate) fn dereference(&self, path: Vec<Key>, node: &'a Node) -> Result<Found<'a>, Problem> {
        if !node.is_interpolation() {
            return Ok(Found::At(path, node));
        }
        self.evaluate(Scope { path: &path, node })
    }

    /// The value of any found node, one level deep.
    pub(crate) fn follow(&self, found: Found<'a>) -> Result<Found<'a>, Problem> {
        match found {
            Found::At(path, node) => self.dereference(path, node),
            Found::Made(path, node) if node.is_interpolation() => {
                self.evaluate(Scope { path: &path, node: &node })
            }
            made @ (Found::Made(..) | Found::Plain(_)) => Ok(made),
        }
    }

    fn evaluate(&self, scope: Scope<'_>) -> Result<Found<'a>, Problem> {
        let text = scope.node.as_str().unwrap_or_default();
        let parts = parsed(text).map_err(Problem::new)?;
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
        Ok(Found::Plain(node))
    }

    /// Counts nodes that are visited or copied.
    pub(super) fn spend(&self, nodes: usize) -> Result<(), Problem> {
        self.pay(|spent| spent.nodes(nodes))
    }

    /// Counts bytes of text that are made.
    pub(super) fn spend_text(&self, length: usize) -> Result<(), Problem> {
        self.pay(|spent| spent.text(length))
    }

    fn pay(&self, pay: impl FnOnce(&mut Spent) -> Result<(), Problem>) -> Result<(), Problem> {
        let mut spent = self.spent.get();
        let result = pay(&mut spent);
        self.spent.set(spent);
        result
    }

    /// Goes one level down, if there is one left.
    pub(super) fn nested<T>(&self, run: impl FnOnce() -> Result<T, Problem>) -> Result<T, Problem> {
        if self.levels.get() >= LEVELS {
            return Err(Problem::new(format!("interpolations nested deeper than {LEVELS} levels")));
        }
        self.levels.set(self.levels.get() + 1);
        let result = run();
        self.levels.set(self.levels.get() - 1);
        result
    }

    /// A copy of a node, which costs as much as it holds.
    pub(super) fn copied(&self, node: &Node) -> Result<Node, Problem> {
        self.spend(node.size())?;
        Ok(node.clone())
    }

    /// A single interpolation keeps its value, anything else is joined to a text.
    pub(crate) fn parts(&self, parts: &[Part], scope: Scope<'_>) -> Result<Found<'a>, Problem> {
        if let [Part::Inter(inter)] = parts {
            return self.inter(inter, scope);
        }
        let text = self.text(parts, scope)?;
        Ok(plain(Value::Str(text), scope))
    }

    pub(super) fn text(&self, parts: &[Part], scope: Scope<'_>) -> Result<String, Problem> {
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Text(literal) => text.push_str(literal),
                Part::Inter(inter) => {
                    let found = self.inter(inter, scope)?;
                    self.spend(found.node().size())?;
                    text.push_str(&python::str_of(&found.node().value));
                }
            }
            self.spend_text(text.len())?;
        }
        Ok(text)
    }

    /// The text of a path or a name; what is interpolated into it must be a text itself.
    fn name(&self, parts: &[Part], scope: Scope<'_>) -> Result<String, Problem> {
        let mut name = String::new();
        for part in parts {
            match part {
                Part::Text(literal) => name.push_str(literal),
                Part::Inter(inter) => match &self.inter(inter, scope)?.node().value {
                    Value::Str(text) => name.push_str(text),
                    other => {
                        let got = python::repr(other);
                        let problem = format!("expected a text as (part of) a name, got {got}");
                        return Err(Problem::new(problem));
                    }
                },
            }
            self.spend_text(name.len())?;
        }
        Ok(name)
    }

    fn inter(&self, inter: &Inter, scope: Scope<'_>) -> Result<Found<'a>, Problem> {
        self.nested(|| match inter {
            Inter::Node(path) => self.reference(&self.name(path, scope)?, scope),
            Inter::Call { name, args } => {
                let name = self.name(name, scope)?;
                let args = args
                    .iter()
                    .map(|arg| self.expr(arg, scope))
                    .collect::<Result<Vec<Node>, Problem>>()?;
                resolvers::call(self, &name, &args, scope)
            }
        })
    }

    /// What `${path}` leads to.
    fn reference(&self, path: &str, scope: Scope<'_>) -> Result<Found<'a>, Problem> {
        let found = self
            .select(path, scope.container())?
            .ok_or_else(|| Problem::new(format!("interpolation key `{path}` not found")))?;
        match &found {
            Found::At(at, _) if scope.container().starts_with(at) => {
                Err(Problem::new(format!("`{path}` contains the value itself")))
            }
            _ => Ok(found),
        }
    }

    /// The value at a path, absolute or relative to `container`; `None` when there is none.
    ///
    /// # Errors
    /// When the way there leads through something that is not a container, when it leads to `???`,
    /// and when an interpolation on the way has no value.
    pub(crate) fn select(
        &self,
        path: &str,
        container: &[Key],
    ) -> Result<Option<Found<'a>>, Problem> {
        let Some(relative) = path.strip_prefix('.') else {
            return self.walk(Found::At(Vec::new(), self.root), path);
        };
        let up = relative.len() - relative.trim_start_matches('.').len();
        let Some(depth) = container.len().checked_sub(up) else {
            return Err(Problem::new(format!("`{path}` leads above the config")));
        };
        let start = container[..depth].to_vec();
        let Some(node) = self.root.at_keys(&start) else { return Ok(None) };
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
            if !here.node().is_container() || matches!(here, Found::Plain(_)) {
                let held = parts[..index].join(".");
                let message = format!("`{held}` is not a mapping or list and cannot hold `{part}`");
                return Err(Problem { kind: ProblemKind::NotContainer, ..Problem::new(message) });
            }
            if here.node().as_list().is_some() && python::parse_int(part).is_none() {
                return Err(Problem::new(format!("`{part}` is not an index of a list")));
            }
            let Some(child) = here.child(part) else { return Ok(None) };
            if child.node().is_missing() {
                let message = format!("`{}` is missing (`???`)", parts[..=index].join("."));
                let last = index + 1 == parts.len();
                let kind = if last { ProblemKind::Missing } else { ProblemKind::MissingBefore };
                return Err(Problem { kind, ..Problem::new(message) });
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
            return Err(Problem::new(format!("`{}` refers to itself", key::dotted(path))));
        }
        self.active.borrow_mut().push(path.clone());
        let result = self.follow(found);
        self.active.borrow_mut().pop();
        result
    }
}

/// A value without interpolations of its own.
pub(crate) fn plain<'a>(value: Value, scope: Scope<'_>) -> Found<'a> {
    Found::Plain(Node::new(value, scope.node.origin.clone()))
}

/// A list or mapping with interpolations of its own; it stands where the interpolation stands.
pub(crate) fn live<'a>(node: Node, scope: Scope<'_>) -> Found<'a> {
    Found::Made(scope.path.to_vec(), node)
}
