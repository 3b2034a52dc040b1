//! Plain scalars: up to `: `, ` #`, or, inside brackets, `,?[]{}`.

use std::borrow::Cow;

use super::Scanner;
use crate::config::yaml::reader::{Result, is_blank_or_end, is_break_or_end};
use crate::config::yaml::token::Kind;

impl<'t> Scanner<'t> {
    pub(super) fn starts_plain(&self, c: char) -> bool {
        if is_blank_or_end(c) {
            return false;
        }
        match c {
            '-' => !self.blank_follows(),
            '?' | ':' => self.flow_level == 0 && !self.blank_follows(),
            _ => !",[]{}#&*!|>'\"%@`".contains(c),
        }
    }

    pub(super) fn plain(&mut self) -> Result<()> {
        let start = self.reader.mark();
        let indent = self.indent + 1;
        let mut text = Cow::Borrowed("");
        let mut spaces = Cow::Borrowed("");
        loop {
            let length = self.plain_length();
            if length == 0 || self.reader.peek() == '#' {
                break;
            }
            self.key_allowed = false;
            let word = self.reader.take(length);
            if text.is_empty() {
                text = Cow::Borrowed(word);
            } else {
                let text = text.to_mut();
                text.push_str(&spaces);
                text.push_str(word);
            }
            let Some(gap) = self.plain_spaces() else { break };
            let outside = (self.reader.mark().column as isize) < indent;
            if gap.is_empty() || self.flow_level == 0 && outside {
                break;
            }
            spaces = gap;
        }
        self.push(Kind::Scalar { text, plain: true }, start);
        Ok(())
    }

    /// Length in bytes of the word that starts here.
    fn plain_length(&self) -> usize {
        let rest = self.reader.rest();
        let flow = self.flow_level > 0;
        let mut chars = rest.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let stops = match c {
                ':' => {
                    let next = chars.peek().map_or('\0', |(_, c)| *c);
                    is_blank_or_end(next) || flow && ",[]{}".contains(next)
                }
                ',' | '?' | '[' | ']' | '{' | '}' => flow,
                _ => is_blank_or_end(c),
            };
            if stops {
                return at;
            }
        }
        rest.len()
    }

    /// What stands between two words: blanks, or folded line breaks; `None` at the end of the
    /// document.
    fn plain_spaces(&mut self) -> Option<Cow<'t, str>> {
        let blanks = self.reader.take_while(|c| c == ' ');
        let Some(first) = self.reader.line_break() else { return Some(Cow::Borrowed(blanks)) };
        self.key_allowed = true;
        let mut breaks = String::new();
        loop {
            if self.reader.mark().column == 0 && self.reader.at_document_marker() {
                return None;
            }
            self.reader.skip_spaces();
            if !is_break_or_end(self.reader.peek()) {
                break;
            }
            let Some(c) = self.reader.line_break() else { break };
            breaks.push(c);
        }
        Some(Cow::Owned(folded(first, breaks)))
    }
}

/// A line break and those that follow it: a single one is a blank, more are one less.
pub(super) fn folded(first: char, breaks: String) -> String {
    match (first, breaks.is_empty()) {
        ('\n', true) => " ".to_owned(),
        ('\n', false) => breaks,
        (other, _) => format!("{other}{breaks}"),
    }
}
