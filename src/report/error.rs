//! Why a report cannot be made.

use crate::files::FileError;
use crate::runs::RunError;

use super::trackers::TrackerError;

/// A report that cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The file system refused.
    #[error(transparent)]
    File(#[from] FileError),
    /// The run cannot be read.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A tracker cannot be told.
    #[error(transparent)]
    Tracker(#[from] TrackerError),
}
