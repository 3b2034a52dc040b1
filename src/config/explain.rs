//! How a key came to its value: who set it, what that shadowed, which interpolations it went
//! through.

use std::fmt;

use super::composed::Composed;
use super::error::{ConfigError, ErrorKind};
use super::interpolation::Found;
use super::interpolation::Resolver;
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

const LONGEST_CHAIN: usize = 64;

pub(super) fn explain(composed: &Composed, path: &str) -> Result<Explanation, ConfigError> {
    let parts = key::split(path);
    let node = composed.root.at(&parts).ok_or_else(|| unknown(composed, path, &parts))?;
    let step = |key: &str, value: &Value, origin: &Origin| Step {
        key: key.to_owned(),
        value: python::str_of(value),
        origin: origin.clone(),
    };
    let (value, errors) = composed.materialize(&parts);
    let resolved = match errors.first() {
        None => Ok(python::str_of(&value.value)),
        Some(error) => Err(error.kind().to_string()),
    };
    let shadowed = node.shadowed().iter().map(|old| step(path, &old.value, &old.origin));
    Ok(Explanation {
        key: path.to_owned(),
        resolved,
        set: step(path, &node.value, &node.origin),
        shadowed: shadowed.collect(),
        through: chain(composed, &parts, node),
    })
}

/// Follows `${path}` from value to value as long as each is a single reference.
fn chain(composed: &Composed, at: &[String], node: &Node) -> Vec<Step> {
    let resolver = Resolver::new(&composed.root, &composed.context);
    let mut steps: Vec<Step> = Vec::new();
    let (mut at, mut node) = (key::keys(at), node.clone());
    while steps.len() < LONGEST_CHAIN {
        let Some(target) = node.as_str().and_then(single_reference) else { break };
        let Some((_, container)) = at.split_last() else { break };
        let Some(next) = next_step(&resolver, target, container) else { break };
        let key = key::dotted(&next.0);
        if steps.iter().any(|step| step.key == key) {
            break;
        }
        let (value, origin) = (python::str_of(&next.1.value), next.1.origin.clone());
        steps.push(Step { key, value, origin });
        (at, node) = next;
    }
    steps
}

/// The node that a reference names, itself not resolved any further.
fn next_step(resolver: &Resolver<'_>, target: &str, container: &[Key]) -> Option<(Vec<Key>, Node)> {
    let mut parts = key::split(target);
    let last = parts.pop()?;
    let mut path = if parts.iter().all(String::is_empty) {
        let up = parts.len().checked_sub(1).unwrap_or(container.len());
        container[..container.len().checked_sub(up)?].to_vec()
    } else {
        let prefix = &target[..target.len() - last.len()];
        match resolver.select(prefix.trim_end_matches(['.', '[']), container).ok()?? {
            Found::At(path, _) => path,
            Found::Made(..) | Found::Plain(_) => return None,
        }
    };
    path.push(Key::Str(last));
    resolver.root.at_keys(&path).map(|node| (path, node.clone()))
}

fn single_reference(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("${")?.strip_suffix('}')?.trim();
    let plain = !inner.is_empty() && !inner.contains(['$', ':', '{', '}', ' ']);
    plain.then_some(inner)
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
        writeln!(f, "  set to {} at {}", self.set.value, self.set.origin)?;
        for step in self.shadowed.iter().rev() {
            writeln!(f, "  shadows {} at {}", step.value, step.origin)?;
        }
        for step in &self.through {
            writeln!(f, "  through {} = {} at {}", step.key, step.value, step.origin)?;
        }
        Ok(())
    }
}
