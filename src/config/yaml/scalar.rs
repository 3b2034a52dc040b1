//! Plain scalars: YAML 1.1 as PyYAML resolves it, with OmegaConf's changes.
//!
//! | text | value |
//! |---|---|
//! | empty, `~`, `null`, `Null`, `NULL` | null |
//! | `yes no true false on off` in lower, title or upper case | boolean |
//! | `0b11`, `017`, `0x1f`, `1_000`, `12:30` | 3, 15, 31, 1000, 750 |
//! | `1.5`, `1e-4`, `.5`, `1:30.5`, `-.inf`, `.nan` | floating point |
//! | `-.5`, `08`, `0o17`, dates | text |

use super::timestamp::is_timestamp;
use crate::config::node::Value;
use crate::config::python;

/// What a plain scalar resolves to before its value is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    Null,
    Bool,
    Int,
    Float,
    Str,
    /// `<<`
    Merge,
    /// `=`, which nothing can be made of.
    Value,
}

/// The tag of a plain scalar in a file.
pub(crate) fn resolve(text: &str) -> Tag {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Tag::Null,
        "<<" => Tag::Merge,
        "=" => Tag::Value,
        _ if is_bool(text) => Tag::Bool,
        _ if is_int(text) => Tag::Int,
        _ if is_yaml_float(text) || is_exponent_float(text) => Tag::Float,
        _ => Tag::Str,
    }
}

/// Whether a plain scalar would be read as something else than text by a YAML 1.1 reader without
/// OmegaConf's changes; such texts are quoted when printed.
pub(crate) fn needs_quotes(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL" | "<<" | "=")
        || is_bool(text)
        || is_int(text)
        || is_yaml_float(text)
        || is_timestamp(text)
        || matches!(text, "!" | "&" | "*")
}

/// The value of a scalar with a tag.
///
/// # Errors
/// Why the text has no value of that tag.
pub(crate) fn construct(tag: Tag, text: &str) -> Result<Value, String> {
    let wrong = |what: &str| format!("`{text}` is not {what}");
    match tag {
        Tag::Null => Ok(Value::Null),
        Tag::Bool => bool_of(text).map(Value::Bool).ok_or_else(|| wrong("a boolean")),
        Tag::Int => int_of(text).map(Value::Int).ok_or_else(|| wrong("an integer in range")),
        Tag::Float => float_of(text).map(Value::Float).ok_or_else(|| wrong("a number")),
        Tag::Str => Ok(Value::Str(text.to_owned())),
        Tag::Merge => Err("`<<` is only allowed as a key".to_owned()),
        Tag::Value => Err("`=` must be quoted".to_owned()),
    }
}

const BOOLS: [(&str, bool); 6] =
    [("yes", true), ("true", true), ("on", true), ("no", false), ("false", false), ("off", false)];

fn bool_of(text: &str) -> Option<bool> {
    let lower = text.to_ascii_lowercase();
    BOOLS.iter().find(|(word, _)| *word == lower).map(|(_, value)| *value)
}

