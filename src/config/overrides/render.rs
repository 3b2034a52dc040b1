//! Values of the override grammar -> text that parses back to them, as Hydra prints it.

use super::ast::{Edit, Literal};
use crate::config::key::Key;
use crate::config::node::{Map, Node, Value};
use crate::config::origin::Origin;
use crate::config::python;

/// The value as an override would spell it.
///
/// | value | text |
/// |---|---|
/// | `true` | `True` |
/// | `1e-7` | `1e-07` |
/// | unquoted text | with `\` before each of `\()[]{}:=, ` and tab |
/// | quoted text | in its quotes |
pub(crate) fn element(value: &Literal) -> String {
    match value {
        Literal::Null => "null".to_owned(),
        Literal::Bool(true) => "True".to_owned(),
        Literal::Bool(false) => "False".to_owned(),
        Literal::Int(i) => i.to_string(),
        Literal::Float(x) => python::float_repr(*x),
        Literal::Str(text) => escape(text),
        Literal::Quoted { text, quote } => quoted(text, *quote),
        Literal::List(items) => {
            let items: Vec<String> = items.iter().map(element).collect();
            format!("[{}]", items.join(","))
        }
        Literal::Dict(items) => {
            let items: Vec<String> = items
                .iter()
                .map(|(key, value)| format!("{}:{}", element(key), element(value)))
                .collect();
            format!("{{{}}}", items.join(","))
        }
        Literal::Edit(edit) => call(edit),
    }
}

/// An edit as a call.
fn call(edit: &Edit) -> String {
    let list = |values: &[Literal]| values.iter().map(element).collect::<Vec<_>>().join(",");
    match edit {
        Edit::Append(values) => format!("append({})", list(values)),
        Edit::Prepend(values) => format!("prepend({})", list(values)),
        Edit::Insert { at, values } => format!("insert({at},{})", list(values)),
        Edit::RemoveAt(at) => format!("remove_at({at})"),
        Edit::RemoveValue(values) => format!("remove_value({})", list(values)),
        Edit::Clear => "list_clear()".to_owned(),
        Edit::Replace(value) => format!("replace({})", element(value)),
    }
}

/// The plain text of a value, for messages and group options.
pub(crate) fn element_unquoted(value: &Literal) -> String {
    match value {
        Literal::Str(text) | Literal::Quoted { text, .. } => text.clone(),
        other => element(other),
    }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\()[]{}:=, \t".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Backslashes are doubled only where they precede a quote or the end.
fn quoted(text: &str, quote: char) -> String {
    let mut out = String::from(quote);
    let mut slashes = 0;
    for c in text.chars() {
        if c == '\\' {
            slashes += 1;
            continue;
        }
        let repeat = if c == quote { 2 * slashes + 1 } else { slashes };
        out.extend(std::iter::repeat_n('\\', repeat));
        out.push(c);
        slashes = 0;
    }
    out.extend(std::iter::repeat_n('\\', 2 * slashes));
    out.push(quote);
    out
}

/// The value as a node of the tree.
///
/// # Errors
/// When a dict has a null key, or when it is an edit and so no value by itself.
pub(crate) fn to_node(value: &Literal, origin: &Origin) -> Result<Node, String> {
    let value = match value {
        Literal::Null => Value::Null,
        Literal::Bool(b) => Value::Bool(*b),
        Literal::Int(i) => Value::Int(*i),
        Literal::Float(x) => Value::Float(*x),
        Literal::Str(text) | Literal::Quoted { text, .. } => Value::Str(text.clone()),
        Literal::List(items) => {
            Value::List(items.iter().map(|item| to_node(item, origin)).collect::<Result<_, _>>()?)
        }
        Literal::Dict(items) => {
            let mut map = Map::new();
            for (key, item) in items {
                map.insert(to_key(key)?, to_node(item, origin)?);
            }
            Value::Map(map)
        }
        Literal::Edit(_) => return Err(format!("`{}` is not a value", element(value))),
    };
    Ok(Node::new(value, origin.clone()))
}

/// The value as a key of a mapping.
pub(super) fn to_key(key: &Literal) -> Result<Key, String> {
    match key {
        Literal::Str(text) | Literal::Quoted { text, .. } => Ok(Key::Str(text.clone())),
        Literal::Int(i) => Ok(Key::Int(*i)),
        Literal::Float(x) => Ok(Key::Float(*x)),
        Literal::Bool(b) => Ok(Key::Bool(*b)),
        Literal::Null | Literal::List(_) | Literal::Dict(_) | Literal::Edit(_) => {
            Err("a key must be a scalar and not null".to_owned())
        }
    }
}
