//! Rust text as words and marks: enough to see imports and calls, blind to comments and strings.

/// One word (identifier, keyword, number) or mark (`::` is one mark) of a source file.
#[derive(Clone, Debug)]
pub struct Token {
    /// The word or mark.
    pub text: String,
    /// Its line, from 1.
    pub line: usize,
    /// Whether it belongs to an item under `#[cfg(test)]`.
    pub in_tests: bool,
}

/// Splits a source file; comments, strings and characters leave nothing behind.
pub fn tokens(source: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut line = 1;
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = skipped(rest).unwrap_or_else(|| {
            let length = word(rest);
            if length > 0 || !first.is_whitespace() {
                let length = if length > 0 { length } else { mark(rest, first) };
                found.push(Token { text: rest[..length].to_owned(), line, in_tests: false });
                return length;
            }
            first.len_utf8()
        });
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    mark_tests(&mut found);
    found
}

/// The length of a comment, string, character or lifetime at the start of `rest`.
fn skipped(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(block_comment(rest));
    }
    for prefix in ["\"", "b\"", "c\""] {
        if let Some(body) = rest.strip_prefix(prefix) {
            return Some(prefix.len() + until_quote(body, '"'));
        }
    }
    for prefix in ["r", "br", "cr"] {
        let Some(after) = rest.strip_prefix(prefix) else { continue };
        let hashes = after.len() - after.trim_start_matches('#').len();
        if after[hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let body = prefix.len() + hashes + 1;
            return Some(rest[body..].find(&end).map_or(rest.len(), |at| body + at + end.len()));
        }
    }
    let after = rest.strip_prefix('\'')?;
    let mut characters = after.chars();
    let (first, second) = (characters.next()?, characters.next());
    let lifetime = (first.is_alphanumeric() || first == '_') && second != Some('\'');
    Some(1 + if lifetime { word(after) } else { until_quote(after, '\'') })
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

/// The length up to and with the closing quote, past escaped ones.
fn until_quote(body: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in body.char_indices() {
        if c == quote && !escaped {
            return at + c.len_utf8();
        }
        escaped = c == '\\' && !escaped;
    }
    body.len()
}

fn word(rest: &str) -> usize {
    rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len())
}

fn mark(rest: &str, first: char) -> usize {
    if rest.starts_with("::") { 2 } else { first.len_utf8() }
}

/// Flags what follows `#[cfg(test)]` up to the end of the item.
fn mark_tests(tokens: &mut [Token]) {
    const ATTRIBUTE: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut at = 0;
    while at + ATTRIBUTE.len() <= tokens.len() {
        let here = &tokens[at..at + ATTRIBUTE.len()];
        if here.iter().map(|token| token.text.as_str()).ne(ATTRIBUTE) {
            at += 1;
            continue;
        }
        let end = item_end(tokens, at + ATTRIBUTE.len());
        tokens[at..end].iter_mut().for_each(|token| token.in_tests = true);
        at = end;
    }
}

/// One past the `;` or closing brace that ends the item starting at `start`.
fn item_end(tokens: &[Token], start: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => {
                depth = depth.saturating_sub(1);
                if depth == 0 && token.text == "}" {
                    return at + 1;
                }
            }
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

#[test]
fn words_marks_and_nothing_of_comments_or_strings() {
    let source = r###"
        use crate::a; // crate::b
        /* x /* y */ z */ let s = "crate::c \" d"; let r = r#"crate::e "quoted""#;
        let c = '"'; let e = '\''; fn f<'a>(x: &'a str) {}
    "###;
    let words: Vec<_> = tokens(source).into_iter().map(|token| token.text).collect();
    assert_eq!(&words[..5], ["use", "crate", "::", "a", ";"]);
    let text = words.join(" ");
    assert_eq!(
        &text["use crate :: a ; ".len()..],
        "let s = ; let r = ; let c = ; let e = ; fn f < > ( x : & str ) { }"
    );
}

#[test]
fn test_items_are_told_apart() {
    let source = "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { [1]; } }\nfn c() {}";
    let in_tests = |name| tokens(source).into_iter().find(|t| t.text == name).map(|t| t.in_tests);
    assert_eq!(
        [in_tests("a"), in_tests("b"), in_tests("c")],
        [Some(false), Some(true), Some(false)]
    );
}
