//! The elements of a JSON array, one at a time.
//!
//! Decides where an element begins and ends, by its brackets and quotes alone; whether it is sound
//! JSON is for who parses it. No more than one element is in memory, and none above [`LONGEST`].

use std::io::{BufRead, ErrorKind};
use std::path::{Path, PathBuf};

use crate::files::{FileError, Operation};
use crate::text::TextError;

use super::LONGEST;
use super::error::{Place, RecipesError};

/// The text of an element, and where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Element {
    pub text: Vec<u8>,
    pub byte: u64,
    pub line: u64,
}

/// Reads the elements of an array.
pub(super) struct Elements<R> {
    input: R,
    path: PathBuf,
    byte: u64,
    line: u64,
    state: State,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Before,
    First,
    Further,
    Done,
}

/// Whether a byte within an element is part of a text or of the structure around it.
#[derive(Default)]
struct Nesting {
    depth: usize,
    quoted: bool,
    escaped: bool,
}

impl Nesting {
    /// Takes one byte; whether the element ends with it.
    fn ends_with(&mut self, byte: u8) -> bool {
        if self.quoted {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.quoted = false,
                _ => {}
            }
            return false;
        }
        match byte {
            b'"' => self.quoted = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.depth == 0
    }
}

impl<R: BufRead> Elements<R> {
    /// The elements of the array in `input`, which `path` names in errors.
    pub fn new(input: R, path: &Path) -> Self {
        Self { input, path: path.to_owned(), byte: 0, line: 1, state: State::Before }
    }

    /// How far it is.
    pub fn place(&self) -> Place {
        Place::new(&self.path, self.byte, self.line)
    }

    /// The next element; `None` behind the last, when nothing follows the array.
    pub fn next(&mut self) -> Result<Option<Element>, TextError> {
        if self.state == State::Before {
            self.open()?;
        }
        if self.state == State::Done || self.closes()? {
            return Ok(None);
        }
        match self.blank()? {
            Some(b'{') => self.element().map(Some),
            Some(other) => Err(self.between("the `{` of the next element", other)),
            None => Err(self.truncated("the next element")),
        }
    }

    fn open(&mut self) -> Result<(), TextError> {
        // A mark of the byte order is no part of JSON, but editors leave it.
        if self.peek()? == Some(0xEF) {
            for _ in 0..3 {
                self.step();
                self.peek()?;
            }
        }
        match self.blank()? {
            Some(b'[') => {
                self.step();
                self.state = State::First;
                Ok(())
            }
            found => {
                let found = found.map_or_else(|| "nothing".to_owned(), shown);
                Err(RecipesError::NotAnArray { place: self.place(), found }.into())
            }
        }
    }

    /// Whether the array ends here; steps over the comma where it does not.
    fn closes(&mut self) -> Result<bool, TextError> {
        let first = self.state == State::First;
        match self.blank()? {
            Some(b']') => {
                self.step();
                self.state = State::Done;
                match self.blank()? {
                    None => Ok(true),
                    Some(other) => Err(self.between("nothing behind the array", other)),
                }
            }
            Some(b',') if !first => {
                self.step();
                Ok(false)
            }
            Some(_) if first => Ok(false),
            Some(other) => Err(self.between("`,` or `]` behind an element", other)),
            None => Err(self.truncated("`,` or `]`")),
        }
    }

    fn element(&mut self) -> Result<Element, TextError> {
        let (byte, line) = (self.byte, self.line);
        let (mut text, mut nesting) = (Vec::new(), Nesting::default());
        loop {
            let Some(block) = self.filled()? else {
                return Err(self.truncated("the end of the element before it"));
            };
            let end = block.iter().position(|b| nesting.ends_with(*b));
            let taken = &block[..end.map_or(block.len(), |at| at + 1)];
            text.extend_from_slice(taken);
            let (bytes, lines) = (taken.len(), newlines(taken));
            self.input.consume(bytes);
            self.byte += bytes as u64;
            self.line += lines;
            if text.len() > LONGEST {
                let place = Place::new(&self.path, byte, line);
                return Err(RecipesError::TooLong { place, what: "this element".into() }.into());
            }
            if end.is_some() {
                self.state = State::Further;
                return Ok(Element { text, byte, line });
            }
        }
    }

