//! Watches what readers make do with while a loader is read from.

use crate::data::{Loader, ReadStats};

/// A loader's counts at some time.
pub(super) struct Watch<'a> {
    loader: &'a Loader,
    before: ReadStats,
}

impl<'a> Watch<'a> {
    /// Counts from now on.
    pub(super) fn new(loader: &'a Loader) -> Self {
        Self { loader, before: counts(loader) }
    }

    /// What was added since; of batches read ahead, too.
    pub(super) fn seen(&self) -> ReadStats {
        counts(self.loader) - self.before
    }
}

fn counts(loader: &Loader) -> ReadStats {
    let sets = loader.datasets().iter();
    sets.fold(ReadStats::default(), |all, set| all + set.read_stats())
}
