//! The values that the typed config knows for a key: the choices in its JSON schema.

use serde_json::Value;

/// How deep references may lead.
const DEPTH: usize = 32;

/// The texts that the key at a dotted path may be; none when it is open.
pub(super) fn known(schema: &Value, key: &str) -> Vec<String> {
    let mut nodes = vec![schema];
    for part in key.split('.') {
        nodes = nodes.into_iter().flat_map(|node| property(schema, node, part, DEPTH)).collect();
    }
    let mut found = Vec::new();
    nodes.into_iter().for_each(|node| choices(schema, node, DEPTH, &mut found));
    found
}

/// The schemas that a node may be: itself, what it refers to, its alternatives.
fn forms<'s>(root: &'s Value, node: &'s Value) -> Vec<&'s Value> {
    let reference = node.get("$ref").and_then(Value::as_str);
    let target = reference.and_then(|path| root.pointer(path.strip_prefix('#')?));
    let lists = ["anyOf", "oneOf", "allOf"].iter().filter_map(|name| node.get(name)?.as_array());
    target.into_iter().chain(lists.flatten()).collect()
}

fn property<'s>(root: &'s Value, node: &'s Value, name: &str, depth: usize) -> Vec<&'s Value> {
    let own = node.get("properties").and_then(|properties| properties.get(name));
    let below = match depth {
        0 => Vec::new(),
        _ => forms(root, node),
    };
    let below = below.into_iter().flat_map(|form| property(root, form, name, depth - 1));
    own.into_iter().chain(below).collect()
}

fn choices(root: &Value, node: &Value, depth: usize, found: &mut Vec<String>) {
    let listed = node.get("enum").and_then(Value::as_array).into_iter().flatten();
    for value in listed.chain(node.get("const")) {
        found.extend(value.as_str().map(str::to_owned));
    }
    if depth > 0 {
        forms(root, node).into_iter().for_each(|form| choices(root, form, depth - 1, found));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::known;

    #[test]
    fn choices_through_references() {
        let schema = json!({
            "properties": {
                "task": {"$ref": "#/$defs/Task"},
                "opt": {"anyOf": [{"type": "null"}, {"properties": {"k": {"enum": ["a", "b"]}}}]},
                "loop": {"$ref": "#/properties/loop"},
                "n": {"type": "integer"}
            },
            "$defs": {"Task": {"oneOf": [{"const": "train"}, {"const": "evaluate"}]}}
        });
        for (key, expected) in [
            ("task", vec!["train", "evaluate"]),
            ("opt.k", vec!["a", "b"]),
            ("n", vec![]),
            ("loop", vec![]),
            ("nope.x", vec![]),
        ] {
            assert_eq!(known(&schema, key), expected, "{key}");
        }
    }
}
