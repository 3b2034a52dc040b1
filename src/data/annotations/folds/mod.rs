//! 50-Salads and Breakfast: videos in folds, actions without verb and noun.
//!
//! Decides how the list of a fold, the file of the classes and the annotations of its videos become
//! segments: their uids count them from 1, before any is dropped. Source: `Breakfast50Salads` of the
//! original (`datasets/breakfast_50salads.py`).
//!
//! | file | decides |
//! |---|---|
//! | `entry` | which videos a fold has |
//! | `classes` | which actions there are |
//! | `abu_farha`, `salads`, `breakfast` | which action happens when, in three styles of annotation |

mod abu_farha;
mod breakfast;
mod classes;
mod entry;
mod error;
mod lines;
mod salads;

use std::collections::HashMap;
use std::path::PathBuf;

use crate::files;

use super::{Annotations, Record};
use crate::data::video::VideoFiles;
use crate::data::{Collection, DataError, Place, SYNTHETIC_MARKER, TimePrecision, Uid};

use classes::Classes;
use entry::Entry;

pub use entry::BundleEntry;
pub use error::FoldsError;

/// Where a fold is described.
#[derive(Clone, Debug, PartialEq)]
pub struct FoldsConfig {
    /// Which data set.
    pub collection: Collection,
    /// Directories of videos.
    pub root: Vec<PathBuf>,
    /// Where the lists of the folds' videos are.
    pub splits_dir: PathBuf,
    /// File that numbers the actions.
    pub classes_fpath: PathBuf,
    /// Whether the fold's training videos are taken, not its test videos.
    pub is_train: bool,
    /// Which fold.
    pub fold: usize,
    /// How annotations are written down.
    pub style: AnnotationStyle,
    /// How finely times are kept.
    pub precision: TimePrecision,
}

/// How annotations are written down.
#[derive(Clone, Debug, PartialEq)]
pub enum AnnotationStyle {
    /// Those that 50-Salads came with.
    Salads {
        /// Annotation files.
        annots_dir: PathBuf,
        /// The time of each frame.
        timestamps_dir: PathBuf,
    },
    /// Those that Breakfast came with, beside its videos.
    Breakfast,
    /// Abu Farha's.
    AbuFarha {
        /// Annotation files, named as the entries of the lists.
        annots_dir: PathBuf,
        /// How the file of a video follows from its entry.
        entry: BundleEntry,
        /// Frames per second of the annotations; `None` takes each video's own.
        frame_rate: Option<f64>,
    },
}

/// An action of a video.
struct Action {
    /// In seconds.
    start: f64,
    end: f64,
    class: i64,
    place: Place,
}

impl Annotations {
    /// Reads the segments of a fold.
    ///
    /// # Errors
    /// Files that are missing or malformed, an action that is no class, a time that no frame has.
    pub fn read_folds(config: &FoldsConfig) -> Result<Self, DataError> {
        let part = if config.is_train { "train" } else { "test" };
        let list = config.splits_dir.join(format!("{part}.split{}.bundle", config.fold));
        let entries = entry::read(&list, config.style.entries(), &config.root)?;
        let mut reading =
            Reading { config, classes: Classes::read(&config.classes_fpath)?, unknown: 0 };
        let mut records: Vec<Record> = Vec::new();
        for entry in &entries {
            let actions = reading.actions(entry)?;
            let first = records.len() as i64 + 1;
            let record = |(uid, action)| reading.record(uid, entry, action);
            records.extend((first..).zip(actions).map(record));
        }
        let unknown = reading.unknown;
        let files: HashMap<String, PathBuf> =
            entries.into_iter().map(|entry| (entry.id, entry.file)).collect();
        let vocabulary = reading.classes.into_vocabulary();
        let file = |id: &str| files.get(id).cloned().unwrap_or_default();
        let mut annotations = Self::build(config.collection, records, vocabulary, file)?;
        annotations.precision = config.precision;
        annotations.notes.unknown = unknown;
        annotations.synthetic = files::is_file(&config.splits_dir.join(SYNTHETIC_MARKER));
        annotations.log();
        Ok(annotations)
    }
}

impl AnnotationStyle {
    /// The style of the entries of the lists.
    fn entries(&self) -> BundleEntry {
        match self {
            Self::Salads { .. } => BundleEntry::Salads,
            Self::Breakfast => BundleEntry::Breakfast,
            Self::AbuFarha { entry, .. } => *entry,
        }
    }
}

/// A fold that is being read.
struct Reading<'a> {
    config: &'a FoldsConfig,
    classes: Classes,
    /// Labels that are no class and were left out.
    unknown: usize,
}

impl Reading<'_> {
    fn actions(&mut self, entry: &Entry) -> Result<Vec<Action>, DataError> {
        match &self.config.style {
            AnnotationStyle::Salads { annots_dir, timestamps_dir } => {
                let id = entry.id.strip_prefix("rgb-").unwrap_or(&entry.id);
                let activities = annots_dir.join(format!("{id}-activityAnnotation.txt"));
                let clock = timestamps_dir.join(format!("timestamps-{id}.txt"));
                salads::read(&activities, &clock, self.frame_rate(entry)?, &self.classes)
            }
            AnnotationStyle::Breakfast => {
                let (roots, file) = (&self.config.root, entry::labels(&entry.file));
                let path = files::find_below(roots, &file).ok_or_else(|| {
                    let (place, roots) = (entry.place.clone(), roots.clone());
                    DataError::from(FoldsError::NoLabels { place, file, roots })
                })?;
                let (actions, unknown) = breakfast::read(&path, &self.classes)?;
                self.unknown += unknown;
                Ok(actions)
            }
            AnnotationStyle::AbuFarha { annots_dir, frame_rate, .. } => {
                let path = annots_dir.join(format!("{}.txt", entry.id));
                let fps = frame_rate.map_or_else(|| self.frame_rate(entry), Ok)?;
                abu_farha::read(&path, fps, &self.classes)
            }
        }
    }

    /// Frames per second of a video.
    fn frame_rate(&self, entry: &Entry) -> Result<f64, DataError> {
        let roots = &self.config.root;
        let path = files::find_below(roots, &entry.file).ok_or_else(|| {
            let (place, file, roots) = (entry.place.clone(), entry.file.clone(), roots.clone());
            DataError::from(FoldsError::NoVideo { place, file, roots })
        })?;
        let info = VideoFiles::default().info(&path)?;
        info.map(|info| info.fps).ok_or_else(|| FoldsError::NoRate { path }.into())
    }

    fn record(&self, uid: i64, entry: &Entry, action: Action) -> Record {
        let round = |seconds| self.config.precision.round(seconds);
        Record {
            uid: Uid::Int(uid),
            video: entry.id.clone(),
            participant: String::new(),
            start: round(action.start),
            end: round(action.end),
            verb: -1,
            noun: -1,
            action: Some(action.class),
            place: action.place,
        }
    }
}
