//! The name of a segment: an integer where the file has one, a string otherwise.

use std::fmt;
use std::sync::Arc;

/// The unique name of a segment within its data set.
///
/// Leading zeros carry no meaning: `00330` of a CSV and `330` of a teacher are one uid.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Uid {
    /// As in EPIC-Kitchens-55 and EGTEA.
    Int(i64),
    /// As in EPIC-Kitchens-100 (`P01_11_0`).
    Text(Arc<str>),
}

impl Uid {
    /// Reads a column of uids: integers when all of them are, strings as written otherwise.
    ///
    /// One column has one type, as it does for the data frames of the original.
    pub fn column<'a>(texts: impl Iterator<Item = &'a str> + Clone) -> Vec<Uid> {
        let ints: Option<Vec<Uid>> =
            texts.clone().map(|t| t.trim().parse().ok().map(Uid::Int)).collect();
        ints.unwrap_or_else(|| texts.map(|t| Uid::Text(t.trim().into())).collect())
    }
}

impl Uid {
    /// The number, when it is one.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Uid::Int(i) => Some(*i),
            Uid::Text(_) => None,
        }
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Uid::Int(i) => write!(f, "{i}"),
            Uid::Text(t) => f.write_str(t),
        }
    }
}

impl From<i64> for Uid {
    fn from(i: i64) -> Self {
        Uid::Int(i)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_integers_or_strings() {
        let ints = Uid::column(["00330", " 7"].into_iter());
        assert_eq!(ints, [Uid::Int(330), Uid::Int(7)]);
        let mixed = Uid::column(["00330", "P01_11_0"].into_iter());
        assert_eq!(mixed, [Uid::Text("00330".into()), Uid::Text("P01_11_0".into())]);
    }
}
