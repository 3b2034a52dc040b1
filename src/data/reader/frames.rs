//! The frames of one video in a store, looked up one after the other.
//!
//! Decides which entry stands for a frame that is missing. The key is written once for a video; of
//! the next frame only the number changes, so that a look-up costs what the tree costs, and nothing
//! of that for a frame that was found before.

use std::fmt::Write as _;

use super::lmdb::{Session, frame_prefix};
use crate::data::error::DataError;

/// How many frames before a missing one are tried: never later ones, which would show the future.
pub(super) const BACKWARD: i64 = 9;

/// The frames of a video.
pub(super) struct Frames<'a> {
    session: &'a Session<'a>,
    video: u32,
    key: String,
    /// Length of the part of the key that all frames share.
    prefix: usize,
}

impl<'a> Frames<'a> {
    /// Those of `video`.
    pub(super) fn of(session: &'a Session<'a>, video: &str) -> Self {
        let key = frame_prefix(video);
        Self { session, video: session.video(video), prefix: key.len(), key }
    }

    /// Copies the vector of a frame, or of the nearest earlier one, to `out`; how many frames
    /// earlier it was found.
    pub(super) fn nearest(
        &mut self,
        frame: i64,
        out: &mut [f32],
    ) -> Result<Option<i64>, DataError> {
        for back in 0..=BACKWARD {
            if self.read(frame - back, out)? {
                return Ok(Some(back));
            }
        }
        Ok(None)
    }

    fn read(&mut self, frame: i64, out: &mut [f32]) -> Result<bool, DataError> {
        if self.session.read_known((self.video, frame), out) {
            return Ok(true);
        }
        self.seek(frame);
        self.session.read_key(&self.key, (self.video, frame), out)
    }

    fn seek(&mut self, frame: i64) {
        self.key.truncate(self.prefix);
        write!(self.key, "{frame:010}.jpg").expect("a string takes what is written");
    }
}
