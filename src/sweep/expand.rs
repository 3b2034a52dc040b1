//! The grid of a search space, in Hydra's order: the last override varies fastest.

use super::error::SweepError;
use super::space::{Choice, Dimension, Domain, SearchSpace, not_discrete};
use super::zips;
use crate::config::OverrideArg;

/// How many jobs a sweep may have.
const LIMIT: usize = 1_000_000;

/// The overrides of each job; the table of [`crate::sweep`] says which. `options` lists the
/// options of a config group.
///
/// # Errors
/// An override that does not parse, a sweep without discrete values, zipped sweeps of different
/// lengths, too many jobs.
pub fn expand(
    overrides: &[OverrideArg],
    options: &dyn Fn(&str) -> Vec<String>,
) -> Result<Vec<Vec<OverrideArg>>, SweepError> {
    let space = SearchSpace::new(overrides, options)?;
    let grid = Grid::new(&space)?;
    Ok((0..grid.count).map(|job| grid.overrides(job)).collect())
}

/// Every combination of the values of a space.
pub(super) struct Grid<'s> {
    dimensions: Vec<(&'s Dimension, &'s [Choice])>,
    /// For each dimension the axis it advances on.
    axis_of: Vec<usize>,
    /// For each axis how many positions it has and how many jobs one of them lasts.
    axes: Vec<(usize, usize)>,
    pub(super) count: usize,
}

impl<'s> Grid<'s> {
    pub(super) fn new(space: &'s SearchSpace) -> Result<Self, SweepError> {
        let dimensions = space.dimensions().iter().map(choices).collect::<Result<Vec<_>, _>>()?;
        let axis_of = zips::axes(space.dimensions())?;
        let mut lengths: Vec<usize> = Vec::new();
        for ((_, choices), axis) in dimensions.iter().zip(&axis_of) {
            if *axis == lengths.len() {
                lengths.push(choices.len());
            }
        }
        let (axes, count) = strides(&lengths)?;
        Ok(Self { dimensions, axis_of, axes, count })
    }

    /// The value of every dimension in a job.
    pub(super) fn choices(&self, job: usize) -> impl Iterator<Item = &'s Choice> {
        self.dimensions.iter().zip(&self.axis_of).map(move |((_, choices), axis)| {
            let (length, lasts) = self.axes[*axis];
            &choices[job / lasts % length]
        })
    }

    /// The overrides of a job.
    fn overrides(&self, job: usize) -> Vec<OverrideArg> {
        let values = self.dimensions.iter().zip(self.choices(job));
        values.map(|((dimension, _), choice)| dimension.pick(choice.text())).collect()
    }
}

fn choices(dimension: &Dimension) -> Result<(&Dimension, &[Choice]), SweepError> {
    match dimension.domain() {
        Domain::Choices(choices) => Ok((dimension, choices)),
        Domain::Interval { .. } => {
            let problem = "an interval has no list of values; `hydra/sweeper=random` and `=tpe` draw \
                           from it";
            Err(not_discrete(dimension.text(), problem, dimension.origin()))
        }
    }
}

/// Lengths of axes -> each with how many jobs one position lasts, and how many jobs there are.
fn strides(lengths: &[usize]) -> Result<(Vec<(usize, usize)>, usize), SweepError> {
    let mut axes = Vec::with_capacity(lengths.len());
    let mut count: usize = 1;
    for length in lengths.iter().rev() {
        axes.push((*length, count.max(1)));
        let product = count.checked_mul(*length).filter(|count| *count <= LIMIT);
        count = product.ok_or(SweepError::TooMany { limit: LIMIT })?;
    }
    axes.reverse();
    Ok((axes, count))
}

#[cfg(test)]
mod tests;
