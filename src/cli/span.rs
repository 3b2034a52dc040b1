//! Which part of a line an error is about: the key or the value that gets underlined.
//!
//! | error | underlined |
//! |---|---|
//! | syntax of an override | from the column on |
//! | a key that is not known, exists already, cannot be deleted | the key |
//! | a key that is missing | the key of the mapping that lacks it |
//! | anything else | the wrong word of the value, or all of it |
//!
//! A config knows where its values are; their keys are looked for in the text in front of them.

use std::ops::Range;

use crate::config::{ConfigError, ErrorKind};

/// How far above a value its key is looked for, in lines.
const REACH: usize = 50;

/// What an error is about.
enum Subject<'e> {
    Column(usize),
    Key(&'e str),
    Value,
}

fn subject(error: &ConfigError) -> Subject<'_> {
    match error.kind() {
        ErrorKind::OverrideSyntax { column, .. } => Subject::Column(*column),
        ErrorKind::NoSuchKey { name, .. } => Subject::Key(name),
        ErrorKind::UnknownKey { key }
        | ErrorKind::KeyExists { key }
        | ErrorKind::CannotDelete { key, .. }
        | ErrorKind::Missing { key } => Subject::Key(leaf(key)),
        _ => Subject::Value,
    }
}

fn leaf(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}

/// The bytes of an override to underline.
pub(super) fn in_override(text: &str, error: &ConfigError) -> Range<usize> {
    let equals = text.find('=').unwrap_or(text.len());
    let value = (equals + 1).min(text.len())..text.len();
    let start = text.len() - text.trim_start_matches(['+', '~']).len();
    let key = start.min(equals)..equals;
    let found = |within: &Range<usize>, word: &str| {
        let at = find_word(text.get(within.clone())?, word)?;
        Some(within.start + at..within.start + at + word.len())
    };
    match subject(error) {
        Subject::Column(column) => {
            let at = text.char_indices().nth(column.saturating_sub(1));
            at.map_or(text.len()..text.len(), |(at, c)| at..at + c.len_utf8())
        }
        Subject::Key(name) => found(&key, name).or_else(|| found(&value, name)).unwrap_or(key),
        Subject::Value if value.is_empty() => key,
        Subject::Value => {
            let word = error.word().and_then(|word| found(&value, word));
            word.or_else(|| error.word().and_then(|word| found(&key, word))).unwrap_or(value)
        }
    }
}

/// The last place of a word, preferably where it is not part of a longer one.
fn find_word(text: &str, word: &str) -> Option<usize> {
    let inner = |c: char| c.is_alphanumeric() || c == '_';
    let whole =
        |at: &usize| !text[..*at].ends_with(inner) && !text[at + word.len()..].starts_with(inner);
    let mut places = text.rmatch_indices(word).map(|(at, _)| at).filter(|_| !word.is_empty());
    places.clone().find(whole).or_else(|| places.next())
}

/// The line of a file, from 0, and the bytes of it to underline; `line` and `column` from 1.
pub(super) fn in_file(
    lines: &[&str],
    line: usize,
    column: usize,
    error: &ConfigError,
) -> Option<(usize, Range<usize>)> {
    let index = line.checked_sub(1)?;
    let text = lines.get(index)?;
    let at = text.char_indices().nth(column.saturating_sub(1)).map_or(text.len(), |(at, _)| at);
    let key = match (error.kind(), subject(error)) {
        (ErrorKind::Missing { key }, _) => {
            let named = find_key(lines, index, at, leaf(key));
            named.or_else(|| find_key(lines, index, at, leaf(key.rsplit_once('.')?.0)))
        }
        (_, Subject::Key(name)) => find_key(lines, index, at, name),
        _ => None,
    };
    Some(key.unwrap_or_else(|| (index, at..at + token(&text[at..]))))
}

/// `name:` in front of a value, on its line or above.
fn find_key(lines: &[&str], index: usize, at: usize, name: &str) -> Option<(usize, Range<usize>)> {
    let on = |text: &str| {
        let starts = text.rmatch_indices(name).map(|(start, _)| start);
        starts
            .filter(|start| {
                let after = text[start + name.len()..].trim_start_matches(['\'', '"']);
                let free = !text[..*start].ends_with(|c: char| c.is_alphanumeric() || c == '_');
                free && after.trim_start().starts_with(':')
            })
            .map(|start| start..start + name.len())
            .next()
    };
    if name.is_empty() {
        return None;
    }
    if let Some(span) = on(lines[index].get(..at)?) {
        return Some((index, span));
    }
    let above = (index.saturating_sub(REACH)..index).rev();
    above.filter_map(|line| Some((line, on(without_comment(lines[line]))?))).next()
}

fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with('#') { "" } else { line }
}

/// The length of the YAML token that a text starts with, one byte at least where there is one.
fn token(text: &str) -> usize {
    let quoted = |quote: char| text[1..].find(quote).map(|end| end + 2);
    let length = match text.chars().next() {
        Some(quote @ ('\'' | '"')) => quoted(quote).unwrap_or(text.len()),
        Some('[') => balanced(text, '[', ']'),
        Some('{') => balanced(text, '{', '}'),
        _ => {
            let flow = text.find([',', ']', '}']).filter(|_| !text.contains("${"));
            let ends = [text.find(" #"), text.find(": "), flow];
            ends.into_iter().flatten().min().unwrap_or(text.len())
        }
    };
    text[..length].trim_end().len()
}

fn balanced(text: &str, open: char, close: char) -> usize {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        depth = if c == open { depth + 1 } else { depth };
        if c == close {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return at + 1;
            }
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(key: &str) -> ConfigError {
        ErrorKind::UnknownKey { key: key.to_owned() }.into()
    }

    fn wrong(key: &str) -> ConfigError {
        ErrorKind::WrongValue { key: key.to_owned(), problem: "no".to_owned() }.into()
    }

    #[test]
    fn overrides() {
        let syntax = ErrorKind::OverrideSyntax {
            text: "a=[1".to_owned(),
            problem: "no".to_owned(),
            column: 3,
        };
        let exists = ErrorKind::KeyExists { key: "train.lr".to_owned() };
        for (text, error, underlined) in [
            ("train.batch_size=many", wrong("train.batch_size"), "many"),
            ("+typo=1", unknown("typo"), "typo"),
            ("+a.typo.b=1", unknown("a.typo"), "typo"),
            ("+a={typo: 1}", unknown("a.typo"), "typo"),
            ("a=[1", syntax.into(), "["),
            ("+train.lr=1", exists.into(), "lr"),
            ("x=a,banana", wrong("x").expecting("a", Vec::new()), "a"),
            ("x.y=[adam,sdg]", wrong("x.y.1").expecting("sdg", Vec::new()), "sdg"),
            ("opt/optimizer=adm", wrong("").expecting("adm", Vec::new()), "adm"),
            ("a=", wrong("a"), "a"),
            ("", wrong("a"), ""),
        ] {
            assert_eq!(&text[in_override(text, &error)], underlined, "{text}");
        }
    }

    #[test]
    fn files() {
        let text =
            "opt:\n  # lr: no\n  lr: 'x y' # why\n  inner: {size: a, kind: b}\n  typo:\n    a: 1\n";
        let lines: Vec<&str> = text.lines().collect();
        let missing = |key: &str| ErrorKind::Missing { key: key.to_owned() }.into();
        for (line, column, error, place, underlined) in [
            (3, 7, wrong("opt.lr"), 2, "'x y'"),
            (3, 7, unknown("opt.lr"), 2, "lr"),
            (4, 17, wrong("opt.inner.size"), 3, "a"),
            (4, 26, unknown("opt.inner.kind"), 3, "kind"),
            (4, 10, missing("opt.inner.depth"), 3, "inner"),
            (4, 10, wrong("opt.inner"), 3, "{size: a, kind: b}"),
            (6, 5, unknown("opt.typo"), 4, "typo"),
            (6, 5, wrong("opt.typo"), 5, "a"),
        ] {
            let (index, span) = in_file(&lines, line, column, &error).unwrap();
            assert_eq!((index, &lines[index][span]), (place, underlined), "{error}");
        }
        assert!(in_file(&lines, 99, 1, &wrong("a")).is_none());
        assert!(in_file(&[], 1, 1, &wrong("a")).is_none());
        assert_eq!(in_file(&["é"], 1, 5, &wrong("a")), Some((0, 2..2)));
    }
}
