//! Texts that Python reads as numbers: surrounding white space, single underscores between digits,
//! digits of any script.

use std::borrow::Cow;

/// The zeros of all scripts; nine more digits follow each.
const ZEROS: [u32; 65] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6,
    0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50,
    0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
    0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650,
    0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0, 0x16b50,
    0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

/// `int(text)`; also nothing when the number needs more than 128 bits.
pub(crate) fn parse_int(text: &str) -> Option<i128> {
    parse_int_base(text, 10)
}

/// `int(text, base)` for the bases 2, 8, 10 and 16: `0b`, `0o`, `0x` may stand before the digits.
pub(crate) fn parse_int_base(text: &str, base: u32) -> Option<i128> {
    let text = plain(text);
    let body = text.strip_prefix(['+', '-']).unwrap_or(&text);
    let prefix = match base {
        2 => "0b",
        8 => "0o",
        16 => "0x",
        _ => "",
    };
    let has_prefix =
        base != 10 && body.get(..2).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let digits = if has_prefix { &body[2..] } else { body };
    let digits = if has_prefix { digits.strip_prefix('_').unwrap_or(digits) } else { digits };
    if !are_digits(digits, base) {
        return None;
    }
    let sign = if text.starts_with('-') { "-" } else { "" };
    i128::from_str_radix(&format!("{sign}{}", digits.replace('_', "")), base).ok()
}

/// Whether `int(text)` would succeed, whatever the size of the number.
pub(crate) fn is_int(text: &str) -> bool {
    let text = plain(text);
    are_digits(text.strip_prefix(['+', '-']).unwrap_or(&text), 10)
}

/// `float(text)`.
pub(crate) fn parse_float(text: &str) -> Option<f64> {
    let text = plain(text);
    let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
    let body = text.strip_prefix(['+', '-']).unwrap_or(&text);
    match body.to_ascii_lowercase().as_str() {
        "inf" | "infinity" => return Some(sign * f64::INFINITY),
        "nan" => return Some(f64::NAN),
        _ => {}
    }
    let (mantissa, exponent) = match body.find(['e', 'E']) {
        Some(at) => (&body[..at], Some(&body[at + 1..])),
        None => (body, None),
    };
    let exponent_is_fine =
        exponent.is_none_or(|e| are_digits(e.strip_prefix(['+', '-']).unwrap_or(e), 10));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let part = |p: &str| p.is_empty() || are_digits(p, 10);
    let some = !whole.is_empty() || !fraction.is_empty();
    if !(exponent_is_fine && some && part(whole) && part(fraction)) {
        return None;
    }
    body.replace('_', "").parse::<f64>().ok().map(|x| sign * x)
}

/// Without the white space around it, digits as ASCII.
fn plain(text: &str) -> Cow<'_, str> {
    let is_space = |c: char| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c);
    let text = text.trim_matches(is_space);
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| digit(c).unwrap_or(c)).collect())
}

fn digit(c: char) -> Option<char> {
    let code = c as u32;
    let at = ZEROS.partition_point(|zero| *zero <= code).checked_sub(1)?;
    char::from_digit(code - ZEROS[at], 10)
}

fn are_digits(text: &str, base: u32) -> bool {
    !text.is_empty()
        && !text.starts_with('_')
        && !text.ends_with('_')
        && !text.contains("__")
        && text.chars().all(|c| c.is_digit(base) || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers() {
        for (text, base, value) in [
            (" 1_000 ", 10, Some(1000)),
            ("-7", 10, Some(-7)),
            ("\u{1f}+7\u{a0}", 10, Some(7)),
            ("١٢", 10, Some(12)),
            ("1__0", 10, None),
            ("_1", 10, None),
            ("--1", 10, None),
            ("", 10, None),
            ("0o17", 8, Some(15)),
            ("0x_1F", 16, Some(31)),
            ("0b12", 2, None),
            ("0o17", 10, None),
        ] {
            assert_eq!(parse_int_base(text, base), value, "{text:?}");
        }
        assert!(is_int("99999999999999999999999999999999999999999999"));
    }

    #[test]
    fn floats() {
        for (text, value) in [
            ("1e-3", 1e-3),
            (".5", 0.5),
            ("5.", 5.0),
            ("-inf", f64::NEG_INFINITY),
            ("1_0.5", 10.5),
            ("١.٥", 1.5),
        ] {
            assert_eq!(parse_float(text), Some(value), "{text:?}");
        }
        for refused in ["", ".", "e5", "1e", "0x10", "1 2", "--1", "1_.5"] {
            assert_eq!(parse_float(refused), None, "{refused:?}");
        }
    }
}
