//! How Python reads and prints plain values; Hydra's texts are made of these.

mod number;

pub(crate) use number::{is_int, parse_float, parse_int, parse_int_base};

use super::node::{Node, Value};

/// `repr(float)`: shortest digits, exponent from 1e16 and below 1e-4.
pub(crate) fn float_repr(x: f64) -> String {
    if x.is_nan() {
        return "nan".to_owned();
    }
    if x.is_infinite() {
        return if x > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let text = shortest(x);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let (sign, digits) = match mantissa.strip_prefix('-') {
            Some(digits) => ("-", digits.replace('.', "")),
            None => ("", mantissa.replace('.', "")),
        };
        match usize::try_from(exponent) {
            Err(_) => format!("{sign}0.{:0<1$}{digits}", "", exponent.unsigned_abs() as usize - 1),
            Ok(last) if digits.len() <= last + 1 => format!("{sign}{digits:0<0$}.0", last + 1),
            Ok(last) => format!("{sign}{}.{}", &digits[..=last], &digits[last + 1..]),
        }
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{mantissa}e{sign}{:02}", exponent.abs())
    }
}

/// The shortest digits that read back as `x`, as `1.5e-3`. Where two are equally near, Rust takes
/// the upper one and Python the even one.
fn shortest(x: f64) -> String {
    let text = format!("{x:e}");
    let digits = text.find('e').map_or(0, |end| text[..end].trim_start_matches('-').len() - 1);
    if digits < 15 {
        return text; // a tie needs a number near the end of its precision
    }
    let exact = format!("{x:.*e}", digits - 1 + 40);
    let Some(end) = exact.find('e') else { return text };
    let kept = end - 40;
    let is_tie = exact[kept..].starts_with('5') && exact[kept + 1..end].bytes().all(|b| b == b'0');
    let lower = format!("{}{}", &exact[..kept], &exact[end..]);
    let is_even = exact.as_bytes()[kept - 1].is_multiple_of(2);
    if is_tie && is_even && lower.parse() == Ok(x) { lower } else { text }
}

/// `str(value)`.
pub(crate) fn str_of(value: &Value) -> String {
    match value {
        Value::Str(s) => s.clone(),
        other => repr(other),
    }
}

/// `repr(value)`.
pub(crate) fn repr(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Int(i) => i.to_string(),
        Value::Float(x) => float_repr(*x),
        Value::Str(s) => str_repr(s),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|n: &Node| repr(&n.value)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(map) => {
            let items: Vec<String> = map
                .iter()
                .map(|(key, node)| {
                    let key = match key {
                        super::key::Key::Str(s) => str_repr(s),
                        other => other.to_string(),
                    };
                    format!("{key}: {}", repr(&node.value))
                })
                .collect();
            format!("{{{}}}", items.join(", "))
        }
    }
}

fn str_repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if !is_printable(c) => out.push_str(&escape(c)),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

fn escape(c: char) -> String {
    match c as u32 {
        code @ 0..=0xff => format!("\\x{code:02x}"),
        code @ 0x100..=0xffff => format!("\\u{code:04x}"),
        code => format!("\\U{code:08x}"),
    }
}

/// Whether `repr` shows a character as it is: no control, format, separator or private character
/// but the blank. Characters that Unicode has not assigned count as printable.
fn is_printable(c: char) -> bool {
    !matches!(c as u32,
        0..=0x1f | 0x7f..=0xa0 | 0xad | 0x600..=0x605 | 0x61c | 0x6dd | 0x70f | 0x890..=0x891
        | 0x8e2 | 0x1680 | 0x180e | 0x2000..=0x200f | 0x2028..=0x202f | 0x205f..=0x206f | 0x3000
        | 0xe000..=0xf8ff | 0xfeff | 0xfff0..=0xfffb | 0xfffe..=0xffff | 0x110bd | 0x110cd
        | 0x13430..=0x13438 | 0x1bca0..=0x1bca3 | 0x1d173..=0x1d17a | 0xe0000..=0xe00ff
        | 0xf0000..=0x10ffff)
}

#[cfg(test)]
mod tests {
    use super::{float_repr, repr};
    use crate::config::node::Value;

    #[test]
    fn prints_floats_as_python() {
        for (x, text) in [
            (1.0, "1.0"),
            (0.1, "0.1"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (1.5e-7, "1.5e-07"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (-0.0, "-0.0"),
            (1e100, "1e+100"),
            (-123.5, "-123.5"),
            (-0.00012, "-0.00012"),
            (10.0, "10.0"),
            (8.0 + 1.0 / 65536.0, "8.000015258789062"),
            (999_999_999_999_990.0 + 0.25, "999999999999990.2"),
            (999_999_999_999_990.0 + 0.75, "999999999999990.8"),
            (2f64.powi(60) + 256.0, "1.1529215046068472e+18"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(float_repr(x), text);
        }
    }

    #[test]
    fn quotes_texts_as_python() {
        for (text, expected) in [
            ("it's", "\"it's\""),
            ("a'b\"", "'a\\'b\"'"),
            ("é😀\t", "'é😀\\t'"),
            ("\u{85}\u{200b}\u{f0000}", "'\\x85\\u200b\\U000f0000'"),
        ] {
            assert_eq!(repr(&Value::Str(text.to_owned())), expected);
        }
    }
}
