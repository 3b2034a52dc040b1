//! How a key came to its value: who set it, what that shadowed, which interpolations it went
//! through.

use std::fmt;

use super::composed::Composed;
use super::error::{ConfigError, ErrorKind};
use super::interpolation::{Expr, Found, Inter, Part, Resolver, parse};
use super::key::{self, Key};
use super::node::{Node, Value};
use super::origin::Origin;
use super::python;

/// One value and the place that set it.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Dotted path.
    pub key: String,
    /// As Python prints it; texts without quotes.
    pub value: String,
    /// The place.
    pub origin: Origin,
}

/// How a key came to its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Dotted path.
    pub key: String,
    /// The value after interpolation, or why there is none.
    pub resolved: Result<String, String>,
    /// The value as written, and where.
    pub set: Step,
    /// What it replaced, oldest first.
    pub shadowed: Vec<Step>,
    /// The values that its interpolations passed through, nearest first.
    pub through: Vec<Step>,
}

/// How many interpolations are followed.
const LONGEST_CHAIN: usize = 64;

pub(super) fn explain(composed: &Composed, path: &str) -> Result<Explanation, ConfigError> {
    let resolver = Resolver::new(&composed.root, &composed.context);
    let parts = key::split(path);
    let mut chain = Chain { resolver: &resolver, root: &composed.root, steps: Vec::new() };
    let place = chain.locate(&parts).ok_or_else(|| unknown(composed, path, &parts))?;
    let node = composed.root.at(&place).ok_or_else(|| unknown(composed, path, &parts))?;
    let (value, errors) = composed.materialize(&place);
    let resolved = match errors.first() {
        None => Ok(python::str_of(&value.value)),
        Some(error) => Err(error.kind().to_string()),
    };
    let shown = key::join(&place);
    let mut history = Vec::new();
    timeline(&composed.root, &place, &mut history);
    history.pop(); // the present value
    let shadowed = history.into_iter().map(|(value, origin)| step(&shown, value, origin));
    let shadowed = shadowed.collect();
    chain.follow(&place, node);
    Ok(Explanation {
        key: path.to_owned(),
        resolved,
        set: step(&shown, &node.value, &node.origin),
        shadowed,
        through: chain.steps,
    })
}

fn step(key: &str, value: &Value, origin: &Origin) -> Step {
    Step { key: key.to_owned(), value: python::str_of(value), origin: origin.clone() }
}

/// Every value that was ever at a path, oldest first: also those in mappings and lists that were
/// replaced as a whole.
fn timeline<'n>(node: &'n Node, path: &[String], out: &mut Vec<(&'n Value, &'n Origin)>) {
    let Some((first, rest)) = path.split_first() else {
        out.extend(node.shadowed().iter().map(|old| (&old.value, &old.origin)));
        out.push((&node.value, &node.origin));
        return;
    };
    let held = node.shadowed().iter().map(|old| &old.value).chain([&node.value]);
    for child in held.filter_map(|value| value.child(first)) {
        timeline(child, rest, out);
    }
}

/// The values that interpolations lead through.
struct Chain<'a> {
    resolver: &'a Resolver<'a>,
    root: &'a Node,
    steps: Vec<Step>,
}

