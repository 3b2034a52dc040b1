//! The table of `runner runs list`.
//!
//! Every row says which run it is and how it stands; then come the config keys that tell the runs
//! apart and the main metrics, or the columns that were asked for.

use serde_json::{Map, Value, json};

use super::grid::csv;
use super::value::{order, plain, short};
use super::{
    AnalysisError, Cell, ConfigReader, Grid, Marked, Name, Record, differing, shown_first,
};
use crate::runs::RunState;

/// Metrics worth a column, most telling first; a table shows those that its runs have.
pub(super) const MAIN_METRICS: [&str; 8] = [
    "final_acc/action/top1",
    "final_acc/action/top5",
    "final_acc/action/AR5",
    "acc1/action",
    "acc5/action",
    "acc1/verb",
    "acc1/noun",
    "loss",
];
pub(super) const MOST_METRICS: usize = 4;
/// As many config keys as fit beside the rest.
const MOST_KEYS: usize = 6;

/// Runs with their main metrics.
#[derive(Debug)]
pub struct RunTable<'a> {
    records: Vec<Record>,
    reader: &'a dyn ConfigReader,
    /// The keys whose values are not the same in all of them.
    differing: Vec<String>,
    /// What was asked for in place of keys and main metrics.
    columns: Option<Vec<(String, Name)>>,
}

impl std::fmt::Debug for dyn ConfigReader + '_ {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ConfigReader")
    }
}

/// Sorts runs by a field, a metric or a config key, smallest first or last; those without come last.
///
/// # Errors
/// A key that none of them has.
pub fn sort(
    records: &mut Vec<Record>,
    key: &str,
    reverse: bool,
    reader: &dyn ConfigReader,
) -> Result<(), AnalysisError> {
    if records.is_empty() {
        return Ok(());
    }
    let name = Name::resolve(key, records, reader)?;
    let value = |record: &Record| name.value(record, reader).filter(|value| !value.is_null());
    let mut keyed: Vec<(Option<Value>, Record)> =
        std::mem::take(records).into_iter().map(|record| (value(&record), record)).collect();
    keyed.sort_by(|(a, _), (b, _)| {
        let ordered = order(a.as_ref(), b.as_ref());
        let both = a.is_some() && b.is_some();
        if reverse && both { ordered.reverse() } else { ordered }
    });
    records.extend(keyed.into_iter().map(|(_, record)| record));
    Ok(())
}

impl<'a> RunTable<'a> {
    /// A table of some runs, with the columns asked for.
    ///
    /// # Errors
    /// A column that none of them has.
    pub fn new(
        records: Vec<Record>,
        columns: Option<&[String]>,
        reader: &'a dyn ConfigReader,
    ) -> Result<Self, AnalysisError> {
        let named = |word: &String| Ok((word.clone(), Name::resolve(word, &records, reader)?));
        let columns = match columns {
            Some(words) if !records.is_empty() => {
                Some(words.iter().map(named).collect::<Result<_, AnalysisError>>()?)
            }
            _ => None,
        };
        Ok(Self { differing: differing(&records), records, reader, columns })
    }

    /// The runs.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// How many of the keys that differ have no column.
    pub fn hidden(&self) -> usize {
        match self.columns {
            Some(_) => 0,
            None => self.differing.len().saturating_sub(self.keys(MOST_KEYS).len()),
        }
    }

    /// Aligned columns under a header, one run a line; empty without runs.
    ///
    /// Metrics are those of the best evaluation, or of the last one where none was best.
    pub fn text(&self) -> String {
        self.grid().text(Marked::Star)
    }

    fn grid(&self) -> Grid {
        let mut head: Vec<String> =
            ["experiment", "version", "status", "started", "data"].map(str::to_owned).to_vec();
        let has_tags = self.records.iter().any(|record| !record.tags.tags.is_empty());
        if has_tags {
            head.push("tags".to_owned());
        }
        let mut rows: Vec<Vec<Cell>> =
            self.records.iter().map(|record| about(record, has_tags)).collect();
        let keys = match &self.columns {
            Some(columns) => columns.clone(),
            None => {
                let named = |key| (String::clone(&key), Name::Setting(key));
                self.keys(MOST_KEYS).into_iter().map(named).collect()
            }
        };
        let metrics = if self.columns.is_some() { Vec::new() } else { self.metrics() };
        // What was asked for may be texts; a number is easier to compare flush right.
        let numbers = if self.columns.is_some() { usize::MAX } else { head.len() + keys.len() };
        head.extend(keys.iter().map(|(word, _)| word.clone()));
        head.extend(metrics.iter().map(|name| (*name).to_owned()));
        for (row, record) in rows.iter_mut().zip(&self.records) {
            row.extend(keys.iter().map(|(_, name)| self.shown(record, name).into()));
            row.extend(metrics.iter().map(|name| {
                record.metric(name).map_or("-".to_owned(), |v| format!("{v:.2}")).into()
            }));
        }
        Grid { head, rows, numbers }
    }

