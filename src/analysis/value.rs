//! Values of many kinds in one column: their order and how they are written.

use std::cmp::Ordering;

use serde_json::Value;

/// How long a value may be in a table, in characters.
const WIDTH: usize = 32;

/// A value as a table shows it: texts without quotes, lists as JSON, long ones cut.
pub fn short(value: Option<&Value>) -> String {
    let text = plain(value);
    match text.char_indices().nth(WIDTH) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text,
    }
}

/// The same, uncut; line breaks as `\n`, so that a row stays one line.
pub(super) fn plain(value: Option<&Value>) -> String {
    match value {
        None => "-".to_owned(),
        Some(Value::String(text)) => text.replace('\n', "\\n"),
        Some(other) => other.to_string(),
    }
}

/// Numbers by size, then texts by letter, then the rest as JSON writes it; what is not there is last.
pub(super) fn order(a: Option<&Value>, b: Option<&Value>) -> Ordering {
    let rank = |value: Option<&Value>| match value {
        Some(Value::Number(_)) => 0,
        Some(Value::String(_)) => 1,
        Some(Value::Null) | None => 3,
        Some(_) => 2,
    };
    rank(a).cmp(&rank(b)).then_with(|| match (a, b) {
        (Some(Value::Number(a)), Some(Value::Number(b))) => {
            let (a, b) = (a.as_f64().unwrap_or(f64::NAN), b.as_f64().unwrap_or(f64::NAN));
            a.total_cmp(&b)
        }
        (Some(Value::String(a)), Some(Value::String(b))) => a.cmp(b),
        (a, b) => plain(a).cmp(&plain(b)),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_order_for_all() {
        let mut values =
            [None, Some(json!("b")), Some(json!(10)), Some(json!(9.5)), Some(json!("a"))];
        values.sort_by(|a, b| order(a.as_ref(), b.as_ref()));
        let expected =
            [Some(json!(9.5)), Some(json!(10)), Some(json!("a")), Some(json!("b")), None];
        assert_eq!(values, expected);
    }

    #[test]
    fn as_a_table_shows_it() {
        assert_eq!(short(None), "-");
        assert_eq!(short(Some(&json!("a\nb"))), "a\\nb");
        assert_eq!(short(Some(&json!([1, "x"]))), "[1,\"x\"]");
        assert_eq!(short(Some(&json!("ü".repeat(40)))).chars().count(), 35);
    }
}
