//! Where the elements of a strided array lie.

/// The positions of all elements in row-major order, for strides in elements.
///
/// The caller has checked that there are not too many.
pub(super) fn positions(shape: &[usize], strides: &[usize], offset: usize) -> Vec<usize> {
    if shape.contains(&0) {
        return Vec::new(); // other extents may be huge
    }
    let mut positions = vec![offset];
    for (extent, stride) in shape.iter().zip(strides) {
        let along = |start: usize| (0..*extent).map(move |i| start + i * stride);
        positions = positions.into_iter().flat_map(along).collect();
    }
    positions
}

/// Strides of a column-major array.
pub(super) fn fortran_strides(shape: &[usize]) -> Vec<usize> {
    shape
        .iter()
        .scan(1, |stride: &mut usize, extent| {
            let here = *stride;
            *stride = stride.saturating_mul(*extent);
            Some(here)
        })
        .collect()
}

/// One past the largest position, or `None` when it cannot be counted; zero without elements.
pub(super) fn reach(shape: &[usize], strides: &[usize], offset: usize) -> Option<usize> {
    if shape.contains(&0) {
        return Some(0);
    }
    let last = shape.iter().zip(strides).try_fold(offset, |at, (extent, stride)| {
        at.checked_add((extent - 1).checked_mul(*stride)?)
    });
    last?.checked_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_columns_and_views() {
        assert_eq!(positions(&[2, 3], &[3, 1], 0), [0, 1, 2, 3, 4, 5]);
        assert_eq!(positions(&[2, 3], &fortran_strides(&[2, 3]), 0), [0, 2, 4, 1, 3, 5]);
        assert_eq!(positions(&[], &[], 7), [7]);
        assert!(positions(&[usize::MAX, 0], &[1, 1], 0).is_empty());
        assert_eq!(positions(&[3], &[0], 2), [2, 2, 2]);
        assert_eq!(reach(&[2, 3], &[3, 1], 4), Some(10));
        assert_eq!(reach(&[0, 3], &[3, 1], 4), Some(0));
        assert_eq!(reach(&[usize::MAX], &[usize::MAX], 1), None);
    }
}
