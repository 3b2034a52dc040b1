//! Readers: a stretch of a video -> feature vectors, or pictures.
//!
//! Two traits, chosen between in one `match` ([`open`]). Either kind of reader says how many frames
//! a stretch has before any is kept, so that only the frames of the clip are fetched.
//!
//! | file | reads |
//! |---|---|
//! | `rulstm`, `frames`, `lmdb` | RULSTM's stores of features |
//! | `sener` | features of one file a video |
//! | `simulated` | features made up from labels |
//! | `one_hot` | labels themselves |
//! | `video` | pictures out of video files |
//! | `painted` | pictures made up from labels |
//! | `stats` | nothing: counts what was made do with |
//! | `input` | any of them, as a data set sees it |
//! | `ahead` | clips of videos several at a time |

mod ahead;
mod frames;
mod input;
mod lmdb;
mod one_hot;
mod painted;
mod rulstm;
mod sener;
mod simulated;
mod stats;
mod video;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::annotations::Annotations;
use super::anticipation::Span;
use super::error::DataError;
use super::pixels::{Frames, Transform, TransformConfig};
use super::video::ColorMatrix;
use super::{DataKind, Uid};

pub use ahead::Expected;
pub use input::{Choose, Input, View};
pub use lmdb::{FeatureStore, FeatureWriter, frame_key};
pub use one_hot::{OneHotConfig, OneHotReader};
pub use painted::{PaintedConfig, PaintedReader};
pub use rulstm::{ReadType, RulstmReader};
pub use sener::{FeatureFileError, FeatureFormat, SenerConfig, SenerReader};
pub use simulated::{SimulatedConfig, SimulatedReader};
pub use stats::ReadStats;
pub use video::VideoReader;

/// How frames are obtained.
#[derive(Clone, Debug, PartialEq)]
pub enum ReaderConfig {
    /// LMDB stores in RULSTM's format.
    Rulstm {
        /// The stores; their features are concatenated.
        lmdb_path: Vec<PathBuf>,
        /// Which frames are read.
        read_type: ReadType,
        /// Whether using an earlier frame is logged.
        warn_if_using_closeby_frame: bool,
    },
    /// Features of one file a video.
    Sener(SenerConfig),
    /// Features derived from the labels.
    Simulated(SimulatedConfig),
    /// Labels.
    LabelOneHot(OneHotConfig),
    /// Pictures.
    Pictures {
        /// Where they come from.
        source: PictureSource,
        /// What is done to them.
        transform: TransformConfig,
    },
}

/// Where pictures come from.
#[derive(Clone, Debug, PartialEq)]
pub enum PictureSource {
    /// Video files, each below the first of some directories that has it.
    Video {
        /// The directories.
        root: Vec<PathBuf>,
        /// How colours are converted.
        colors: ColorMatrix,
    },
    /// Pictures derived from the labels.
    Painted(PaintedConfig),
}

/// What is asked of a reader: one segment's clip.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The segment, for errors.
    pub uid: &'a Uid,
    /// Index of its video in the annotations.
    pub video: usize,
    /// What is read, for errors.
    pub window: Span,
}

/// A source of per-frame feature vectors.
pub trait Reader: Send + Sync + fmt::Debug {
    /// Frames per second of a video.
    fn frame_rate(&self, video: usize) -> f64;

    /// Elements of a feature vector.
    fn dim(&self) -> usize;

    /// What the features are worth.
    fn kind(&self) -> DataKind;

    /// How long a video is.
    ///
    /// # Errors
    /// By default: not every reader knows.
    fn seconds(&self, _video: usize) -> Result<f64, DataError> {
        Err(length_unknown())
    }

    /// What the features depend on, for fingerprints; no paths.
    fn describe(&self) -> String;

