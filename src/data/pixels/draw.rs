//! What is drawn for one clip, all of it before a pixel is touched.
//!
//! Decides the order of draws, and with it which view a seed stands for.

use crate::data::noise::Stream;

use super::jitter::Change;
use super::transform::{Jitter, Side, TransformConfig, Use};

/// The draws of one clip.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Drawn {
    /// Height and width after scaling.
    pub size: (usize, usize),
    /// Whether it is mirrored.
    pub mirrored: bool,
    /// Changes of colour, in order.
    pub changes: Vec<Change>,
    /// Where the crop of a training clip is, after mirroring; of no meaning where there is none.
    pub place: (usize, usize),
}

/// Draws for a clip of that height and width.
pub(super) fn draw(config: &TransformConfig, from: (usize, usize), stream: &mut Stream) -> Drawn {
    let size = size(config, from, stream);
    let Use::Train { flip_p, jitter } = config.purpose else {
        return Drawn { size, mirrored: false, changes: Vec::new(), place: (0, 0) };
    };
    let mirrored = stream.unit() < flip_p;
    let changes = changes(jitter, stream);
    let side = config.crop_size.unwrap_or(0);
    let mut corner = |length: usize| match length.checked_sub(side) {
        Some(room) => stream.below(room as u64 + 1) as usize,
        None => 0,
    };
    Drawn { size, mirrored, changes, place: (corner(size.0), corner(size.1)) }
}

fn size(
    config: &TransformConfig,
    (height, width): (usize, usize),
    stream: &mut Stream,
) -> (usize, usize) {
    let first = side(config.scale_h, stream);
    match config.scale_w {
        Some(second) => (first, side(second, stream)),
        None => {
            let factor = first as f64 / height.min(width) as f64;
            let scaled = |side: usize| ((side as f64 * factor) as usize).max(first);
            (scaled(height), scaled(width))
        }
    }
}

fn side(side: Side, stream: &mut Stream) -> usize {
    match side {
        Side::Fixed(side) => side,
        Side::Range(low, high) => low + stream.below((high - low) as u64 + 1) as usize,
    }
}

/// The changes of one clip, in an order drawn anew.
fn changes(jitter: Jitter, stream: &mut Stream) -> Vec<Change> {
    let mut within = |low: f64, high: f64| (low + (high - low) * stream.unit()) as f32;
    let mut around = |by: f64| within((1.0 - by).max(0.0), 1.0 + by);
    let possible = [
        (jitter.brightness > 0.0).then(|| Change::Brightness(around(jitter.brightness))),
        (jitter.contrast > 0.0).then(|| Change::Contrast(around(jitter.contrast))),
        (jitter.saturation > 0.0).then(|| Change::Saturation(around(jitter.saturation))),
        (jitter.hue > 0.0).then(|| Change::Hue(within(-jitter.hue, jitter.hue))),
    ];
    let order = stream.permutation(possible.len());
    order.into_iter().filter_map(|at| possible[at]).collect()
}

#[cfg(test)]
mod tests;
