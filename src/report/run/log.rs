//! What was logged, as far as it can be read.

use std::path::Path;

use serde_json::Value;

use super::super::escape::html;
use super::super::series::{Figure, figures};
use crate::files;
use crate::runs::{MetricsLog, ReadMetrics, Record, read_metrics};

/// The records of a run and its figures.
pub(super) struct Log {
    pub records: Vec<Record>,
    pub figures: Vec<Figure>,
    /// Says what could not be read, as HTML.
    pub note: String,
}

impl Log {
    pub(super) fn read(run: &Path) -> Self {
        let path = run.join(MetricsLog::FILE);
        let read = match files::is_file(&path) {
            true => read_metrics(&path),
            false => Ok(ReadMetrics::default()),
        };
        let (records, note) = match read {
            Ok(ReadMetrics { records, torn }) => {
                let note =
                    "<p class=\"note\">The last record of the log is torn and left out.</p>\n";
                (records, if torn { note.to_owned() } else { String::new() })
            }
            Err(error) => {
                let error = html(&error.to_string());
                (Vec::new(), format!("<p class=\"error\">The log cannot be read: {error}</p>\n"))
            }
        };
        Self { figures: figures(&records), records, note }
    }

    /// The evaluation sets, in the order of their first record.
    pub(super) fn sets(&self) -> Vec<&str> {
        let mut sets: Vec<&str> = Vec::new();
        for split in self.records.iter().filter_map(|r| split(r)) {
            if split != "train" && !sets.contains(&split) {
                sets.push(split);
            }
        }
        sets
    }

    /// The last record of a split.
    pub(super) fn last(&self, name: &str) -> Option<&Record> {
        self.records.iter().rev().find(|r| split(r) == Some(name))
    }
}

/// Which split a record is of.
pub(super) fn split(record: &Record) -> Option<&str> {
    record.get("split").and_then(Value::as_str)
}
