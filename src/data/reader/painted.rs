//! Pictures painted from the labels: no video, no download, any annotations.
//!
//! A picture is a chequered field of `GRID` by `GRID` plain squares whose colours are the elements
//! of the frame's simulated feature. So a verb and a noun have their patterns, noise covers them,
//! and what is said of [`SimulatedReader`]'s honesty holds here.

use super::simulated::{SimulatedConfig, SimulatedReader};
use super::{Choose, PictureReader, ReadType, Request};
use crate::data::annotations::Annotations;
use crate::data::error::DataError;
use crate::data::pixels::Frames;
use crate::data::{DataKind, RULSTM_FPS};

/// Squares along a side.
const GRID: usize = 4;
/// Brightness of an element of 1 above the middle grey.
const GAIN: f32 = 50.0;

/// What painted pictures look like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PaintedConfig {
    /// Pixels along a side.
    pub size: usize,
    /// Standard deviation of each colour's noise, see [`SimulatedConfig::noise`].
    pub noise: f32,
    /// Fixes patterns and noise.
    pub seed: u64,
}

/// A reader without files.
#[derive(Debug)]
pub struct PaintedReader {
    size: usize,
    features: SimulatedReader,
}

impl PaintedReader {
    /// Prepares the patterns of the classes of `annotations`.
    ///
    /// # Errors
    /// When the pictures are too small for their squares, or the noise is no number of at least 0.
    pub fn new(config: &PaintedConfig, annotations: &Annotations) -> Result<Self, DataError> {
        let PaintedConfig { size, noise, seed } = *config;
        if size < GRID {
            return Err(DataError::Setting {
                setting: "size",
                value: size.to_string(),
                reason: format!("painted pictures have at least {GRID} pixels along a side"),
            });
        }
        let dim = GRID * GRID * 3;
        let features = SimulatedReader::new(&SimulatedConfig { dim, noise, seed }, annotations)?;
        Ok(Self { size, features })
    }

    /// The picture of each of some frames of a video; frame `n` is shown at `n` thirtieths of a
    /// second.
    pub fn paint(&self, video: usize, frames: impl IntoIterator<Item = i64>) -> Frames {
        let size = self.size;
        let mut painted = Frames { data: Vec::new(), count: 0, height: size, width: size };
        let mut colours = [0.0; GRID * GRID * 3];
        for frame in frames {
            self.features.feature(video, frame, &mut colours);
            let byte = |value: f32| (127.5 + GAIN * value).clamp(0.0, 255.0) as u8;
            let colours = colours.map(byte);
            let square = |at: usize| at * GRID / size;
            for (y, x) in (0..size).flat_map(|y| (0..size).map(move |x| (y, x))) {
                let colour = (square(y) * GRID + square(x)) * 3;
                painted.data.extend_from_slice(&colours[colour..colour + 3]);
            }
            painted.count += 1;
        }
        painted
    }
}

impl PictureReader for PaintedReader {
    fn frame_rate(&self, _video: usize) -> Result<Option<f64>, DataError> {
        Ok(Some(RULSTM_FPS))
    }

    fn kind(&self) -> DataKind {
        super::Reader::kind(&self.features)
    }

    fn describe(&self) -> String {
        format!("painted {} {}", self.size, super::Reader::describe(&self.features))
    }

    fn read(&self, request: Request<'_>, choose: Choose<'_>) -> Result<Frames, DataError> {
        let window = request.window;
        let plan = ReadType::Normal.frames(window.start, window.end, RULSTM_FPS);
        let plan = plan.unwrap_or_default();
        let chosen = choose(plan.len());
        Ok(self.paint(request.video, chosen.into_iter().map(|index| plan[index])))
    }
}
