//! Several overrides in one text, as a person writes them on a line.
//!
//! Spaces separate them, but not inside quotes or brackets; a backslash keeps the next character.
//! Nothing is expanded and no quote is taken away: each part is an override as it stands.

use super::ast::OverrideArg;

impl OverrideArg {
    /// Splits a text into overrides; each knows its position, from 1.
    pub fn split(text: &str) -> Vec<OverrideArg> {
        parts(text).into_iter().zip(1..).map(|(part, index)| Self::argument(index, part)).collect()
    }
}

fn parts(text: &str) -> Vec<&str> {
    let (mut parts, mut start) = (Vec::new(), None);
    let (mut quote, mut depth, mut escaped) = (None, 0usize, false);
    for (at, c) in text.char_indices() {
        if c.is_whitespace() && quote.is_none() && depth == 0 && !escaped {
            parts.extend(start.take().map(|start: usize| &text[start..at]));
            continue;
        }
        start.get_or_insert(at);
        match (quote, c) {
            _ if escaped => {}
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    parts.extend(start.map(|start| &text[start..]));
    parts
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn rows() {
        for (text, expected) in [
            ("", vec![]),
            ("  a=1 ", vec!["a=1"]),
            ("a=1 b=2\tc=3", vec!["a=1", "b=2", "c=3"]),
            ("a=[1, 2] b={x: 1, y: [2]}", vec!["a=[1, 2]", "b={x: 1, y: [2]}"]),
            ("a='x y' b=\"it's z\"", vec!["a='x y'", "b=\"it's z\""]),
            (r"a=x\ y b=\' c", vec![r"a=x\ y", r"b=\'", "c"]),
            ("a=] b=1", vec!["a=]", "b=1"]),
            ("a='open b=1", vec!["a='open b=1"]),
        ] {
            assert_eq!(parts(text), expected, "{text}");
        }
    }
}
