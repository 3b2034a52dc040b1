//! Text -> [`Override`].
//!
//! | part | grammar |
//! |---|---|
//! | override | `key = value?`, `+key = value?`, `++key = value?`, `~key (= value?)?` |
//! | key | `(package or group/sub) (@ package)?` |
//! | value | element, or `element , element ...` (a sweep) |
//! | element | primitive, `[..]`, `{key: ..}`, `name(..)` |
//! | primitive | one quoted text, or a run of unquoted tokens, colons and `${..}` |

use super::ast::{Action, Assigned, Literal, Override, OverrideArg, Sweep, SweepValues};
use super::edits;
use super::functions::{self, Argument};
use super::sweeps;
use crate::config::error::{ConfigError, ErrorKind};
use crate::config::lexical::{self, Kind};

/// How deep lists, dicts and calls may nest.
const DEPTH: usize = 64;

/// Parses one override.
pub(crate) fn parse(arg: &OverrideArg) -> Result<Override, ConfigError> {
    let mut parser = Parser { text: &arg.text, at: 0, depth: 0 };
    let parsed = parser.override_();
    let (action, key, package, value) = parsed.map_err(|failure| {
        let kind = match failure {
            Failure::Syntax(problem) => {
                let column = arg.text[..parser.at].chars().count() + 1;
                ErrorKind::OverrideSyntax { text: arg.text.clone(), problem, column }
            }
            Failure::Call { call, problem } => ErrorKind::Function { call, problem },
            Failure::UnknownFunction(name) => {
                let known = functions::NAMES.map(str::to_owned).to_vec();
                let problem = "unknown function".to_owned();
                let kind = ErrorKind::Function { call: name.clone(), problem };
                return ConfigError::new(kind).at(&arg.origin).expecting(&name, known);
            }
        };
        ConfigError::new(kind).at(&arg.origin)
    })?;
    let (text, origin) = (arg.text.clone(), arg.origin.clone());
    Ok(Override { action, key, package, value, text, origin })
}

/// Why parsing stopped.
pub(super) enum Failure {
    Syntax(String),
    Call { call: String, problem: String },
    UnknownFunction(String),
}

pub(super) type Parsed<T> = Result<T, Failure>;

