//! Scores of verbs or nouns from those of actions.
//!
//! In double precision, as the original's notebook computes them: classes whose probabilities are
//! closer than single precision tells keep their order.

use super::rank::{Score, Scores};

/// Probabilities of classes: the softmax over actions, summed over the actions of each class.
///
/// `pairs` are (action, class); one that is there twice counts once. A class without an action has
/// probability 0. Row-major, `rows * classes`.
///
/// # Panics
/// When a pair names an action or a class that is not there.
pub fn marginals<T: Score + Into<f64>>(
    actions: Scores<'_, T>,
    pairs: &[(usize, usize)],
    classes: usize,
) -> Vec<f64> {
    let mut pairs = pairs.to_vec();
    pairs.sort_unstable();
    pairs.dedup();
    let mut sums = vec![0.0; actions.rows() * classes];
    for (row, sums) in actions.iter().zip(sums.chunks_exact_mut(classes.max(1))) {
        let probabilities = softmax(row);
        for (action, class) in &pairs {
            sums[*class] += probabilities[*action];
        }
    }
    sums
}

fn softmax<T: Score + Into<f64>>(row: &[T]) -> Vec<f64> {
    let most = row.iter().map(|score| (*score).into()).fold(f64::NEG_INFINITY, f64::max);
    let mut shares: Vec<f64> = row.iter().map(|score| ((*score).into() - most).exp()).collect();
    let sum: f64 = shares.iter().sum();
    shares.iter_mut().for_each(|share| *share /= sum);
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_of_a_class_add_up() {
        let scores = [2.0_f32.ln(), 0.0, 0.0, f32::NEG_INFINITY, 0.0, 0.0];
        let pairs = [(0, 2), (1, 0), (2, 2), (2, 2)];
        let sums = marginals(Scores::new(&scores, 3), &pairs, 4);
        for (found, expected) in sums.iter().zip([0.25, 0.0, 0.75, 0.0, 0.5, 0.0, 0.5, 0.0]) {
            assert!((found - expected).abs() < 1e-7, "{sums:?}");
        }
    }

    #[test]
    fn a_score_that_is_no_number_makes_its_row_none() {
        let sums = marginals(Scores::new(&[f32::NAN, 0.0, 1.0, 1.0], 2), &[(0, 0), (1, 1)], 2);
        assert!(sums[..2].iter().all(|p| p.is_nan()) && sums[2..] == [0.5, 0.5], "{sums:?}");
    }
}