impl Chain<'_> {
    /// Where the node at a path is: an interpolated mapping on the way has its keys elsewhere.
    fn locate(&mut self, path: &[String]) -> Option<Vec<String>> {
        let mut path = path.to_vec();
        for _ in 0..LONGEST_CHAIN {
            let depth = (1..path.len())
                .find(|depth| self.root.at(&path[..*depth]).is_some_and(Node::is_interpolation));
            let Some(depth) = depth else { return self.root.at(&path).map(|_| path) };
            let node = self.root.at(&path[..depth])?;
            self.steps.push(step(&key::join(&path[..depth]), &node.value, &node.origin));
            let found = self.resolver.dereference(key::keys(&path[..depth]), node).ok()?;
            let Found::At(target, _) = found else { return None };
            let target = target.iter().map(Key::to_string);
            path = target.chain(path[depth..].iter().cloned()).collect();
        }
        None
    }

    /// Adds every value that the text of a node refers to, and what those refer to.
    fn follow(&mut self, path: &[String], node: &Node) {
        let Some(text) = node.as_str().filter(|_| node.is_interpolation()) else { return };
        let Ok(parts) = parse(text) else { return };
        let container = path.split_last().map_or(&[][..], |(_, parent)| parent);
        for target in references(&parts) {
            let Some((at, found)) = self.next_step(&target, container) else { continue };
            let key = key::join(&at);
            if self.steps.len() >= LONGEST_CHAIN || self.steps.iter().any(|s| s.key == key) {
                continue;
            }
            self.steps.push(step(&key, &found.value, &found.origin));
            self.follow(&at, &found);
        }
    }

    /// The node that a reference names, itself not resolved any further.
    fn next_step(&mut self, target: &str, container: &[String]) -> Option<(Vec<String>, Node)> {
        let relative = target.trim_start_matches('.');
        let up = target.len() - relative.len();
        let mut path = match up {
            0 => Vec::new(),
            up => container[..container.len().checked_sub(up - 1)?].to_vec(),
        };
        path.extend(key::split(relative).into_iter().filter(|part| !part.is_empty()));
        let place = self.locate(&path)?;
        self.root.at(&place).map(|node| (place, node.clone()))
    }
}

/// The paths that a text refers to, `hydra:` included; computed ones are left out.
fn references(parts: &[Part]) -> Vec<String> {
    let mut found = Vec::new();
    for part in parts {
        match part {
            Part::Text(_) => {}
            Part::Inter(Inter::Node(path)) => match &path[..] {
                [Part::Text(text)] => found.push(text.clone()),
                computed => found.extend(references(computed)),
            },
            Part::Inter(Inter::Call { name, args }) => {
                let is_hydra = matches!(&name[..], [Part::Text(name)] if name == "hydra");
                match &args[..] {
                    [Expr::Text(path)] if is_hydra => match &path[..] {
                        [Part::Text(path)] => found.push(format!("hydra.{path}")),
                        computed => found.extend(references(computed)),
                    },
                    args => args.iter().for_each(|arg| argument(arg, &mut found)),
                }
            }
        }
    }
    found
}

fn argument(expr: &Expr, found: &mut Vec<String>) {
    match expr {
        Expr::Text(parts) | Expr::Quoted(parts) => found.extend(references(parts)),
        Expr::List(items) => items.iter().for_each(|item| argument(item, found)),
        Expr::Dict(items) => items.iter().for_each(|(_, item)| argument(item, found)),
        Expr::Null | Expr::Bool(_) | Expr::Int(_) | Expr::Float(_) => {}
    }
}

fn unknown(composed: &Composed, path: &str, parts: &[String]) -> ConfigError {
    let depth = (0..parts.len())
        .rev()
        .find(|depth| composed.root.at(&parts[..*depth]).is_some())
        .unwrap_or(0);
    let known = composed.root.at(&parts[..depth]).map(Node::keys).unwrap_or_default();
    let word = parts.get(depth).map_or("", String::as_str);
    ConfigError::new(ErrorKind::UnknownKey { key: path.to_owned() }).expecting(word, known)
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.resolved {
            Ok(value) => writeln!(f, "{} = {value}", self.key)?,
            Err(problem) => writeln!(f, "{}: failed to {problem}", self.key)?,
        }
        let at =
            if self.set.key == self.key { String::new() } else { format!("{} ", self.set.key) };
        writeln!(f, "  {at}set to {} at {}", self.set.value, self.set.origin)?;
        for step in self.shadowed.iter().rev() {
            writeln!(f, "  shadows {} at {}", step.value, step.origin)?;
        }
        for step in &self.through {
            writeln!(f, "  through {} = {} at {}", step.key, step.value, step.origin)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
