//! Rows that were evaluated more than once, averaged.

use std::collections::BTreeMap;

/// Scores and targets with one row per sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Averaged {
    /// Sample of each row, ascending.
    pub idx: Vec<usize>,
    /// Mean scores, row-major.
    pub scores: Vec<f32>,
    /// Target of each row.
    pub targets: Vec<i64>,
}

/// Averages the scores of rows that belong to the same sample.
///
/// # Panics
/// When `idx`, `targets` and the rows of `scores` are not equally many.
pub fn average_repeats(idx: &[usize], scores: &[f32], classes: usize, targets: &[i64]) -> Averaged {
    assert!(idx.len() == targets.len() && scores.len() == idx.len() * classes, "rows agree");
    let mut rows: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (row, sample) in idx.iter().enumerate() {
        rows.entry(*sample).or_default().push(row);
    }
    let mut averaged = Averaged {
        idx: rows.keys().copied().collect(),
        scores: Vec::with_capacity(rows.len() * classes),
        targets: rows.values().map(|rows| targets[rows[0]]).collect(),
    };
    for rows in rows.values() {
        for class in 0..classes {
            let sum: f64 = rows.iter().map(|row| f64::from(scores[row * classes + class])).sum();
            averaged.scores.push((sum / rows.len() as f64) as f32);
        }
    }
    averaged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_are_averaged_and_rows_ordered() {
        let averaged = average_repeats(&[5, 2, 5], &[1.0, 2.0, 9.0, 9.0, 3.0, 6.0], 2, &[1, 0, 1]);
        assert_eq!(
            averaged,
            Averaged { idx: vec![2, 5], scores: vec![9.0, 9.0, 2.0, 4.0], targets: vec![0, 1] }
        );
    }
}
