//! Pictures out of the video files of a data set.
//!
//! Source: `DefaultReader` of the original (`datasets/reader_fns.py`) and `get_abs_path` of
//! `datasets/base_video_dataset.py`.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::ahead::{Ahead, Expected, Here};
use super::{Choose, PictureReader, ReadStats, Request};
use crate::data::annotations::Annotations;
use crate::data::error::DataError;
use crate::data::pixels::Frames;
use crate::data::video::{ColorMatrix, Stretch, TOGETHER, VideoError, VideoFiles, check_programs};
use crate::data::{DataKind, SYNTHETIC_MARKER};
use crate::files;

/// Reads the videos of annotations.
#[derive(Debug)]
pub struct VideoReader {
    files: VideoFiles,
    /// The file of each video of the annotations.
    paths: Vec<PathBuf>,
    content: String,
    kind: DataKind,
    empty: AtomicU64,
    ahead: Ahead,
}

impl VideoReader {
    /// Finds every video below the first of `roots` that has it.
    ///
    /// # Errors
    /// When a video is in none, or `ffmpeg` cannot be run.
    pub fn open(
        roots: &[PathBuf],
        colors: ColorMatrix,
        annotations: &Annotations,
    ) -> Result<Self, DataError> {
        check_programs()?;
        let mut paths = Vec::with_capacity(annotations.videos.len());
        let mut missing = Vec::new();
        let mut content = String::from(match colors {
            ColorMatrix::File => "video",
            ColorMatrix::Bt601 => "video in bt601",
        });
        for name in &annotations.video_files {
            match files::find_below(roots, name) {
                Some(path) => {
                    content.push_str(&format!(" {}", files::size(&path)?));
                    paths.push(path);
                }
                None => missing.push(name.display().to_string()),
            }
        }
        if !missing.is_empty() {
            let (roots, of) = (roots.to_vec(), annotations.videos.len());
            return Err(VideoError::Missing { roots, missing, of }.into());
        }
        let generated = roots.iter().any(|root| files::is_file(&root.join(SYNTHETIC_MARKER)));
        let kind = if generated { DataKind::Synthetic } else { DataKind::Real };
        let (files, empty) = (VideoFiles::with_colors(colors), AtomicU64::new(0));
        Ok(Self { files, paths, content, kind, empty, ahead: Ahead::default() })
    }

    /// Reads a clip, and as many of those that will be asked for next as go with it.
    fn read_some(&self, request: Request<'_>, choose: Choose<'_>) -> Result<Frames, DataError> {
        let mut next = self.ahead.after(request.video, request.window, TOGETHER - 1);
        let mut told = vec![(0, Vec::new()); next.len()];
        let mut chooses: Vec<_> = next
            .iter()
            .zip(&mut told)
            .map(|(clip, told)| {
                move |count: usize| {
                    *told = (count, (clip.choose)(count));
                    told.1.clone()
                }
            })
            .collect();
        let stretches = chooses.iter_mut().zip(&next).map(|(choose, clip)| {
            let path: &Path = &self.paths[clip.video];
            Stretch { path, span: clip.window, choose }
        });
        let first = Stretch { path: &self.paths[request.video], span: request.window, choose };
        let mut read = self.files.read_first(std::iter::once(first).chain(stretches)).into_iter();
        let first = read.next().unwrap_or_else(|| Ok(Frames::default()));
        let here: Vec<_> = read.collect();
        drop(chooses);
        let left = next.split_off(here.len());
        // What could not be read is asked for again, alone, and says then why.
        let here = next.into_iter().zip(told).zip(here).filter_map(|((clip, told), frames)| {
            let ((count, chosen), frames) = (told, frames.ok()?);
            Some(Here { video: clip.video, window: clip.window, count, chosen, frames })
        });
        self.ahead.keep(here.collect(), left);
        Ok(first?)
    }
}

impl PictureReader for VideoReader {
    fn frame_rate(&self, video: usize) -> Result<Option<f64>, DataError> {
        Ok(self.files.info(&self.paths[video])?.map(|info| info.fps))
    }

    fn reads_ahead(&self) -> bool {
        true
    }

    fn expect(&self, expected: Vec<Expected>) {
        self.ahead.expect(expected);
    }

    fn kind(&self) -> DataKind {
        self.kind
    }

    fn seconds(&self, video: usize) -> Result<f64, DataError> {
        Ok(self.files.info(&self.paths[video])?.map_or(0.0, |info| info.seconds))
    }

    fn describe(&self) -> String {
        self.content.clone()
    }

    fn read(&self, request: Request<'_>, choose: Choose<'_>) -> Result<Frames, DataError> {
        let path = &self.paths[request.video];
        let frames = match self.ahead.take(request.video, request.window, choose) {
            Some(frames) => frames,
            None => self.read_some(request, choose)?,
        };
        self.ahead.tidy();
        if frames.count == 0 && self.empty.fetch_add(1, Ordering::Relaxed) == 0 {
            tracing::warn!(
                uid = %request.uid,
                path = %path.display(),
                "no frame from {} s to {} s: shown black; further clips are counted",
                request.window.start,
                request.window.end,
            );
        }
        Ok(frames)
    }

    fn stats(&self) -> ReadStats {
        ReadStats { empty: self.empty.load(Ordering::Relaxed), ..ReadStats::default() }
    }
}
