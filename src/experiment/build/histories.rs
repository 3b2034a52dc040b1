//! The data sets of a teacher's task as histories: what came before every segment.
//!
//! Decides from the `history` node whose segments count as past, and in which order segments are learnt
//! from. Nothing is read of videos or features. All sets must have the same classes.

use std::sync::Arc;

use crate::data::{Annotations, DataKind, label_map_hash};
use crate::device::DeviceSpec;
use crate::models::actions::ActionClasses;
use crate::text::history::{pickled, rows};
use crate::text::{
    BatchOptions, History, HistoryLoader, HistoryRow, Horizon, Reading, TextError, Thinning,
    Withheld, sort_by_time,
};
use crate::train::teacher::HistorySet;

use super::super::SetupError;
use super::super::config::{Coverage, ExperimentConfig, FinetuneConfig, HistoryConfig};
use super::Basis;
use super::data::{at, source};

const KEY: &str = "history";

/// The annotations of every set.
pub(in super::super) struct Histories<'a> {
    config: &'a ExperimentConfig,
    history: &'a HistoryConfig,
    sets: Vec<Named>,
}

/// A data set under its key; of an evaluation set also the name of its split.
struct Named {
    key: String,
    split: Option<String>,
    annotations: Arc<Annotations>,
}

impl<'a> Histories<'a> {
    /// Reads the annotations of every data set.
    ///
    /// # Errors
    /// Annotations that are missing or wrong, sets of other classes than the first.
    pub fn open(config: &'a ExperimentConfig) -> Result<Self, SetupError> {
        let Some(history) = &config.language.history else {
            return Err(SetupError::unavailable("task"));
        };
        let mut sets: Vec<Named> = Vec::new();
        for (key, node) in config.datasets() {
            let annotations = Arc::new(at(&key, source(&key, node)?.annotations())?);
            if let Some(first) = sets.first() {
                same_classes((&key, &annotations), (&first.key, &first.annotations))?;
            }
            let split = key.strip_prefix("dataset_eval").map(|suffix| format!("eval{suffix}"));
            sets.push(Named { key, split, annotations });
        }
        Ok(Self { config, history, sets })
    }

    /// The annotations of the first set, whose classes are those of all.
    pub fn annotations(&self) -> &Annotations {
        &self.sets[0].annotations
    }

    /// How many actions, verbs and nouns there are, and which make which.
    pub fn classes(&self) -> ActionClasses {
        let vocabulary = &self.annotations().vocabulary;
        let mut of_action = vec![(0, 0); vocabulary.actions.len()];
        for (verb, noun, action) in &vocabulary.triples {
            of_action[*action] = (*verb, *noun);
        }
        ActionClasses { verbs: vocabulary.verb_count(), nouns: vocabulary.noun_count(), of_action }
    }

    /// Identifies the actions and their order.
    pub fn label_map(&self) -> String {
        label_map_hash(&self.annotations().class_names("action"))
    }

    /// What the manifest of a run says of the sets.
    pub fn basis(&self, spec: DeviceSpec) -> Basis {
        let kinds = self.sets.iter().map(|set| set.annotations.kind());
        let kind = kinds.max().unwrap_or(DataKind::Real);
        let settings =
            format!("{:?}", (self.history(), self.history.coverage, self.history.sorted));
        let prints = self.sets.iter().map(|set| set.annotations.fingerprint());
        let asked = self.sets.iter().filter(|set| set.split.is_some());
        Basis::new(spec, kind, prints.chain([settings]))
            .asking(asked.map(|set| set.annotations.fingerprint()))
            .naming(self.annotations())
    }

    /// The segments of every training set, one set after the other, with their histories; with whole
    /// ones where actions are still to be left out of them.
    ///
    /// # Errors
    /// An action that is no class, a file with histories of other data.
    pub fn training_rows(&self) -> Result<Vec<HistoryRow>, SetupError> {
        let mut all = Vec::new();
        let mut history = self.history();
        if self.config.language.finetune.as_ref().is_some_and(|node| node.input_thinning > 0.0) {
            history.length = usize::MAX;
        }
        for (i, set) in self.sets.iter().enumerate().filter(|(_, set)| set.split.is_none()) {
            let mut rows = self.rows(i, &history)?;
            if self.history.sorted {
                sort_by_time(&mut rows, &set.annotations);
            }
            all.extend(rows);
        }
        Ok(all)
    }

