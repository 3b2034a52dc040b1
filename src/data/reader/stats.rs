//! What a reader had to make do with: counted, never silent.

use std::fmt;
use std::ops::{Add, Sub};

/// How often a reader had to make do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadStats {
    /// Frames replaced by an earlier one.
    pub closeby: u64,
    /// Frames replaced by zeros.
    pub missing: u64,
    /// Clips without a frame, shown black.
    pub empty: u64,
}

impl ReadStats {
    /// The counts above zero, under the names that metrics give them.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let Self { closeby, missing, empty } = *self;
        [("frames_closeby", closeby), ("frames_missing", missing), ("clips_empty", empty)]
            .into_iter()
            .filter(|(_, count)| *count > 0)
    }
}

impl Add for ReadStats {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            closeby: self.closeby + other.closeby,
            missing: self.missing + other.missing,
            empty: self.empty + other.empty,
        }
    }
}

/// What was added since an earlier count.
impl Sub for ReadStats {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            closeby: self.closeby.saturating_sub(earlier.closeby),
            missing: self.missing.saturating_sub(earlier.missing),
            empty: self.empty.saturating_sub(earlier.empty),
        }
    }
}

impl fmt::Display for ReadStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { closeby, missing, empty } = self;
        write!(
            f,
            "{closeby} frames were replaced by an earlier one, {missing} by zeros, {empty} clips \
             are black"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_zero_is_not_named() {
        let before = ReadStats { closeby: 2, missing: 1, empty: 0 };
        let stats = before + ReadStats { closeby: 3, missing: 0, empty: 4 } - before;
        let named: Vec<_> = stats.named().collect();
        assert_eq!(named, [("frames_closeby", 3), ("clips_empty", 4)]);
        assert_eq!(
            stats.to_string(),
            "3 frames were replaced by an earlier one, 0 by zeros, 4 clips are black"
        );
    }
}
