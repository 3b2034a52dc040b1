//! Characters -> tokens, by PyYAML's rules.
//!
//! Decides indentation and which text is a key: a key that is not marked by `?` stands on one line,
//! is at most 1024 characters long, and is recognised by the `:` behind it. So a token may become
//! known as (part of) a key only later; [`Scanner`] keeps such candidates, one for each level of
//! brackets.
//!
//! | what | where |
//! |---|---|
//! | `plain`, `'single'`, `"double"` | [`plain`], [`quoted`] |
//! | `\|` and `>` | [`block`] |
//! | `%TAG`, `&anchor`, `*alias`, `!tag` | [`names`] |

mod block;
mod names;
mod plain;
mod quoted;

use std::collections::VecDeque;

use super::reader::{Fault, Mark, Reader, Result, is_blank_or_end};
use super::token::{Kind, Token};

/// How long a key without `?` may be, in characters.
const KEY: usize = 1024;

/// A token that turns out to be a key when a `:` follows.
#[derive(Clone, Copy)]
struct Candidate {
    number: usize,
    required: bool,
    mark: Mark,
}

/// Produces tokens on demand.
pub(super) struct Scanner<'t> {
    reader: Reader<'t>,
    done: bool,
    flow_level: usize,
    tokens: VecDeque<Token<'t>>,
    taken: usize,
    /// Column of the current block; -1 outside all.
    indent: isize,
    indents: Vec<isize>,
    /// Whether a key (or a block collection) may start here.
    key_allowed: bool,
    /// By level of brackets.
    candidates: Vec<Option<Candidate>>,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Result<Self> {
        Ok(Self {
            reader: Reader::new(text)?,
            done: false,
            flow_level: 0,
            tokens: VecDeque::new(),
            taken: 0,
            indent: -1,
            indents: Vec::new(),
            key_allowed: true,
            candidates: vec![None],
        })
    }

    /// The next token, which stays.
    pub(super) fn peek(&mut self) -> Result<&Token<'t>> {
        while self.needs_more()? {
            self.fetch()?;
        }
        Ok(self.tokens.front().expect("the end of the stream is never taken"))
    }

    /// Takes the next token; the end of the stream stays.
    pub(super) fn next(&mut self) -> Result<Token<'t>> {
        let (start, end) = {
            let token = self.peek()?;
            (token.start, token.kind == Kind::StreamEnd)
        };
        if end {
            return Ok(Token { kind: Kind::StreamEnd, start });
        }
        self.taken += 1;
        Ok(self.tokens.pop_front().expect("just peeked at"))
    }

    fn needs_more(&mut self) -> Result<bool> {
        if self.done {
            return Ok(false);
        }
        if self.tokens.is_empty() {
            return Ok(true);
        }
        self.drop_stale()?;
        Ok(self.candidates.iter().flatten().map(|c| c.number).min() == Some(self.taken))
    }

    fn fetch(&mut self) -> Result<()> {
        self.skip_to_token();
        self.drop_stale()?;
        self.unwind(self.reader.mark().column as isize);
        let c = self.reader.peek();
        let first = self.reader.mark().column == 0;
        match c {
            '\0' => self.end(),
            '%' if first => self.directive(),
            '-' | '.' if first && self.reader.at_document_marker() => self.document_marker(c),
            '[' => self.open(Kind::FlowSequenceStart),
            '{' => self.open(Kind::FlowMappingStart),
            ']' => self.close(Kind::FlowSequenceEnd),
            '}' => self.close(Kind::FlowMappingEnd),
            ',' => self.separator(),
            '-' if self.blank_follows() => self.entry(),
            '?' if self.flow_level > 0 || self.blank_follows() => self.key(),
            ':' if self.flow_level > 0 || self.blank_follows() => self.value(),
            '*' | '&' => self.keylike(Self::anchor),
            '!' => self.keylike(Self::tag),
            '|' | '>' if self.flow_level == 0 => {
                self.key_allowed = true;
                self.drop_candidate()?;
                self.block_scalar()
            }
            '\'' | '"' => self.keylike(Self::quoted),
            _ if self.starts_plain(c) => self.keylike(Self::plain),
            _ => Err(Fault::new(format!("{c:?} cannot start a value"), self.reader.mark())),
        }
    }

    fn blank_follows(&self) -> bool {
        is_blank_or_end(self.reader.second())
    }

    fn push(&mut self, kind: Kind<'t>, start: Mark) {
        self.tokens.push_back(Token { kind, start });
    }

    /// Takes one character as a token.
    fn indicator(&mut self, kind: Kind<'t>) -> Result<()> {
        self.push(kind, self.reader.mark());
        self.reader.forward();
        Ok(())
    }

    /// Skips blanks, comments and line breaks; tabs are not among them.
    fn skip_to_token(&mut self) {
        loop {
            self.reader.skip_spaces();
            self.reader.skip_comment();
            if self.reader.line_break().is_none() {
                return;
            }
            if self.flow_level == 0 {
                self.key_allowed = true;
            }
        }
    }

    /// Gives up candidates that are on another line or too far away.
    fn drop_stale(&mut self) -> Result<()> {
        let here = self.reader.mark();
        for candidate in &mut self.candidates {
            if let Some(Candidate { required, mark, .. }) = *candidate
                && (mark.line != here.line || here.index - mark.index > KEY)
            {
                no_colon(required, mark)?;
                *candidate = None;
            }
        }
        Ok(())
    }

    /// Remembers that the next token may be a key.
    fn save_candidate(&mut self) -> Result<()> {
        let mark = self.reader.mark();
        if self.key_allowed {
            self.drop_candidate()?;
            let required = self.flow_level == 0 && self.indent == mark.column as isize;
            let number = self.taken + self.tokens.len();
            self.candidates[self.flow_level] = Some(Candidate { number, required, mark });
        }
        Ok(())
    }

    fn drop_candidate(&mut self) -> Result<()> {
        match self.candidates[self.flow_level].take() {
            Some(candidate) => no_colon(candidate.required, candidate.mark),
            None => Ok(()),
        }
    }

    /// Closes the blocks that are indented deeper than `column`.
    fn unwind(&mut self, column: isize) {
        if self.flow_level > 0 {
            return;
        }
        while self.indent > column {
            self.indent = self.indents.pop().unwrap_or(-1);
            self.push(Kind::BlockEnd, self.reader.mark());
        }
    }

    /// Opens a block at a column; whether it is deeper than the current one.
    fn add_indent(&mut self, column: usize) -> bool {
        let deeper = self.indent < column as isize;
        if deeper {
            self.indents.push(self.indent);
            self.indent = column as isize;
        }
        deeper
    }

    /// Opens a block here, unless it is the current one.
    fn add_block(&mut self, kind: Kind<'t>) {
        let mark = self.reader.mark();
        if self.add_indent(mark.column) {
            self.push(kind, mark);
        }
    }

    fn end(&mut self) -> Result<()> {
        self.flow_level_reset()?;
        self.candidates.iter_mut().for_each(|candidate| *candidate = None);
        self.push(Kind::StreamEnd, self.reader.mark());
        self.done = true;
        Ok(())
    }

    /// Closes every block before a directive, `---`, `...` and the end.
    fn flow_level_reset(&mut self) -> Result<()> {
        self.unwind(-1);
        self.drop_candidate()?;
        self.key_allowed = false;
        Ok(())
    }

    fn document_marker(&mut self, c: char) -> Result<()> {
        self.flow_level_reset()?;
        let kind = if c == '-' { Kind::DocumentStart } else { Kind::DocumentEnd };
        self.push(kind, self.reader.mark());
        self.reader.take(3);
        Ok(())
    }

    fn open(&mut self, kind: Kind<'t>) -> Result<()> {
        self.save_candidate()?;
        self.flow_level += 1;
        if self.candidates.len() == self.flow_level {
            self.candidates.push(None);
        }
        self.key_allowed = true;
        self.indicator(kind)
    }

    fn close(&mut self, kind: Kind<'t>) -> Result<()> {
        self.drop_candidate()?;
        if self.flow_level == 0 {
            return Err(Fault::new(format!("{} closes nothing", kind.name()), self.reader.mark()));
        }
        self.flow_level -= 1;
        self.key_allowed = false;
        self.indicator(kind)
    }

    fn separator(&mut self) -> Result<()> {
        self.key_allowed = true;
        self.drop_candidate()?;
        self.indicator(Kind::FlowEntry)
    }

    fn check_allowed(&self, what: &str) -> Result<()> {
        if self.key_allowed {
            return Ok(());
        }
        Err(Fault::new(format!("{what} is not allowed here"), self.reader.mark()))
    }

    fn entry(&mut self) -> Result<()> {
        if self.flow_level == 0 {
            self.check_allowed("a list item")?;
            self.add_block(Kind::BlockSequenceStart);
        }
        self.key_allowed = true;
        self.drop_candidate()?;
        self.indicator(Kind::BlockEntry)
    }

    fn key(&mut self) -> Result<()> {
        if self.flow_level == 0 {
            self.check_allowed("a key")?;
            self.add_block(Kind::BlockMappingStart);
        }
        self.key_allowed = self.flow_level == 0;
        self.drop_candidate()?;
        self.indicator(Kind::Key)
    }

    fn value(&mut self) -> Result<()> {
        if let Some(key) = self.candidates[self.flow_level].take() {
            let at = key.number - self.taken;
            self.tokens.insert(at, Token { kind: Kind::Key, start: key.mark });
            if self.flow_level == 0 && self.add_indent(key.mark.column) {
                self.tokens.insert(at, Token { kind: Kind::BlockMappingStart, start: key.mark });
            }
            self.key_allowed = false;
        } else {
            if self.flow_level == 0 {
                self.check_allowed("a value")?;
                self.add_block(Kind::BlockMappingStart);
            }
            self.key_allowed = self.flow_level == 0;
            self.drop_candidate()?;
        }
        self.indicator(Kind::Value)
    }

    /// Scans something that may be a key.
    fn keylike(&mut self, scan: fn(&mut Self) -> Result<()>) -> Result<()> {
        self.save_candidate()?;
        self.key_allowed = false;
        scan(self)
    }
}

fn no_colon(required: bool, mark: Mark) -> Result<()> {
    if required {
        return Err(Fault::new("expected `:` after the key that starts here", mark));
    }
    Ok(())
}
