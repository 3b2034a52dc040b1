//! Block layout: keys in order, lists at their parent's indent, `{}` and `[]` when empty.

use super::scalar::{Place, Writer, scalar_text};
use crate::config::key::Key;
use crate::config::node::{Node, Value};
use crate::config::python;

/// Keys from this length on (in characters, tag included) are written as `? key`.
const SIMPLE_KEY: usize = 128;
const INDENT: usize = 2;

/// Prints a tree; the text ends with a line break.
pub(crate) fn to_yaml(node: &Node) -> String {
    to_yaml_without(node, &[])
}

/// The same without some of its uppermost keys.
pub(crate) fn to_yaml_without(node: &Node, keys: &[&str]) -> String {
    let is_kept = |key: &Key| !matches!(key, Key::Str(key) if keys.contains(&&**key));
    let mut out = Writer::default();
    match &node.value {
        Value::Map(map) if map.keys().any(is_kept) => {
            for (key, child) in map.iter().filter(|(key, _)| is_kept(key)) {
                out.indent(0);
                entry(&mut out, key, child, 0);
            }
        }
        Value::Map(_) => out.word("{}"),
        _ => value(&mut out, node, None, false),
    }
    if !out.at_line_start() {
        out.line_break();
    }
    out.text
}

/// Prints a node below `parent`, the indent of the collection that holds it. `in_map` when it is
/// the value of a simple key, which stands on the current line.
fn value(out: &mut Writer, node: &Node, parent: Option<usize>, in_map: bool) {
    match &node.value {
        Value::Map(map) if map.is_empty() => out.word("{}"),
        Value::List(items) if items.is_empty() => out.word("[]"),
        Value::Map(map) => {
            let indent = parent.map_or(0, |indent| indent + INDENT);
            for (key, child) in map {
                out.indent(indent);
                entry(out, key, child, indent);
            }
        }
        Value::List(items) => {
            let indent = match parent {
                Some(indent) if in_map => indent,
                Some(indent) => indent + INDENT,
                None => 0,
            };
            for item in items {
                out.indent(indent);
                out.dash("-");
                value(out, item, Some(indent), false);
            }
        }
        scalar => {
            let indent = parent.map_or(INDENT, |indent| indent + INDENT);
            scalar_text(out, scalar, indent, Place::Value);
        }
    }
}

fn entry(out: &mut Writer, key: &Key, child: &Node, indent: usize) {
    let (text, tag) = match key {
        Key::Str(text) => (Value::Str(text.clone()), "!!str"),
        Key::Int(i) => (Value::Int(*i), "!!int"),
        Key::Float(x) => (Value::Float(*x), "!!float"),
        Key::Bool(b) => (Value::Bool(*b), "!!bool"),
    };
    let shown = match &text {
        Value::Str(text) => text.clone(),
        other => python::str_of(other),
    };
    let breaks = shown.contains(['\n', '\u{85}', '\u{2028}', '\u{2029}']);
    if !shown.is_empty() && !breaks && tag.len() + shown.chars().count() < SIMPLE_KEY {
        scalar_text(out, &text, indent + INDENT, Place::Key);
        out.attach(":");
        value(out, child, Some(indent), true);
    } else {
        out.dash("?");
        scalar_text(out, &text, indent + INDENT, Place::Value);
        out.indent(indent);
        out.dash(":");
        value(out, child, Some(indent), false);
    }
}

#[cfg(test)]
mod tests {
    use super::{to_yaml, to_yaml_without};
    use crate::config::origin::Origin;
    use crate::config::yaml::load;

    #[test]
    fn layouts() {
        for (input, expected) in [
            ("{}", "{}\n"),
            ("[]", "[]\n"),
            ("a: {b: {c: 1}, d: []}", "a:\n  b:\n    c: 1\n  d: []\n"),
            ("a: [1, [2, 3], {b: c, d: e}]", "a:\n- 1\n- - 2\n  - 3\n- b: c\n  d: e\n"),
            ("a: [[]]", "a:\n- []\n"),
            ("a: [{b: [1]}]", "a:\n- b:\n  - 1\n"),
            ("[[1], [2]]", "- - 1\n- - 2\n"),
            ("'': 1", "? ''\n: 1\n"),
            ("y: n", "'y': 'n'\n"),
        ] {
            let node = load(input, &|_, _| Origin::Runtime).unwrap();
            assert_eq!(to_yaml(&node), expected, "{input}");
        }
    }

    #[test]
    fn uppermost_keys_left_out() {
        let node = load("a: 1\nb: {a: 2}\n3: x\n", &|_, _| Origin::Runtime).unwrap();
        assert_eq!(to_yaml_without(&node, &["a", "3", "z"]), "b:\n  a: 2\n3: x\n");
        let node = load("a: 1\n", &|_, _| Origin::Runtime).unwrap();
        assert_eq!(to_yaml_without(&node, &["a"]), "{}\n");
    }
}
