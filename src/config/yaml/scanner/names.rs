//! Directives, anchors, aliases and tags.

use super::Scanner;
use crate::config::yaml::reader::{Fault, Mark, Result, is_blank_or_end, is_break_or_end};
use crate::config::yaml::token::Kind;

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

impl Scanner<'_> {
    /// `%YAML 1.1`, `%TAG !x! prefix`; any other is ignored.
    pub(super) fn directive(&mut self) -> Result<()> {
        self.flow_level_reset()?;
        let start = self.reader.mark();
        self.reader.forward();
        let name = self.reader.take_while(is_word);
        if name.is_empty() || !self.at_space_or_end() {
            return self.reader.expected("the name of a directive");
        }
        let kind = match name {
            "YAML" => self.version_directive()?,
            "TAG" => self.tag_directive()?,
            _ => {
                self.reader.take_while(|c| !is_break_or_end(c));
                Kind::OtherDirective
            }
        };
        self.rest_of_line()?;
        self.push(kind, start);
        Ok(())
    }

    fn at_space_or_end(&self) -> bool {
        let c = self.reader.peek();
        c == ' ' || is_break_or_end(c)
    }

    fn version_directive<'k>(&mut self) -> Result<Kind<'k>> {
        self.reader.skip_spaces();
        let major = self.version_number()?;
        if self.reader.peek() != '.' {
            return self.reader.expected("a version such as 1.1");
        }
        self.reader.forward();
        self.version_number()?;
        if !self.at_space_or_end() {
            return self.reader.expected("a version such as 1.1");
        }
        Ok(Kind::VersionDirective { major })
    }

    fn version_number(&mut self) -> Result<String> {
        let digits = self.reader.take_while(|c| c.is_ascii_digit());
        if digits.is_empty() { self.reader.expected("a digit") } else { Ok(digits.to_owned()) }
    }

    fn tag_directive<'k>(&mut self) -> Result<Kind<'k>> {
        self.reader.skip_spaces();
        let handle = self.handle()?;
        if self.reader.peek() != ' ' {
            return self.reader.expected("a blank");
        }
        self.reader.skip_spaces();
        let prefix = self.uri()?;
        if !self.at_space_or_end() {
            return self.reader.expected("a blank");
        }
        Ok(Kind::TagDirective { handle, prefix })
    }

    /// `&name` or `*name`.
    pub(super) fn anchor(&mut self) -> Result<()> {
        let start = self.reader.mark();
        let alias = self.reader.peek() == '*';
        self.reader.forward();
        let name = self.reader.take_while(is_word);
        let next = self.reader.peek();
        if name.is_empty() || !(is_blank_or_end(next) || "?:,]}%@`".contains(next)) {
            return self.reader.expected("a name of letters, digits, `-` and `_`");
        }
        self.push(if alias { Kind::Alias(name) } else { Kind::Anchor(name) }, start);
        Ok(())
    }

    /// `!`, `!name`, `!!name`, `!x!name`, `!<name>`.
    pub(super) fn tag(&mut self) -> Result<()> {
        let start = self.reader.mark();
        let second = self.reader.second();
        let (handle, suffix) = if second == '<' {
            self.reader.take(2);
            let suffix = self.uri()?;
            if self.reader.peek() != '>' {
                return self.reader.expected("`>`");
            }
            self.reader.forward();
            (None, suffix)
        } else if is_blank_or_end(second) {
            self.reader.forward();
            (None, "!".to_owned())
        } else {
            (Some(self.tag_handle()?), self.uri()?)
        };
        if !self.at_space_or_end() {
            return self.reader.expected("a blank after a tag");
        }
        self.push(Kind::Tag { handle, suffix }, start);
        Ok(())
    }

    /// The handle is `!` unless there is another `!` before the next blank.
    fn tag_handle(&mut self) -> Result<String> {
        let mut ahead = self.reader.rest().chars().skip(1);
        let named = ahead.find(|c| *c == '!' || *c == ' ' || is_break_or_end(*c)) == Some('!');
        if named {
            return self.handle();
        }
        self.reader.forward();
        Ok("!".to_owned())
    }

    /// `!`, `!!` or `!name!`.
    fn handle(&mut self) -> Result<String> {
        if self.reader.peek() != '!' {
            return self.reader.expected("`!`");
        }
        self.reader.forward();
        if self.reader.peek() == ' ' {
            return Ok("!".to_owned());
        }
        let name = self.reader.take_while(is_word);
        if self.reader.peek() != '!' {
            return self.reader.expected("`!`");
        }
        self.reader.forward();
        Ok(format!("!{name}!"))
    }

    /// The characters of a URI, `%41` decoded.
    fn uri(&mut self) -> Result<String> {
        let start = self.reader.mark();
        let raw = |c: char| c.is_ascii_alphanumeric() || "-;/?:@&=+$,_.!~*'()[]".contains(c);
        let mut bytes = Vec::new();
        loop {
            bytes.extend_from_slice(self.reader.take_while(raw).as_bytes());
            if self.reader.peek() != '%' {
                break;
            }
            bytes.push(self.percent()?);
        }
        if bytes.is_empty() {
            return self.reader.expected("the name of a tag");
        }
        utf8(bytes, start)
    }

    fn percent(&mut self) -> Result<u8> {
        self.reader.forward();
        let digits = self.reader.rest().get(..2).and_then(|hex| {
            let hex = hex.bytes().all(|b| b.is_ascii_hexdigit()).then_some(hex)?;
            u8::from_str_radix(hex, 16).ok()
        });
        match digits {
            Some(byte) => {
                self.reader.take(2);
                Ok(byte)
            }
            None => self.reader.expected("two hexadecimal digits"),
        }
    }
}

fn utf8(bytes: Vec<u8>, start: Mark) -> Result<String> {
    String::from_utf8(bytes).map_err(|_| Fault::new("the name of a tag is not UTF-8", start))
}
