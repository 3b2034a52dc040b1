//! The steps in order, and what is drawn for each.

use super::super::error::DataError;
use super::super::noise::Stream;
use super::jitter::{self, Change};
use super::{Frames, Pixels, crop, resize};

/// A side after scaling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// So many pixels.
    Fixed(usize),
    /// Drawn for each clip, both ends included.
    Range(usize, usize),
}

impl Side {
    fn draw(self, stream: &mut Stream) -> usize {
        match self {
            Self::Fixed(side) => side,
            Self::Range(low, high) => low + stream.below((high - low) as u64 + 1) as usize,
        }
    }

    fn is_sound(self) -> bool {
        match self {
            Self::Fixed(side) => side > 0,
            Self::Range(low, high) => 0 < low && low <= high,
        }
    }
}

/// How far colours may be changed; 0 does not change them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Jitter {
    /// Factor in `1 ± brightness`.
    pub brightness: f64,
    /// Factor in `1 ± contrast`.
    pub contrast: f64,
    /// Factor in `1 ± saturation`.
    pub saturation: f64,
    /// Share of a turn in `± hue`, at most 0.5.
    pub hue: f64,
}

/// What is done to the frames of a video, `data_train` or `data_eval`.
#[derive(Clone, Debug, PartialEq)]
pub struct TransformConfig {
    /// Height, or the smaller side when there is no width.
    pub scale_h: Side,
    /// Width; `None` keeps the aspect.
    pub scale_w: Option<Side>,
    /// Side of the square crop; `None` crops nothing.
    pub crop_size: Option<usize>,
    /// Subtracted from red, green, blue (in the order after `reverse_channels`).
    pub mean: [f64; 3],
    /// Divides them.
    pub std: [f64; 3],
    /// Factor on values in [0, 1].
    pub scale_pix_val: f64,
    /// Blue first.
    pub reverse_channels: bool,
    /// What training and evaluation do differently.
    pub purpose: Use,
}

/// What training and evaluation do differently.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Use {
    /// One random view.
    Train {
        /// Probability of a mirrored clip.
        flip_p: f64,
        /// Colours.
        jitter: Jitter,
    },
    /// Fixed views.
    Eval {
        /// 1 or 3.
        crops: usize,
        /// Each crop mirrored as well, behind the plain ones.
        flips: bool,
    },
}

/// A checked [`TransformConfig`].
#[derive(Clone, Debug, PartialEq)]
pub struct Transform(TransformConfig);

impl Transform {
    /// Refuses what no clip can be made of.
    pub fn new(config: TransformConfig) -> Result<Self, DataError> {
        let refuse = |setting, value: String, reason: &str| {
            Err(DataError::Setting { setting, value, reason: reason.into() })
        };
        if !config.scale_h.is_sound() || config.scale_w.is_some_and(|side| !side.is_sound()) {
            let value = format!("{:?}, {:?}", config.scale_h, config.scale_w);
            return refuse("scale_h, scale_w", value, "a side has pixels, a range goes upwards");
        }
        if let Some(std) = config.std.iter().find(|std| !(std.is_finite() && **std != 0.0)) {
            return refuse("std", std.to_string(), "a deviation is finite and not 0");
        }
        match config.purpose {
            Use::Eval { crops, .. } if crops != 1 && crops != 3 => {
                refuse("eval_num_crops", crops.to_string(), "there are 1 or 3 crops")
            }
            Use::Train { jitter, .. } if !(0.0..=0.5).contains(&jitter.hue) => {
                refuse("color_jitter_hue", jitter.hue.to_string(), "a hue changes by 0 to 0.5")
            }
            _ => Ok(Self(config)),
        }
    }

    /// Views of a clip that an application makes; each is one [`Pixels`].
    pub fn views(&self) -> usize {
        match (self.0.purpose, self.0.crop_size) {
            (Use::Eval { crops, flips }, Some(_)) => crops * if flips { 2 } else { 1 },
            _ => 1,
        }
    }

    /// Turns frames into the views of a clip, each C, T, H, W; what is drawn depends on `seed`.
    ///
    /// # Errors
    /// When the scaled frames are smaller than the crop.
    pub fn apply(&self, frames: &Frames, seed: u64) -> Result<Vec<Pixels>, DataError> {
        let stream = &mut Stream::of(&[seed]);
        let config = &self.0;
        let clip = Pixels::from_frames(frames);
        let (height, width) = self.size(clip.size(), stream);
        let mut clip = resize::bilinear(&clip, height, width);
        if let Use::Train { flip_p, jitter } = config.purpose {
            if stream.unit() < flip_p {
                clip = clip.mirrored();
            }
            jitter::jitter(&mut clip, &changes(jitter, stream));
        }
        if config.reverse_channels {
            clip = clip.channels_reversed();
        }
        self.normalise(&mut clip);
        self.crops(clip, stream)
    }

    fn size(&self, (height, width): (usize, usize), stream: &mut Stream) -> (usize, usize) {
        let first = self.0.scale_h.draw(stream);
        match self.0.scale_w {
            Some(side) => (first, side.draw(stream)),
            None => {
                let factor = first as f64 / height.min(width) as f64;
                let scaled = |side: usize| ((side as f64 * factor) as usize).max(first);
                (scaled(height), scaled(width))
            }
        }
    }

    fn normalise(&self, clip: &mut Pixels) {
        let channel = (clip.data.len() / clip.shape[0].max(1)).max(1);
        let factor = self.0.scale_pix_val as f32;
        for (c, values) in clip.data.chunks_mut(channel).enumerate() {
            let (mean, std) = (self.0.mean[c] as f32, self.0.std[c] as f32);
            values.iter_mut().for_each(|value| *value = (*value * factor - mean) / std);
        }
    }

    fn crops(&self, clip: Pixels, stream: &mut Stream) -> Result<Vec<Pixels>, DataError> {
        let Some(side) = self.0.crop_size else { return Ok(vec![clip]) };
        let (height, width) = clip.size();
        if side > height || side > width {
            return Err(DataError::Setting {
                setting: "crop_size",
                value: side.to_string(),
                reason: format!("the scaled frames have {height} x {width} pixels"),
            });
        }
        Ok(match self.0.purpose {
            Use::Train { .. } => {
                let mut draw = |room: usize| stream.below(room as u64 + 1) as usize;
                vec![crop::square(&clip, (draw(height - side), draw(width - side)), side)]
            }
            Use::Eval { crops, flips } => {
                let places = crop::places(height, width, side, crops);
                let mut views: Vec<Pixels> =
                    places.into_iter().map(|place| crop::square(&clip, place, side)).collect();
                if flips {
                    views.extend(views.clone().into_iter().map(Pixels::mirrored));
                }
                views
            }
        })
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
