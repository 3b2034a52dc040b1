//! Relative positions without gathering.
//!
//! DeBERTa scores a pair of tokens by how far the one stands from the other. The original looks
//! each pair's score up in a table. Here the table has one row per distance of the sequence, in
//! order, and a pair's score stands one place further from row to row: cutting the flat table into
//! rows that are one shorter puts all of them in place, at the price of a copy.

use burn::tensor::{Device, Int, Tensor};

/// The part of the table of relative positions that a sequence needs.
#[derive(Clone, Debug)]
pub(super) struct Distances {
    /// One row for each distance from `-span` to `span - 1`, `[2 span, F]`.
    pub table: Tensor<2>,
    /// The row of each distance from `-T` to `T - 1`, `[2 T]`, where they exceed the span: those
    /// beyond have the last row on their side.
    clamped: Option<Tensor<1, Int>>,
}

impl Distances {
    /// Of a sequence of `steps` from a table of `2 reach` rows.
    ///
    /// # Shapes
    /// - table: `[2 reach, F]`
    pub(super) fn of(table: Tensor<2>, steps: usize) -> Self {
        let reach = table.dims()[0] / 2;
        let span = steps.min(reach);
        let device = table.device();
        Self {
            table: table.narrow(0, reach - span, 2 * span),
            clamped: (steps > span).then(|| clamped(steps, span, &device)),
        }
    }

    /// One row per distance, given what a layer makes of the rows of the table.
    ///
    /// # Shapes
    /// - rows: `[2 span, F]`
    /// - output: `[2 T, F]`
    pub(super) fn spread(&self, rows: Tensor<2>) -> Tensor<2> {
        match &self.clamped {
            Some(index) => rows.select(0, index.clone()),
            None => rows,
        }
    }
}

fn clamped(steps: usize, span: usize, device: &Device) -> Tensor<1, Int> {
    let [steps, span] = [steps, span].map(|n| i64::try_from(n).expect("lengths fit an i64"));
    Tensor::arange(-steps..steps, device).add_scalar(span).clamp(0, 2 * span - 1)
}

/// Scores of each token by distance -> scores by token: `out[n, i, j] = scores[n, i, first + j - i]`.
///
/// # Shapes
/// - scores: `[N, T, 2 T]`, or `[N, 1, 2 T]` of the first token; `first` is T or T - 1
/// - output: `[N, T, T]`, or `[N, 1, T]`
pub(super) fn aligned(scores: Tensor<3>, first: usize) -> Tensor<3> {
    let [n, rows, distances] = scores.dims();
    let t = distances / 2;
    assert!(rows == t || rows == 1, "scores of {rows} tokens of {t}");
    assert!(first == t || first + 1 == t, "{first} starts a row of {t}");
    if rows == 1 {
        return scores.narrow(2, first, t);
    }
    let shifted = scores.reshape([n, t * 2 * t]).narrow(1, first, t * (2 * t - 1));
    shifted.reshape([n, t, 2 * t - 1]).narrow(2, 0, t)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data_as::<f32>().try_into_vec().unwrap()
    }

    /// A table whose rows say their own number.
    fn table(reach: i64) -> Tensor<2> {
        Tensor::arange(0..2 * reach, &Device::default()).float().unsqueeze_dim(1)
    }

    #[test]
    fn a_sequence_within_reach_takes_the_middle_of_the_table() {
        let near = Distances::of(table(4), 3);
        assert_eq!(values(near.spread(near.table.clone())), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    }

    #[test]
    fn distances_out_of_reach_have_the_last_row_of_their_side() {
        let far = Distances::of(table(2), 4);
        let rows = values(far.spread(far.table.clone()));
        assert_eq!(rows, [0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 3.0, 3.0]);
    }

    #[test]
    fn every_pair_has_the_score_of_its_distance() {
        for t in 1..6_usize {
            let device = Device::default();
            let by_distance = Tensor::arange(0..(2 * t * 2 * t) as i64, &device).float();
            let by_distance: Tensor<3> = by_distance.reshape([2, t, 2 * t]);
            let given = values(by_distance.clone());
            for first in [t, t - 1] {
                let found = values(aligned(by_distance.clone(), first));
                let row = |n: usize, i: usize| (n * t + i) * 2 * t;
                let expected = (0..2 * t * t).map(|at| (at / t / t, at / t % t, at % t));
                let expected: Vec<f32> =
                    expected.map(|(n, i, j)| given[row(n, i) + first + j - i]).collect();
                assert_eq!(found, expected, "{t} tokens, from {first}");
            }
        }
    }
}
