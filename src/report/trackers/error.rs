//! Why a tracker was not told.

/// A tracker that was not told.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TrackerError {
    /// It may work later.
    #[error("{place} does not answer: {reason}")]
    Away {
        /// The server.
        place: String,
        /// What happened.
        reason: String,
    },
    /// It will not work later either.
    #[error("{place} refuses: {reason}")]
    Refused {
        /// The server.
        place: String,
        /// Its word for what is wrong; empty where it has none.
        code: String,
        /// What it says.
        reason: String,
    },
    /// The server does not take files itself.
    #[error(
        "{place} takes no files: they would go to `{target}`, which this program does not write"
    )]
    NoFiles {
        /// The server.
        place: String,
        /// Where its clients leave them.
        target: String,
    },
    /// A file of the run cannot be read or written.
    #[error("{0}")]
    File(String),
}

impl TrackerError {
    /// Whether to try again.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Away { .. })
    }
}
