//! Values without structure: quoted texts and runs of unquoted tokens.

use super::ast::Literal;
use super::parser::{Failure, Parsed, Parser};
use crate::config::lexical::{self, Kind};
use crate::config::python;

impl<'a> Parser<'a> {
    pub(super) fn primitive(&mut self) -> Parsed<Literal> {
        match self.rest().chars().next() {
            Some(quote @ ('\'' | '"')) => self.quoted(quote),
            _ => self.run(true),
        }
    }

    /// A quoted text; backslashes count only before a quote.
    fn quoted(&mut self, quote: char) -> Parsed<Literal> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let slashes = rest.len() - rest.trim_start_matches('\\').len();
            let next = rest[slashes..].chars().next();
            self.at += slashes + next.map_or(0, char::len_utf8);
            match next {
                Some(c) if c == quote => {
                    text.push_str(&"\\".repeat(slashes / 2));
                    if slashes.is_multiple_of(2) {
                        return Ok(Literal::Quoted { text, quote });
                    }
                    text.push(c);
                }
                Some(c) => {
                    text.push_str(&rest[..slashes]);
                    text.push(c);
                }
                None => {
                    self.at = start;
                    return Err(Failure::Syntax("a quote that is not closed".to_owned()));
                }
            }
        }
    }

    /// A run of unquoted tokens; `value` allows colons and interpolations.
    pub(super) fn run(&mut self, value: bool) -> Parsed<Literal> {
        let mut text = String::new();
        let mut tokens: Vec<(Kind, &'a str)> = Vec::new();
        loop {
            let start = self.at;
            if value && self.eat_spaced(":", true) {
                text.push_str(&self.text[start..self.at]);
                tokens.push((Kind::Char, &self.text[start..self.at]));
                continue;
            }
            if value && let Some(length) = interpolation(self.rest()) {
                text.push_str(&self.rest()[..length]);
                tokens.push((Kind::Char, &self.rest()[..length]));
                self.at += length;
                continue;
            }
            let closes = [",", ")", "]", "}", "=", "(", ":"].iter().any(|t| self.starts_spaced(t));
            if closes && !self.rest().is_empty() {
                break;
            }
            let Some((kind, length)) = lexical::token(self.rest()) else { break };
            let token = &self.rest()[..length];
            let ends = self.rest().len() == length;
            self.at += length;
            if kind == Kind::Space && (tokens.is_empty() || ends) {
                continue;
            }
            match kind {
                Kind::Esc => text.push_str(&lexical::unescape(token)),
                _ => text.push_str(token),
            }
            tokens.push((kind, token));
        }
        match tokens[..] {
            [] => self.unexpected("a value"),
            [(kind, token)] => typed(kind, token, text),
            _ => Ok(Literal::Str(text)),
        }
    }
}

fn typed(kind: Kind, token: &str, text: String) -> Parsed<Literal> {
    let number = |what: &str| Failure::Syntax(format!("`{token}` is not {what}"));
    Ok(match kind {
        Kind::Null => Literal::Null,
        Kind::Bool => Literal::Bool(token.eq_ignore_ascii_case("true")),
        Kind::Int => {
            let int = python::parse_int(token).ok_or_else(|| number("an integer in range"))?;
            Literal::Int(int)
        }
        Kind::Float => {
            Literal::Float(python::parse_float(token).ok_or_else(|| number("a number"))?)
        }
        Kind::Id | Kind::Esc | Kind::Char | Kind::Space => Literal::Str(text),
    })
}

/// Length of `${...}` at the start of `text`; it ends at the first closing brace.
fn interpolation(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("${")?;
    match inner.find('}')? {
        0 => None,
        end => Some(end + 3),
    }
}
