//! How finely the times of a data set are kept.
//!
//! The original holds those of 50-Salads and Breakfast as `float16`, and counts with them in data
//! frames that stay so: 5 minutes into a video a time is a multiple of a quarter of a second.
//! Source: `init_df` of `datasets/breakfast_50salads.py`. A number of seconds here is a double in
//! either case; in half precision one that `float16` has.

/// What is done to a time after every step of a calculation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimePrecision {
    /// Nothing.
    #[default]
    Full,
    /// It is rounded to 11 significant bits, halves to even.
    Half,
}

impl TimePrecision {
    /// A time as it is kept; infinite beyond what half precision reaches, 18 hours.
    pub fn round(self, seconds: f64) -> f64 {
        match self {
            Self::Full => seconds,
            Self::Half => half(seconds),
        }
    }
}

/// The nearest number that `float16` has.
fn half(value: f64) -> f64 {
    const FRACTION_BITS: i32 = 10;
    const SMALLEST_EXPONENT: i32 = -14;
    const LARGEST: f64 = 65_504.0;
    // The bits of a double's exponent; a number too small for one is 0 in half precision anyway.
    let exponent = ((value.to_bits() >> 52) & 0x7ff) as i32 - 1023;
    let step = 2f64.powi(exponent.max(SMALLEST_EXPONENT) - FRACTION_BITS);
    // Powers of two change no digit.
    let rounded = (value / step).round_ties_even() * step;
    if rounded.abs() > LARGEST { f64::INFINITY.copysign(value) } else { rounded }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::half_to_f32;

    #[test]
    fn every_half_is_kept_and_what_lies_between_goes_to_the_nearer_one() {
        const INFINITE: u16 = 0x7c00;
        for bits in 0..INFINITE - 1 {
            let [low, high] = [bits, bits + 1].map(|bits| f64::from(half_to_f32(bits)));
            let middle = f64::midpoint(low, high);
            let even = if bits % 2 == 0 { low } else { high };
            for (value, expected) in
                [(low, low), (middle.next_down(), low), (middle, even), (middle.next_up(), high)]
            {
                assert_eq!(half(value), expected, "{value}");
                assert_eq!(half(-value), -expected, "{value}");
            }
        }
        assert_eq!(half(65_519.9), 65_504.0);
        assert_eq!((half(65_520.0), half(-1e300)), (f64::INFINITY, f64::NEG_INFINITY));
        assert_eq!(half(f64::INFINITY), f64::INFINITY);
        assert!(half(f64::NAN).is_nan());
    }
}
