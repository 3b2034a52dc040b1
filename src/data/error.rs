//! The error of the room: every variant names the file, row or setting at fault.

use std::path::PathBuf;

use crate::files::{FileError, TensorFileError};

use super::Uid;
use super::annotations::FoldsError;
use super::pickle::PickleError;
use super::place::Place;
use super::reader::FeatureFileError;
use super::teacher::TeacherError;
use super::video::VideoError;

impl DataError {
    /// Whether a file that the config names is not there.
    pub fn is_missing_file(&self) -> bool {
        match self {
            DataError::File(error) => error.is_not_found(),
            DataError::Video(error) => matches!(error, VideoError::Missing { .. }),
            DataError::Folds(error) => {
                matches!(error, FoldsError::NoLabels { .. } | FoldsError::NoVideo { .. })
            }
            _ => false,
        }
    }
}

/// Why data cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A tensor file cannot be read or written.
    #[error(transparent)]
    TensorFile(#[from] TensorFileError),
    /// A line is no CSV, or not UTF-8.
    #[error("{place}: malformed csv: {reason}")]
    Csv {
        /// Where.
        place: Place,
        /// What the parser said.
        reason: String,
    },
    /// A video cannot be read or written.
    #[error(transparent)]
    Video(#[from] VideoError),
    /// A fold of a data set cannot be read.
    #[error(transparent)]
    Folds(#[from] FoldsError),
    /// A file without a single record.
    #[error("`{}` has no rows", path.display())]
    Empty {
        /// Which file.
        path: PathBuf,
    },
    /// A column that is needed is not in the header.
    #[error("`{}` has no column `{column}`, expected a header with {}; found {}", path.display(), names(expected), names(found))]
    MissingColumn {
        /// Which file.
        path: PathBuf,
        /// The column.
        column: String,
        /// The columns that are needed.
        expected: Vec<String>,
        /// The header as read.
        found: Vec<String>,
    },
    /// A column that is needed and of which there are several.
    #[error("`{}` has several columns `{column}`", path.display())]
    ColumnTwice {
        /// Which file.
        path: PathBuf,
        /// The column.
        column: String,
    },
    /// A row with too few or too many fields.
    #[error("{place}: {found} fields, expected {expected}")]
    FieldCount {
        /// Where.
        place: Place,
        /// Fields in the row.
        found: usize,
        /// What was expected.
        expected: String,
    },
    /// A field that cannot be understood.
    #[error("{place}: {column} is `{text}`, expected {expected}")]
    Field {
        /// Where.
        place: Place,
        /// Column name.
        column: String,
        /// The field as written.
        text: String,
        /// What it should look like.
        expected: &'static str,
    },
    /// A label that names no class.
    #[error("{place}: {label} class {value} does not exist, expected 0..{classes} or -1")]
    UnknownLabel {
        /// Where.
        place: Place,
        /// `verb`, `noun` or `action`.
        label: &'static str,
        /// The class number.
        value: i64,
        /// How many classes there are.
        classes: usize,
    },
    /// Two segments with one uid.
    #[error("{second}: uid {uid} was already used at {first}")]
    DuplicateUid {
        /// The uid.
        uid: Uid,
        /// Where it was first seen.
        first: Place,
        /// Where it was seen again.
        second: Place,
    },
    /// A class name or number that occurs twice.
    #[error("{place}: class `{name}` occurs twice")]
    DuplicateClass {
        /// Where it occurs again.
        place: Place,
        /// The name.
        name: String,
    },
    /// A segment that ends before it starts, or starts before the video.
    #[error(
        "{place}: segment {uid} runs from {start} s to {end} s, expected times of at least 0 s in order"
    )]
    BadSegment {
        /// Where.
        place: Place,
        /// Its uid.
        uid: Uid,
        /// Start in seconds.
        start: f64,
        /// End in seconds.
        end: f64,
    },
    /// A pickle that does not exist, nor its CSV twin.
    #[error("there is neither `{}` nor `{}` to read instead", path.display(), twin.display())]
    NoTwin {
        /// The configured path.
        path: PathBuf,
        /// The file that would be read.
        twin: PathBuf,
    },
    /// A file of a kind that is not read.
    #[error("`{}` is no annotation file, expected {}", path.display(), expected.join(" or "))]
    UnknownAnnotation {
        /// Which file.
        path: PathBuf,
        /// The endings that are read.
        expected: Vec<String>,
    },
    /// A setting with a value that is not one of a few.
    #[error("{setting} is `{value}`, expected {}", expected.join(", "))]
    UnknownValue {
        /// Which setting.
        setting: &'static str,
        /// Its value.
        value: String,
        /// The values that exist.
        expected: Vec<String>,
    },
    /// A setting that makes no sense with the rest.
    #[error("{setting} is {value}: {reason}")]
    Setting {
        /// Which setting.
        setting: &'static str,
        /// Its value.
        value: String,
        /// What is wrong.
        reason: String,
    },
    /// A selection that leaves no segment.
    #[error("no segment is left of {before} after {step}")]
    NothingLeft {
        /// How many there were.
        before: usize,
        /// The selection.
        step: String,
    },
    /// A pickle that is malformed, or holds something that is not read.
    #[error("`{}` {error}", path.display())]
    Pickle {
        /// Which file.
        path: PathBuf,
        /// What and where.
        error: PickleError,
    },
    /// A file that is no HDF5, or damaged.
    #[error("`{}` is no usable HDF5 file: {reason}", path.display())]
    Hdf5 {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A file or directory whose content is none of those that are read.
    #[error("`{}` is nothing that can be shown: {reason}", path.display())]
    UnknownContent {
        /// Which one.
        path: PathBuf,
        /// What it is, and what was expected.
        reason: String,
    },
    /// An archive that `torch.save` did not write.
    #[error("`{}` is no file of torch.save: {reason}", path.display())]
    Torch {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A feature store that cannot be opened.
    #[error("`{}` is no usable LMDB store: {reason}", path.display())]
    Store {
        /// The store.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A store of extracted features that cannot be written, or gone on with.
    #[error("`{}`: {reason}", path.display())]
    Extracted {
        /// The store, or a file of it.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A feature store that lacks videos of the annotations.
    #[error("`{}` holds no frame of {} of {of} videos: {}", path.display(), missing.len(), first_few(missing))]
    StoreLacksVideos {
        /// The store.
        path: PathBuf,
        /// Videos without a frame.
        missing: Vec<String>,
        /// Videos that are needed.
        of: usize,
    },
    /// One entry of a feature store that is no feature vector.
    #[error("`{}`, key `{key}`: {reason}", path.display())]
    Feature {
        /// The store.
        path: PathBuf,
        /// Which entry.
        key: String,
        /// What is wrong.
        reason: String,
    },
    /// A file of features cannot be used.
    #[error(transparent)]
    FeatureFile(#[from] FeatureFileError),
    /// A clip none of whose frames can be read.
    #[error("segment {uid} of `{video}`: {reason} (from {start} s to {end} s)")]
    NoFrames {
        /// The segment.
        uid: Uid,
        /// Its video.
        video: String,
        /// Clip start in seconds.
        start: f64,
        /// Clip end in seconds.
        end: f64,
        /// What is wrong.
        reason: String,
    },
    /// A teacher cannot be used.
    #[error(transparent)]
    Teacher(#[from] TeacherError),
    /// A data set whose samples do not fit behind those of another.
    #[error("its {what}: {found}; those of the first set: {expected}")]
    Joined {
        /// What differs.
        what: &'static str,
        /// Here.
        found: String,
        /// In the first set.
        expected: String,
    },
    /// A position beyond the data set.
    #[error("sample {index} does not exist, the data set has {len}")]
    Index {
        /// The position.
        index: usize,
        /// Number of samples.
        len: usize,
    },
    /// A loader thread that panicked: a defect, reported instead of a hang.
    #[error("a loader thread panicked: {message}")]
    Worker {
        /// What it said.
        message: String,
    },
}

fn names(names: &[String]) -> String {
    names.join(", ")
}

/// The first of some names.
pub(super) fn first_few(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let mut text = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text.push_str(", ...");
    }
    text
}
