//! The steps in order.
//!
//! Where one part of a clip is looked at, only that part is scaled; the mean grey of contrast is of
//! all of it.

use super::super::error::DataError;
use super::super::noise::Stream;
use super::crop::Window;
use super::draw::{Drawn, draw};
use super::jitter::{self, Image};
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
        let drawn = draw(&self.0, (frames.height, frames.width), &mut Stream::of(&[seed]));
        let (height, width) = drawn.size;
        match self.0.crop_size {
            Some(side) if side > height || side > width => Err(DataError::Setting {
                setting: "crop_size",
                value: side.to_string(),
                reason: format!("the scaled frames have {height} x {width} pixels"),
            }),
            _ => Ok(self.render(frames, &drawn)),
        }
    }

    /// The views that follow from what was drawn.
    fn render(&self, frames: &Frames, drawn: &Drawn) -> Vec<Pixels> {
        let whole = Window::whole(drawn.size);
        let square = |place| self.0.crop_size.map_or(whole, |side| Window::square(place, side));
        match (self.0.purpose, self.0.crop_size) {
            (Use::Train { .. }, _) => vec![self.training(frames, drawn, square(drawn.place))],
            (Use::Eval { .. }, None) => vec![self.evaluation(frames, drawn, whole)],
            (Use::Eval { crops, flips }, Some(side)) => {
                let places = crop::places(drawn.size.0, drawn.size.1, side, crops);
                let mut views: Vec<Pixels> = match places[..] {
                    [place] => vec![self.evaluation(frames, drawn, square(place))],
                    _ => {
                        let clip = self.evaluation(frames, drawn, whole);
                        places.iter().map(|place| crop::cut(&clip, square(*place))).collect()
                    }
                };
                if flips {
                    let mirrored: Vec<Pixels> = views.iter().map(Pixels::mirrored).collect();
                    views.extend(mirrored);
                }
                views
            }
        }
    }

    /// The view in a window.
    fn training(&self, frames: &Frames, drawn: &Drawn, window: Window) -> Pixels {
        let (of_all, of_each) = jitter::split(&drawn.changes);
        let seen = if of_all.is_empty() { window } else { Window::whole(drawn.size) };
        let from = if drawn.mirrored { seen.mirrored(drawn.size.1) } else { seen };
        let mut clip = resize::bilinear(frames, drawn.size, from);
        if drawn.mirrored {
            clip = clip.mirrored();
        }
        if drawn.changes.is_empty() {
            jitter::round_down(&mut clip);
        } else {
            let mut image = Image::of(&clip);
            image.change(of_all);
            if !of_all.is_empty() {
                image = image.cut(window);
            }
            image.change(of_each);
            clip = image.into_clip();
        }
        self.normalise(&mut clip);
        clip
    }

    fn evaluation(&self, frames: &Frames, drawn: &Drawn, window: Window) -> Pixels {
        let mut clip = resize::bilinear(frames, drawn.size, window);
        self.normalise(&mut clip);
        clip
    }

    /// Order, scale, mean and deviation of the colours.
    fn normalise(&self, clip: &mut Pixels) {
        if self.0.reverse_channels {
            clip.reverse_channels();
        }
        let channel = (clip.data.len() / clip.shape[0].max(1)).max(1);
        let factor = self.0.scale_pix_val as f32;
        for (c, values) in clip.data.chunks_mut(channel).enumerate() {
            let (mean, std) = (self.0.mean[c] as f32, self.0.std[c] as f32);
            values.iter_mut().for_each(|value| *value = (*value * factor - mean) / std);
        }
    }
}

#[cfg(test)]
mod tests;
