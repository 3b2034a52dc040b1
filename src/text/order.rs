//! Which rows make which batch, in an order that depends on (seed, epoch) alone.
//!
//! | shuffle | by length | batches |
//! |---|---|---|
//! | no | no | rows as they are |
//! | no | yes | rows from short to long |
//! | yes | no | rows drawn |
//! | yes | yes | rows drawn; each fifty batches of them sorted by length; batches drawn |
//!
//! Only the last batch may be short, as in `transformers`' sampler by length.

use crate::data::noise::Stream;

use super::TextError;

/// Batches whose rows are sorted by length together.
const POOL: usize = 50;

/// How batches are made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchOptions {
    /// Rows of a batch; the last one may have fewer.
    pub batch_size: usize,
    /// Whether each epoch has its own order.
    pub shuffle: bool,
    /// Fixes order and masks.
    pub seed: u64,
    /// Whether rows of similar length come together, so that little is filled up.
    pub by_length: bool,
}

impl BatchOptions {
    /// Refuses batches without a row.
    pub(super) fn check(&self) -> Result<(), TextError> {
        match self.batch_size {
            0 => Err(TextError::Setting {
                setting: "batch_size",
                value: "0".into(),
                reason: "a batch has at least one row",
            }),
            _ => Ok(()),
        }
    }

    /// Batches of an epoch over `rows` rows.
    pub(super) fn batches(&self, rows: usize) -> usize {
        rows.div_ceil(self.batch_size)
    }

    /// The rows of an epoch, `batch_size` at a time.
    pub(super) fn order(&self, epoch: u64, lengths: &[u32]) -> Vec<u32> {
        let mut stream = Stream::of(&[self.seed, epoch]);
        let rows = lengths.len();
        let mut order: Vec<u32> = match self.shuffle {
            true => stream.permutation(rows).into_iter().map(|row| row as u32).collect(),
            false => (0..rows as u32).collect(),
        };
        if !self.by_length {
            return order;
        }
        let length = |row: &u32| lengths[*row as usize];
        if !self.shuffle {
            order.sort_by_key(length);
            return order;
        }
        for pool in order.chunks_mut(self.batch_size.saturating_mul(POOL)) {
            pool.sort_by_key(length);
        }
        let full = rows / self.batch_size;
        let batch = |b: usize| &order[b * self.batch_size..(b + 1) * self.batch_size];
        let mut drawn: Vec<u32> = Vec::with_capacity(rows);
        for b in stream.permutation(full) {
            drawn.extend(batch(b));
        }
        drawn.extend(&order[full * self.batch_size..]);
        drawn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_comes_once() {
        let lengths: Vec<u32> = (0..1003).map(|row| row * 7919 % 101).collect();
        for (shuffle, by_length) in [(false, false), (false, true), (true, false), (true, true)] {
            let options = BatchOptions { batch_size: 8, shuffle, seed: 5, by_length };
            let first = options.order(0, &lengths);
            assert_eq!(first, options.order(0, &lengths));
            assert_eq!(shuffle, first != options.order(1, &lengths));
            let mut sorted = first.clone();
            sorted.sort_unstable();
            assert!(sorted.into_iter().eq(0..1003));
            let spread = |batch: &[u32]| {
                let of = |row: &u32| lengths[*row as usize];
                batch.iter().map(of).max().unwrap() - batch.iter().map(of).min().unwrap()
            };
            let widest = first.chunks(8).map(spread).max().unwrap();
            assert_eq!(by_length, widest < 20, "{shuffle} {widest}");
        }
    }
}
