//! Trees without interpolations.
//!
//! Every interpolation is evaluated against the tree as it is, then all of them are replaced: the
//! rest of a tree is never touched.

use super::resolve::{DEPTH, Found, Problem, Resolver};
use crate::config::key::Key;
use crate::config::node::{Map, Node, Value};

/// Where problems go: the path and node they belong to.
type Report<'r> = &'r mut dyn FnMut(&[String], &Node, Problem);

/// What stands in the place of the interpolations of a tree.
pub(crate) struct Replacements(Vec<(Vec<usize>, Node)>);

impl Replacements {
    /// Puts them into the tree they were made for, or a copy of it.
    pub(crate) fn put_into(self, root: &mut Node) {
        for (positions, node) in self.0 {
            let place =
                positions.into_iter().try_fold(&mut *root, |node, index| match &mut node.value {
                    Value::Map(map) => map.get_index_mut(index).map(|(_, child)| child),
                    Value::List(items) => items.get_mut(index),
                    _ => None,
                });
            *place.expect("made for this tree") = node;
        }
    }
}

impl<'a> Resolver<'a> {
    /// The values of the interpolations of the node at `path`; what leads to `???` is `???`. A
    /// value with a problem stays the text it was.
    pub(crate) fn replacements(
        &self,
        path: &[String],
        node: &'a Node,
        report: Report<'_>,
    ) -> Replacements {
        self.replacements_for(path, path, node, report)
    }

    /// The same for a node that is `told` of under another path than it stands `at`.
    fn replacements_for(
        &self,
        told: &[String],
        at: &[String],
        node: &'a Node,
        report: Report<'_>,
    ) -> Replacements {
        let mut walk =
            Walk { resolver: self, told, at, steps: Vec::new(), made: Vec::new(), report };
        walk.node(node);
        Replacements(walk.made)
    }

    /// A copy of what was found for the node at `path`.
    fn followed(&self, path: &[String], found: Found<'a>, report: Report<'_>) -> Node {
        let mut original = found.node().clone_shallow();
        if path.len() > 2 * DEPTH {
            report(path, found.node(), Problem::new("values nested too deep"));
            return original;
        }
        let target = match self.spend(1).and_then(|()| self.guarded(found)) {
            Ok(target) => target,
            Err(problem) if problem.is_missing() => {
                original.value = Value::Str("???".to_owned());
                return original;
            }
            Err(problem) => {
                report(path, &original, problem);
                return original;
            }
        };
        let mut copy = match &target {
            Found::At(at, node) => {
                let mut copy = (*node).clone();
                self.replacements_for(path, at, node, report).put_into(&mut copy);
                copy
            }
            Found::Made(_, node) if !node.is_container() => node.clone(),
            Found::Made(_, node) => {
                let value = self.copy(path, &target, report);
                Node { value, ..node.clone_shallow() }
            }
        };
        copy.shadowed = original.shadowed;
        copy
    }

    fn copy(&self, path: &[String], found: &Found<'a>, report: Report<'_>) -> Value {
        let mut child = |key: &str| {
            let path: Vec<String> = path.iter().cloned().chain([key.to_owned()]).collect();
            found.child(key).map(|child| self.followed(&path, child, report))
        };
        match &found.node().value {
            Value::Map(map) => {
                let mut copy = Map::with_capacity(map.len());
                for (key, plain) in map {
                    let node = match key {
                        Key::Str(name) => child(name),
                        _ => None, // no path leads there
                    };
                    copy.insert(key.clone(), node.unwrap_or_else(|| plain.clone()));
                }
                Value::Map(copy)
            }
            Value::List(items) => {
                Value::List((0..items.len()).filter_map(|i| child(&i.to_string())).collect())
            }
            scalar => scalar.clone(),
        }
    }
}

/// A walk through a part of the tree itself; paths are spelt out only where one is needed.
struct Walk<'w, 'a> {
    resolver: &'w Resolver<'a>,
    told: &'w [String],
    at: &'w [String],
    steps: Vec<(usize, Step<'a>)>,
    made: Vec<(Vec<usize>, Node)>,
    report: Report<'w>,
}

/// From a container to a child.
#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

impl<'a> Walk<'_, 'a> {
    fn node(&mut self, node: &'a Node) {
        let fits = self.told.len() + self.steps.len() <= 2 * DEPTH;
        if !fits || node.is_interpolation() || self.resolver.spend(1).is_err() {
            return self.replace(node);
        }
        match &node.value {
            Value::Map(map) => {
                for (position, (key, child)) in map.iter().enumerate() {
                    let Key::Str(name) = key else { continue }; // no path leads there
                    self.child(position, Step::Key(name), child);
                }
            }
            Value::List(items) => {
                for (index, child) in items.iter().enumerate() {
                    self.child(index, Step::Index(index), child);
                }
            }
            _ => {}
        }
    }

    fn child(&mut self, position: usize, step: Step<'a>, child: &'a Node) {
        self.steps.push((position, step));
        self.node(child);
        self.steps.pop();
    }

    fn replace(&mut self, node: &'a Node) {
        let found = Found::At(self.path(self.at), node);
        let node = self.resolver.followed(&self.path(self.told), found, self.report);
        self.made.push((self.steps.iter().map(|(position, _)| *position).collect(), node));
    }

    fn path(&self, base: &[String]) -> Vec<String> {
        let names = self.steps.iter().map(|(_, step)| match step {
            Step::Key(name) => (*name).to_owned(),
            Step::Index(index) => index.to_string(),
        });
        base.iter().cloned().chain(names).collect()
    }
}
