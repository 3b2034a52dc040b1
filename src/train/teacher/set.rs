//! Sets of histories, as the loop and an evaluation see them.

use std::sync::Arc;

use crate::data::{Annotations, ClassMapping, EvalLists, Labels, Uid};
use crate::text::{HistoryBatch, HistoryLoader};
use crate::train::criterion::{Batches, EpochBatches};
use crate::train::final_values::Examined;

/// One evaluation set.
#[derive(Clone, Debug)]
pub struct HistorySet {
    /// `eval`, `eval2`, ...: the name of its split.
    pub split: String,
    /// Its batches, in order.
    pub loader: HistoryLoader,
    /// Its segments, by the number that rows carry, and its classes.
    pub annotations: Arc<Annotations>,
}

impl Examined for Annotations {
    fn many_shot(&self, label: &str) -> Option<&[usize]> {
        self.vocabulary.many_shot.as_ref()?.of(label)
    }

    fn listed_many_shot(&self, label: &str) -> Option<&[usize]> {
        let lists = self.vocabulary.many_shot.as_ref()?;
        lists.listed.as_deref().filter(|_| label == "action")
    }

    fn lists(&self) -> Option<&EvalLists> {
        None
    }

    fn class_mappings(&self) -> Vec<ClassMapping> {
        self.vocabulary.class_mappings()
    }

    fn sample(&self, idx: usize) -> (&Uid, Labels) {
        let segment = &self.segments[idx];
        (&segment.uid, segment.labels)
    }
}

impl Batches<HistoryBatch> for HistoryLoader {
    fn len(&self) -> usize {
        HistoryLoader::len(self)
    }

    fn epoch(&self, epoch: u64, skip: usize) -> EpochBatches<'_, HistoryBatch> {
        Box::new(HistoryLoader::epoch(self, epoch, skip).map(Ok))
    }
}
