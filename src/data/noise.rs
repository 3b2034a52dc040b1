//! Reproducible numbers from a key, without state: the same on every machine and in every thread.
//!
//! A key is mixed from integers (seed, video, frame); its stream is SplitMix64. No other source of
//! randomness exists in this room, so order and content depend on seeds alone.

/// A stream of numbers that belongs to a key.
#[derive(Clone, Debug)]
pub(crate) struct Stream(u64);

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Stream {
    /// The stream of a key made of several parts; their order matters.
    pub(crate) fn of(parts: &[u64]) -> Self {
        Self(
            parts.iter().fold(0x243f_6a88_85a3_08d3, |key, part| finish(key ^ finish(part ^ STEP))),
        )
    }

    /// 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        finish(self.0)
    }

    /// A number below `n`, which is not 0; the bias is under `n / 2^64`.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(n)) >> 64) as u64
    }

    /// Uniform in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Mean 0, variance 1, bell-shaped within ±3.46: the sum of four uniform numbers.
    pub(crate) fn bell(&mut self) -> f32 {
        let bits = self.bits();
        let sum = (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48);
        // four 16-bit numbers: mean 2 * 65535, variance 4 * 65536^2 / 12
        (sum as f32 - 131_070.0) * (1.732_050_8 / 65_536.0)
    }

    /// The order of `n` things, each permutation equally likely (Fisher and Yates).
    pub(crate) fn permutation(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        for i in (1..n).rev() {
            order.swap(i, self.below(i as u64 + 1) as usize);
        }
        order
    }
}

/// The key of a name (FNV-1a), for use as a part.
pub(crate) fn key_of(name: &str) -> u64 {
    name.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3))
}

fn finish(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bell_has_mean_zero_and_variance_one() {
        let mut stream = Stream::of(&[7]);
        let n = 100_000;
        let values: Vec<f32> = (0..n).map(|_| stream.bell()).collect();
        let mean = values.iter().sum::<f32>() / n as f32;
        let variance = values.iter().map(|v| v * v).sum::<f32>() / n as f32;
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
    }

    #[test]
    fn permutations_are_permutations_and_depend_on_the_key() {
        let mut one = Stream::of(&[1, 2]).permutation(100);
        assert_ne!(one, Stream::of(&[2, 1]).permutation(100));
        assert_eq!(one, Stream::of(&[1, 2]).permutation(100));
        one.sort_unstable();
        assert!(one.into_iter().eq(0..100));
    }
}