    /// The frames a read of `window` yields, in order.
    ///
    /// # Errors
    /// When there is none.
    fn plan(&self, request: Request<'_>) -> Result<Vec<i64>, DataError>;

    /// Whether a read of `window` would find a frame, asked of every segment before a run starts.
    ///
    /// # Errors
    /// When it would not.
    fn check(&self, request: Request<'_>) -> Result<(), DataError> {
        self.plan(request).map(drop)
    }

    /// Reads `plan[kept[0]], plan[kept[1]], ...` into `out`, `kept.len() * dim` elements.
    ///
    /// # Errors
    /// When no frame of the whole plan is there, or one is no feature vector.
    fn fetch(
        &self,
        request: Request<'_>,
        plan: &[i64],
        kept: &[usize],
        out: &mut [f32],
    ) -> Result<(), DataError>;

    /// How often the reader had to make do so far.
    fn stats(&self) -> ReadStats {
        ReadStats::default()
    }
}

/// A source of pictures.
pub trait PictureReader: Send + Sync + fmt::Debug {
    /// Frames per second of a video; `None` when there is nothing to read in it.
    fn frame_rate(&self, video: usize) -> Result<Option<f64>, DataError>;

    /// What the pictures are worth.
    fn kind(&self) -> DataKind;

    /// How long a video is; 0 when there is nothing to read in it.
    ///
    /// # Errors
    /// By default: not every reader knows.
    fn seconds(&self, _video: usize) -> Result<f64, DataError> {
        Err(length_unknown())
    }

    /// What the pictures depend on, for fingerprints; no paths.
    fn describe(&self) -> String;

    /// The frames of a window that `choose` picks, in its order; it is told how many there are,
    /// perhaps more than once, and what it is told last is right. No frame at all when there is
    /// none to choose from.
    fn read(&self, request: Request<'_>, choose: Choose<'_>) -> Result<Frames, DataError>;

    /// Whether it is of use to say what will be read.
    fn reads_ahead(&self) -> bool {
        false
    }

    /// Says what this thread will read, in order; it need not.
    fn expect(&self, _expected: Vec<Expected>) {}

    /// How often the reader had to make do so far.
    fn stats(&self) -> ReadStats {
        ReadStats::default()
    }
}

fn length_unknown() -> DataError {
    DataError::Setting {
        setting: "reader_fn",
        value: "of videos whose length it does not know".into(),
        reason: "clips cannot be cut all along them".into(),
    }
}

/// Opens the reader of a config for the videos of `annotations`.
pub fn open(config: &ReaderConfig, annotations: &Annotations) -> Result<Input, DataError> {
    Ok(match config {
        ReaderConfig::Rulstm { lmdb_path, read_type, warn_if_using_closeby_frame } => {
            let stores = lmdb_path.iter().map(|p| FeatureStore::open(p));
            let stores = stores.collect::<Result<Vec<_>, _>>()?;
            let warn = *warn_if_using_closeby_frame;
            Input::Features(Arc::new(RulstmReader::new(stores, *read_type, warn, annotations)?))
        }
        ReaderConfig::Sener(config) => {
            Input::Features(Arc::new(SenerReader::open(config, annotations)?))
        }
        ReaderConfig::Simulated(config) => {
            Input::Features(Arc::new(SimulatedReader::new(config, annotations)?))
        }
        ReaderConfig::LabelOneHot(config) => {
            Input::Features(Arc::new(OneHotReader::new(*config, annotations)?))
        }
        ReaderConfig::Pictures { source, transform } => {
            let transform = Transform::new(transform.clone())?;
            Input::Pictures(pictures(source, annotations)?, transform)
        }
    })
}

fn pictures(
    source: &PictureSource,
    annotations: &Annotations,
) -> Result<Arc<dyn PictureReader>, DataError> {
    Ok(match source {
        PictureSource::Video { root, colors } => {
            Arc::new(VideoReader::open(root, *colors, annotations)?)
        }
        PictureSource::Painted(config) => Arc::new(PaintedReader::new(config, annotations)?),
    })
}
