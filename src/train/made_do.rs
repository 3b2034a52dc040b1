//! Watches what readers make do with while a loader is read from.

use crate::data::{Loader, ReadStats};

use super::criterion::Batches;
use super::error::TrainError;
use super::ranks::{Ranks, exchange};

/// A loader's counts at some time.
pub(super) struct Watch<'a> {
    loader: &'a Loader,
    before: ReadStats,
}

impl<'a> Watch<'a> {
    /// Counts from now on.
    pub(super) fn new(loader: &'a Loader) -> Self {
        Self { loader, before: loader.read_stats() }
    }

    /// What was added since; of batches read ahead, too.
    pub(super) fn seen(&self) -> ReadStats {
        self.loader.read_stats() - self.before
    }

    /// What was added since on all ranks.
    ///
    /// # Errors
    /// As [`exchange`].
    pub(super) fn seen_by_all(&self, ranks: &dyn Ranks) -> Result<ReadStats, TrainError> {
        let ReadStats { closeby, missing, empty } = self.seen();
        let all: Vec<[u64; 3]> = exchange(ranks, Ok::<_, TrainError>([closeby, missing, empty]))?;
        let stats = |[closeby, missing, empty]: [u64; 3]| ReadStats { closeby, missing, empty };
        Ok(all.into_iter().map(stats).fold(ReadStats::default(), |sum, own| sum + own))
    }
}