    /// Every key that differs and every metric, or the columns asked for, one run a row.
    pub fn csv(&self) -> String {
        let mut head: Vec<String> =
            ["experiment", "version", "status", "started", "data", "tags", "path"]
                .map(str::to_owned)
                .to_vec();
        let mut names = self.columns.clone();
        let names = names.get_or_insert_with(|| {
            let keys = self.differing.iter().map(|key| (key.clone(), Name::Setting(key.clone())));
            let metric = |name: &str| Name::Metric(super::MetricSet::Either, name.to_owned());
            let metrics = self.all_metrics();
            keys.chain(metrics.into_iter().map(|name| (name.clone(), metric(&name)))).collect()
        });
        head.extend(names.iter().map(|(word, _)| word.clone()));
        let row =
            |record: &Record| -> Vec<String> {
                let mut cells: Vec<String> =
                    about(record, true).into_iter().map(|cell| cell.text).collect();
                cells.push(record.run.path.display().to_string());
                let value = |name: &Name| name.value(record, self.reader);
                cells.extend(names.iter().map(|(_, name)| {
                    value(name).map_or(String::new(), |value| plain(Some(&value)))
                }));
                cells
            };
        csv(&head, &self.records.iter().map(row).collect::<Vec<_>>())
    }

    /// An array with one object a run: where it is, how it stands, the keys that differ, all metrics.
    pub fn json(&self) -> Value {
        self.records.iter().map(|record| self.object(record)).collect()
    }

    fn object(&self, record: &Record) -> Value {
        let mut object = object(record);
        let config: Map<String, Value> = self
            .differing
            .iter()
            .filter_map(|key| Some((key.clone(), record.setting(key, self.reader)?)))
            .collect();
        object["config"] = config.into();
        if let Some(columns) = &self.columns {
            let columns: Map<String, Value> = columns
                .iter()
                .map(|(word, name)| (word.clone(), json!(name.value(record, self.reader))))
                .collect();
            object["columns"] = columns.into();
        }
        object
    }

    fn keys(&self, most: usize) -> Vec<String> {
        shown_first(&self.differing, &self.records, most)
    }

    fn metrics(&self) -> Vec<&'static str> {
        let present = |name: &&str| self.records.iter().any(|one| one.metric(name).is_some());
        MAIN_METRICS.into_iter().filter(present).take(MOST_METRICS).collect()
    }

    fn all_metrics(&self) -> Vec<String> {
        let manifests = self.records.iter().filter_map(|record| record.run.manifest.as_ref());
        let names = manifests.flat_map(|m| m.metrics.best.keys().chain(m.metrics.last.keys()));
        names.cloned().collect::<indexmap::IndexSet<_>>().into_iter().collect()
    }

    fn shown(&self, record: &Record, name: &Name) -> String {
        let value = name.value(record, self.reader);
        match (name, value.as_ref().and_then(Value::as_f64)) {
            (Name::Metric(..), Some(number)) => format!("{number:.2}"),
            _ => match &value {
                Some(Value::Array(items)) if items.iter().all(Value::is_string) => {
                    let texts: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
                    texts.join(",")
                }
                Some(Value::Null) if !matches!(name, Name::Setting(_)) => "-".to_owned(),
                other => short(other.as_ref()),
            },
        }
    }
}

/// What every row starts with.
fn about(record: &Record, has_tags: bool) -> Vec<Cell> {
    let run = &record.run;
    let manifest = run.manifest.as_ref();
    let mut cells = vec![
        run.experiment.clone(),
        run.version.clone(),
        run.state.to_string(),
        manifest.map_or("-".to_owned(), |m| m.started.clone()),
        manifest.map_or("-".to_owned(), |m| m.data.as_str().to_owned()),
    ];
    if has_tags {
        cells.push(record.tags.tags.iter().cloned().collect::<Vec<_>>().join(","));
    }
    cells.into_iter().map(Cell::from).collect()
}

/// What is known of a run, as JSON.
pub(super) fn object(record: &Record) -> Value {
    let run = &record.run;
    let manifest = run.manifest.as_ref();
    json!({
        "run": run.id(),
        "experiment": run.experiment,
        "version": run.version,
        "status": run.state.as_str(),
        "path": run.path.to_string_lossy(),
        "started": manifest.map(|m| &m.started),
        "finished": manifest.and_then(|m| m.finished.as_ref()),
        "data": manifest.map(|m| m.data),
        "device": manifest.map(|m| &m.device),
        "seed": manifest.map(|m| m.seed),
        "config_hash": manifest.map(|m| &m.config_hash),
        "command": manifest.map(|m| &m.command),
        "tags": record.tags.tags,
        "note": record.tags.note,
        "metrics": manifest.map(|m| &m.metrics),
        "error": match &run.state {
            RunState::Broken { reason } => Some(reason),
            _ => manifest.and_then(|m| m.error.as_ref()),
        },
    })
}

#[cfg(test)]
mod tests;
