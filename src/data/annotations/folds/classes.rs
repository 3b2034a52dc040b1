//! The actions of a data set: `mapping.txt`, one a line, `3 cut_tomato`.
//!
//! A class is numbered by its line, as in the original, whatever number stands before its name.
//! Source: `load_mappings_file`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::error::FoldsError;
use super::lines::{Line, Lines};
use crate::data::{DataError, Vocabulary};

/// Classes by name.
pub(super) struct Classes {
    path: PathBuf,
    numbers: HashMap<String, i64>,
    names: Vec<String>,
}

impl Classes {
    /// Reads the file of the classes.
    pub(super) fn read(path: &Path) -> Result<Self, DataError> {
        let lines = Lines::read(path)?;
        let mut classes =
            Self { path: path.to_owned(), numbers: HashMap::new(), names: Vec::new() };
        for line in lines.iter() {
            let name = line.text.split_ascii_whitespace().next_back();
            let name = name.ok_or_else(|| line.bad("class", "", "a number and a name"))?;
            if classes.numbers.insert(name.to_owned(), classes.names.len() as i64).is_some() {
                let (place, name) = (line.place(), name.to_owned());
                return Err(DataError::DuplicateClass { place, name });
            }
            classes.names.push(name.to_owned());
        }
        Ok(classes)
    }

    /// The number of a class; `None` when there is no such class.
    pub(super) fn find(&self, name: &str) -> Option<i64> {
        self.numbers.get(name).copied()
    }

    /// The number of a class that a line names.
    pub(super) fn number(&self, name: &str, line: Line<'_>) -> Result<i64, DataError> {
        let unknown = || {
            let (place, name, classes) = (line.place(), name.to_owned(), self.path.clone());
            DataError::from(FoldsError::UnknownAction { place, name, classes })
        };
        self.find(name).ok_or_else(unknown)
    }

    /// As the classes of a data set without verbs and nouns.
    pub(super) fn into_vocabulary(self) -> Vocabulary {
        Vocabulary { actions: self.names, ..Default::default() }
    }
}
