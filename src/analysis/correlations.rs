//! Which classes a model scores alike: the correlation of their scores over the segments.
//!
//! As the original's notebook computes it (cells 25 and 26 of `logit_analysis.ipynb`): the softmax of
//! the scores of a class is taken *over the segments*, not over the classes, then Pearson's correlation
//! of every two classes. Of a class those that correlate most are named, it itself left out.

use rayon::prelude::*;

use super::Table;

/// A class and how its scores go with those of another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Correlated {
    /// Which.
    pub class: usize,
    /// Pearson's correlation.
    pub correlation: f64,
}

/// How many classes share one pass over the scores.
const TOGETHER: usize = 8;

/// For each of `classes` the `most` classes that correlate most, highest first; of equal ones the lower
/// class is first. A class with one score for all segments correlates with none, and has none.
pub fn correlated(scores: &Table, classes: &[usize], most: usize) -> Vec<Vec<Correlated>> {
    let columns = columns(scores);
    let of = |wanted: &[usize]| -> Vec<Vec<Correlated>> {
        let mut all = vec![Vec::with_capacity(columns.len()); wanted.len()];
        for (class, column) in columns.iter().enumerate() {
            for (found, own) in all.iter_mut().zip(wanted) {
                if class != *own {
                    let correlation = dot(column, &columns[*own]).clamp(-1.0, 1.0);
                    found.push(Correlated { class, correlation });
                }
            }
        }
        all.into_iter().map(|found| first(found, most)).collect()
    };
    classes.par_chunks(TOGETHER).flat_map_iter(of).collect()
}

/// The softmax of each class over the segments, its mean taken off, of length one.
fn columns(scores: &Table) -> Vec<Vec<f64>> {
    let rows = scores.values.len() / scores.classes;
    let column = |class: usize| {
        let mut column: Vec<f64> = (0..rows).map(|row| scores.row(row)[class]).collect();
        let most = column.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        column.iter_mut().for_each(|score| *score = (*score - most).exp());
        let sum: f64 = column.iter().sum();
        let mean = 1.0 / rows as f64;
        column.iter_mut().for_each(|share| *share = *share / sum - mean);
        let length = dot(&column, &column).sqrt();
        column.iter_mut().for_each(|share| *share /= length);
        column
    };
    (0..scores.classes).into_par_iter().map(column).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    // Independent sums, which a processor adds side by side.
    let mut sums = [0.0; 8];
    let (a, b) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f64 = a.remainder().iter().zip(b.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a.zip(b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum::<f64>() + rest
}

/// Highest first; what correlates with nothing is left out.
fn first(mut found: Vec<Correlated>, most: usize) -> Vec<Correlated> {
    found.retain(|one| !one.correlation.is_nan());
    found.sort_by(|a, b| b.correlation.total_cmp(&a.correlation));
    found.truncate(most);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_numpy_has_it() {
        // numpy.corrcoef(softmax([[0, 1, 2, 0], [1, 0, 2, 0], [3, 1, 0, 0]], axis 0).T)
        let values = [0.0, 1.0, 2.0, 0.0, 1.0, 0.0, 2.0, 0.0, 3.0, 1.0, 0.0, 0.0];
        let table = Table { classes: 4, values: values.into() };
        let found = correlated(&table, &[0, 2], 2);
        let expected = [
            [(1, 0.427_870_560_883_924_4), (2, -0.996_683_699_377_865_8)],
            [(1, -0.5), (0, -0.996_683_699_377_865_8)],
        ];
        for (found, expected) in found.iter().zip(expected) {
            for (found, (class, correlation)) in found.iter().zip(expected) {
                assert_eq!(found.class, class);
                assert!((found.correlation - correlation).abs() < 1e-12, "{found:?}");
            }
        }
        // The last class has one score for all segments, and is nowhere.
        let all = correlated(&table, &[3, 0], 9);
        assert_eq!((all[0].len(), all[1].len()), (0, 2));
    }

    #[test]
    fn classes_that_never_change_are_no_obstacle() {
        let (rows, classes) = (7, 200);
        let score = |i: usize| {
            if (i % classes).is_multiple_of(3) { 0.0 } else { (i * 7919 % 101) as f64 / 9.0 }
        };
        let table = Table { classes, values: (0..rows * classes).map(score).collect() };
        let found = correlated(&table, &(0..classes).collect::<Vec<_>>(), 5);
        assert!(found.iter().enumerate().all(|(i, f)| f.len() == if i % 3 == 0 { 0 } else { 5 }));
        assert!(found.iter().flatten().all(|one| one.class % 3 != 0));
    }
}
