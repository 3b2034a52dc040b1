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
//! Of a long stretch a clip keeps few frames. Which ones depends on how many there are, so their
//! number is worked out first; `ffmpeg` says what it was, and a stretch is decoded again when it was
//! wrong: the rate varies, or the file ends. From then on the file's own time stamps are counted.
//!
//! | file of this folder | decides |
//! |---|---|
//! | `probe`, `stamps` | what is known of a file: size, rate, time stamps |
//! | `reading` | what is decoded, once or again |
//! | `command`, `decode`, `seen` | one run of `ffmpeg` |
//! | `encode` | how a video is written |
//!
//! Source: `torchvision.io.read_video` with `pts_unit='sec'` and the backend `video_reader`, as the
//! original sets it (time stamps between `floor(start / time_base)` and `ceil(end / time_base)`), and
//! `cv2.CAP_PROP_FPS`.

mod command;
mod decode;
mod encode;
mod error;
mod probe;
mod reading;
mod seen;
mod stamps;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use crate::files;

use super::anticipation::Span;
use super::pixels::Frames;

pub use encode::encode;
pub use error::VideoError;
pub use probe::VideoInfo;
pub use reading::{Stretch, TOGETHER};
use stamps::Stamps;

/// What the luma and colour differences of a video become red, green and blue by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorMatrix {
    /// The matrix that the file names, that of BT.601 where it names none.
    #[default]
    File,
    /// That of BT.601, whatever the file names.
    Bt601,
}

/// Reads videos; what is learnt about a file is kept.
#[derive(Debug, Default)]
pub struct VideoFiles {
    colors: ColorMatrix,
    known: Mutex<HashMap<PathBuf, Option<Arc<VideoInfo>>>>,
    /// Time stamps of files whose frames do not follow from their rate.
    listed: Mutex<HashMap<PathBuf, Stamps>>,
}

/// Whether the programs that read videos can be run.
///
/// # Errors
/// When one cannot.
pub fn check_programs() -> Result<(), VideoError> {
    for program in ["ffmpeg", "ffprobe"] {
        let mut asked = Command::new(program);
        asked.arg("-version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        asked.status().map_err(not_run(program))?;
    }
    Ok(())
}

impl VideoFiles {
    /// Reads with a certain matrix.
    pub fn with_colors(colors: ColorMatrix) -> Self {
        Self { colors, ..Self::default() }
    }

    /// What a file says about its video stream; `None` for one that holds no readable video.
    ///
    /// # Errors
    /// When the file is absent or `ffprobe` cannot be run.
    pub fn info(&self, path: &Path) -> Result<Option<Arc<VideoInfo>>, VideoError> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(info) = known().get(path) {
            return Ok(info.clone());
        }
        if !files::is_file(path) {
            return Err(VideoError::Absent { path: path.to_owned() });
        }
        let info = probe::probe(path)?.map(Arc::new);
        if info.is_none() {
            tracing::warn!(path = %path.display(), "no readable video stream; clips of it are black");
        }
        known().insert(path.to_owned(), info.clone());
        Ok(info)
    }

    /// The frames between two times, both ends inclusive, that `choose` picks when told how many
    /// there are, in its order. What it is told last is right.
    ///
    /// # Errors
    /// When the file is absent or changes, `ffmpeg` cannot be run or is stopped, or the frames are
    /// too large to hold.
    pub fn read(
        &self,
        path: &Path,
        span: Span,
        choose: &mut dyn FnMut(usize) -> Vec<usize>,
    ) -> Result<Frames, VideoError> {
        let mut read = self.read_all(vec![Stretch { path, span, choose }]);
        read.pop().unwrap_or_else(|| Ok(Frames::default()))
    }

    /// What [`VideoFiles::read`] gives for each of several stretches; `ffmpeg` is started once for
    /// several small ones.
    pub fn read_all(&self, wanted: Vec<Stretch<'_>>) -> Vec<Result<Frames, VideoError>> {
        reading::read_all(self, wanted)
    }

    /// What [`VideoFiles::read_all`] gives for the first stretch and for those that one run of
    /// `ffmpeg` decodes with it.
    pub fn read_first<'a>(
        &self,
        wanted: impl Iterator<Item = Stretch<'a>>,
    ) -> Vec<Result<Frames, VideoError>> {
        reading::read_first(self, wanted)
    }

    /// How many frames have time stamps within two, as far as is known without decoding.
    fn expect(&self, path: &Path, info: &VideoInfo, ticks: (i64, i64)) -> usize {
        let listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        listed.get(path).map_or_else(|| info.frames_within(ticks), |stamps| stamps.within(ticks))
    }

    /// Takes note that the frames of a file do not follow from its rate.
    fn unsteady(&self, path: &Path) -> Result<(), VideoError> {
        let listed = || self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        if !listed().contains_key(path) {
            let stamps = stamps::list(path)?;
            listed().insert(path.to_owned(), stamps);
        }
        Ok(())
    }
}

/// How the file is named to ffmpeg: never as a protocol or a flag.
fn url(path: &Path) -> std::ffi::OsString {
    let mut url = std::ffi::OsString::from("file:");
    url.push(path);
    url
}

/// The error of a program that cannot be started.
fn not_run(program: &'static str) -> impl Fn(std::io::Error) -> VideoError {
    move |source| VideoError::Program { program, source }
}

#[cfg(test)]
mod tests;
