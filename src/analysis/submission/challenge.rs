//! The two challenges.

use std::fmt;
use std::str::FromStr;

use super::SubmissionError;
use crate::data::Version;

/// Actions of a segment that a submission ranks.
pub(super) const ACTIONS: usize = 100;
/// What both challenges call anticipation.
pub(super) const TASK: &str = "action_anticipation";
/// The names of the levels of supervision.
pub(super) const LEVELS: [&str; 3] = ["sls_pt", "sls_tl", "sls_td"];
/// The highest level.
pub(super) const MOST_SUPERVISED: u64 = 5;

/// A challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// EPIC-Kitchens-55: two documents, for kitchens that are seen in training and for others.
    Ek55,
    /// EPIC-Kitchens-100: one document.
    Ek100,
}

impl Challenge {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Ek55, Self::Ek100];

    /// The challenge of a data set.
    pub fn of(version: Version) -> Option<Self> {
        match version {
            Version::Ek55 => Some(Self::Ek55),
            Version::Ek100 => Some(Self::Ek100),
            Version::Egtea => None,
        }
    }

    /// What the property `version` says.
    pub fn version(self) -> &'static str {
        match self {
            Self::Ek55 => "0.1",
            Self::Ek100 => "0.2",
        }
    }

    /// Number of verb classes.
    pub fn verbs(self) -> usize {
        match self {
            Self::Ek55 => 125,
            Self::Ek100 => 97,
        }
    }

    /// Number of noun classes.
    pub fn nouns(self) -> usize {
        match self {
            Self::Ek55 => 352,
            Self::Ek100 => 300,
        }
    }
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ek55 => "EPIC-Kitchens-55",
            Self::Ek100 => "EPIC-Kitchens-100",
        })
    }
}

/// How much supervision a model had, 0 to 5 each; EPIC-Kitchens-100 asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Supervision {
    /// Of pre-training (`sls_pt`).
    pub pretraining: u64,
    /// Of the labels in training (`sls_tl`).
    pub labels: u64,
    /// Of the data in training (`sls_td`).
    pub data: u64,
}

impl Supervision {
    /// The levels under their names.
    pub fn named(self) -> [(&'static str, u64); 3] {
        let [pt, tl, td] = LEVELS;
        [(pt, self.pretraining), (tl, self.labels), (td, self.data)]
    }
}

impl Default for Supervision {
    /// What the original submits.
    fn default() -> Self {
        Self { pretraining: 1, labels: 4, data: 4 }
    }
}

impl FromStr for Supervision {
    type Err = SubmissionError;

    fn from_str(text: &str) -> Result<Self, SubmissionError> {
        let level = |text: &str| text.trim().parse().ok().filter(|level| *level <= MOST_SUPERVISED);
        let levels: Option<Vec<u64>> = text.split(',').map(level).collect();
        match levels.as_deref() {
            Some(&[pretraining, labels, data]) => Ok(Self { pretraining, labels, data }),
            _ => Err(SubmissionError::Supervision { text: text.to_owned() }),
        }
    }
}