    /// Every evaluation set.
    ///
    /// # Errors
    /// As [`Histories::training_rows`]; a set without a segment.
    pub fn evaluation_sets(&self, reading: &Reading) -> Result<Vec<HistorySet>, SetupError> {
        let sets = (0..self.sets.len()).filter_map(|i| Some((i, self.sets[i].split.as_ref()?)));
        sets.map(|(i, split)| self.set(i, split, reading)).collect()
    }

    /// Every set, for a teacher to say what comes next, under its key.
    ///
    /// # Errors
    /// As [`Histories::evaluation_sets`].
    pub fn all_sets(&self, reading: &Reading) -> Result<Vec<HistorySet>, SetupError> {
        let split = |set: &Named| set.split.clone().unwrap_or_else(|| set.key.clone());
        (0..self.sets.len()).map(|i| self.set(i, &split(&self.sets[i]), reading)).collect()
    }

    fn set(&self, i: usize, split: &str, reading: &Reading) -> Result<HistorySet, SetupError> {
        let Named { key, annotations, .. } = &self.sets[i];
        let order = BatchOptions {
            batch_size: self.config.eval_batch_size(),
            shuffle: false,
            seed: self.config.run.seed,
            by_length: matches!(reading, Reading::Text(_)),
        };
        let rows = self.rows(i, &self.history())?;
        let loader = in_text(key, HistoryLoader::new(rows, reading, order, Withheld::NOTHING))?;
        Ok(HistorySet { split: split.to_owned(), loader, annotations: Arc::clone(annotations) })
    }

    /// The segments of a set with their histories, in file order.
    fn rows(&self, i: usize, history: &History) -> Result<Vec<HistoryRow>, SetupError> {
        let set = &self.sets[i];
        if let Some(path) = self.history.files.as_ref().and_then(|files| files.get(i)) {
            let read = pickled::read(path, &set.annotations, history);
            return in_text("history.files", read);
        }
        let seen: Vec<&Annotations> = match self.history.coverage {
            Coverage::Gappy => vec![&set.annotations],
            Coverage::Complete => self.sets.iter().map(|set| &*set.annotations).collect(),
        };
        in_text(&set.key, rows(&set.annotations, &seen, history))
    }

    fn history(&self) -> History {
        let HistoryConfig { length, deduplicate, .. } = *self.history;
        History { length, deduplicate, horizon: Horizon::SegmentStart }
    }
}

/// The batches of training rows, some past actions left out or hidden.
///
/// # Errors
/// No row at all.
pub(in super::super) fn training_loader(
    config: &ExperimentConfig,
    rows: Vec<HistoryRow>,
    reading: &Reading,
    node: &FinetuneConfig,
) -> Result<HistoryLoader, SetupError> {
    let order = BatchOptions {
        batch_size: config.train.batch_size,
        shuffle: config.train.shuffle_data,
        seed: config.run.seed,
        // In an order that is asked for, rows stay where they are.
        by_length: config.train.shuffle_data && matches!(reading, Reading::Text(_)),
    };
    let length = config.language.history.as_ref().map_or(usize::MAX, |history| history.length);
    let thinning = Thinning { share: node.input_thinning, length };
    let withheld = Withheld {
        thinning: Some(thinning).filter(|thinning| thinning.share > 0.0),
        hidden: node.input_masking,
    };
    in_text(KEY, HistoryLoader::new(rows, reading, order, withheld))
}

/// Refuses a set whose actions are not those of the first.
fn same_classes(
    (key, annotations): (&str, &Annotations),
    (first, others): (&str, &Annotations),
) -> Result<(), SetupError> {
    let (own, expected) = (annotations.class_names("action"), others.class_names("action"));
    if own == expected {
        return Ok(());
    }
    Err(SetupError::OtherClasses {
        key: key.to_owned(),
        found: own.len(),
        found_map: label_map_hash(&own),
        first: first.to_owned(),
        expected: expected.len(),
        expected_map: label_map_hash(&expected),
    })
}

pub(super) fn in_text<T>(key: &str, result: Result<T, TextError>) -> Result<T, SetupError> {
    result.map_err(|source| SetupError::Text { key: key.to_owned(), source: Box::new(source) })
}
