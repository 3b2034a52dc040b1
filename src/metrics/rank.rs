//! The rank of the true class among the scores of a row.

/// A number that classes are ordered by.
pub trait Score: Copy + PartialOrd {
    /// Whether it is none.
    fn is_nan(self) -> bool;
}

impl Score for f32 {
    fn is_nan(self) -> bool {
        f32::is_nan(self)
    }
}

impl Score for f64 {
    fn is_nan(self) -> bool {
        f64::is_nan(self)
    }
}

/// Scores of many rows, row-major.
#[derive(Clone, Copy, Debug)]
pub struct Scores<'a, T = f32> {
    values: &'a [T],
    classes: usize,
}

impl<'a, T: Score> Scores<'a, T> {
    /// Rows of `classes` scores.
    ///
    /// # Panics
    /// When the values do not fill whole rows.
    pub fn new(values: &'a [T], classes: usize) -> Self {
        assert!(classes > 0 && values.len().is_multiple_of(classes), "whole rows of scores");
        Self { values, classes }
    }

    /// Scores per row.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.values.len() / self.classes
    }

    /// Row by row.
    pub fn iter(&self) -> impl Iterator<Item = &'a [T]> + use<'a, T> {
        self.values.chunks_exact(self.classes)
    }
}

/// How many classes score above the true one, per row; `None` where the target is no class.
///
/// Of equal scores the lower class counts as higher; NaN counts as the highest score.
///
/// # Panics
/// When there is not one target per row.
pub fn target_ranks<T: Score>(scores: Scores<'_, T>, targets: &[i64]) -> Vec<Option<usize>> {
    assert_eq!(scores.rows(), targets.len(), "one target per row");
    scores.iter().zip(targets).map(|(row, target)| rank(row, *target)).collect()
}

fn rank<T: Score>(row: &[T], target: i64) -> Option<usize> {
    let target = usize::try_from(target).ok().filter(|t| *t < row.len())?;
    let own = row[target];
    let above = |score: T| score > own || (score.is_nan() && !own.is_nan());
    let equal = |score: T| score == own || (score.is_nan() && own.is_nan());
    let ties = row[..target].iter().filter(|s| equal(**s)).count();
    Some(row.iter().filter(|s| above(**s)).count() + ties)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks() {
        let values = [0.1, 0.7, 0.2, 5.0, 5.0, 5.0, f32::NAN, 0.0, 1.0];
        let scores = Scores::new(&values, 3);
        for (targets, expected) in [
            ([1, 0, 0], [Some(0), Some(0), Some(0)]),
            ([2, 2, 2], [Some(1), Some(2), Some(1)]),
            ([-1, 3, 1], [None, None, Some(2)]),
        ] {
            assert_eq!(target_ranks(scores, &targets), expected, "{targets:?}");
        }
    }
}
