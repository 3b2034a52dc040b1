//! Words, numbers and marks; where sentences end.
//!
//! What stands between round brackets is left out. Full stops of abbreviations and decimal points
//! end nothing.

/// A word or mark of a lower-case sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Letters, also with hyphens and apostrophes within.
    Word(&'a str),
    /// Begins with a digit: `2`, `1/2`, `350f`, `9x13`.
    Number,
    /// `,`
    Comma,
}

/// Bytes within which a bracket must close.
const ASIDE: usize = 500;

/// Abbreviations behind which a sentence goes on.
const ABBREVIATIONS: [&str; 20] = [
    "tbsp", "tbsps", "tbs", "tb", "tsp", "tsps", "oz", "ozs", "lb", "lbs", "pkg", "pkgs", "qt",
    "pt", "approx", "env", "sm", "med", "lg", "no",
];

/// The sentences of a lower-case text; parts between colons, semicolons and dashes are their own.
pub(super) fn sentences(text: &str) -> Vec<Vec<Token<'_>>> {
    let mut all = vec![Vec::new()];
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let width = first.len_utf8();
        let taken = match first {
            _ if is_part(first) => {
                let token = word(rest);
                push(token, &mut all);
                token.len()
            }
            ',' => {
                last(&mut all).push(Token::Comma);
                width
            }
            '&' => {
                last(&mut all).push(Token::Word("and"));
                width
            }
            '(' => rest.bytes().take(ASIDE).position(|b| b == b')').map_or(width, |end| end + 1),
            '.' if continues(last(&mut all)) => width,
            '.' | ';' | ':' | '!' | '?' | '\n' | '–' | '—' | '•' | '*' => {
                all.push(Vec::new());
                width
            }
            _ => width,
        };
        rest = &rest[taken..];
    }
    all.retain(|sentence| !sentence.is_empty());
    all
}

fn last<'s, 'a>(all: &'s mut Vec<Vec<Token<'a>>>) -> &'s mut Vec<Token<'a>> {
    if all.is_empty() {
        all.push(Vec::new());
    }
    all.last_mut().expect("there is one, pushed above where there was none")
}

/// Adds a run of letters, digits, hyphens and apostrophes.
fn push<'a>(run: &'a str, all: &mut Vec<Vec<Token<'a>>>) {
    let word = run.trim_matches(|c: char| !c.is_alphanumeric());
    match word.chars().next() {
        // A hyphen of its own is a dash.
        None if run.contains('-') => all.push(Vec::new()),
        None => {}
        Some(first) if first.is_numeric() => last(all).push(Token::Number),
        Some(_) => last(all).push(Token::Word(word)),
    }
}

/// The run that `text` begins with; a point between digits belongs to it.
fn word(text: &str) -> &str {
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let after = text[at + c.len_utf8()..].chars().next().unwrap_or(' ');
        let point = c == '.' && before.is_ascii_digit() && after.is_ascii_digit();
        if !is_part(c) && !point {
            return &text[..at];
        }
        before = c;
    }
    text
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '\'' | '’' | '/' | '%' | '°' | '⁄')
}

/// Whether a full stop here is that of an abbreviation.
fn continues(sentence: &[Token<'_>]) -> bool {
    match sentence {
        [.., Token::Number, Token::Word("in")] => true,
        [.., Token::Word(word)] => ABBREVIATIONS.contains(word),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let token = |token: &Token<'_>| match token {
            Token::Word(word) => (*word).to_owned(),
            Token::Number => "#".to_owned(),
            Token::Comma => ",".to_owned(),
        };
        let sentence = |s: &Vec<Token<'_>>| s.iter().map(token).collect::<Vec<_>>().join(" ");
        sentences(text).iter().map(sentence).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn words_and_sentences() {
        for (text, expected) in [
            (
                "add 1 1/2 tbsp. oil, salt & ½ c. milk. stir.",
                "add # # tbsp oil , salt and # c | milk | stir",
            ),
            ("bake at 350f (175 c.) for 1.5 hours; cool", "bake at # for # hours | cool"),
            ("a 9x13 in. pan - don't grease it", "a # in pan | don't grease it"),
            (
                "for the all-purpose mix: stir.mix (well",
                "for the all-purpose mix | stir | mix well",
            ),
            ("", ""),
            ("...", ""),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
