//! Why videos cannot be read or written.

use std::path::PathBuf;

use crate::files::FileError;

use super::super::error::first_few;

/// Why videos cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VideoError {
    /// A video that is not there.
    #[error("no video at `{}`", path.display())]
    Absent {
        /// Where it should be.
        path: PathBuf,
    },
    /// Videos of the annotations that lie in none of the directories.
    #[error("{} of {of} videos are not below {}: {}", missing.len(), listed(roots), first_few(missing))]
    Missing {
        /// The directories.
        roots: Vec<PathBuf>,
        /// Where the videos should be below one of them.
        missing: Vec<String>,
        /// Videos that are needed.
        of: usize,
    },
    /// A stretch of video with more pixels than can be held.
    #[error("`{}`: a clip of more than {limit} bytes of pixels", path.display())]
    Huge {
        /// Which file.
        path: PathBuf,
        /// Bytes.
        limit: usize,
    },
    /// A file that gives other frames when it is read again.
    #[error("`{}` changes while it is read", path.display())]
    Changing {
        /// Which file.
        path: PathBuf,
    },
    /// A decoder that somebody stopped, so that nobody knows what the file holds.
    #[error("`ffmpeg` was stopped while it read `{}`: by a signal, or for lack of memory", path.display())]
    Stopped {
        /// Which file.
        path: PathBuf,
    },
    /// A program that is needed cannot be run.
    #[error("failed to run `{program}`, which reads and writes videos: {source}")]
    Program {
        /// Its name.
        program: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// A video that could not be written.
    #[error("failed to write `{}`: {reason}", path.display())]
    Write {
        /// Which file.
        path: PathBuf,
        /// What `ffmpeg` said.
        reason: String,
    },
    /// A written video that could not be put in its place.
    #[error(transparent)]
    File(#[from] FileError),
}

fn listed(roots: &[PathBuf]) -> String {
    let roots: Vec<String> = roots.iter().map(|root| format!("`{}`", root.display())).collect();
    if roots.is_empty() { "`root`, which names no directory".into() } else { roots.join(", ") }
}
