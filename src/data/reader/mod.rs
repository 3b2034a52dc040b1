//! Readers: a stretch of a video -> feature vectors.
//!
//! One trait, chosen in one `match` ([`open`]). A reader says which frames it would read
//! ([`Reader::plan`]) before any is read, so that only the frames of the clip are fetched.

mod lmdb;
mod rulstm;
mod simulated;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::annotations::Annotations;
use super::anticipation::Span;
use super::error::DataError;
use super::{DataKind, Uid};

pub use lmdb::{FeatureStore, FeatureWriter, frame_key};
pub use rulstm::{ReadType, RulstmReader};
pub use simulated::{SimulatedConfig, SimulatedReader};

/// How features are obtained.
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
    /// Features derived from the labels.
    Simulated(SimulatedConfig),
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

/// How often a reader had to make do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadStats {
    /// Frames replaced by an earlier one.
    pub closeby: u64,
    /// Frames replaced by zeros.
    pub missing: u64,
}

/// A source of per-frame feature vectors.
pub trait Reader: Send + Sync + fmt::Debug {
    /// Frames per second.
    fn frame_rate(&self) -> f64;

    /// Elements of a feature vector.
    fn dim(&self) -> usize;

    /// What the features are worth.
    fn kind(&self) -> DataKind;

    /// What the features depend on, for fingerprints; no paths.
    fn describe(&self) -> String;

    /// The frames a read of `window` yields, in order.
    ///
    /// # Errors
    /// When there is none.
    fn plan(&self, request: Request<'_>) -> Result<Vec<i64>, DataError>;

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

/// Opens the reader of a config for the videos of `annotations`.
pub fn open(
    config: &ReaderConfig,
    annotations: &Annotations,
) -> Result<Arc<dyn Reader>, DataError> {
    Ok(match config {
        ReaderConfig::Rulstm { lmdb_path, read_type, warn_if_using_closeby_frame } => {
            let stores = lmdb_path.iter().map(|p| FeatureStore::open(p));
            let stores = stores.collect::<Result<Vec<_>, _>>()?;
            let warn = *warn_if_using_closeby_frame;
            Arc::new(RulstmReader::new(stores, *read_type, warn, annotations)?)
        }
        ReaderConfig::Simulated(config) => Arc::new(SimulatedReader::new(config, annotations)?),
    })
}
