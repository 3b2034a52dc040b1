//! A world as video files, where EPIC-Kitchens-55 has them.

use std::path::Path;

use crate::files;

use super::{FRAMES_PER_TICK, Split, Video, World};
use crate::data::error::DataError;
use crate::data::reader::PaintedReader;
use crate::data::video::encode;
use crate::data::{RULSTM_FPS, SYNTHETIC_MARKER};

/// Where the configs look for the videos of EPIC-Kitchens-55's own training set, which all are of.
const TRAIN: &str = "train";

impl World {
    /// Writes every video of both splits below `dir`, in pictures of `size` by `size` pixels, and
    /// returns how many there are.
    ///
    /// # Errors
    /// When `ffmpeg` cannot be run, or a video cannot be written.
    pub fn write_videos(&self, dir: &Path, size: usize) -> Result<usize, DataError> {
        let dir = dir.join(TRAIN);
        files::create_dir_all(&dir)?;
        files::write_atomic(&dir.join(SYNTHETIC_MARKER), b"generated, not recorded\n")?;
        for split in [Split::Train, Split::Val] {
            let annotations = self.annotations(split);
            let painter = PaintedReader::new(&self.pictures(size), &annotations)?;
            let videos = self.videos.iter().filter(|v| v.split == split).enumerate();
            for (index, video) in videos {
                let path = dir.join(&annotations.video_files[index]);
                path.parent().map_or(Ok(()), files::create_dir_all)?;
                let frames = (0..=last_frame(video)).map(|frame| painter.paint(index, [frame]));
                encode(&path, (size, size), RULSTM_FPS, frames)?;
            }
        }
        Ok(self.videos.len())
    }
}

/// A second after the end of the last action.
fn last_frame(video: &Video) -> i64 {
    let end = video.actions.last().map_or(0, |a| a.end * FRAMES_PER_TICK);
    (end + RULSTM_FPS as u64) as i64
}
