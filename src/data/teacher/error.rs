//! Why a teacher's predictions cannot be used.

use std::path::PathBuf;

use crate::data::Uid;

/// What is wrong with a teacher, its store, or the pickle it comes from.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TeacherError {
    /// A teacher store that is not one, or of another shape.
    #[error("`{}` is no teacher store: {reason}", path.display())]
    Store {
        /// The store.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A pickle that holds no predictions of a teacher, or not for this data set.
    #[error("`{}` holds no predictions: {reason}", path.display())]
    Predictions {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A member of an ensemble that differs from the first.
    #[error("`{}` and `{}` are no ensemble: {reason}", path.display(), first.display())]
    Member {
        /// The member.
        path: PathBuf,
        /// The first one.
        first: PathBuf,
        /// In what it differs.
        reason: String,
    },
    /// A teacher that predicts other classes than the data set has.
    #[error("teacher `{teacher}` predicts {found} classes, the data set has {expected}")]
    Classes {
        /// The teacher's name.
        teacher: String,
        /// Its number of classes.
        found: usize,
        /// The data set's.
        expected: usize,
    },
    /// A teacher trained with other class names or another order of them.
    #[error("teacher `{teacher}` has label map {found}, the data set has {expected}")]
    LabelMap {
        /// The teacher's name.
        teacher: String,
        /// Hash of its label map.
        found: String,
        /// Hash of the data set's.
        expected: String,
    },
    /// Segments for which the teacher says nothing.
    #[error(
        "teacher `{teacher}` has no prediction for {missing} of {of} segments, the first is {first}"
    )]
    Coverage {
        /// The teacher's name.
        teacher: String,
        /// How many are missing.
        missing: usize,
        /// Of how many.
        of: usize,
        /// One of them.
        first: Uid,
    },
}
