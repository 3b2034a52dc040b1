//! What was found of one item.

use std::fmt;
use std::path::PathBuf;

use crate::data::error::DataError;

use super::item::Item;
use super::sums::Hashed;

/// How an item is, from good to bad.
///
/// | state | |
/// |---|---|
/// | `Found` | there, and as it should be |
/// | `Incomplete` | readable, but something of it is not there |
/// | `Changed` | another content than its checksum says |
/// | `Broken` | there, but of no use |
/// | `Missing` | not there |
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // said above
pub enum State {
    Found,
    Incomplete,
    Changed,
    Broken,
    Missing,
}

impl State {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Incomplete => "incomplete",
            Self::Changed => "changed",
            Self::Broken => "broken",
            Self::Missing => "missing",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// An item and what is there of it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What was looked at.
    pub item: Item,
    /// How it is.
    pub state: State,
    /// What was seen, in words; empty where existence is all.
    pub detail: String,
    /// The files it is made of, those that are there.
    pub files: Vec<PathBuf>,
    /// Their bytes.
    pub size: u64,
    /// Their checksums, where those were asked for.
    pub hashed: Vec<Hashed>,
}

/// What was seen of an item, before it is known what it weighs.
pub(super) struct Seen {
    pub(super) state: State,
    pub(super) detail: String,
    pub(super) files: Vec<PathBuf>,
}

impl Seen {
    pub(super) fn new(state: State, detail: impl Into<String>) -> Self {
        Self { state, detail: detail.into(), files: Vec::new() }
    }

    pub(super) fn found(detail: impl Into<String>) -> Self {
        Self::new(State::Found, detail)
    }

    pub(super) fn missing() -> Self {
        Self::new(State::Missing, "")
    }

    /// What cannot be read.
    pub(super) fn broken(error: &DataError) -> Self {
        Self::new(State::Broken, error.to_string())
    }

    /// A number that should be another.
    pub(super) fn counted(found: usize, expected: Option<usize>, what: &str) -> Self {
        match expected.filter(|expected| *expected != found) {
            Some(expected) => {
                let expected = grouped(expected);
                Self::new(
                    State::Incomplete,
                    format!("{} {what}, expected {expected}", grouped(found)),
                )
            }
            None => Self::found(format!("{} {what}", grouped(found))),
        }
    }

    pub(super) fn with_files(mut self, files: impl IntoIterator<Item = PathBuf>) -> Self {
        self.files.extend(files);
        self
    }
}

/// `28472` -> `28 472`
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}
