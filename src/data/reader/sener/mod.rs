//! Sener's features of 50-Salads and Breakfast: one file a video, one vector a frame.
//!
//! Decides which frames a stretch has: those from `round(fps * start - 1)` to `round(fps * end - 1)`,
//! both included, counted from 0, as far as the file has them; `fps` is the rate of the video, which
//! is why the videos must be there unless the rate is given. Source: `SenerFeatsReader` of the
//! original (`datasets/breakfast_50salads.py`).

mod gz;
mod npy;
mod rows;

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::{Reader, Request};
use crate::data::annotations::Annotations;
use crate::data::error::DataError;
use crate::data::video::{VideoError, VideoFiles};
use crate::data::{DataKind, SYNTHETIC_MARKER};
use crate::files;

use rows::Rows;

/// Where features of one file a video are.
#[derive(Clone, Debug, PartialEq)]
pub struct SenerConfig {
    /// Directory of the files, named as the videos in the lists of the folds.
    pub feat_dir: PathBuf,
    /// How they are written.
    pub format: FeatureFormat,
    /// Frames per second of the features; `None` asks the videos.
    pub frame_rate: Option<f64>,
    /// Directories of those videos.
    pub root: Vec<PathBuf>,
}

/// How a file of features is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeatureFormat {
    /// Compressed text, `.gz`.
    Gz,
    /// An array of numpy, `.npy`.
    Npy,
}

/// Reads one file a video.
#[derive(Debug)]
pub struct SenerReader {
    videos: Vec<FeatureFile>,
    format: FeatureFormat,
    dim: usize,
    kind: DataKind,
}

/// The features of a video.
#[derive(Debug)]
struct FeatureFile {
    id: String,
    path: PathBuf,
    fps: f64,
    dim: usize,
    frames: usize,
    /// Where they are in an array.
    layout: Option<npy::Layout>,
}

impl SenerReader {
    /// Finds the file of every video of `annotations` and how many frames it has.
    ///
    /// # Errors
    /// Files that are missing, broken, or of different widths; without a frame rate, videos that
    /// are missing or have none.
    pub fn open(config: &SenerConfig, annotations: &Annotations) -> Result<Self, DataError> {
        let name = |id: &String| format!("{id}.{}", config.format.ending());
        let names: Vec<String> = annotations.videos.iter().map(name).collect();
        let absent = |name: &&String| !files::is_file(&config.feat_dir.join(name));
        let missing: Vec<String> = names.iter().filter(absent).cloned().collect();
        if !missing.is_empty() {
            let (path, of) = (config.feat_dir.clone(), names.len());
            return Err(DataError::StoreLacksVideos { path, missing, of });
        }
        let rates = rates(config, annotations)?;
        let open = |index: usize| {
            let path = config.feat_dir.join(&names[index]);
            config.format.open(annotations.videos[index].clone(), path, rates[index])
        };
        let videos = (0..names.len()).into_par_iter().map(open);
        let videos = videos.collect::<Result<Vec<FeatureFile>, DataError>>()?;
        let dim = videos.first().map_or(0, |video| video.dim);
        if let Some(other) = videos.iter().find(|video| video.dim != dim) {
            let reason = format!("it has {} elements a frame, `{}` has {dim}", other.dim, names[0]);
            return Err(bad(&other.path, reason));
        }
        let generated = files::is_file(&config.feat_dir.join(SYNTHETIC_MARKER));
        let kind = if generated { DataKind::Synthetic } else { DataKind::Real };
        Ok(Self { videos, format: config.format, dim, kind })
    }
}

/// Frames per second of every video.
fn rates(config: &SenerConfig, annotations: &Annotations) -> Result<Vec<f64>, DataError> {
    let names = &annotations.video_files;
    if let Some(rate) = config.frame_rate {
        return Ok(vec![rate; names.len()]);
    }
    let found: Vec<_> = names.iter().map(|name| files::find_below(&config.root, name)).collect();
    let absent = names.iter().zip(&found).filter(|(_, found)| found.is_none());
    let missing: Vec<String> = absent.map(|(name, _)| name.display().to_string()).collect();
    if !missing.is_empty() {
        let (roots, of) = (config.root.clone(), names.len());
        return Err(VideoError::Missing { roots, missing, of }.into());
    }
    let videos = VideoFiles::default();
    let rate = |path: &PathBuf| match videos.info(path)? {
        Some(info) => Ok(info.fps),
        None => {
            Err(bad(path, "no readable video stream: the rate of its features is not known".into()))
        }
    };
    found.par_iter().flatten().map(rate).collect()
}

