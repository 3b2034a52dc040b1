//! Bilinear scaling as `torch.nn.functional.interpolate(mode='bilinear')`: pixel centres aligned at
//! halves, no smoothing when shrinking.
//!
//! Straight from bytes, and only of the part that somebody looks at.

use super::crop::Window;
use super::{Frames, Pixels};

/// Where an output position lies between two input positions.
#[derive(Clone, Copy)]
struct Tap {
    low: usize,
    high: usize,
    /// Share of `high`.
    share: f32,
}

/// The taps of `count` output positions from `first` on.
fn taps(from: usize, to: usize, first: usize, count: usize) -> Vec<Tap> {
    let scale = from as f32 / to as f32;
    let tap = |at: usize| {
        let position = (scale * (at as f32 + 0.5) - 0.5).max(0.0);
        let low = (position as usize).min(from - 1);
        Tap { low, high: (low + 1).min(from - 1), share: position - low as f32 }
    };
    (first..first + count).map(tap).collect()
}

/// Scales every frame to `height` by `width`, values in [0, 1]; gives the window of it.
pub(super) fn bilinear(frames: &Frames, (height, width): (usize, usize), window: Window) -> Pixels {
    let rows = taps(frames.height, height, window.top, window.height);
    let columns = taps(frames.width, width, window.left, window.width);
    let plane = window.height * window.width;
    let shape = [3, frames.count, window.height, window.width];
    let mut data = vec![0.0; 3 * frames.count * plane];
    let size = (frames.height * frames.width * 3).max(1);
    for (t, frame) in frames.data.chunks_exact(size).enumerate() {
        let mut lines = Lines::new(frame, frames.width, &columns);
        for (y, row) in rows.iter().enumerate() {
            let [top, bottom] = lines.pair(row.low, row.high);
            let colours = top.chunks_exact(window.width).zip(bottom.chunks_exact(window.width));
            for (c, (top, bottom)) in colours.enumerate() {
                let out = &mut data[(c * frames.count + t) * plane + y * window.width..];
                for ((out, top), bottom) in out.iter_mut().zip(top).zip(bottom) {
                    *out = (1.0 - row.share) * top + row.share * bottom;
                }
            }
        }
    }
    Pixels { data, shape }
}

/// Lines of a frame scaled across, each made once: rows come from above to below, and neighbours
/// differ in the last bit of their number.
struct Lines<'a> {
    frame: &'a [u8],
    width: usize,
    columns: &'a [Tap],
    /// Number and values (3, columns) of an even and of an odd line.
    made: [(usize, Vec<f32>); 2],
    /// What a byte stands for.
    values: [f32; 256],
}

impl<'a> Lines<'a> {
    fn new(frame: &'a [u8], width: usize, columns: &'a [Tap]) -> Self {
        let none = || (usize::MAX, vec![0.0; 3 * columns.len()]);
        let values = std::array::from_fn(|byte| byte as f32 / 255.0);
        Self { frame, width, columns, made: [none(), none()], values }
    }

    /// Two neighbouring lines, or one twice.
    fn pair(&mut self, low: usize, high: usize) -> [&[f32]; 2] {
        self.make(low);
        self.make(high);
        [low, high].map(|line| self.made[line % 2].1.as_slice())
    }

    fn make(&mut self, line: usize) {
        let (number, made) = &mut self.made[line % 2];
        if *number == line {
            return;
        }
        *number = line;
        let bytes = &self.frame[line * self.width * 3..][..self.width * 3];
        for (c, out) in made.chunks_exact_mut(self.columns.len()).enumerate() {
            let value = |at: usize| self.values[usize::from(bytes[at * 3 + c])];
            for (out, tap) in out.iter_mut().zip(self.columns) {
                *out = (1.0 - tap.share) * value(tap.low) + tap.share * value(tap.high);
            }
        }
    }
}
