//! A value as Python's `json.dumps` writes it: ASCII, with a blank behind `,` and `:`.

use super::ast::Literal;
use crate::config::python;

/// The text of a value.
pub(super) fn dumps(value: &Literal) -> String {
    match value {
        Literal::Null => "null".to_owned(),
        Literal::Bool(b) => b.to_string(),
        Literal::Int(i) => i.to_string(),
        Literal::Float(x) => float(*x),
        Literal::Str(text) | Literal::Quoted { text, .. } => string(text),
        Literal::List(items) => {
            let items: Vec<String> = items.iter().map(dumps).collect();
            format!("[{}]", items.join(", "))
        }
        Literal::Dict(items) => {
            let items: Vec<String> = items
                .iter()
                .map(|(key, value)| format!("{}: {}", self::key(key), dumps(value)))
                .collect();
            format!("{{{}}}", items.join(", "))
        }
        Literal::Edit(_) => string(&super::element(value)),
    }
}

/// Keys are texts; those that are none become the text of their value.
fn key(key: &Literal) -> String {
    match key {
        Literal::Str(text) | Literal::Quoted { text, .. } => string(text),
        other => format!("\"{}\"", dumps(other)),
    }
}

fn float(x: f64) -> String {
    if x.is_nan() {
        "NaN".to_owned()
    } else if x.is_infinite() {
        if x > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else {
        python::float_repr(x)
    }
}

fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(c),
            other => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out.push('"');
    out
}
