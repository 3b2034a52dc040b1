//! Block scalars: `|` keeps line breaks, `>` folds them; `+` and `-` decide about the last ones.

use std::borrow::Cow;

use super::Scanner;
use crate::config::yaml::reader::{Fault, Result, is_break_or_end};
use crate::config::yaml::token::Kind;

/// What becomes of the line breaks at the end.
#[derive(Clone, Copy, PartialEq)]
enum Chomp {
    Clip,
    Keep,
    Strip,
}

impl Scanner<'_> {
    pub(super) fn block_scalar(&mut self) -> Result<()> {
        let start = self.reader.mark();
        let folds = self.reader.peek() == '>';
        self.reader.forward();
        let (chomp, increment) = self.block_header()?;
        self.rest_of_line()?;
        let least = (self.indent + 1).max(1) as usize;
        let (indent, mut breaks) = match increment {
            Some(increment) => {
                let indent = least + increment - 1;
                (indent, self.block_breaks(indent))
            }
            None => {
                let (breaks, deepest) = self.block_indentation();
                (least.max(deepest), breaks)
            }
        };
        let mut text = String::new();
        let last = self.block_lines(folds, indent, &mut breaks, &mut text);
        if chomp != Chomp::Strip {
            text.extend(last);
        }
        if chomp == Chomp::Keep {
            text.push_str(&breaks);
        }
        self.push(Kind::Scalar { text: Cow::Owned(text), plain: false }, start);
        Ok(())
    }

    /// The lines at an indentation; the line break behind the last, those that follow in `breaks`.
    fn block_lines(
        &mut self,
        folds: bool,
        indent: usize,
        breaks: &mut String,
        text: &mut String,
    ) -> Option<char> {
        let mut last = None;
        while self.reader.mark().column == indent && self.reader.peek() != '\0' {
            text.push_str(breaks);
            let indented = matches!(self.reader.peek(), ' ' | '\t');
            text.push_str(self.reader.take_while(|c| !is_break_or_end(c)));
            last = self.reader.line_break();
            *breaks = self.block_breaks(indent);
            if self.reader.mark().column != indent || self.reader.peek() == '\0' {
                break;
            }
            let next_indented = matches!(self.reader.peek(), ' ' | '\t');
            if folds && last == Some('\n') && !indented && !next_indented {
                if breaks.is_empty() {
                    text.push(' ');
                }
            } else {
                text.extend(last);
            }
        }
        last
    }

    /// `+`, `-` and a digit, in either order.
    fn block_header(&mut self) -> Result<(Chomp, Option<usize>)> {
        let (mut chomp, mut increment) = (None, None);
        for _ in 0..2 {
            match self.reader.peek() {
                '+' if chomp.is_none() => chomp = Some(Chomp::Keep),
                '-' if chomp.is_none() => chomp = Some(Chomp::Strip),
                '0' if increment.is_none() => {
                    let problem = "an indentation indicator is 1 to 9";
                    return Err(Fault::new(problem, self.reader.mark()));
                }
                c @ '1'..='9' if increment.is_none() => {
                    increment = c.to_digit(10).map(|digit| digit as usize);
                }
                _ => break,
            }
            self.reader.forward();
        }
        let next = self.reader.peek();
        if next != ' ' && !is_break_or_end(next) {
            return self.reader.expected("`+`, `-` or a digit after `|` or `>`");
        }
        Ok((chomp.unwrap_or(Chomp::Clip), increment))
    }

    /// Nothing but blanks and a comment up to the end of the line.
    pub(super) fn rest_of_line(&mut self) -> Result<()> {
        self.reader.skip_spaces();
        self.reader.skip_comment();
        if !is_break_or_end(self.reader.peek()) {
            return self.reader.expected("a comment or the end of the line");
        }
        self.reader.line_break();
        Ok(())
    }

    /// The line breaks before the first line with text, and how deep blanks reach there.
    fn block_indentation(&mut self) -> (String, usize) {
        let (mut breaks, mut deepest) = (String::new(), 0);
        loop {
            self.reader.skip_spaces();
            deepest = deepest.max(self.reader.mark().column);
            match self.reader.line_break() {
                Some(c) => breaks.push(c),
                None => return (breaks, deepest),
            }
        }
    }

    /// Line breaks and the indentation behind them.
    fn block_breaks(&mut self, indent: usize) -> String {
        let mut breaks = String::new();
        loop {
            while self.reader.mark().column < indent && self.reader.peek() == ' ' {
                self.reader.forward();
            }
            match self.reader.line_break() {
                Some(c) => breaks.push(c),
                None => return breaks,
            }
        }
    }
}
