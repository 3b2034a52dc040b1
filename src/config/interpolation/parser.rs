//! Text with `${...}` -> parts.

use super::ast::{Expr, Inter, Part};
use crate::config::lexical::{self, Kind};
use crate::config::python;

/// How deep interpolations, lists and dicts may nest in one text.
const DEPTH: usize = 64;

/// Parses a config value.
///
/// # Errors
/// What is wrong, for a message.
pub(crate) fn parse(text: &str) -> Result<Vec<Part>, String> {
    let mut parser = Parser { text, at: 0, depth: 0 };
    let parts = parser.text_until(None)?;
    Ok(parts)
}

/// Parses one resolver argument, as `oc.decode` does.
pub(crate) fn parse_element(text: &str) -> Result<Expr, String> {
    let mut parser = Parser { text, at: 0, depth: 0 };
    let element = parser.element()?;
    parser.end_of_input()?;
    Ok(element)
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

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// Consumes `token` with blanks before it, and after it when `after`; all or nothing.
    fn eat_spaced(&mut self, token: &str, after: bool) -> bool {
        let start = self.at;
        self.skip_spaces();
        if !self.eat(token) {
            self.at = start;
            return false;
        }
        if after {
            self.skip_spaces();
        }
        true
    }

    fn skip_spaces(&mut self) {
        self.at += lexical::spaces(self.rest()).unwrap_or(0);
    }

    fn unexpected<T>(&self, wanted: &str) -> Result<T, String> {
        Err(match self.rest().chars().next() {
            Some(c) => {
                let column = self.text[..self.at].chars().count() + 1;
                format!("expected {wanted} but found `{c}` at column {column}")
            }
            None => format!("expected {wanted} but the text ends"),
        })
    }

    fn end_of_input(&self) -> Result<(), String> {
        if self.rest().is_empty() { Ok(()) } else { self.unexpected("the end") }
    }

    fn nested<T>(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<T, String>,
    ) -> Result<T, String> {
        if self.depth >= DEPTH {
            return Err(format!("nested deeper than {DEPTH} levels"));
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    /// Text up to the end, or up to the matching `quote`, which is consumed.
    fn text_until(&mut self, quote: Option<char>) -> Result<Vec<Part>, String> {
        let mut parts = Parts::default();
        loop {
            let slashes = self.rest().len() - self.rest().trim_start_matches('\\').len();
            let after = &self.rest()[slashes..];
            if after.starts_with("${") {
                self.at += slashes;
                parts.text.push_str(&"\\".repeat(slashes / 2));
                if slashes % 2 == 1 {
                    self.at += 2;
                    parts.text.push_str("${");
                } else {
                    let inter = self.nested(Self::interpolation)?;
                    parts.push(inter);
                }
                continue;
            }
            let next = after.chars().next();
            if quote.is_some() && next == quote {
                self.at += slashes + 1;
                parts.text.push_str(&"\\".repeat(slashes / 2));
                if slashes.is_multiple_of(2) {
                    return Ok(parts.done());
                }
                parts.text.extend(next);
                continue;
            }
            parts.text.push_str(&self.rest()[..slashes]);
            self.at += slashes;
            match next {
                Some(c) => {
                    parts.text.push(c);
                    self.at += c.len_utf8();
                }
                None if quote.is_some() => return self.unexpected("a closing quote"),
                None => return Ok(parts.done()),
            }
        }
    }

    /// `${...}`, standing at the dollar sign.
    fn interpolation(&mut self) -> Result<Inter, String> {
        self.at += 2;
        self.skip_spaces();
        let mut path = Parts::default();
        let mut is_name = true;
        while self.eat(".") {
            path.text.push('.');
            is_name = false;
        }
        is_name &=
            if self.eat("[") { self.bracketed(&mut path)? } else { self.config_key(&mut path)? };
        loop {
            if self.eat_spaced("}", false) {
                return Ok(Inter::Node(path.done()));
            } else if is_name && self.eat_spaced(":", true) {
                return self.call(path.done());
            } else if self.eat(".") {
                path.text.push('.');
                is_name &= self.config_key(&mut path)?;
            } else if self.eat("[") {
                is_name &= self.bracketed(&mut path)?;
            } else {
                return self.unexpected("`.`, `[`, `:` or `}`");
            }
        }
    }

    /// `[key]`, behind the opening bracket; never part of a resolver's name.
    fn bracketed(&mut self, path: &mut Parts) -> Result<bool, String> {
        path.text.push('[');
        self.config_key(path)?;
        if !self.eat("]") {
            return self.unexpected("`]`");
        }
        path.text.push(']');
        Ok(false)
    }

    /// One part of a path; whether it could be (part of) the name of a resolver.
    fn config_key(&mut self, path: &mut Parts) -> Result<bool, String> {
        if self.rest().starts_with("${") {
            let inter = self.nested(Self::interpolation)?;
            path.push(inter);
            return Ok(true);
        }
        let rest = self.rest();
        let stop = |c: char| "\\{}()[]:. \t'\"".contains(c);
        let length = rest.find(stop).unwrap_or(rest.len());
        if length == 0 {
            return self.unexpected("a key");
        }
        path.text.push_str(&rest[..length]);
        self.at += length;
        Ok(lexical::identifier(&rest[..length]) == Some(length))
    }

    fn call(&mut self, name: Vec<Part>) -> Result<Inter, String> {
        let args = self.sequence("}")?;
        Ok(Inter::Call { name, args })
    }

    /// Elements up to `close`, which is consumed; a missing element is an empty text.
    fn sequence(&mut self, close: &str) -> Result<Vec<Expr>, String> {
        let mut items = Vec::new();
        if self.eat_spaced(close, false) {
            return Ok(items);
        }
        loop {
            let missing = self.starts_spaced(",") || self.starts_spaced(close);
            items.push(if missing { Expr::Quoted(Vec::new()) } else { self.element()? });
            if self.eat_spaced(close, false) {
                return Ok(items);
            }
            if !self.eat_spaced(",", true) {
                return self.unexpected(&format!("`,` or `{close}`"));
            }
        }
    }

    fn starts_spaced(&self, token: &str) -> bool {
        self.rest().trim_start_matches([' ', '\t']).starts_with(token)
    }

    fn element(&mut self) -> Result<Expr, String> {
        self.nested(|parser| {
            if parser.eat("[") {
                parser.skip_spaces();
                parser.sequence("]").map(Expr::List)
            } else if parser.eat("{") {
                parser.skip_spaces();
                parser.dict()
            } else if parser.eat("'") {
                parser.text_until(Some('\'')).map(Expr::Quoted)
            } else if parser.eat("\"") {
                parser.text_until(Some('"')).map(Expr::Quoted)
            } else {
                parser.primitive(true)
            }
        })
    }

    fn dict(&mut self) -> Result<Expr, String> {
        let mut items = Vec::new();
        if self.eat_spaced("}", false) {
            return Ok(Expr::Dict(items));
        }
        loop {
            let key = self.primitive(false)?;
            if !self.eat_spaced(":", true) {
                return self.unexpected("`:`");
            }
            items.push((key, self.element()?));
            if self.eat_spaced("}", false) {
                return Ok(Expr::Dict(items));
            }
            if !self.eat_spaced(",", true) {
                return self.unexpected("`,` or `}`");
            }
        }
    }

    /// Unquoted text; `value` allows colons and interpolations in it.
    fn primitive(&mut self, value: bool) -> Result<Expr, String> {
        let mut parts = Parts::default();
        let mut single: Option<(Kind, &'a str)> = None;
        let mut count = 0;
        loop {
            if value && self.rest().starts_with("${") {
                let inter = self.nested(Self::interpolation)?;
                parts.push(inter);
                count += 1;
                continue;
            }
            let start = self.at;
            if value && self.eat_spaced(":", true) {
                parts.text.push_str(&self.text[start..self.at]);
                count += 1;
                continue;
            }
            if [",", "]", "}", ":"].iter().any(|close| self.starts_spaced(close)) {
                break;
            }
            let Some((kind, length)) = lexical::token(self.rest()) else { break };
            let token = &self.rest()[..length];
            single = Some((kind, token));
            match kind {
                Kind::Esc => parts.text.push_str(&lexical::unescape(token)),
                _ => parts.text.push_str(token),
            }
            self.at += length;
            count += 1;
        }
        match (count, single) {
            (0, _) => self.unexpected("a value"),
            (1, Some((kind, token))) => typed(kind, token, parts),
            _ => Ok(Expr::Text(parts.done())),
        }
    }
}

fn typed(kind: Kind, token: &str, parts: Parts) -> Result<Expr, String> {
    Ok(match kind {
        Kind::Null => Expr::Null,
        Kind::Bool => Expr::Bool(token.eq_ignore_ascii_case("true")),
        Kind::Int => Expr::Int(python::parse_int(token).ok_or("integer out of range")?),
        Kind::Float => Expr::Float(python::parse_float(token).ok_or("malformed number")?),
        Kind::Space => return Err("expected a value but found only blanks".to_owned()),
        Kind::Id | Kind::Esc | Kind::Char => Expr::Text(parts.done()),
    })
}

/// Parts under construction; neighbouring texts are joined.
#[derive(Default)]
struct Parts {
    parts: Vec<Part>,
    text: String,
}

impl Parts {
    fn push(&mut self, inter: Inter) {
        self.flush();
        self.parts.push(Part::Inter(inter));
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.parts.push(Part::Text(std::mem::take(&mut self.text)));
        }
    }

    fn done(mut self) -> Vec<Part> {
        self.flush();
        self.parts
    }
}

#[cfg(test)]
mod tests;