/// A position in an override.
pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn skip_spaces(&mut self) {
        self.at += lexical::spaces(self.rest()).unwrap_or(0);
    }

    pub(super) fn starts_spaced(&self, token: &str) -> bool {
        self.rest().trim_start_matches([' ', '\t']).starts_with(token)
    }

    /// Consumes `token` with the blanks around it; all or nothing.
    pub(super) fn eat_spaced(&mut self, token: &str, after: bool) -> bool {
        if !self.starts_spaced(token) {
            return false;
        }
        self.skip_spaces();
        self.at += token.len();
        if after {
            self.skip_spaces();
        }
        true
    }

    pub(super) fn unexpected<T>(&self, wanted: &str) -> Parsed<T> {
        Err(Failure::Syntax(match self.rest().chars().next() {
            Some(c) => format!("expected {wanted} but found `{c}`"),
            None => format!("expected {wanted} but the text ends"),
        }))
    }

    fn override_(&mut self) -> Parsed<(Action, String, Option<String>, Option<Assigned>)> {
        let action = if self.eat("~") {
            Action::Delete
        } else if self.eat("++") {
            Action::ForceAdd
        } else if self.eat("+") {
            Action::Add
        } else {
            Action::Change
        };
        let key = self.package_or_group()?;
        let package = if self.eat("@") { Some(self.package()?) } else { None };
        if action == Action::Delete && self.rest().is_empty() {
            return Ok((action, key, package, None));
        }
        if !self.eat("=") {
            return self.unexpected("`=`");
        }
        self.skip_spaces();
        let value = if self.rest().is_empty() {
            Assigned::Literal(Literal::Str(String::new()))
        } else {
            self.value()?
        };
        if !self.rest().is_empty() {
            return self.unexpected("the end");
        }
        edits::check(action, &value).map_err(Failure::Syntax)?;
        Ok((action, key, package, Some(value)))
    }

    fn package_or_group(&mut self) -> Parsed<String> {
        let start = self.at;
        if let Some(length) = lexical::identifier(self.rest())
            && self.rest()[length..].starts_with('/')
        {
            self.at += length;
            while self.eat("/") {
                match lexical::identifier(self.rest()) {
                    Some(length) => self.at += length,
                    None => return self.unexpected("a group name"),
                }
            }
            return Ok(self.text[start..self.at].to_owned());
        }
        self.package()
    }

    /// A dotted path, possibly empty.
    fn package(&mut self) -> Parsed<String> {
        let start = self.at;
        let mut parts = 0;
        loop {
            match special_identifier(self.rest()).or_else(|| lexical::unsigned(self.rest())) {
                Some(length) => self.at += length,
                None if parts == 0 => return Ok(String::new()),
                None => return self.unexpected("a key"),
            }
            parts += 1;
            if !self.eat(".") {
                break;
            }
        }
        let path = &self.text[start..self.at];
        if parts == 1 && path.starts_with(|c: char| c.is_ascii_digit()) {
            self.at = start;
            return self.unexpected("a key");
        }
        Ok(path.to_owned())
    }

    fn value(&mut self) -> Parsed<Assigned> {
        let first = self.element()?;
        if !self.starts_spaced(",") {
            return Ok(match first {
                Argument::Literal(literal) => Assigned::Literal(literal),
                Argument::Sweep(sweep) => Assigned::Sweep(sweep),
            });
        }
        let mut items = vec![plain(first)?];
        while self.eat_spaced(",", true) {
            items.push(plain(self.element()?)?);
        }
        Ok(Assigned::Sweep(Sweep::new(SweepValues::Choice { items, simple: true })))
    }

    fn element(&mut self) -> Parsed<Argument> {
        if self.depth >= DEPTH {
            return Err(Failure::Syntax(format!("nested deeper than {DEPTH} levels")));
        }
        self.depth += 1;
        let element = if self.eat("[") {
            self.list().map(Argument::Literal)
        } else if self.eat("{") {
            self.dict().map(Argument::Literal)
        } else if let Some(name) = self.call_name() {
            self.call(name)
        } else {
            self.primitive().map(Argument::Literal)
        };
        self.depth -= 1;
        element
    }

    fn list(&mut self) -> Parsed<Literal> {
        self.skip_spaces();
        let mut items = Vec::new();
        if self.eat_spaced("]", false) {
            return Ok(Literal::List(items));
        }
        loop {
            items.push(part(self.element()?)?);
            if self.eat_spaced("]", false) {
                return Ok(Literal::List(items));
            }
            if !self.eat_spaced(",", true) {
                return self.unexpected("`,` or `]`");
            }
        }
    }

    fn dict(&mut self) -> Parsed<Literal> {
        self.skip_spaces();
        let mut items: Vec<(Literal, Literal)> = Vec::new();
        if self.eat_spaced("}", false) {
            return Ok(Literal::Dict(items));
        }
        loop {
            let key = self.run(false)?;
            if !self.eat_spaced(":", true) {
                return self.unexpected("`:`");
            }
            let value = part(self.element()?)?;
            match items.iter_mut().find(|(known, _)| same_key(known, &key)) {
                Some((_, old)) => *old = value,
                None => items.push((key, value)),
            }
            if self.eat_spaced("}", false) {
                return Ok(Literal::Dict(items));
            }
            if !self.eat_spaced(",", true) {
                return self.unexpected("`,` or `}`");
            }
        }
    }

    fn call_name(&self) -> Option<&'a str> {
        let rest = self.rest();
        let (kind, length) = lexical::token(rest)?;
        let opens = rest[length..].trim_start_matches([' ', '\t']).starts_with('(');
        (kind == Kind::Id && opens).then_some(&rest[..length])
    }

    fn call(&mut self, name: &'a str) -> Parsed<Argument> {
        let start = self.at;
        self.at += name.len();
        self.eat_spaced("(", true);
        let mut args: Vec<(Option<String>, Argument)> = Vec::new();
        while !self.eat_spaced(")", false) {
            if !args.is_empty() && !self.eat_spaced(",", true) {
                return self.unexpected("`,` or `)`");
            }
            let keyword = self.argument_name();
            if keyword.is_none() && args.last().is_some_and(|(name, _)| name.is_some()) {
                let problem = "positional argument follows keyword argument".to_owned();
                return Err(Failure::Syntax(problem));
            }
            args.push((keyword, self.element()?));
        }
        let call = || self.text[start..self.at].to_owned();
        match functions::call(name, args) {
            Some(value) => value.map_err(|problem| Failure::Call { call: call(), problem }),
            None => Err(Failure::UnknownFunction(name.to_owned())),
        }
    }

    fn argument_name(&mut self) -> Option<String> {
        let rest = self.rest();
        let (kind, length) = lexical::token(rest)?;
        if kind != Kind::Id || !rest[length..].trim_start_matches([' ', '\t']).starts_with('=') {
            return None;
        }
        self.at += length;
        self.eat_spaced("=", true);
        Some(rest[..length].to_owned())
    }
}

/// One of several values: no sweep; a glob there is its patterns.
fn plain(argument: Argument) -> Parsed<Literal> {
    match argument {
        Argument::Literal(literal) => Ok(literal),
        Argument::Sweep(Sweep { values: SweepValues::Glob { include, exclude }, .. }) => {
            Ok(sweeps::glob_as_value(include, exclude))
        }
        Argument::Sweep(_) => {
            Err(Failure::Syntax("a sweep cannot be part of a list of values".to_owned()))
        }
    }
}

/// An item of a list or dict: no edit either.
fn part(argument: Argument) -> Parsed<Literal> {
    match plain(argument)? {
        Literal::Edit(_) => {
            Err(Failure::Syntax("an edit cannot be part of a list or dict".to_owned()))
        }
        literal => Ok(literal),
    }
}

/// Whether two keys of a dict are the same one; see [`Key`](crate::config::Key).
fn same_key(a: &Literal, b: &Literal) -> bool {
    match (super::render::to_key(a), super::render::to_key(b)) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}

/// Length of a key that may contain `$`.
fn special_identifier(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if !bytes.first().is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'$')) {
        return None;
    }
    let stop = |b: &u8| !(b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'$'));
    Some(bytes.iter().position(stop).unwrap_or(bytes.len()))
}

#[cfg(test)]
mod tests;
