//! `tracking.json`: which run of a tracker this one is, and how far it has been told.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Known, TrackerError};
use crate::files::{self, FileError};
use crate::runs::{MetricsLog, read_metrics};

/// How far a tracker has been told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Note {
    schema: u64,
    /// Name of the tracker.
    tracker: String,
    /// Its server, without who writes there.
    place: String,
    /// The server's name for the run.
    pub(super) run: String,
    /// Step of the last record that was sent of each split.
    sent: BTreeMap<String, u64>,
    /// Whether the end was sent.
    pub(super) ended: bool,
}

impl Note {
    const FILE: &str = "tracking.json";

    pub(super) fn new(tracker: &str, known: &Known) -> Self {
        let (place, run) = (known.place.clone(), known.run.clone());
        Self { schema: 1, tracker: tracker.into(), place, run, sent: BTreeMap::new(), ended: false }
    }

    /// What the directory says of that tracker; one of another server, or one that cannot be read,
    /// counts for none.
    pub(super) fn read(dir: &Path, tracker: &str, place: &str) -> Option<Self> {
        let note: Self = serde_json::from_slice(&files::read(&dir.join(Self::FILE)).ok()?).ok()?;
        (note.tracker == tracker && note.place == place).then_some(note)
    }

    pub(super) fn write(&self, dir: &Path) -> Result<(), TrackerError> {
        let text = serde_json::to_vec_pretty(self).expect("texts and numbers");
        files::write_atomic(&dir.join(Self::FILE), &text).map_err(of_file)
    }

    /// Whether a record was sent.
    pub(super) fn has(&self, record: &Map<String, Value>) -> bool {
        let (split, step) = place_of(record);
        self.sent.get(&split).is_some_and(|last| step <= *last)
    }

    pub(super) fn add(&mut self, record: &Map<String, Value>) {
        let (split, step) = place_of(record);
        self.sent.insert(split, step);
    }
}

/// How many records of a run a tracker has not been told.
///
/// # Errors
/// Records that cannot be read.
pub fn unsent(dir: &Path, tracker: &str, place: &str) -> Result<usize, TrackerError> {
    let path = dir.join(MetricsLog::FILE);
    if !files::is_file(&path) {
        return Ok(0);
    }
    let records =
        read_metrics(&path).map_err(|error| TrackerError::File(error.to_string()))?.records;
    let note = Note::read(dir, tracker, place);
    let is_left = |record: &&Map<String, Value>| !note.as_ref().is_some_and(|n| n.has(record));
    Ok(records.iter().filter(is_left).count())
}

pub(super) fn of_file(error: FileError) -> TrackerError {
    TrackerError::File(error.to_string())
}

fn place_of(record: &Map<String, Value>) -> (String, u64) {
    let split = record.get("split").and_then(Value::as_str).unwrap_or_default();
    let step = record.get("step").and_then(Value::as_u64).unwrap_or_default();
    (split.to_owned(), step)
}
