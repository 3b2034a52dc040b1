//! Hydra's compatibility levels and the warnings they cause.

use std::fmt;
use std::str::FromStr;

/// Which version of Hydra the config tree was written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VersionBase {
    /// `_group_` and `_name_` in packages, `hydra/x: y` overriding without the keyword, `.yml`.
    V1_1,
    /// The present rules; the working directory question does not arise here.
    V1_2,
    /// The present rules.
    V1_3,
}

impl fmt::Display for VersionBase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            VersionBase::V1_1 => "1.1",
            VersionBase::V1_2 => "1.2",
            VersionBase::V1_3 => "1.3",
        })
    }
}

impl FromStr for VersionBase {
    type Err = Vec<String>;

    /// Reads `1.1`, `1.2` or `1.3`; the error is the list of these.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [VersionBase::V1_1, VersionBase::V1_2, VersionBase::V1_3];
        let found = all.into_iter().find(|version| version.to_string() == text);
        found.ok_or_else(|| all.iter().map(VersionBase::to_string).collect())
    }
}

/// Something that works but should be written differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What and where.
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
