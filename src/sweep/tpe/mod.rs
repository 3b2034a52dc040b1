//! The Tree-structured Parzen Estimator (Bergstra et al. 2011, "Algorithms for Hyper-Parameter
//! Optimization", section 4): points that are likely among the good ones and unlikely among the rest.
//!
//! What is observed is split in two by value. Each part makes a density: a sum of [kernels](kernel),
//! one for each point and an even one for what nobody knows. A candidate is drawn from that of the
//! good points; of several the one with the best ratio of the densities is taken, which is the one
//! with the best expected improvement.
//!
//! | choice | here |
//! |---|---|
//! | several axes | a kernel is the product over the axes: it knows what belongs together (as in Falkner et al. 2018, BOHB) |
//! | an axis that a point has not | is even in its kernel, and not counted in a candidate without it |
//! | width of the kernels | narrows with the number of points, by Scott's rule |
//! | points without a value yet, and failed ones | are among the rest: nobody else goes there |
//!
//! It knows nothing of keys, texts and conditions; all numbers come from the [`Stream`] given.

mod kernel;

use kernel::{Kernel, Spot};

use super::axis::Axis;
use super::stream::Stream;

/// How many of the points count as good at most.
const GOOD: usize = 25;

/// The narrowest and the widest kernel, in parts of the axis.
const WIDTHS: (f64, f64) = (0.01, 0.15);

/// A value on each axis; `None` on those that the point has not.
pub(super) type Position = Vec<Option<f64>>;

/// A point and how good it was; higher is better, `None` is not known yet or came to nothing.
#[derive(Clone, Debug)]
pub(super) struct Observation {
    pub(super) position: Position,
    pub(super) merit: Option<f64>,
}

/// What has been observed, as two densities.
#[derive(Debug)]
pub(super) struct Estimator<'a> {
    axes: &'a [Axis],
    good: Density,
    rest: Density,
}

/// A sum of kernels with equal weights, the even one not among them.
#[derive(Debug)]
struct Density {
    kernels: Vec<Vec<Kernel>>,
}

impl<'a> Estimator<'a> {
    /// Splits what was observed: of the points with a value the share `gamma` is good.
    pub(super) fn new(axes: &'a [Axis], observed: &[Observation], gamma: f64) -> Self {
        let mut valued: Vec<(f64, &Position)> =
            observed.iter().filter_map(|one| Some((one.merit?, &one.position))).collect();
        valued.sort_by(|a, b| b.0.total_cmp(&a.0)); // stable: of equal ones the older first
        let count = ((gamma * valued.len() as f64).ceil() as usize).min(GOOD);
        let (good, rest) = valued.split_at(count);
        let unknown = observed.iter().filter(|one| one.merit.is_none()).map(|one| &one.position);
        let rest = rest.iter().map(|one| one.1).chain(unknown);
        Self {
            axes,
            good: Density::new(axes, good.iter().map(|one| one.1)),
            rest: Density::new(axes, rest),
        }
    }

    /// A point that is likely among the good ones, with a value on every axis.
    pub(super) fn draw(&self, stream: &mut Stream) -> Vec<f64> {
        let kernel = self.good.kernels.get(stream.below(self.good.kernels.len() + 1));
        let on_axis = |(index, axis): (usize, &Axis)| match kernel {
            Some(kernel) => kernel[index].draw(axis, stream),
            None => axis.draw(stream),
        };
        self.axes.iter().enumerate().map(on_axis).collect()
    }

    /// How much likelier a point is among the good ones, as a logarithm.
    pub(super) fn score(&self, position: &Position) -> f64 {
        self.good.ln_at(self.axes, position) - self.rest.ln_at(self.axes, position)
    }
}

impl Density {
    fn new<'p>(axes: &[Axis], points: impl Iterator<Item = &'p Position>) -> Self {
        let points: Vec<&Position> = points.collect();
        let count = points.len() as f64;
        let free = axes.iter().filter(|axis| axis.count() != Some(1)).count();
        let width = WIDTHS.1 * count.max(1.0).powf(-1.0 / (free as f64 + 4.0));
        let width = width.max(WIDTHS.0);
        let kernel = |axis: &Axis, value: Option<f64>| match value {
            Some(value) => {
                let categories = if let Axis::Categories(n) = axis { *n as f64 } else { 1.0 };
                // As if the even kernel's one observation was shared out among the categories.
                let others = categories / (categories + count + 1.0);
                Kernel::new(axis, value, width, others)
            }
            None => Kernel::Even,
        };
        let of = |point: &&Position| axes.iter().zip(*point).map(|(a, v)| kernel(a, *v)).collect();
        Self { kernels: points.iter().map(of).collect() }
    }

    /// The logarithm of the density at a point, on the axes that it has.
    fn ln_at(&self, axes: &[Axis], position: &Position) -> f64 {
        let values = axes.iter().zip(position).enumerate();
        let spots: Vec<(usize, &Axis, Spot)> = values
            .filter_map(|(index, (axis, value))| Some((index, axis, Spot::new(axis, (*value)?))))
            .collect();
        let even = spots.iter().map(|(_, axis, spot)| Kernel::Even.ln_density(axis, *spot)).sum();
        let term = |kernels: &Vec<Kernel>| -> f64 {
            spots.iter().map(|(index, axis, spot)| kernels[*index].ln_density(axis, *spot)).sum()
        };
        let terms: Vec<f64> = self.kernels.iter().map(term).chain([even]).collect();
        let highest = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = terms.iter().map(|term| (term - highest).exp()).sum();
        highest + sum.ln() - (terms.len() as f64).ln()
    }
}

#[cfg(test)]
mod tests;
