//! Pictures painted from the labels: no video, no download, any annotations.
//!
//! A picture is a field of `GRID` by `GRID` plain squares. The first three elements of the frame's
//! simulated feature are the colour of the whole, the others what each square's differs by. So a
//! verb and a noun have their colours and patterns, noise covers them, and what is said of
//! [`SimulatedReader`]'s honesty holds here.

use super::simulated::{SimulatedConfig, SimulatedReader};
use super::{Choose, PictureReader, ReadType, Request};
use crate::data::annotations::Annotations;
use crate::data::error::DataError;
use crate::data::pixels::Frames;
use crate::data::{DataKind, RULSTM_FPS};

/// Squares along a side.
const GRID: usize = 4;
/// Brightness above the middle grey of an element of 1, for the whole and for a square.
const GAIN: (f32, f32) = (60.0, 30.0);
/// Elements of a feature: a colour of the whole and one of each square.
const DIM: usize = 3 * (1 + GRID * GRID);

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
        let features = SimulatedConfig { dim: DIM, noise, seed };
        let features = SimulatedReader::new(&features, annotations)?;
        Ok(Self { size, features })
    }

    /// The picture of each of some frames of a video; frame `n` is shown at `n` thirtieths of a
    /// second.
    pub fn paint(&self, video: usize, frames: impl IntoIterator<Item = i64>) -> Frames {
        let size = self.size;
        let mut painted = Frames { data: Vec::new(), count: 0, height: size, width: size };
        let mut feature = [0.0; DIM];
        for frame in frames {
            self.features.feature(video, frame, &mut feature);
            let (whole, squares) = feature.split_at(3);
            let square = |at: usize| at * GRID / size;
            for (y, x) in (0..size).flat_map(|y| (0..size).map(move |x| (y, x))) {
                let own = &squares[3 * (square(y) * GRID + square(x))..][..3];
                let colour = whole.iter().zip(own).map(|(whole, own)| {
                    (127.5 + GAIN.0 * whole + GAIN.1 * own).clamp(0.0, 255.0) as u8
                });
                painted.data.extend(colour);
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

    fn seconds(&self, video: usize) -> Result<f64, DataError> {
        super::Reader::seconds(&self.features, video)
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