fn is_bool(text: &str) -> bool {
    let mut chars = text.chars();
    let first = chars.next();
    let rest = chars.as_str();
    let lower = rest.chars().all(|c| c.is_ascii_lowercase());
    let upper = text.chars().all(|c| c.is_ascii_uppercase());
    (upper || lower && first.is_some_and(|c| c.is_ascii_alphabetic())) && bool_of(text).is_some()
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

fn all(text: &str, allowed: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(allowed)
}

fn digit(b: u8) -> bool {
    b.is_ascii_digit() || b == b'_'
}

fn is_int(text: &str) -> bool {
    let body = unsigned(text);
    if let Some(bits) = body.strip_prefix("0b") {
        return all(bits, |b| matches!(b, b'0' | b'1' | b'_'));
    }
    if let Some(hex) = body.strip_prefix("0x") {
        return all(hex, |b| b.is_ascii_hexdigit() || b == b'_');
    }
    if let Some(octal) = body.strip_prefix('0') {
        return octal.is_empty() || all(octal, |b| matches!(b, b'0'..=b'7' | b'_'));
    }
    let mut groups = body.split(':');
    let whole = groups.next().unwrap_or("");
    whole.starts_with(|c: char| c.is_ascii_digit()) && all(whole, digit) && groups.all(sixty)
}

/// A group of a base-60 number: 0 to 59.
fn sixty(group: &str) -> bool {
    let bytes = group.as_bytes();
    match bytes {
        [d] => d.is_ascii_digit(),
        [tens, d] => (b'0'..=b'5').contains(tens) && d.is_ascii_digit(),
        _ => false,
    }
}

/// PyYAML's float: a point is required, an exponent has a sign.
fn is_yaml_float(text: &str) -> bool {
    let body = unsigned(text);
    if matches!(body, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = split_exponent(body);
    let exponent_is_fine = exponent.is_none_or(|e| signed_digits(e, true));
    if let Some(fraction) = text.strip_prefix('.') {
        let fraction = split_exponent(fraction).0;
        return exponent_is_fine && starts_with_digit(fraction) && all(fraction, digit);
    }
    let Some((whole, fraction)) = mantissa.split_once('.') else { return false };
    if !starts_with_digit(whole) || !(fraction.is_empty() || all(fraction, digit)) {
        return false;
    }
    let mut groups = whole.split(':');
    let first_is_fine = groups.next().is_some_and(|first| all(first, digit));
    let sexagesimal = whole.contains(':');
    first_is_fine && groups.all(sixty) && (exponent_is_fine && (!sexagesimal || exponent.is_none()))
}

/// OmegaConf's addition: `1e5`, `1.5e5`, `.5e+5`, with single underscores between digits.
fn is_exponent_float(text: &str) -> bool {
    let body = unsigned(text);
    let (mantissa, exponent) = split_exponent(body);
    let grouped =
        |p: &str| starts_with_digit(p) && !p.ends_with('_') && !p.contains("__") && all(p, digit);
    if let Some(fraction) = text.strip_prefix('.') {
        let fraction = split_exponent(fraction).0;
        return grouped(fraction) && exponent.is_none_or(|e| signed_digits(e, true));
    }
    match mantissa.split_once('.') {
        Some((whole, fraction)) => {
            grouped(whole)
                && (fraction.is_empty() || all(fraction, digit))
                && exponent.is_none_or(|e| signed_digits(e, false))
        }
        None => grouped(mantissa) && exponent.is_some_and(|e| signed_digits(e, false)),
    }
}

fn split_exponent(text: &str) -> (&str, Option<&str>) {
    match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

fn signed_digits(text: &str, sign_required: bool) -> bool {
    let body = unsigned(text);
    (!sign_required || body.len() < text.len()) && all(body, |b| b.is_ascii_digit())
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// As PyYAML computes it, which takes more than it recognises (`!!int " 0o17"`).
fn int_of(text: &str) -> Option<i128> {
    let text = text.replace('_', "");
    let negative = text.starts_with('-');
    let body = unsigned(&text);
    if let Some(number) = text.parse().ok().filter(|_| !body.starts_with('0')) {
        return Some(number); // the only way to the smallest one
    }
    let magnitude = if let Some(bits) = body.strip_prefix("0b") {
        python::parse_int_base(bits, 2)?
    } else if let Some(hex) = body.strip_prefix("0x") {
        python::parse_int_base(hex, 16)?
    } else if body.starts_with('0') {
        python::parse_int_base(body, 8)?
    } else {
        let mut groups = body.split(':').map(python::parse_int);
        groups.try_fold(0i128, |sum, group| sum.checked_mul(60)?.checked_add(group?))?
    };
    if negative { magnitude.checked_neg() } else { Some(magnitude) }
}

fn float_of(text: &str) -> Option<f64> {
    let text = text.replace('_', "").to_ascii_lowercase();
    let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
    let body = unsigned(&text);
    let magnitude = match body {
        ".inf" => f64::INFINITY,
        ".nan" => f64::NAN,
        _ if body.contains(':') => base_60(body)?,
        _ => python::parse_float(body)?,
    };
    Some(sign * magnitude)
}

/// From the last group to the first, as PyYAML adds them up.
fn base_60(text: &str) -> Option<f64> {
    let (mut sum, mut base) = (0.0, 1.0);
    for group in text.rsplit(':') {
        sum += python::parse_float(group)? * base;
        base *= 60.0;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Value {
        construct(resolve(text), text).unwrap()
    }

    #[test]
    fn values() {
        for (text, value) in [
            ("", Value::Null),
            ("~", Value::Null),
            ("yes", Value::Bool(true)),
            ("Off", Value::Bool(false)),
            ("12:30", Value::Int(750)),
            ("017", Value::Int(15)),
            ("1_", Value::Int(1)),
            ("0x1F", Value::Int(31)),
            ("-0b11", Value::Int(-3)),
            ("+1_000", Value::Int(1000)),
            ("0_", Value::Int(0)),
            ("1e-4", Value::Float(1e-4)),
            ("1.5", Value::Float(1.5)),
            ("1.", Value::Float(1.0)),
            (".5", Value::Float(0.5)),
            ("1_0.5e3", Value::Float(10500.0)),
            ("1:30.5", Value::Float(90.5)),
            ("-.inf", Value::Float(f64::NEG_INFINITY)),
        ] {
            assert_eq!(read(text), value, "{text}");
        }
    }

    #[test]
    fn texts() {
        for text in [
            "-.5",
            "+.5",
            "08",
            "0o17",
            "y",
            "n",
            "2020-01-01",
            "1e",
            "e5",
            "tRUE",
            "nul",
            "1.2.3",
            "1:60",
            "_1",
            "1__0e5",
            "0x",
            ".e5",
            "- a",
        ] {
            assert_eq!(resolve(text), Tag::Str, "{text}");
        }
        for text in ["2020-01-01", "2020-1-1 10:00:00", "2001-12-14t21:59:43.10-05:00", "=", "<<"] {
            assert!(needs_quotes(text), "{text}");
        }
        for text in ["2020-1-1", "2020-01-01x", "1e5", "abc", "-.5"] {
            assert!(!needs_quotes(text), "{text}");
        }
    }

    #[test]
    fn refused() {
        for text in ["=", "0b_", "99999999999999999999999999999999999999999999"] {
            assert!(construct(resolve(text), text).is_err(), "{text}");
        }
    }
}
