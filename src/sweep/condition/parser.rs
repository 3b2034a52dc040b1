//! Text -> condition, by recursive descent.
//!
//! ```text
//! or         = and ("or" and)*
//! and        = not ("and" not)*
//! not        = "not" not | comparison
//! comparison = operand (operator operand)?
//! operand    = "(" or ")" | number | "true" | "false" | "null" | quoted text | key
//! ```

use super::{Comparison, Expression};
use crate::config::Value;
use crate::config::sweeping;

/// How deep `not` and parentheses may nest.
const DEPTH: usize = 64;

/// Column (from 1, in characters) and problem.
type Failure = (usize, String);
type Parsed<T> = Result<T, Failure>;

/// Parses a whole condition.
pub(super) fn parse(text: &str) -> Parsed<Expression> {
    let mut parser = Parser { text, at: 0, depth: 0 };
    let tree = parser.or()?;
    parser.skip_spaces();
    if parser.rest().is_empty() { Ok(tree) } else { parser.expected("`and`, `or` or the end") }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_spaces(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn column(&self) -> usize {
        self.text[..self.at].chars().count() + 1
    }

    fn expected<T>(&self, wanted: &str) -> Parsed<T> {
        let problem = match self.rest().chars().next() {
            Some(c) => format!("expected {wanted} but found `{c}`"),
            None => format!("expected {wanted} but the text ends"),
        };
        Err((self.column(), problem))
    }

    /// Whether the next word is `word`, which is then consumed.
    fn word(&mut self, word: &str) -> bool {
        self.skip_spaces();
        let found = self.rest()[..key_length(self.rest())] == *word;
        if found {
            self.at += word.len();
        }
        found
    }

    fn or(&mut self) -> Parsed<Expression> {
        let mut left = self.and()?;
        while self.word("or") {
            left = Expression::Or(Box::new([left, self.and()?]));
        }
        Ok(left)
    }

    fn and(&mut self) -> Parsed<Expression> {
        let mut left = self.not()?;
        while self.word("and") {
            left = Expression::And(Box::new([left, self.not()?]));
        }
        Ok(left)
    }

    fn not(&mut self) -> Parsed<Expression> {
        if !self.word("not") {
            return self.comparison();
        }
        self.deeper(|parser| parser.not()).map(|inner| Expression::Not(Box::new(inner)))
    }

    fn deeper(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Parsed<Expression>,
    ) -> Parsed<Expression> {
        if self.depth >= DEPTH {
            return Err((self.column(), format!("nested deeper than {DEPTH} levels")));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn comparison(&mut self) -> Parsed<Expression> {
        let left = self.operand()?;
        let Some(comparison) = self.operator()? else { return Ok(left) };
        let right = self.operand()?;
        self.skip_spaces();
        if self.rest().starts_with(['=', '!', '<', '>']) {
            return Err((self.column(), "join comparisons with `and`".to_owned()));
        }
        Ok(Expression::Compare(comparison, Box::new([left, right])))
    }

    fn operator(&mut self) -> Parsed<Option<Comparison>> {
        self.skip_spaces();
        let operators = [
            ("==", Comparison::Equal),
            ("!=", Comparison::NotEqual),
            ("<=", Comparison::LessOrEqual),
            (">=", Comparison::GreaterOrEqual),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ];
        let found = operators.iter().find(|(text, _)| self.rest().starts_with(text));
        match found {
            Some((text, comparison)) => {
                self.at += text.len();
                Ok(Some(*comparison))
            }
            None if self.rest().starts_with(['=', '!']) => self.expected("`==` or `!=`"),
            None => Ok(None),
        }
    }

    fn operand(&mut self) -> Parsed<Expression> {
        self.skip_spaces();
        match self.rest().chars().next() {
            Some('(') => {
                self.at += 1;
                let inner = self.deeper(|parser| parser.or())?;
                self.skip_spaces();
                if !self.rest().starts_with(')') {
                    return self.expected("`)`");
                }
                self.at += 1;
                Ok(inner)
            }
            Some(quote @ ('\'' | '"')) => self.quoted(quote),
            Some(c) if c.is_ascii_digit() || matches!(c, '-' | '+' | '.') => self.number(),
            _ => self.key(),
        }
    }

    fn quoted(&mut self, quote: char) -> Parsed<Expression> {
        let mut text = String::new();
        let mut chars = self.rest()[1..].char_indices();
        while let Some((offset, c)) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some((_, next)) if next == quote || next == '\\' => text.push(next),
                    Some((_, next)) => text.extend(['\\', next]),
                    None => break,
                },
                c if c == quote => {
                    self.at += offset + 2;
                    return Ok(Expression::Value(Value::Str(text)));
                }
                c => text.push(c),
            }
        }
        Err((self.column(), "a quote that is not closed".to_owned()))
    }

    fn number(&mut self) -> Parsed<Expression> {
        let Some((number, length)) = sweeping::number(self.rest()) else {
            return self.expected("a number, a text in quotes or a key");
        };
        let next = self.rest()[length..].chars().next();
        if next.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.')) {
            return self.expected("a number");
        }
        self.at += length;
        Ok(Expression::Value(number))
    }

    fn key(&mut self) -> Parsed<Expression> {
        let word = &self.rest()[..key_length(self.rest())];
        if word.is_empty() || matches!(word, "and" | "or" | "not") {
            return self.expected("a key, a number or a text in quotes");
        }
        self.at += word.len();
        Ok(match word.to_ascii_lowercase().as_str() {
            "true" => Expression::Value(Value::Bool(true)),
            "false" => Expression::Value(Value::Bool(false)),
            "null" => Expression::Value(Value::Null),
            "inf" => Expression::Value(Value::Float(f64::INFINITY)),
            "nan" => Expression::Value(Value::Float(f64::NAN)),
            _ => Expression::Key(word.to_owned()),
        })
    }
}

/// Length of the key or word at the start of `text`.
fn key_length(text: &str) -> usize {
    let first = |c: char| c.is_alphabetic() || matches!(c, '_' | '$');
    if !text.starts_with(first) {
        return 0;
    }
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '-' | '.' | '/' | '@');
    text.find(|c| !part(c)).unwrap_or(text.len())
}
