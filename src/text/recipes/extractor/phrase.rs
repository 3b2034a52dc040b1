//! Objects: noun phrases without determiners, amounts and what follows them.
//!
//! | text | object |
//! |---|---|
//! | `2 cups of the cold milk in a jug` | `cold milk` |
//! | `each slice of bread` | `bread` |
//! | `the chicken dry with` | `chicken` |
//! | `it`, `10 minutes`, `a few times` | none |

use super::lexicon::{Class, class, of_gerund};
use super::tokens::Token;

/// Words that end a noun phrase, or never begin one.
const ENDS: Class = Class::PREPOSITION
    .or(Class::SUBORDINATOR)
    .or(Class::PRONOUN)
    .or(Class::AUXILIARY)
    .or(Class::CONNECTIVE)
    .or(Class::NEGATION)
    .or(Class::ADVERB);
/// What says how much or which.
const BEFORE_NOUN: Class = Class::DETERMINER.or(Class::QUANTITY);

/// A noun phrase and where it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Phrase<'a> {
    /// Its words; none when it names nothing: a pronoun, a time.
    pub words: Vec<&'a str>,
    /// The first token behind it.
    pub end: usize,
}

impl Phrase<'_> {
    /// Whether its last word is a place to put things in rather than a thing that is put.
    pub fn is_container(&self) -> bool {
        self.words.last().is_some_and(|head| class(head).any(Class::CONTAINER))
    }
}

/// The noun phrase that begins at `at`.
pub(super) fn phrase<'a>(tokens: &[Token<'a>], at: usize) -> Phrase<'a> {
    let mut begin = at;
    loop {
        let noun = skip_amount(tokens, begin);
        let end = nouns_end(tokens, noun);
        let is_part = if end > noun { is_partitive(tokens[end - 1]) } else { noun > begin };
        if is_part && word(tokens, end) == Some("of") {
            begin = end + 1;
            continue;
        }
        let words = trimmed(&tokens[noun..end], has_article(tokens, noun));
        return Phrase { words, end };
    }
}

/// Whether something stands at `at` that begins a noun phrase as nothing else does.
pub(super) fn is_determined(tokens: &[Token<'_>], at: usize) -> bool {
    match tokens.get(at) {
        Some(Token::Number) => true,
        Some(Token::Word(word)) => class(word).any(BEFORE_NOUN),
        _ => false,
    }
}

/// Whether an article stands before `at`, so that what follows is a noun whatever it looks like.
fn has_article(tokens: &[Token<'_>], at: usize) -> bool {
    at > 0 && matches!(tokens[at - 1], Token::Word("a" | "the"))
}

/// Skips determiners, numbers and units.
fn skip_amount(tokens: &[Token<'_>], mut at: usize) -> usize {
    let mut counted = false;
    while let Some(token) = tokens.get(at) {
        match token {
            Token::Number => counted = true,
            // Flour for all purposes is not all of some.
            Token::Word("all") if word(tokens, at + 1) == Some("purpose") => break,
            Token::Word(word) => {
                let class = class(word);
                let is_unit = class.any(Class::UNIT) && counted && is_counted(tokens, at + 1);
                let is_range = counted && *word == "to";
                if !(class.any(BEFORE_NOUN) || is_unit || is_range) {
                    break;
                }
                counted |= class.any(BEFORE_NOUN);
            }
            Token::Comma => break,
        }
        at += 1;
    }
    at
}

/// Whether a unit before `at` counts something: not when nothing follows, as in `cut the slices`.
fn is_counted(tokens: &[Token<'_>], at: usize) -> bool {
    match tokens.get(at) {
        Some(Token::Word("of")) => false,
        Some(Token::Word(word)) => !class(word).any(ENDS) || class(word).any(Class::UNIT),
        Some(Token::Number) => true,
        _ => false,
    }
}

/// Where the nouns end that begin at `at`.
fn nouns_end(tokens: &[Token<'_>], at: usize) -> usize {
    let mut end = at;
    while let Some(Token::Word(word)) = tokens.get(end) {
        let known = class(word);
        let further = end > at;
        // Of `a well` the noun is an adverb elsewhere.
        let is_noun = known.any(Class::ADVERB) && !further && has_article(tokens, at);
        let is_end = (known.any(ENDS) && !is_noun) || (further && known.any(BEFORE_NOUN));
        if is_end || (further && is_free_gerund(tokens, end)) {
            break;
        }
        end += 1;
    }
    end
}

/// Whether a word in `-ing` says what is done meanwhile: no noun follows it.
fn is_free_gerund(tokens: &[Token<'_>], at: usize) -> bool {
    let Some(Token::Word(gerund)) = tokens.get(at) else { return false };
    let follows = match tokens.get(at + 1) {
        Some(Token::Word(next)) => class(next).any(ENDS.or(BEFORE_NOUN)),
        _ => false,
    };
    *gerund == "using" || (of_gerund(gerund).is_some() && follows)
}

fn is_partitive(token: Token<'_>) -> bool {
    matches!(token, Token::Word(word) if class(word).any(Class::PARTITIVE.or(Class::UNIT)))
}

/// The words without what becomes of the thing; none when they name a time or no thing at all.
fn trimmed<'a>(tokens: &[Token<'a>], has_article: bool) -> Vec<&'a str> {
    let mut words: Vec<&str> = tokens.iter().filter_map(|token| word(&[*token], 0)).collect();
    if words.iter().any(|word| class(word).any(Class::TIME)) {
        return Vec::new();
    }
    while let Some(last) = words.last()
        && (class(last).any(Class::RESULT) || is_participle(last))
        && (words.len() > 1 || !(has_article || is_participle(last)))
    {
        words.pop();
    }
    words
}

/// Whether a word looks like what was done to a thing.
pub(super) fn is_participle(word: &str) -> bool {
    word.len() > 4 && word.ends_with("ed") && !word.ends_with("seed") && !word.ends_with("eed")
}

/// The word at `at`, if one is there.
pub(super) fn word<'a>(tokens: &[Token<'a>], at: usize) -> Option<&'a str> {
    match tokens.get(at) {
        Some(Token::Word(word)) => Some(word),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tokens::sentences;
    use super::*;

    #[test]
    fn objects() {
        for (text, expected) in [
            ("2 cups of the cold milk in a jug", "cold milk"),
            ("each slice of bread", "bread"),
            ("the rest of the sugar", "sugar"),
            ("a large pot of salted water", "salted water"),
            ("the chicken dry with", "chicken"),
            ("1/2 teaspoon baking powder", "baking powder"),
            ("large baking dish", "large baking dish"),
            ("the mixture stirring constantly", "mixture"),
            ("the slices with salt", "slices"),
            ("1 onion chopped", "onion"),
            ("the all purpose flour", "all purpose flour"),
            ("it to the pot", ""),
            ("25 to 30 minutes", ""),
            ("one at a time", ""),
            ("warm", ""),
        ] {
            let sentences = sentences(text);
            assert_eq!(phrase(&sentences[0], 0).words.join(" "), expected, "{text}");
        }
    }
}
