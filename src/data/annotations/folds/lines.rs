//! Lines of a text file, which know where they stand.
//!
//! Decides what is tolerated in any of these files: a byte order mark, CRLF, blanks around a line.

use std::path::{Path, PathBuf};

use crate::data::{DataError, Place};
use crate::files;

/// A text file in memory.
pub(super) struct Lines {
    path: PathBuf,
    text: String,
}

/// One line of it.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    lines: &'a Lines,
    number: u64,
    /// Without the blanks around it.
    pub(super) text: &'a str,
}

impl Lines {
    /// Reads a file of at least one line.
    pub(super) fn read(path: &Path) -> Result<Self, DataError> {
        let text = files::read_to_string(path)?;
        if text.trim_start_matches('\u{feff}').is_empty() {
            return Err(DataError::Empty { path: path.to_owned() });
        }
        Ok(Self { path: path.to_owned(), text })
    }

    /// Which file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// All lines in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Line<'_>> {
        let lines = self.text.trim_start_matches('\u{feff}').lines();
        (1..).zip(lines).map(|(number, text)| Line { lines: self, number, text: text.trim() })
    }

    /// The lines that hold something.
    pub(super) fn filled(&self) -> impl Iterator<Item = Line<'_>> {
        self.iter().filter(|line| !line.text.is_empty())
    }
}

impl<'a> Line<'a> {
    /// Where the line stands.
    pub(super) fn place(self) -> Place {
        Place::new(&self.lines.path, self.number)
    }

    /// The words of a line that has as many as that.
    pub(super) fn words<const N: usize>(self, expected: &str) -> Result<[&'a str; N], DataError> {
        let words: Vec<&str> = self.text.split_ascii_whitespace().collect();
        words.as_slice().try_into().map_err(|_| DataError::FieldCount {
            place: self.place(),
            found: words.len(),
            expected: format!("{N}: {expected}"),
        })
    }

    /// A whole number.
    pub(super) fn number(self, column: &str, text: &str) -> Result<i64, DataError> {
        text.parse().map_err(|_| self.bad(column, text, "a whole number"))
    }

    /// The error for a part of the line that cannot be understood.
    pub(super) fn bad(self, column: &str, text: &str, expected: &'static str) -> DataError {
        DataError::Field { place: self.place(), column: column.into(), text: text.into(), expected }
    }
}
