//! Which dimensions of a space advance together.

use super::error::SweepError;
use super::space::{Dimension, Domain};

/// For each dimension its axis, from 0 in order: zipped ones of the same tags share that of the
/// first.
///
/// # Errors
/// Zipped dimensions with different numbers of values.
pub(super) fn axes(dimensions: &[Dimension]) -> Result<Vec<usize>, SweepError> {
    let mut axes: Vec<usize> = Vec::with_capacity(dimensions.len());
    for (index, dimension) in dimensions.iter().enumerate() {
        let partner = dimensions[..index].iter().position(|other| {
            dimension.is_zipped() && other.is_zipped() && other.tags() == dimension.tags()
        });
        let Some(partner) = partner else {
            axes.push(axes.iter().max().map_or(0, |last| last + 1));
            continue;
        };
        let lengths = (length(&dimensions[partner]), length(dimension));
        if lengths.0 != lengths.1 {
            return Err(SweepError::ZipLengths {
                first: dimensions[partner].text().to_owned(),
                second: dimension.text().to_owned(),
                lengths,
                origin: dimension.origin().clone(),
            });
        }
        axes.push(axes[partner]);
    }
    Ok(axes)
}

/// How many values a dimension lists.
fn length(dimension: &Dimension) -> usize {
    match dimension.domain() {
        Domain::Choices(choices) => choices.len(),
        Domain::Interval { .. } => 0, // cannot be zipped
    }
}
