//! Random numbers that are the same on every machine and in every version: a study goes on with
//! the points it would have had.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Numbers that belong to a seed and to one trial of its study.
pub(super) struct Stream(ChaCha8Rng);

impl Stream {
    /// The numbers of trial `number`.
    pub(super) fn new(seed: u64, number: usize) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(number as u64);
        Self(rng)
    }

    /// A number from 0 to 1, without 1.
    pub(super) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A place in a list of `count`.
    pub(super) fn below(&mut self, count: usize) -> usize {
        ((self.unit() * count as f64) as usize).min(count.saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::Stream;

    #[test]
    fn a_trial_has_its_own_numbers() {
        let draw = |seed, number| Stream::new(seed, number).unit();
        assert_eq!(draw(1, 2), draw(1, 2));
        assert!(draw(1, 2) != draw(1, 3) && draw(1, 2) != draw(2, 2));
    }

    #[test]
    fn numbers_stay_in_their_range() {
        let mut stream = Stream::new(7, 0);
        assert!((0..1000).all(|_| (0.0..1.0).contains(&stream.unit())));
        let drawn: Vec<usize> = (0..100).map(|_| stream.below(3)).collect();
        assert!((0..3).all(|place| drawn.contains(&place)));
        assert_eq!(stream.below(1), 0);
    }
}
