//! The tokens that unquoted values are made of; overrides and resolver arguments share them.
//!
//! | token | text |
//! |---|---|
//! | `Float` | `3.14`, `-1e3`, `.5`, `1_0.`, `inf`, `NaN` |
//! | `Int` | `0`, `-20`, `1_000`; no leading zeros |
//! | `Bool`, `Null` | `true`, `FALSE`, `null` in any case |
//! | `Id` | a letter or `_`, then letters, digits, `_`, `-` |
//! | `Esc` | a run of `\\`, `\(`, `\)`, `\[`, `\]`, `\{`, `\}`, `\:`, `\=`, `\,`, `\ ` and backslash-tab |
//! | `Char` | one of `/ - \ + . $ % * @ ? \|` |
//! | `Space` | blanks and tabs |
//!
//! The longest token wins, the first of the table among equals.

use super::node::Value;
use super::python;

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Float,
    Int,
    Bool,
    Null,
    Id,
    Esc,
    Char,
    Space,
}

/// The token at the start of `text`, if one of the table begins there, and its length.
pub(crate) fn token(text: &str) -> Option<(Kind, usize)> {
    let candidates = [
        (Kind::Float, float(text)),
        (Kind::Int, int(text)),
        (Kind::Bool, keyword(text, "true").or_else(|| keyword(text, "false"))),
        (Kind::Null, keyword(text, "null")),
        (Kind::Char, unquoted_char(text)),
        (Kind::Id, identifier(text)),
        (Kind::Esc, escapes(text)),
        (Kind::Space, spaces(text)),
    ];
    let mut best: Option<(Kind, usize)> = None;
    for (kind, length) in candidates {
        if let Some(length) = length
            && best.is_none_or(|(_, longest)| length > longest)
        {
            best = Some((kind, length));
        }
    }
    best
}

/// The number at the start of `text` and its length.
pub(crate) fn number(text: &str) -> Option<(Value, usize)> {
    let (kind, length) = token(text)?;
    let value = match kind {
        Kind::Int => Value::Int(python::parse_int(&text[..length])?),
        Kind::Float => Value::Float(python::parse_float(&text[..length])?),
        _ => return None,
    };
    Some((value, length))
}

/// Length of the identifier at the start of `text`.
pub(crate) fn identifier(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if !bytes.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_') {
        return None;
    }
    let rest = bytes.iter().position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')));
    Some(rest.unwrap_or(bytes.len()))
}

/// Length of an unsigned integer without leading zeros.
pub(crate) fn unsigned(text: &str) -> Option<usize> {
    match text.as_bytes().first()? {
        b'0' => Some(1),
        b'1'..=b'9' => Some(digits(text)),
        _ => None,
    }
}

/// Length of the blanks and tabs at the start of `text`.
pub(crate) fn spaces(text: &str) -> Option<usize> {
    let length = text.len() - text.trim_start_matches([' ', '\t']).len();
    (length > 0).then_some(length)
}

/// Removes the backslashes of an `Esc` token.
pub(crate) fn unescape(text: &str) -> String {
    text.chars().skip(1).step_by(2).collect()
}

/// Length of a run of digits with single underscores between them.
fn digits(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at].is_ascii_digit() {
            at += 1;
        } else if at > 0 && bytes[at] == b'_' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) {
            at += 2;
        } else {
            break;
        }
    }
    at
}

fn sign(text: &str) -> usize {
    usize::from(text.starts_with(['+', '-']))
}

fn int(text: &str) -> Option<usize> {
    let start = sign(text);
    unsigned(&text[start..]).map(|length| start + length)
}

fn float(text: &str) -> Option<usize> {
    let start = sign(text);
    let body = &text[start..];
    let named = keyword(body, "inf").or_else(|| keyword(body, "nan"));
    let point = point_float(body);
    let mantissa = point.max(unsigned(body));
    let exponent = mantissa.and_then(|length| Some(length + exponent(&body[length..])?));
    named.max(point).max(exponent).map(|length| start + length)
}

fn point_float(text: &str) -> Option<usize> {
    let whole = unsigned(text).unwrap_or(0);
    if text.as_bytes().get(whole) != Some(&b'.') {
        return None;
    }
    let fraction = digits(&text[whole + 1..]);
    (whole > 0 || fraction > 0).then_some(whole + 1 + fraction)
}

fn exponent(text: &str) -> Option<usize> {
    let rest = text.strip_prefix(['e', 'E'])?;
    let start = sign(rest);
    let length = digits(&rest[start..]);
    (length > 0).then_some(1 + start + length)
}

fn keyword(text: &str, word: &str) -> Option<usize> {
    let head = text.as_bytes().get(..word.len())?;
    head.eq_ignore_ascii_case(word.as_bytes()).then_some(word.len())
}

fn unquoted_char(text: &str) -> Option<usize> {
    text.starts_with(['/', '-', '\\', '+', '.', '$', '%', '*', '@', '?', '|']).then_some(1)
}

fn escapes(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while bytes.get(at) == Some(&b'\\')
        && bytes.get(at + 1).is_some_and(|b| b"\\()[]{}:=, \t".contains(b))
    {
        at += 2;
    }
    (at > 0).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::{Kind, token};

    #[test]
    fn longest_token_wins() {
        for (text, expected) in [
            ("10", Some((Kind::Int, 2))),
            ("1_000", Some((Kind::Int, 5))),
            ("007", Some((Kind::Int, 1))),
            ("-3.5e-2x", Some((Kind::Float, 7))),
            ("1.", Some((Kind::Float, 2))),
            (".5", Some((Kind::Float, 2))),
            (".", Some((Kind::Char, 1))),
            ("1e", Some((Kind::Int, 1))),
            ("1e5", Some((Kind::Float, 3))),
            ("inf", Some((Kind::Float, 3))),
            ("info", Some((Kind::Id, 4))),
            ("TRUE", Some((Kind::Bool, 4))),
            ("trueish", Some((Kind::Id, 7))),
            ("null", Some((Kind::Null, 4))),
            ("nullable", Some((Kind::Id, 8))),
            ("a-b_c", Some((Kind::Id, 5))),
            ("-x", Some((Kind::Char, 1))),
            ("\\\\\\,x", Some((Kind::Esc, 4))),
            ("\\n", Some((Kind::Char, 1))),
            (" \tx", Some((Kind::Space, 2))),
            ("#", None),
            ("é", None),
            ("(", None),
            ("", None),
        ] {
            assert_eq!(token(text), expected, "{text:?}");
        }
    }
}
