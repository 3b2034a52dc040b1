//! One direction of a space in which points are drawn, as plain numbers.
//!
//! | axis | a value is | drawn evenly over |
//! |---|---|---|
//! | `Categories` | a place in the list, without an order | the places |
//! | `Whole` | a whole number from `low` to `high` | the numbers, or their logarithms |
//! | `Real` | a number from `low` to `high` | the numbers, or their logarithms |
//!
//! The unit interval stands for the whole of an ordered axis, both ends included; a whole number has
//! a cell of it. It knows no keys and no texts.

use super::stream::Stream;

/// What a number of an axis may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Axis {
    /// One of so many things.
    Categories(usize),
    /// A whole number.
    Whole(Scale),
    /// A number.
    Real(Scale),
}

/// An ordered axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    pub(super) low: f64,
    pub(super) high: f64,
    /// Whether equal ratios lie equally far apart.
    pub(super) log: bool,
}

impl Axis {
    /// How many values there are; `None` for more than can be counted.
    pub(super) fn count(&self) -> Option<usize> {
        match self {
            Axis::Categories(count) => Some(*count),
            Axis::Whole(scale) => Some((scale.high - scale.low) as usize + 1),
            Axis::Real(scale) => (scale.low == scale.high).then_some(1),
        }
    }

    /// A value, all of them being as likely.
    pub(super) fn draw(&self, stream: &mut Stream) -> f64 {
        match self {
            Axis::Categories(count) => stream.below(*count) as f64,
            Axis::Whole(_) | Axis::Real(_) => self.value(stream.unit()),
        }
    }

    /// The value at a place of the unit interval.
    pub(super) fn value(&self, place: f64) -> f64 {
        let (from, to) = self.ends();
        let at = from + (to - from) * place;
        match self {
            Axis::Categories(_) => at.round(),
            Axis::Whole(scale) => scale.back(at).round().clamp(scale.low, scale.high),
            Axis::Real(scale) => scale.readable(scale.back(at)),
        }
    }

    /// The part of the unit interval that a value has: a cell, or a point.
    pub(super) fn cell(&self, value: f64) -> (f64, f64) {
        let (from, to) = self.ends();
        let place =
            |at: f64| if to > from { ((at - from) / (to - from)).clamp(0.0, 1.0) } else { 0.5 };
        match self {
            Axis::Categories(_) => (place(value), place(value)),
            Axis::Whole(scale) => (place(scale.at(value - 0.5)), place(scale.at(value + 0.5))),
            Axis::Real(scale) => (place(scale.at(value)), place(scale.at(value))),
        }
    }

    /// What the ends of the unit interval stand for.
    fn ends(&self) -> (f64, f64) {
        match self {
            Axis::Categories(count) => (0.0, *count as f64 - 1.0),
            Axis::Whole(scale) => (scale.at(scale.low - 0.5), scale.at(scale.high + 0.5)),
            Axis::Real(scale) => (scale.at(scale.low), scale.at(scale.high)),
        }
    }
}

impl Scale {
    fn at(&self, value: f64) -> f64 {
        if self.log { value.ln() } else { value }
    }

    fn back(&self, at: f64) -> f64 {
        if self.log { at.exp() } else { at }
    }

    /// The value with about as many digits as tell a millionth of the axis: nobody wants to read
    /// more of them in the name of a run.
    fn readable(&self, value: f64) -> f64 {
        let width = self.high - self.low;
        let finest = if self.log { value.min(width) } else { width };
        let decimals = (6.0 - finest.log10().floor()).clamp(0.0, 400.0) as usize;
        let short = format!("{value:.decimals$}").parse().unwrap_or(value);
        short.clamp(self.low, self.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(low: f64, high: f64, log: bool) -> Scale {
        Scale { low, high, log }
    }

    #[test]
    fn values_of_places() {
        for (axis, place, value) in [
            (Axis::Real(scale(-1.0, 3.0, false)), 0.25, 0.0),
            (Axis::Real(scale(1e-5, 1e-1, true)), 0.5, 1e-3),
            (Axis::Real(scale(1e-5, 1e-1, true)), 0.0, 1e-5),
            (Axis::Real(scale(1e-5, 1e-1, true)), 1.0, 1e-1),
            (Axis::Real(scale(0.0, 1.0, false)), 1.0 / 3.0, 0.333333),
            (Axis::Real(scale(0.0, 3e-9, false)), 1.0 / 3.0, 1e-9),
            (Axis::Real(scale(0.0, 1e9, false)), 1.0 / 3.0, 333333333.0),
            (Axis::Real(scale(2.0, 2.0, false)), 0.7, 2.0),
            (Axis::Whole(scale(1.0, 8.0, false)), 0.0, 1.0),
            (Axis::Whole(scale(1.0, 8.0, false)), 0.13, 2.0),
            (Axis::Whole(scale(1.0, 8.0, false)), 1.0, 8.0),
            (Axis::Whole(scale(1.0, 1024.0, true)), 0.5, 23.0),
        ] {
            assert_eq!(axis.value(place), value, "{axis:?} {place}");
        }
    }

    #[test]
    fn cells_of_whole_numbers_tile_the_interval() {
        for axis in [Axis::Whole(scale(1.0, 9.0, false)), Axis::Whole(scale(1.0, 9.0, true))] {
            let mut end = 0.0;
            for value in 1..=9 {
                let (from, to) = axis.cell(f64::from(value));
                assert!((from - end).abs() < 1e-12 && to > from, "{axis:?} {value}");
                assert_eq!(axis.value((from + to) / 2.0), f64::from(value), "{axis:?}");
                end = to;
            }
            assert!((end - 1.0).abs() < 1e-12);
        }
        assert_eq!(Axis::Whole(scale(3.0, 3.0, false)).cell(3.0), (0.0, 1.0));
    }

    #[test]
    fn every_value_is_drawn_and_none_beyond() {
        let mut stream = Stream::new(1, 0);
        let axis = Axis::Whole(scale(-1.0, 2.0, false));
        let drawn: Vec<f64> = (0..200).map(|_| axis.draw(&mut stream)).collect();
        for value in -1..=2 {
            assert!(drawn.contains(&f64::from(value)), "{value}");
        }
        assert!(drawn.iter().all(|x| (-1.0..=2.0).contains(x)));
        let counts = [Axis::Categories(3), axis, Axis::Real(scale(0.0, 1.0, false))];
        assert_eq!(counts.map(|axis| axis.count()), [Some(3), Some(4), None]);
    }
}
