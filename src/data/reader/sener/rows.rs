//! Where the features of some frames go.

/// Rows of numbers, one for each of some frames; a frame may have several.
pub(super) struct Rows<'a> {
    /// The frame of each row.
    frames: &'a [usize],
    values: &'a mut [f32],
}

impl<'a> Rows<'a> {
    /// A row of `values` for each of `frames`.
    pub(super) fn new(frames: &'a [usize], values: &'a mut [f32]) -> Self {
        Self { frames, values }
    }

    /// Numbers in a row.
    pub(super) fn dim(&self) -> usize {
        self.values.len().checked_div(self.frames.len()).unwrap_or(0)
    }

    /// The first and the last frame; `None` when there is no row.
    pub(super) fn ends(&self) -> Option<(usize, usize)> {
        Some((*self.frames.iter().min()?, *self.frames.iter().max()?))
    }

    /// Whether there is a row for a frame.
    pub(super) fn wants(&self, frame: usize) -> bool {
        self.frames.contains(&frame)
    }

    /// Fills the rows of one frame.
    pub(super) fn put_frame(&mut self, frame: usize, value: impl Fn(usize) -> f32) {
        let dim = self.dim();
        for (row, _) in self.values.chunks_mut(dim).zip(self.frames).filter(|(_, f)| **f == frame) {
            row.iter_mut().enumerate().for_each(|(element, out)| *out = value(element));
        }
    }

    /// Fills one element of all rows.
    pub(super) fn put_element(&mut self, element: usize, value: impl Fn(usize) -> f32) {
        let dim = self.dim();
        for (row, frame) in self.values.chunks_mut(dim).zip(self.frames) {
            row[element] = value(*frame);
        }
    }
}