    /// The next byte that is no blank, which is not taken.
    fn blank(&mut self) -> Result<Option<u8>, TextError> {
        while let Some(byte) = self.peek()? {
            if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
                return Ok(Some(byte));
            }
            self.step();
        }
        Ok(None)
    }

    fn peek(&mut self) -> Result<Option<u8>, TextError> {
        Ok(self.filled()?.map(|block| block[0]))
    }

    /// Steps over the byte that was seen by [`Self::peek`].
    fn step(&mut self) {
        if let Ok([byte, ..]) = self.input.fill_buf() {
            self.line += u64::from(*byte == b'\n');
            self.input.consume(1);
            self.byte += 1;
        }
    }

    fn filled(&mut self) -> Result<Option<&[u8]>, TextError> {
        // Asked once more below, since the borrow of what is returned cannot end early.
        loop {
            match self.input.fill_buf() {
                Ok([]) => return Ok(None),
                Ok(_) => break,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(FileError::new(Operation::Read, &self.path, e).into()),
            }
        }
        let block = self.input.fill_buf();
        block.map(Some).map_err(|e| FileError::new(Operation::Read, &self.path, e).into())
    }

    fn truncated(&self, expected: &'static str) -> TextError {
        RecipesError::Truncated { place: self.place(), expected }.into()
    }

    fn between(&self, expected: &'static str, found: u8) -> TextError {
        RecipesError::Between { place: self.place(), expected, found: shown(found) }.into()
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|b| **b == b'\n').count() as u64
}

fn shown(byte: u8) -> String {
    match byte.is_ascii_graphic() {
        true => format!("`{}`", char::from(byte)),
        false => format!("the byte {byte:#04x}"),
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Result<Vec<String>, String> {
        // A buffer of few bytes ends within everything that can be split.
        let mut elements =
            Elements::new(BufReader::with_capacity(3, text.as_bytes()), Path::new("f"));
        let mut found = Vec::new();
        while let Some(element) = elements.next().map_err(|e| e.to_string())? {
            assert_eq!(
                &text.as_bytes()[element.byte as usize..][..element.text.len()],
                element.text
            );
            found.push(String::from_utf8(element.text).unwrap());
        }
        Ok(found)
    }

    #[test]
    fn elements_of_arrays() {
        for (text, expected) in [
            (" [ ] \n", &[][..]),
            (r#"[{"a":"]}"},{"b":[{}]}]"#, &[r#"{"a":"]}"}"#, r#"{"b":[{}]}"#]),
            ("\u{feff}[{}\n,\n{\"a\":\"\\\"}\"}]", &["{}", "{\"a\":\"\\\"}\"}"]),
        ] {
            assert_eq!(read(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_array_is_named_with_its_place() {
        for (text, expected) in [
            ("", "`f`, line 1, byte 0: expected the `[` of an array of recipes, found nothing"),
            ("\n{}", "`f`, line 2, byte 1: expected the `[` of an array of recipes, found `{`"),
            ("[{}", "`f`, line 1, byte 3: the file ends within the array, expected `,` or `]`"),
            ("[{\"a\n", "`f`, line 2, byte 5: the file ends within the array, expected the end of"),
            ("[{},", "`f`, line 1, byte 4: the file ends within the array, expected the next"),
            ("[{} {}]", "`f`, line 1, byte 4: expected `,` or `]` behind an element, found `{`"),
            ("[{},]", "`f`, line 1, byte 4: expected the `{` of the next element, found `]`"),
            ("[1]", "`f`, line 1, byte 1: expected the `{` of the next element, found `1`"),
            ("[]\n[", "`f`, line 2, byte 3: expected nothing behind the array, found `[`"),
        ] {
            let said = read(text).unwrap_err();
            assert!(said.starts_with(expected), "{text}: {said}");
        }
    }

    #[test]
    fn an_element_of_a_megabyte_is_refused_before_it_is_read_whole() {
        let endless = format!("[{{\"a\":\"{}", "x".repeat(4 * LONGEST));
        let said = read(&endless).unwrap_err();
        assert_eq!(
            said,
            format!("`f`, line 1, byte 1: this element is longer than {LONGEST} bytes")
        );
    }

    proptest! {
        #[test]
        fn any_bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let mut elements = Elements::new(&*bytes, Path::new("f"));
            while let Ok(Some(element)) = elements.next() {
                prop_assert_eq!(element.text[0], b'{');
            }
        }

        #[test]
        fn an_array_is_the_array_of_its_elements(
            texts in prop::collection::vec("[\\PC\n]{0,20}", 0..6),
            pretty in any::<bool>(),
        ) {
            let objects: Vec<_> = texts.iter().map(|t| serde_json::json!({t: [t, {"a": t}]})).collect();
            let array = serde_json::Value::from(objects.clone());
            let text = if pretty { format!("{array:#}") } else { array.to_string() };
            let read = read(&text).unwrap();
            let parsed: Vec<serde_json::Value> =
                read.iter().map(|element| serde_json::from_str(element).unwrap()).collect();
            prop_assert_eq!(parsed, objects);
        }
    }
}
