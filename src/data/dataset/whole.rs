//! The clips of a whole video, one that ends at each of its frames: what a feature of a frame is of.
//!
//! Frames are numbered as RULSTM's reader addresses them, 30 a second; frame `n` is at `n`
//! thirtieths of a second, and its clip shows nothing of what comes after it.

use crate::data::annotations::{Labels, Segment};
use crate::data::clip::SampleStrategy;
use crate::data::error::DataError;
use crate::data::reader::frame_key;
use crate::data::{RULSTM_FPS, Uid};

use super::{Dataset, DatasetConfig};

/// What a length may be off by, for having been divided.
const ROUNDING: f64 = 1e-6;

impl Dataset {
    /// Refuses what has another number of channels.
    ///
    /// # Errors
    /// Then.
    pub fn check_channels(&self, expected: usize) -> Result<(), DataError> {
        let found = self.channels();
        if found == expected {
            return Ok(());
        }
        Err(DataError::Joined {
            what: "channels",
            found: found.to_string(),
            expected: expected.to_string(),
        })
    }

    /// The frames of a video, `rate` a second, before its end.
    ///
    /// # Errors
    /// When the reader does not know how long it is.
    pub fn frames(&self, video: usize, rate: f64) -> Result<Vec<i64>, DataError> {
        Ok(frames(self.input.seconds(video)?, rate))
    }

    /// Clips as this data set has them, without labels, of one video: sample `i` ends at
    /// `frames[i]`.
    ///
    /// # Errors
    /// A video that cannot be asked for its frame rate, a frame before which nothing can be read.
    pub fn clips_ending_at(&self, video: usize, frames: &[i64]) -> Result<Self, DataError> {
        let fps = self.input.frame_rate(video)?.unwrap_or(RULSTM_FPS);
        let requested = self.clip.frame_rate.unwrap_or(fps);
        // As many frames as a clip is picked from. A little less, so that the end, which is then
        // nearer than they reach, is not worked out from the start: rounding would lose a frame.
        let frames_wide = (self.clip.num_frames as f64 * (fps / requested)).round_ties_even();
        let length = frames_wide / fps * (1.0 - ROUNDING);
        let name = &self.annotations.videos[video];
        let segment = |frame: &i64| Segment {
            uid: Uid::Text(frame_key(name, *frame).into()),
            video,
            start: time_of(*frame) - length,
            end: time_of(*frame),
            labels: Labels::NONE,
        };
        let mut annotations = self.annotations.clone();
        annotations.segments = frames.iter().map(segment).collect();
        let config = DatasetConfig {
            anticipation: None,
            sample_strategy: SampleStrategy::Last,
            ..self.config.clone()
        };
        Self::new(&config, annotations, self.input.clone(), &self.clip)
    }
}

fn frames(seconds: f64, rate: f64) -> Vec<i64> {
    let end = seconds * RULSTM_FPS - ROUNDING;
    (1..)
        .map(|i: i64| (i as f64 * RULSTM_FPS / rate).round_ties_even() as i64)
        .take_while(|frame| (*frame as f64) < end)
        .collect()
}

/// The first moment that belongs to a frame: `floor(30 * t)` is its number.
fn time_of(frame: i64) -> f64 {
    let time = frame as f64 / RULSTM_FPS;
    if (time * RULSTM_FPS).floor() as i64 == frame { time } else { time.next_up() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_belong_to_their_frames() {
        for frame in 0..200_000 {
            assert_eq!((time_of(frame) * RULSTM_FPS).floor() as i64, frame);
        }
    }

    #[test]
    fn frames_are_those_before_the_end() {
        assert_eq!(frames(0.2, 30.0), [1, 2, 3, 4, 5]);
        assert_eq!(frames(0.201, 30.0), [1, 2, 3, 4, 5, 6]);
        assert_eq!(frames(0.34, 15.0), [2, 4, 6, 8, 10]);
        assert_eq!(frames(0.3, 25.0), [1, 2, 4, 5, 6, 7, 8]);
        assert!(frames(0.0, 30.0).is_empty() && frames(1.0 / 30.0, 30.0).is_empty());
    }
}
