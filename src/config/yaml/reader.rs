//! The text of a file, character by character, with line and column.
//!
//! Invariant: the text holds only characters that YAML allows, so `\0` stands for its end.

/// A place in a text; everything counts from 0, in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) index: usize,
    pub(super) line: usize,
    pub(super) column: usize,
}

/// What is wrong with a text, and where.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) problem: String,
    pub(super) mark: Mark,
}

impl Fault {
    pub(super) fn new(problem: impl Into<String>, mark: Mark) -> Self {
        Self { problem: problem.into(), mark }
    }
}

pub(super) type Result<T> = std::result::Result<T, Fault>;

/// Whether a character ends a line; so does the end of the text.
pub(super) fn is_break_or_end(c: char) -> bool {
    matches!(c, '\0' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether a character separates tokens: blank, tab, line break, end.
pub(super) fn is_blank_or_end(c: char) -> bool {
    matches!(c, ' ' | '\t') || is_break_or_end(c)
}

/// A cursor over the text.
pub(super) struct Reader<'t> {
    text: &'t str,
    at: usize,
    mark: Mark,
}

impl<'t> Reader<'t> {
    /// Starts at the beginning, behind a byte order mark.
    ///
    /// # Errors
    /// A character that YAML does not allow (most control characters).
    pub(super) fn new(text: &'t str) -> Result<Self> {
        let mut reader = Self { text, at: 0, mark: Mark::default() };
        if let Some(at) = text.find(|c: char| !is_allowed(c)) {
            let bad = text[at..].chars().next().unwrap_or('\0');
            while reader.at < at {
                reader.forward();
            }
            let problem = format!("character U+{:04X} is not allowed", bad as u32);
            return Err(Fault::new(problem, reader.mark));
        }
        if reader.peek() == '\u{feff}' {
            reader.forward();
        }
        Ok(reader)
    }

    pub(super) fn mark(&self) -> Mark {
        self.mark
    }

    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn peek(&self) -> char {
        match self.text.as_bytes().get(self.at) {
            None => '\0',
            Some(byte) if byte.is_ascii() => *byte as char,
            Some(_) => self.rest().chars().next().unwrap_or('\0'),
        }
    }

    /// The character after the next one.
    pub(super) fn second(&self) -> char {
        self.nth(1)
    }

    pub(super) fn nth(&self, n: usize) -> char {
        self.rest().chars().nth(n).unwrap_or('\0')
    }

    pub(super) fn forward(&mut self) {
        let c = self.peek();
        if self.at == self.text.len() {
            return;
        }
        self.at += c.len_utf8();
        self.mark.index += 1;
        match c {
            '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => self.new_line(),
            '\r' if self.peek() != '\n' => self.new_line(),
            '\u{feff}' => {}
            _ => self.mark.column += 1,
        }
    }

    fn new_line(&mut self) {
        self.mark.line += 1;
        self.mark.column = 0;
    }

    /// Takes the next `length` bytes, which hold no line break.
    pub(super) fn take(&mut self, length: usize) -> &'t str {
        let taken = &self.rest()[..length];
        let count = taken.chars().count();
        let marks = if taken.is_ascii() { 0 } else { taken.matches('\u{feff}').count() };
        self.at += length;
        self.mark.index += count;
        self.mark.column += count - marks;
        taken
    }

    /// Takes characters as long as `wanted`, none of them a line break.
    pub(super) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        self.take(rest.find(|c| !wanted(c)).unwrap_or(rest.len()))
    }

    pub(super) fn skip_spaces(&mut self) {
        self.take_while(|c| c == ' ');
    }

    /// Skips a comment, if one stands here, up to the end of the line.
    pub(super) fn skip_comment(&mut self) {
        if self.peek() == '#' {
            self.take_while(|c| !is_break_or_end(c));
        }
    }

    /// Takes a line break, if one stands here; what it means in a text.
    pub(super) fn line_break(&mut self) -> Option<char> {
        match self.peek() {
            '\r' if self.second() == '\n' => {
                self.forward();
                self.forward();
                Some('\n')
            }
            '\r' | '\n' | '\u{85}' => {
                self.forward();
                Some('\n')
            }
            c @ ('\u{2028}' | '\u{2029}') => {
                self.forward();
                Some(c)
            }
            _ => None,
        }
    }

    /// Whether `---` or `...` stands alone at the start of what follows.
    pub(super) fn at_document_marker(&self) -> bool {
        (self.rest().starts_with("---") || self.rest().starts_with("..."))
            && is_blank_or_end(self.nth(3))
    }

    /// A fault here: `wanted` but something else stands here.
    pub(super) fn expected<T>(&self, wanted: &str) -> Result<T> {
        let problem = match self.peek() {
            '\0' => format!("expected {wanted} but the text ends"),
            c => format!("expected {wanted} but found {c:?}"),
        };
        Err(Fault::new(problem, self.mark))
    }
}

fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}'
        | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let mut reader = Reader::new("\u{feff}é\r\nxy").unwrap();
        reader.forward();
        assert_eq!(reader.mark().column, 1);
        assert_eq!(reader.line_break(), Some('\n'));
        assert_eq!(reader.take(1), "x");
        assert_eq!((reader.mark().line, reader.mark().column), (1, 1));
    }

    #[test]
    fn control_characters_are_refused_where_they_stand() {
        let fault = Reader::new("a: 1\nb: \u{7}").err().unwrap();
        assert_eq!((fault.mark.line, fault.mark.column), (1, 3));
    }
}
