//! Watches what readers make do with while a loader is read from.

use crate::data::{Loader, ReadStats};

use super::criterion::Batches;

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
}
