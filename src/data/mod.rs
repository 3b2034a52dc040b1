//! Everything a student sees: annotations, clips, features, teacher predictions, batches.
//!
//! | file | decides |
//! |---|---|
//! | [`annotations`] | which action happens when in which video |
//! | [`vocabulary`] | the classes |
//! | [`Collection`] | which data set it is |
//! | [`anticipation`] | what is observed before an action, what is dropped |
//! | [`precision`] | how finely times are kept |
//! | [`clip`] | which frames make the clip, at which times |
//! | [`video`], [`pixels`] | frames of video files, and what a network sees of them |
//! | [`segmentation`] | the label of a moment |
//! | [`Timeline`] | the segments before a segment |
//! | [`DenseClips`], [`Shard`] | clips all along the videos; whose videos |
//! | [`reader`] | features of frames: RULSTM's LMDB stores, Sener's files, simulated; pictures: videos, painted |
//! | [`extracted`] | stores of features that are written here |
//! | [`teacher`] | predictions of a teacher and what a missing one means |
//! | [`dataset`], [`batch`], [`loader`] | samples, stacked, ahead of time |
//! | [`pickle`] | what the pickles of the original hold, nothing executed |
//! | [`show()`] | what any of these files holds |
//! | [`check`] | whether all of them are there, and whole |
//! | [`synth`] | a generated world in all of these formats |
//!
//! No tensor library here: batches are plain arrays. Numbers depend on seeds and positions alone,
//! never on threads or on the clock. Source: the `datasets` package of AVT.

pub mod annotations;
pub mod anticipation;
pub mod batch;
pub mod check;
pub mod clip;
mod collection;
pub mod dataset;
mod dense;
mod error;
pub mod extracted;
pub mod loader;
mod mdb;
pub(crate) mod noise;
mod past;
pub mod pickle;
pub mod pixels;
mod place;
pub mod precision;
pub mod reader;
pub mod segmentation;
mod shard;
mod show;
pub mod synth;
mod table;
pub mod teacher;
mod uid;
pub mod video;
pub mod vocabulary;

use std::fmt;

pub use annotations::{
    AnnotationConfig, AnnotationStyle, Annotations, BundleEntry, FoldsConfig, FoldsError, Labels,
    Segment,
};
pub use anticipation::{Anticipation, DropStyle, OBSERVED, RECOGNITION, Span};
pub use batch::Batch;
pub use clip::{ClipConfig, SampleStrategy};
pub use collection::Collection;
pub use dataset::{
    Dataset, DatasetConfig, EvalLists, FutureClips, Joined, LabelType, Sample, Selection, Source,
};
pub use dense::DenseClips;
pub use error::DataError;
pub use loader::{Epoch, Loader, LoaderConfig, Part};
pub use past::{Timeline, last_actions, latest_first};
pub use place::Place;
pub use precision::TimePrecision;
pub use reader::{
    FeatureFormat, OneHotConfig, PaintedConfig, PictureSource, ReadStats, ReadType, Reader,
    ReaderConfig, SenerConfig, SimulatedConfig,
};
pub use segmentation::OverlapRule;
pub use shard::Shard;
pub use show::{Shown, show};
pub use synth::{Split, SynthConfig, World};
pub use teacher::{
    Coverage, MissingPrediction, SimulatedTeacher, SimulatedTeacherConfig, Teacher, TeacherBatch,
    TeacherManifest, TeacherStore, join as join_teachers, label_map_hash,
};
pub use uid::Uid;
pub use vocabulary::{ClassMapping, Version, Vocabulary};

/// Frames per second of RULSTM's frames, features and annotations.
pub const RULSTM_FPS: f64 = 30.0;

/// A file of this name beside annotations or a store says that this program generated them.
pub const SYNTHETIC_MARKER: &str = "SYNTHETIC";

/// A file of this name beside a store says that its features were derived from labels.
pub const SIMULATED_MARKER: &str = "SIMULATED";

/// What numbers obtained from data are worth, from most to least real.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DataKind {
    /// Recorded and annotated by people.
    Real,
    /// Derived from real labels.
    Simulated,
    /// Generated altogether.
    Synthetic,
}

impl DataKind {
    /// `real`, `simulated` or `synthetic`.
    pub fn name(self) -> &'static str {
        match self {
            DataKind::Real => "real",
            DataKind::Simulated => "simulated",
            DataKind::Synthetic => "synthetic",
        }
    }

    /// The inverse of [`DataKind::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Real, Self::Simulated, Self::Synthetic].into_iter().find(|k| k.name() == name)
    }
}

impl fmt::Display for DataKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
