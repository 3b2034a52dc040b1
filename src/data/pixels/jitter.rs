//! Colour jitter in 8 bits, as torchvision's `ColorJitter` on a Pillow image.
//!
//! The frames of a clip are one tall image, so that one mean grey serves the contrast of all. The
//! arithmetic is Pillow's, truncation included.

use super::crop::Window;
use super::{Pixels, hue};

/// One change of colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Change {
    /// Towards black (below 1) or away from it.
    Brightness(f32),
    /// Towards the mean grey, or away from it.
    Contrast(f32),
    /// Towards grey, or away from it.
    Saturation(f32),
    /// Around the colour circle, as a share of a turn in [-0.5, 0.5].
    Hue(f32),
}

/// The changes that need the whole of a clip, up to the last contrast, and those of single pixels.
pub(super) fn split(changes: &[Change]) -> (&[Change], &[Change]) {
    let contrast = changes.iter().rposition(|change| matches!(change, Change::Contrast(_)));
    changes.split_at(contrast.map_or(0, |at| at + 1))
}

/// Rounds every value down to 8 bits.
pub(super) fn round_down(clip: &mut Pixels) {
    clip.data.iter_mut().for_each(|value| *value = f32::from(byte(*value)) / 255.0);
}

fn byte(value: f32) -> u8 {
    (value * 255.0) as u8
}

/// A clip in 8 bits.
pub(super) struct Image {
    pixels: Vec<[u8; 3]>,
    /// T, H, W
    shape: [usize; 3],
}

impl Image {
    /// Rounds a clip down.
    pub fn of(clip: &Pixels) -> Self {
        let [_, t, height, width] = clip.shape;
        let channel = t * height * width;
        let pixel = |at: usize| [0, 1, 2].map(|c| byte(clip.data[c * channel + at]));
        Self { pixels: (0..channel).map(pixel).collect(), shape: [t, height, width] }
    }

    /// The part in a window.
    pub fn cut(self, window: Window) -> Self {
        let [t, height, width] = self.shape;
        let mut pixels = Vec::with_capacity(t * window.height * window.width);
        for frame in self.pixels.chunks_exact(height * width) {
            for row in frame.chunks_exact(width).skip(window.top).take(window.height) {
                pixels.extend_from_slice(&row[window.left..window.left + window.width]);
            }
        }
        Self { pixels, shape: [t, window.height, window.width] }
    }

    /// Back to [0, 1].
    pub fn into_clip(self) -> Pixels {
        let [t, height, width] = self.shape;
        let value = |c: usize| self.pixels.iter().map(move |pixel| f32::from(pixel[c]) / 255.0);
        Pixels { data: (0..3).flat_map(value).collect(), shape: [3, t, height, width] }
    }

    /// Changes the colours in order.
    pub fn change(&mut self, changes: &[Change]) {
        let image = &mut self.pixels;
        for change in changes {
            match *change {
                Change::Brightness(factor) => blend_each(image, factor, |_| [0; 3]),
                Change::Contrast(factor) => {
                    let grey = mean_grey(image);
                    blend_each(image, factor, |_| [grey; 3]);
                }
                Change::Saturation(factor) => blend_each(image, factor, |pixel| [luma(pixel); 3]),
                Change::Hue(turn) => {
                    // torchvision: the truncated number of 255ths of a turn, modulo 256
                    let shift = (f64::from(turn) * 255.0) as i32 as u8;
                    image.iter_mut().for_each(|pixel| *pixel = hue::shifted(*pixel, shift));
                }
            }
        }
    }
}

/// Pillow's grey of a colour.
fn luma([r, g, b]: [u8; 3]) -> u8 {
    let sum = 19_595 * u32::from(r) + 38_470 * u32::from(g) + 7_471 * u32::from(b);
    ((sum + 0x8000) >> 16) as u8
}

fn mean_grey(image: &[[u8; 3]]) -> u8 {
    let sum: u64 = image.iter().map(|pixel| u64::from(luma(*pixel))).sum();
    (sum as f64 / image.len().max(1) as f64 + 0.5) as u8
}

/// `Image.blend(plain, image, factor)`; the conversion to a byte stops at its ends.
fn blend_each(image: &mut [[u8; 3]], factor: f32, plain: impl Fn([u8; 3]) -> [u8; 3]) {
    for pixel in image {
        let from = plain(*pixel);
        for (value, from) in pixel.iter_mut().zip(from) {
            let from = f32::from(from);
            *value = (from + factor * (f32::from(*value) - from)) as u8;
        }
    }
}