impl FeatureFormat {
    fn ending(self) -> &'static str {
        match self {
            Self::Gz => "gz",
            Self::Npy => "npy",
        }
    }

    /// Elements of a vector of a file, and the number of its frames.
    ///
    /// # Errors
    /// A file that is broken, or written otherwise.
    pub fn extent(self, path: &Path) -> Result<(usize, usize), DataError> {
        match self {
            Self::Gz => gz::extent(path),
            Self::Npy => npy::Layout::read(path).map(|layout| (layout.dim, layout.frames)),
        }
    }

    fn open(self, id: String, path: PathBuf, fps: f64) -> Result<FeatureFile, DataError> {
        let layout = match self {
            Self::Gz => None,
            Self::Npy => Some(npy::Layout::read(&path)?),
        };
        let (dim, frames) = match &layout {
            Some(layout) => (layout.dim, layout.frames),
            None => gz::extent(&path)?,
        };
        Ok(FeatureFile { id, path, fps, dim, frames, layout })
    }
}

impl Reader for SenerReader {
    fn frame_rate(&self, video: usize) -> f64 {
        self.videos[video].fps
    }

    fn dim(&self) -> usize {
        self.dim
    }

    fn kind(&self) -> DataKind {
        self.kind
    }

    fn seconds(&self, video: usize) -> Result<f64, DataError> {
        let FeatureFile { fps, frames, .. } = &self.videos[video];
        Ok(*frames as f64 / fps)
    }

    fn describe(&self) -> String {
        let file = |file: &FeatureFile| format!("{} at {}", file.frames, file.fps);
        let files: Vec<String> = self.videos.iter().map(file).collect();
        format!("sener {:?} {} [{}]", self.format, self.dim, files.join(", "))
    }

    fn plan(&self, request: Request<'_>) -> Result<Vec<i64>, DataError> {
        let FeatureFile { id, fps, frames, .. } = &self.videos[request.video];
        let frame = |seconds: f64| (seconds * fps - 1.0).round_ties_even() as i64;
        let (start, end) = (request.window.start, request.window.end);
        let last = frame(end).min(*frames as i64 - 1);
        let plan: Vec<i64> = (frame(start).max(0)..=last).collect();
        if plan.is_empty() {
            return Err(DataError::NoFrames {
                uid: request.uid.clone(),
                video: id.clone(),
                start,
                end,
                reason: format!("its features are {frames} frames at {fps} a second"),
            });
        }
        Ok(plan)
    }

    fn fetch(
        &self,
        request: Request<'_>,
        plan: &[i64],
        kept: &[usize],
        out: &mut [f32],
    ) -> Result<(), DataError> {
        let FeatureFile { path, layout, .. } = &self.videos[request.video];
        let frames: Vec<usize> = kept.iter().map(|index| plan[*index] as usize).collect();
        let rows = &mut Rows::new(&frames, out);
        match layout {
            Some(layout) => layout.fetch(path, rows)?,
            None => gz::fetch(path, rows)?,
        }
        match out.iter().position(|value| !value.is_finite()) {
            Some(at) => {
                let (frame, value) = (frames[at / self.dim], out[at]);
                Err(bad(path, format!("frame {frame} contains {value}")))
            }
            None => Ok(()),
        }
    }
}

/// A file of features, or the video that gives their rate, that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("`{}`: {reason}", path.display())]
pub struct FeatureFileError {
    /// Which file.
    pub path: PathBuf,
    /// What is wrong.
    pub reason: String,
}

fn bad(path: &Path, reason: String) -> DataError {
    FeatureFileError { path: path.to_owned(), reason }.into()
}
