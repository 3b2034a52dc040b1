//! Puts values in the place of interpolations, the way `OmegaConf.resolve` does.
//!
//! Nodes are visited in order and changed one by one, so what is joined into a text shows the lists
//! and mappings as they are at that moment: resolved, when they stand before it.
//!
//! | an interpolation leads to | what stands in its place |
//! |---|---|
//! | a scalar | that scalar |
//! | a list or mapping of the tree | a copy of it, resolved where it stands itself |
//! | a list or mapping that a resolver made | that, its interpolations seen from its new place |
//! | `???` | `???` |
//! | nothing | itself, and a report |
//! | a text with a broken `${` | itself, and a report |

use std::collections::HashSet;

use super::budget::Spent;
use super::parsed::parsed;
use super::problem::Problem;
use super::resolve::{Context, Found, Resolver};
use crate::config::key::{self, Key};
use crate::config::node::{Node, Value};

/// How many copies of copies one place may lead to.
const CHAIN: usize = 64;
/// After so many problems no more are looked for.
const FAILURES: usize = 1000;
/// How deep a tree may nest once copies stand in it.
pub(crate) const NESTING: usize = 256;

/// Where problems go: the path and node they belong to.
pub(crate) type Report<'r> = &'r mut dyn FnMut(&[Key], &Node, Problem);

/// Resolves the node at a path, and whatever it refers to, in place.
pub(crate) fn resolve_in_place(root: &mut Node, context: &Context, at: &[Key], report: Report<'_>) {
    let (failed, entered, done) = (Vec::new(), Vec::new(), HashSet::new());
    let mut walk = Walk { root, context, report, spent: Spent::default(), failed, entered, done };
    walk.visit(&mut at.to_vec());
}

struct Walk<'w> {
    root: &'w mut Node,
    context: &'w Context,
    report: Report<'w>,
    spent: Spent,
    /// Interpolations that have no value.
    failed: Vec<(Vec<Key>, Problem)>,
    /// The lists and mappings that are being resolved because something refers to them.
    entered: Vec<Vec<Key>>,
    /// Those that have been.
    done: HashSet<Vec<Key>>,
}

impl Walk<'_> {
    fn visit(&mut self, path: &mut Vec<Key>) {
        let Some(node) = self.root.at_keys(path) else { return };
        if self.failed.len() >= FAILURES {
            return;
        }
        if node.is_interpolation() {
            if self.failed.iter().any(|(failed, _)| failed == path) {
                return;
            }
            match self.replace(path) {
                Ok(true) => {}
                Ok(false) => return,
                Err(problem) if problem.is_missing() => {
                    if let Some(held) = self.root.at_keys_mut(path) {
                        held.value = Value::Str("???".to_owned());
                    }
                    return;
                }
                Err(problem) => return self.fail(path.clone(), problem),
            }
        }
        for key in self.children(path) {
            path.push(key);
            self.visit(path);
            path.pop();
        }
    }

    fn fail(&mut self, path: Vec<Key>, problem: Problem) {
        if let Some(node) = self.root.at_keys(&path) {
            (self.report)(&path, node, problem.clone());
        }
        self.failed.push((path, problem));
    }

    /// The keys below which an interpolation may stand.
    fn children(&self, path: &[Key]) -> Vec<Key> {
        let wanted = |node: &Node| node.is_container() || node.is_interpolation();
        match self.root.at_keys(path).map(|node| &node.value) {
            Some(Value::Map(map)) => {
                map.iter().filter(|(_, node)| wanted(node)).map(|(key, _)| key.clone()).collect()
            }
            Some(Value::List(items)) => {
                let wanted = items.iter().enumerate().filter(|(_, node)| wanted(node));
                wanted.map(|(index, _)| Key::Str(index.to_string())).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Puts a value in the place of an interpolation; whether it may hold others.
    fn replace(&mut self, path: &[Key]) -> Result<bool, Problem> {
        let Some(node) = self.root.at_keys(path) else { return Ok(false) };
        let resolver = Resolver::new(&*self.root, self.context).having(self.spent);
        let found = resolver.dereference(path.to_vec(), node);
        self.spent = resolver.spent();
        let (value, live) = match found? {
            Found::At(target, node) if node.is_container() => (self.target(&target, path)?, false),
            found => {
                let value = resolver.copied(found.node());
                self.spent = resolver.spent();
                (value?, matches!(found, Found::Made(..)))
            }
        };
        check_text(&value)?;
        if path.len() + value.depth() > NESTING {
            return Err(Problem::new(format!("the tree would nest deeper than {NESTING} levels")));
        }
        if let Some(held) = self.root.at_keys_mut(path) {
            (held.value, held.origin, held.ty) = (value.value, value.origin, value.ty);
        }
        Ok(live)
    }

    /// A copy of the list or mapping at `target`, resolved where it stands.
    fn target(&mut self, target: &[Key], path: &[Key]) -> Result<Node, Problem> {
        if self.entered.iter().any(|entered| entered == target) {
            return Err(Problem::new(format!("`{}` refers to itself", key::dotted(target))));
        }
        if self.entered.len() >= CHAIN {
            let problem = format!("more than {CHAIN} mappings that refer to each other");
            return Err(Problem::new(problem));
        }
        let open = |node: &Node| node.any_leaf(&|leaf| leaf.is_interpolation());
        if self.root.at_keys(target).is_some_and(open) && !self.done.contains(target) {
            self.entered.push(target.to_vec());
            self.visit(&mut target.to_vec());
            self.entered.pop();
            self.done.insert(target.to_vec());
        }
        self.inherit_failures(target, path);
        let resolver = Resolver::new(&*self.root, self.context).having(self.spent);
        let copy = match self.root.at_keys(target) {
            Some(node) => resolver.copied(node),
            None => Err(Problem::new(format!("`{}` is not there", key::dotted(target)))),
        };
        self.spent = resolver.spent();
        copy
    }

    /// What has no value below `target` has none in its copy at `path`.
    fn inherit_failures(&mut self, target: &[Key], path: &[Key]) {
        let below = |(failed, problem): &(Vec<Key>, Problem)| {
            let rest = failed.strip_prefix(target)?;
            Some((path.iter().chain(rest).cloned().collect(), problem.clone()))
        };
        let room = FAILURES.saturating_sub(self.failed.len());
        let inherited = self.failed.iter().filter_map(below).take(room);
        let inherited: Vec<(Vec<Key>, Problem)> = inherited.collect();
        for (copy, problem) in inherited {
            if let Some(node) = self.root.at_keys(path) {
                (self.report)(&copy, node, problem.clone());
            }
            self.failed.push((copy, problem));
        }
    }
}

/// A text that is put into the tree is read as an interpolation again.
fn check_text(node: &Node) -> Result<(), Problem> {
    match node.as_str().filter(|text| text.contains("${")) {
        Some(text) => parsed(text).map(|_| ()).map_err(Problem::new),
        None => Ok(()),
    }
}
