//! The grid of a search space, in Hydra's order: the last override varies fastest.

use super::error::SweepError;
use super::space::{Choice, Dimension, Domain, SearchSpace, not_discrete};
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
        let mut lengths: Vec<usize> = Vec::new();
        let mut axis_of: Vec<usize> = Vec::new();
        for (index, (dimension, choices)) in dimensions.iter().enumerate() {
            let partner = dimensions[..index].iter().position(|(other, _)| {
                dimension.is_zipped() && other.is_zipped() && other.tags() == dimension.tags()
            });
            let Some(partner) = partner else {
                axis_of.push(lengths.len());
                lengths.push(choices.len());
                continue;
            };
            let (first, length) = (&dimensions[partner].0, dimensions[partner].1.len());
            if length != choices.len() {
                return Err(SweepError::ZipLengths {
                    first: first.text().to_owned(),
                    second: dimension.text().to_owned(),
                    lengths: (length, choices.len()),
                    origin: dimension.origin().clone(),
                });
            }
            axis_of.push(axis_of[partner]);
        }
        let (axes, count) = strides(&lengths)?;
        Ok(Self { dimensions, axis_of, axes, count })
    }

    /// The value of every dimension in a job.
    pub(super) fn values(&self, job: usize) -> impl Iterator<Item = (&'s Dimension, &'s Choice)> {
        self.dimensions.iter().zip(&self.axis_of).map(move |((dimension, choices), axis)| {
            let (length, lasts) = self.axes[*axis];
            (*dimension, &choices[job / lasts % length])
        })
    }

    /// The overrides of a job.
    pub(super) fn overrides(&self, job: usize) -> Vec<OverrideArg> {
        self.values(job).map(|(dimension, choice)| dimension.pick(choice.text())).collect()
    }
}

fn choices(dimension: &Dimension) -> Result<(&Dimension, &[Choice]), SweepError> {
    match dimension.domain() {
        Domain::Choices(choices) => Ok((dimension, choices)),
        Domain::Interval { .. } => {
            let problem = "an interval has no discrete values";
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
