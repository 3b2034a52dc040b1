//! The density around one observed value, on one axis.
//!
//! | axis | density |
//! |---|---|
//! | ordered | a logistic distribution over the unit interval, cut off at its ends |
//! | categories | mostly the observed one, a little of each |
//!
//! The logistic distribution is a normal one with heavier tails, whose integral and its inverse are
//! elementary: the mass of a cell and a sample are exact. On whole numbers a density is the mass of
//! the cell, on the others the height at a point; both are compared with their own kind only.

use crate::sweep::axis::Axis;
use crate::sweep::stream::Stream;

/// What one observation says of one axis.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kernel {
    /// Nothing: every value is as likely.
    Even,
    /// Values like one of an ordered axis.
    Around(Logistic),
    /// A category, and by what share the others.
    Mostly { category: f64, others: f64 },
}

/// A value of an axis with its cell, which many kernels are asked about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    value: f64,
    cell: (f64, f64),
}

impl Spot {
    pub(super) fn new(axis: &Axis, value: f64) -> Self {
        Self { value, cell: axis.cell(value) }
    }
}

/// A logistic distribution that is cut off at 0 and 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Logistic {
    centre: f64,
    scale: f64,
    /// Its mass between 0 and 1.
    mass: f64,
    /// The logarithm of what a height is divided by.
    ln_unit: f64,
}

impl Kernel {
    /// Around a value: `width` is a standard deviation in parts of the axis, `others` what the
    /// categories that were not observed have together.
    pub(super) fn new(axis: &Axis, value: f64, width: f64, others: f64) -> Self {
        match axis {
            Axis::Categories(_) => Kernel::Mostly { category: value, others },
            Axis::Whole(_) | Axis::Real(_) => {
                let (from, to) = axis.cell(value);
                Kernel::Around(Logistic::new((from + to) / 2.0, width))
            }
        }
    }

    /// The logarithm of the density at a value.
    pub(super) fn ln_density(&self, axis: &Axis, spot: Spot) -> f64 {
        let Spot { value, cell: (from, to) } = spot;
        match (self, axis) {
            (Kernel::Mostly { category, others }, Axis::Categories(count)) => {
                let each = others / *count as f64;
                (if *category == value { 1.0 - others + each } else { each }).ln()
            }
            (_, Axis::Categories(count)) => -(*count as f64).ln(),
            (Kernel::Around(curve), Axis::Whole(_)) => curve.ln_mass(from, to),
            (Kernel::Around(curve), Axis::Real(_)) => curve.ln_height(from),
            (_, Axis::Whole(_)) => (to - from).ln(),
            (_, Axis::Real(_)) => 0.0,
        }
    }

    /// A value with this density.
    pub(super) fn draw(&self, axis: &Axis, stream: &mut Stream) -> f64 {
        match self {
            Kernel::Mostly { category, others } if stream.unit() >= *others => *category,
            Kernel::Around(curve) => axis.value(curve.at(stream.unit())),
            Kernel::Mostly { .. } | Kernel::Even => axis.draw(stream),
        }
    }
}

impl Logistic {
    fn new(centre: f64, deviation: f64) -> Self {
        let scale = deviation * 3.0_f64.sqrt() / std::f64::consts::PI;
        let mut curve = Self { centre, scale, mass: 1.0, ln_unit: 0.0 };
        curve.mass = curve.between(0.0, 1.0);
        curve.ln_unit = (scale * curve.mass).ln();
        curve
    }

    /// The mass between two places; the tail that is smaller is the one subtracted in.
    fn between(&self, from: f64, to: f64) -> f64 {
        let (from, to) = ((from - self.centre) / self.scale, (to - self.centre) / self.scale);
        if from > 0.0 { below(-from) - below(-to) } else { below(to) - below(from) }
    }

    fn ln_mass(&self, from: f64, to: f64) -> f64 {
        (self.between(from, to) / self.mass).ln()
    }

    fn ln_height(&self, place: f64) -> f64 {
        let far = ((place - self.centre) / self.scale).abs();
        -far - 2.0 * (-far).exp().ln_1p() - self.ln_unit
    }

    /// The place below which a share of the mass lies.
    fn at(&self, share: f64) -> f64 {
        let left = below(-self.centre / self.scale);
        let mass = left + share * self.mass;
        (self.centre + self.scale * (mass / (1.0 - mass)).ln()).clamp(0.0, 1.0)
    }
}

/// The mass of the standard distribution below a place.
fn below(place: f64) -> f64 {
    1.0 / (1.0 + (-place).exp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::axis::Scale;

    fn axes() -> [Axis; 4] {
        let scale = |low, high, log| Scale { low, high, log };
        [
            Axis::Categories(5),
            Axis::Whole(scale(1.0, 5.0, false)),
            Axis::Whole(scale(1.0, 5.0, true)),
            Axis::Real(scale(1.0, 5.0, true)),
        ]
    }

    #[test]
    fn densities_add_up_to_one() {
        for axis in axes() {
            for kernel in [Kernel::Even, Kernel::new(&axis, 2.0, 0.1, 0.2)] {
                let density = |value: f64| kernel.ln_density(&axis, Spot::new(&axis, value)).exp();
                let sum: f64 = match axis {
                    Axis::Categories(_) => (0..5).map(|value| density(f64::from(value))).sum(),
                    Axis::Whole(_) => (1..=5).map(|value| density(f64::from(value))).sum(),
                    Axis::Real(_) => {
                        let place = |part: i32| (f64::from(part) + 0.5) / 1e4;
                        (0..10_000).map(|part| density(axis.value(place(part))) / 1e4).sum()
                    }
                };
                assert!((sum - 1.0).abs() < 1e-4, "{axis:?} {kernel:?}: {sum}");
            }
        }
    }

    #[test]
    fn samples_follow_the_density() {
        for axis in &axes()[..3] {
            let kernel = Kernel::new(axis, 2.0, 0.2, 0.4);
            let mut stream = Stream::new(3, 1);
            let drawn: Vec<f64> = (0..20_000).map(|_| kernel.draw(axis, &mut stream)).collect();
            for value in 1..=4 {
                let value = f64::from(value);
                let share = drawn.iter().filter(|x| **x == value).count() as f64 / 2e4;
                let density = kernel.ln_density(axis, Spot::new(axis, value)).exp();
                assert!((share - density).abs() < 0.015, "{axis:?} {value}: {share} {density}");
            }
        }
    }

    #[test]
    fn what_is_far_away_is_unlikely_and_not_impossible() {
        let axis = Axis::Real(Scale { low: 0.0, high: 1.0, log: false });
        let kernel = Kernel::new(&axis, 0.0, 0.001, 0.0);
        assert!(kernel.ln_density(&axis, Spot::new(&axis, 1.0)).is_finite());
        assert!(kernel.ln_density(&axis, Spot::new(&axis, 1.0)) < -1000.0);
    }
}
