//! Scalars in quotes.

use std::borrow::Cow;

use super::Scanner;
use super::plain::folded;
use crate::config::yaml::reader::{Fault, Result, is_blank_or_end, is_break_or_end};
use crate::config::yaml::token::Kind;

impl Scanner<'_> {
    pub(super) fn quoted(&mut self) -> Result<()> {
        let start = self.reader.mark();
        let quote = self.reader.peek();
        self.reader.forward();
        if let Some(length) = simple_length(self.reader.rest(), quote) {
            let text = Cow::Borrowed(self.reader.take(length));
            self.reader.forward();
            self.push(Kind::Scalar { text, plain: false }, start);
            return Ok(());
        }
        let mut text = String::new();
        self.words(quote, &mut text)?;
        while self.reader.peek() != quote {
            self.spaces(&mut text)?;
            self.words(quote, &mut text)?;
        }
        self.reader.forward();
        self.push(Kind::Scalar { text: Cow::Owned(text), plain: false }, start);
        Ok(())
    }

    /// Everything up to a blank, a line break or the closing quote.
    fn words(&mut self, quote: char, text: &mut String) -> Result<()> {
        loop {
            let plain = |c| !is_blank_or_end(c) && !matches!(c, '\'' | '"' | '\\');
            text.push_str(self.reader.take_while(plain));
            match self.reader.peek() {
                '\'' if quote == '\'' && self.reader.second() == '\'' => {
                    self.reader.take(2);
                    text.push('\'');
                }
                c @ ('\'' | '"') if c != quote => {
                    self.reader.forward();
                    text.push(c);
                }
                '\\' if quote == '"' => self.escape(text)?,
                '\\' => {
                    self.reader.forward();
                    text.push('\\');
                }
                _ => return Ok(()),
            }
        }
    }

    /// A backslash in double quotes and what it stands for.
    fn escape(&mut self, text: &mut String) -> Result<()> {
        self.reader.forward();
        let c = self.reader.peek();
        let digits = match c {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        if let Some(meaning) = meaning(c) {
            self.reader.forward();
            text.push(meaning);
        } else if digits > 0 {
            self.reader.forward();
            text.push(self.code(digits)?);
        } else if self.reader.line_break().is_some() {
            text.push_str(&self.breaks()?);
        } else {
            return self.reader.expected("an escape such as `\\n`");
        }
        Ok(())
    }

    /// The character with the hexadecimal number that stands here.
    fn code(&mut self, digits: usize) -> Result<char> {
        let mark = self.reader.mark();
        let rest = self.reader.rest().as_bytes();
        let hex = rest.get(..digits).filter(|hex| hex.iter().all(u8::is_ascii_hexdigit));
        if hex.is_none() {
            return self.reader.expected(&format!("{digits} hexadecimal digits"));
        }
        let hex = self.reader.take(digits);
        let code = u32::from_str_radix(hex, 16).ok().and_then(char::from_u32);
        code.ok_or_else(|| Fault::new(format!("`{hex}` is not a character"), mark))
    }

    /// Blanks, or folded line breaks, between two words.
    fn spaces(&mut self, text: &mut String) -> Result<()> {
        let blanks = self.reader.take_while(|c| matches!(c, ' ' | '\t'));
        if self.reader.peek() == '\0' {
            return self.reader.expected("a closing quote");
        }
        match self.reader.line_break() {
            Some(first) => {
                let breaks = self.breaks()?;
                text.push_str(&folded(first, breaks));
            }
            None => text.push_str(blanks),
        }
        Ok(())
    }

    /// Line breaks with the blanks around them dropped.
    fn breaks(&mut self) -> Result<String> {
        let mut breaks = String::new();
        loop {
            if self.reader.at_document_marker() {
                return self.reader.expected("a closing quote before the end of the document");
            }
            self.reader.take_while(|c| matches!(c, ' ' | '\t'));
            match self.reader.line_break() {
                Some(c) => breaks.push(c),
                None => return Ok(breaks),
            }
        }
    }
}

/// Length of a quoted text on one line without anything to replace in it.
fn simple_length(rest: &str, quote: char) -> Option<usize> {
    let stop = |c: char| c == quote || is_break_or_end(c) || quote == '"' && c == '\\';
    let length = rest.find(stop)?;
    let mut from = rest[length..].chars();
    (from.next() == Some(quote) && !(quote == '\'' && from.next() == Some('\''))).then_some(length)
}

fn meaning(c: char) -> Option<char> {
    Some(match c {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'r' => '\r',
        'e' => '\u{1b}',
        ' ' | '"' | '\\' | '/' => c,
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        _ => return None,
    })
}
