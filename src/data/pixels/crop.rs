//! Windows of a clip.

use super::Pixels;

/// Upper left corners of the crops of an evaluation: 1 (the middle) or 3 (upper left, middle, lower
/// right).
pub(super) fn places(
    height: usize,
    width: usize,
    side: usize,
    crops: usize,
) -> Vec<(usize, usize)> {
    let half = |room: usize| (room as f64 / 2.0).round_ties_even() as usize;
    let (down, across) = (height - side, width - side);
    let middle = (half(down), half(across));
    if crops == 1 { vec![middle] } else { vec![(0, 0), middle, (down, across)] }
}

/// The square of `side` pixels at a corner.
pub(super) fn square(clip: &Pixels, (top, left): (usize, usize), side: usize) -> Pixels {
    let [c, t, height, width] = clip.shape;
    let mut data = Vec::with_capacity(c * t * side * side);
    for plane in clip.data.chunks_exact(height * width) {
        for row in plane.chunks_exact(width).skip(top).take(side) {
            data.extend_from_slice(&row[left..left + side]);
        }
    }
    Pixels { data, shape: [c, t, side, side] }
}
