//! Pixels: frames of a video -> what a network sees.
//!
//! Decides size, crop, mirror, colours and scale of a clip, for training and for evaluation. Every
//! draw comes from the sample's own stream, so a clip looks the same whatever thread makes it.
//!
//! | step | training | evaluation |
//! |---|---|---|
//! | resize (`scale_h`, `scale_w`) | bilinear, the side drawn from a range | the same |
//! | mirror | with probability `flip_p` | - |
//! | colour jitter | in 8 bits, also without any jitter | - |
//! | `scale_pix_val`, `reverse_channels`, mean and deviation | all | all |
//! | crop | anywhere | 1 or 3 places, mirrored as well on request |
//!
//! Source: `common/transforms.py` and `func/train.py` of AVT. As there, the jitter step rounds every
//! value down to 8 bits even when nothing is jittered.

mod crop;
mod draw;
mod hue;
mod jitter;
mod resize;
mod transform;

pub use transform::{Jitter, Side, Transform, TransformConfig, Use};

/// Frames as they are decoded: red, green, blue, 8 bits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frames {
    /// T, H, W, 3
    pub data: Vec<u8>,
    /// T
    pub count: usize,
    /// H
    pub height: usize,
    /// W
    pub width: usize,
}

impl Frames {
    /// The clip that stands for a video without frames: black, 100 by 100.
    pub fn black(count: usize) -> Self {
        Self { data: vec![0; count * 100 * 100 * 3], count, height: 100, width: 100 }
    }

    /// Some of the frames, in the order asked for; a frame may come several times.
    pub fn select(&self, indices: impl Iterator<Item = usize>) -> Self {
        let size = self.height * self.width * 3;
        let mut data = Vec::new();
        let mut count = 0;
        for index in indices {
            data.extend_from_slice(&self.data[index * size..(index + 1) * size]);
            count += 1;
        }
        Self { data, count, ..*self }
    }
}

/// A clip of numbers, row-major: C, T, H, W.
#[derive(Clone, Debug, PartialEq)]
pub struct Pixels {
    /// The numbers.
    pub data: Vec<f32>,
    /// C, T, H, W
    pub shape: [usize; 4],
}

impl Pixels {
    /// Mirrored left to right.
    fn mirrored(&self) -> Self {
        let mut data = Vec::with_capacity(self.data.len());
        for row in self.data.chunks_exact(self.shape[3].max(1)) {
            data.extend(row.iter().rev());
        }
        Self { data, ..*self }
    }

    /// Blue first.
    fn reverse_channels(&mut self) {
        let channel = self.data.len() / self.shape[0].max(1);
        let (first, rest) = self.data.split_at_mut(channel);
        let last = rest.len() - channel;
        first.swap_with_slice(&mut rest[last..]);
    }
}
