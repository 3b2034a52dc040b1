//! A copy of a tree without interpolations.

use super::resolve::{DEPTH, Found, Problem, Resolver};
use crate::config::key::Key;
use crate::config::node::{Map, Node, Value};

/// Where problems go: the path and node they belong to.
type Report<'r> = &'r mut dyn FnMut(&[String], &Node, Problem);

impl<'a> Resolver<'a> {
    /// A copy without interpolations; what leads to `???` is `???`. A value with a problem stays
    /// the text it was.
    pub(crate) fn materialize(
        &self,
        path: &[String],
        found: Found<'a>,
        report: Report<'_>,
    ) -> Node {
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
        let node = target.node();
        Node {
            value: self.copy(path, &target, report),
            origin: node.origin.clone(),
            shadowed: original.shadowed,
            ty: node.ty,
            tag: original.tag,
        }
    }

    fn copy(&self, path: &[String], found: &Found<'a>, report: Report<'_>) -> Value {
        let mut child = |key: &str| {
            let path: Vec<String> = path.iter().cloned().chain([key.to_owned()]).collect();
            found.child(key).map(|child| self.materialize(&path, child, report))
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
