//! Windows of a clip.

use super::Pixels;

/// A rectangle of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub top: usize,
    pub left: usize,
    pub height: usize,
    pub width: usize,
}

impl Window {
    /// All of a frame.
    pub fn whole((height, width): (usize, usize)) -> Self {
        Self { top: 0, left: 0, height, width }
    }

    /// A square.
    pub fn square((top, left): (usize, usize), side: usize) -> Self {
        Self { top, left, height: side, width: side }
    }

    /// What lies here after a frame of that width is mirrored.
    pub fn mirrored(self, width: usize) -> Self {
        Self { left: width - self.left - self.width, ..self }
    }
}

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

/// The part of a clip in a window.
pub(super) fn cut(clip: &Pixels, window: Window) -> Pixels {
    let [c, t, height, width] = clip.shape;
    let mut data = Vec::with_capacity(c * t * window.height * window.width);
    for plane in clip.data.chunks_exact(height * width) {
        for row in plane.chunks_exact(width).skip(window.top).take(window.height) {
            data.extend_from_slice(&row[window.left..window.left + window.width]);
        }
    }
    Pixels { data, shape: [c, t, window.height, window.width] }
}
