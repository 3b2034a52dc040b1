//! The part of a list that one of several processes works on.
//!
//! Source: `dense_clip_sampler` of the original, which cuts the sorted videos of a data set so.

use std::ops::Range;

/// One of several processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which, from 0.
    pub rank: usize,
    /// How many there are.
    pub world: usize,
}

impl Shard {
    /// A process alone.
    pub const WHOLE: Shard = Shard { rank: 0, world: 1 };

    /// The positions among `len` that are this process's: parts in a row, as long as each other but
    /// for the last ones, which may be short or empty.
    pub fn of(self, len: usize) -> Range<usize> {
        let each = len.div_ceil(self.world.max(1));
        let at = |rank: usize| (each * rank).min(len);
        at(self.rank)..at(self.rank + 1)
    }

    /// Those of some rows that are this process's: of `n` processes the first takes rows 0, n, 2n, ...
    ///
    /// Source: `DistributedSampler` of torch, without its repeated rows.
    pub fn every<T: Copy>(self, rows: &[T]) -> Vec<T> {
        rows.iter().skip(self.rank).step_by(self.world.max(1)).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_in_a_row_and_cover_everything() {
        let parts = |len, world| -> Vec<Range<usize>> {
            (0..world).map(|rank| Shard { rank, world }.of(len)).collect()
        };
        assert_eq!(parts(5, 1)[0], 0..5);
        assert_eq!(parts(5, 2), [0..3, 3..5]);
        assert_eq!(parts(5, 4), [0..2, 2..4, 4..5, 5..5]);
        assert_eq!(parts(0, 2), [0..0, 0..0]);
        assert_eq!(Shard::WHOLE.of(7), 0..7);
    }

    #[test]
    fn rows_go_round() {
        let parts = |world| [0, 1, 2].map(|rank| Shard { rank, world }.every(&[5, 6, 7, 8]));
        assert_eq!(parts(3), [vec![5, 8], vec![6], vec![7]]);
        assert_eq!(Shard { rank: 4, world: 5 }.every(&[1, 2]), Vec::<i32>::new());
        assert_eq!(Shard::WHOLE.every(&[1, 2]), [1, 2]);
    }
}
