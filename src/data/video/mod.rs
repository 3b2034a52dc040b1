//! Frames of video files, decoded by a real `ffmpeg` process.
//!
//! Decides which frames belong to a stretch of a file and what an unreadable file means. It knows
//! nothing of clips. Invariant: the frames of a stretch are those whose time stamp lies within
//! it, whatever the key frames, the frame rate or its constancy.
//!
//! | file | is read as |
//! |---|---|
//! | whole | the frames of the stretch |
//! | ends early, or breaks off | the whole frames that are there |
//! | empty, no video, cannot be decoded | no frame; the data set puts a black clip there and counts it |
//! | absent | an error |
//!
//! Source: `torchvision.io.read_video` with `pts_unit='sec'` (time stamps between
//! `floor(start / time_base)` and `ceil(end / time_base)`) and `cv2.CAP_PROP_FPS`.

mod decode;
mod probe;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::files;

use super::anticipation::Span;
use super::error::DataError;
use super::pixels::Frames;

pub use probe::VideoInfo;

/// Reads videos; what is learnt about a file is kept.
#[derive(Debug, Default)]
pub struct VideoFiles {
    known: Mutex<HashMap<PathBuf, Option<Arc<VideoInfo>>>>,
}

impl VideoFiles {
    /// What a file says about its video stream; `None` for one that holds no readable video.
    ///
    /// # Errors
    /// When the file is absent or `ffprobe` cannot be run.
    pub fn info(&self, path: &Path) -> Result<Option<Arc<VideoInfo>>, DataError> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(info) = known().get(path) {
            return Ok(info.clone());
        }
        if !files::is_file(path) {
            return Err(DataError::NoVideo { path: path.to_owned() });
        }
        let info = probe::probe(path)?.map(Arc::new);
        if info.is_none() {
            tracing::warn!(path = %path.display(), "no readable video stream; clips of it are black");
        }
        known().insert(path.to_owned(), info.clone());
        Ok(info)
    }

    /// The frames between two times, in order, both ends inclusive.
    ///
    /// # Errors
    /// When the file is absent, `ffmpeg` cannot be run, or the stretch is too large to hold.
    pub fn read(&self, path: &Path, span: Span) -> Result<Frames, DataError> {
        match self.info(path)? {
            Some(info) => decode::decode(path, &info, span),
            None => Ok(Frames::default()),
        }
    }
}

/// How the file is named to ffmpeg: never as a protocol or a flag.
fn url(path: &Path) -> std::ffi::OsString {
    let mut url = std::ffi::OsString::from("file:");
    url.push(path);
    url
}

/// The error of a program that cannot be started.
fn not_run(program: &'static str) -> impl Fn(std::io::Error) -> DataError {
    move |source| DataError::Program { program, source }
}

#[cfg(test)]
mod tests;
