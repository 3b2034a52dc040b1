//! What is wrong with the files of a data set that comes in folds.

use std::path::{Path, PathBuf};

use crate::data::Place;

/// Why folds cannot be read, beside what can be wrong with any file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FoldsError {
    /// An action that is no class.
    #[error("{place}: action `{name}` is not among the classes of `{}`", classes.display())]
    UnknownAction {
        /// Where.
        place: Place,
        /// Its name.
        name: String,
        /// The file of the classes.
        classes: PathBuf,
    },
    /// A time that no frame has.
    #[error("{place}: no frame has the time {time}, those of `{}` go from {first} to {last}", clock.display())]
    UnknownTime {
        /// Where.
        place: Place,
        /// The time.
        time: i64,
        /// The file of the frames' times.
        clock: PathBuf,
        /// Its first time.
        first: i64,
        /// Its last time.
        last: i64,
    },
    /// A video that a fold lists twice.
    #[error("{second}: `{entry}` is listed at {first} already")]
    ListedTwice {
        /// Its entry.
        entry: String,
        /// Where it was first listed.
        first: Place,
        /// Where it is listed again.
        second: Place,
    },
    /// Labels that are not beside a video.
    #[error("{place}: `{}`, the labels of the video, is not below {}", file.display(), listed(roots))]
    NoLabels {
        /// Where the video is listed.
        place: Place,
        /// Where they should be below one of the directories.
        file: PathBuf,
        /// The directories.
        roots: Vec<PathBuf>,
    },
    /// A video that annotations count the frames of and that is not there.
    #[error("{place}: annotations count frames at the rate of `{}`, which is not below {}", file.display(), listed(roots))]
    NoVideo {
        /// Where it is listed.
        place: Place,
        /// Where it should be below one of the directories.
        file: PathBuf,
        /// The directories.
        roots: Vec<PathBuf>,
    },
    /// A video that has no frame rate.
    #[error("annotations count frames at the rate of `{}`, which has no readable video stream", path.display())]
    NoRate {
        /// Which file.
        path: PathBuf,
    },
}

fn listed(roots: &[PathBuf]) -> String {
    let quoted = |root: &PathBuf| format!("`{}`", Path::display(root));
    match roots {
        [] => "`root`, which names no directory".into(),
        roots => roots.iter().map(quoted).collect::<Vec<_>>().join(", "),
    }
}
