//! Names of checkpoints, which sort by time where there are several.
//!
//! | name | state |
//! |---|---|
//! | `last` | the newest |
//! | `best` | the best on the main metric |
//! | `epoch_0012` | after an epoch |
//! | `epoch_0012_25000000` | within the next one, here a quarter of it later |

use std::fmt;
use std::str::FromStr;

use super::RunError;

/// What a checkpoint is kept for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CheckpointName {
    /// The newest state.
    Last,
    /// The state that was best on the main metric.
    Best,
    /// The state after an epoch.
    Epoch(u32),
    /// A state within an epoch.
    Within {
        /// Whole epochs before.
        epoch: u32,
        /// Hundred-millionths of the next one.
        part: u32,
    },
}

impl fmt::Display for CheckpointName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CheckpointName::Last => f.write_str("last"),
            CheckpointName::Best => f.write_str("best"),
            CheckpointName::Epoch(n) => write!(f, "epoch_{n:04}"),
            CheckpointName::Within { epoch, part } => write!(f, "epoch_{epoch:04}_{part:08}"),
        }
    }
}

impl FromStr for CheckpointName {
    type Err = RunError;

    fn from_str(name: &str) -> Result<Self, RunError> {
        match name {
            "last" => Ok(CheckpointName::Last),
            "best" => Ok(CheckpointName::Best),
            _ => name
                .strip_prefix("epoch_")
                .and_then(CheckpointName::of_time)
                .ok_or_else(|| RunError::CheckpointName { name: name.to_owned() }),
        }
    }
}

impl CheckpointName {
    /// What follows `epoch_`.
    fn of_time(text: &str) -> Option<Self> {
        match text.split_once('_') {
            None => text.parse().ok().map(Self::Epoch),
            Some((epoch, part)) if part.len() == 8 => {
                Some(Self::Within { epoch: epoch.parse().ok()?, part: part.parse().ok()? })
            }
            Some(_) => None,
        }
    }

    /// Epochs and hundred-millionths of a kept state.
    pub(super) fn time(self) -> Option<(u32, u32)> {
        match self {
            Self::Last | Self::Best => None,
            Self::Epoch(epoch) => Some((epoch, 0)),
            Self::Within { epoch, part } => Some((epoch, part)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let within = CheckpointName::Within { epoch: 12, part: 33_333_333 };
        for name in [CheckpointName::Last, CheckpointName::Best, CheckpointName::Epoch(12), within]
        {
            assert_eq!(name.to_string().parse::<CheckpointName>().unwrap(), name);
        }
        assert_eq!(within.to_string(), "epoch_0012_33333333");
        for wrong in ["epoch_x", "../last", "epoch_0012_3", "epoch_0012_3333333x"] {
            assert!(wrong.parse::<CheckpointName>().is_err(), "{wrong}");
        }
    }
}
