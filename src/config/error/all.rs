//! Everything that is wrong with a config, in an order and without repetition.

use std::collections::HashSet;
use std::fmt;
use std::path::Path;

use super::{ConfigError, ErrorKind};
use crate::config::origin::Origin;

/// Everything found wrong at once; never empty.
#[derive(Clone, Debug)]
pub struct ConfigErrors {
    first: ConfigError,
    rest: Vec<ConfigError>,
}

impl ConfigErrors {
    /// Collects errors; `None` when there are none.
    pub fn from_vec(mut errors: Vec<ConfigError>) -> Option<Self> {
        if errors.is_empty() {
            return None;
        }
        let first = errors.remove(0);
        Some(Self { first, rest: errors })
    }

    /// The same errors, each once and in the order in which they can be put right: by file, line
    /// and column, then the command line's arguments, then what has no place.
    #[must_use]
    pub fn in_order(self) -> Self {
        let mut errors = self.into_vec();
        errors.sort_by(|a, b| a.place().cmp(&b.place()));
        let mut told = HashSet::new();
        errors.retain(|error| told.insert(error.to_string()));
        let mut kept: Vec<ConfigError> = Vec::with_capacity(errors.len());
        for error in errors {
            match kept.iter_mut().find(|known| known.is_same_mistake(&error)) {
                Some(known) => known.absorb(error),
                None => kept.push(error),
            }
        }
        Self::from_vec(kept).expect("there was one at least")
    }

    /// The first error.
    pub fn first(&self) -> &ConfigError {
        &self.first
    }

    /// Every error, in the order found.
    pub fn into_vec(self) -> Vec<ConfigError> {
        std::iter::once(self.first).chain(self.rest).collect()
    }

    /// Every error, in the order found.
    pub fn iter(&self) -> impl Iterator<Item = &ConfigError> {
        std::iter::once(&self.first).chain(&self.rest)
    }
}

impl From<ConfigError> for ConfigErrors {
    fn from(first: ConfigError) -> Self {
        Self { first, rest: Vec::new() }
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

impl ConfigError {
    /// What to sort by: kind of place, file, line, column or argument.
    fn place(&self) -> (u8, &Path, usize, usize) {
        let nowhere = Path::new("");
        match self.origin() {
            Some(Origin::File { path, line, column }) => (0, path, *line, *column),
            Some(Origin::Site { path, line, column }) => (1, path, *line, *column),
            Some(Origin::Argument { index, .. }) => (2, nowhere, *index, 0),
            Some(Origin::Default { config, line }) => (3, Path::new(&**config), *line, 0),
            Some(Origin::Runtime) => (4, nowhere, 0, 0),
            None => (5, nowhere, 0, 0),
        }
    }

    /// Whether one text was read in two places, through an interpolation, and is wrong in both.
    fn is_same_mistake(&self, other: &Self) -> bool {
        let (Some(origin), Some(a), Some(b)) = (self.origin(), self.key(), other.key()) else {
            return false;
        };
        let last = |key: &str| key.rsplit('.').next().map(str::to_owned);
        let same = match (self.kind(), other.kind()) {
            (
                ErrorKind::WrongValue { problem: a, .. },
                ErrorKind::WrongValue { problem: b, .. },
            )
            | (
                ErrorKind::Interpolation { problem: a, .. },
                ErrorKind::Interpolation { problem: b, .. },
            ) => a == b,
            (ErrorKind::UnknownKey { .. }, ErrorKind::UnknownKey { .. })
            | (ErrorKind::Missing { .. }, ErrorKind::Missing { .. }) => last(a) == last(b),
            _ => false,
        };
        same && a != b && Some(origin) == other.origin()
    }

    /// Adds a key for which the same is wrong; the one that the argument names comes first.
    fn absorb(&mut self, other: Self) {
        let named = |error: &Self| match (error.origin(), error.key()) {
            (Some(Origin::Argument { text, .. }), Some(key)) => text.contains(key),
            _ => false,
        };
        let mut other = other;
        if named(&other) && !named(self) {
            std::mem::swap(self, &mut other);
        }
        self.0.also.extend(other.key().map(str::to_owned));
        self.0.also.append(&mut other.0.also);
    }
}
