//! Settings against each other: one row for all runs that differ only in what repeats them.
//!
//! Decides what a repetition is and which value of a column is best. Runs are repetitions of each other
//! when no key of their configs differs but `run_id` and `seed`; a row tells their mean, and their
//! standard deviation (of a sample, n - 1) where there are at least two. Accuracies are best when high,
//! losses when low. What ought not to be compared is compared, with a warning.

mod render;
mod summary;
mod warnings;

use std::collections::BTreeSet;

use serde_json::Value;

use super::table::{MAIN_METRICS, MOST_METRICS};
use super::value::order;
use super::{AnalysisError, ConfigReader, MetricSet, Name, Record, differing, shown_first};
use crate::runs::{DataKind, RunState, Status};
pub use summary::Summary;
pub use warnings::of as doubt;

/// Keys in which repetitions differ.
const REPEATS: [&str; 2] = ["run_id", "seed"];
/// As many config keys as fit beside the metrics.
const MOST_KEYS: usize = 6;

/// What to compare.
#[derive(Clone, Debug, Default)]
pub struct ComparisonOptions {
    /// Metrics, by the words of [`Name`]; none means the main ones that the runs have.
    pub metrics: Vec<String>,
    /// Config keys to show; none means those that differ.
    pub keys: Vec<String>,
    /// Whether runs that have not completed take part with the metrics that they have.
    pub unfinished: bool,
}

/// Runs that are repetitions of each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Experiment.
    pub experiment: String,
    /// Kind of data.
    pub data: DataKind,
    /// Values of [`Comparison::keys`].
    pub settings: Vec<Option<Value>>,
    /// The runs.
    pub runs: Vec<String>,
    /// One for each of [`Comparison::metrics`]; `None` where no run has it.
    pub summaries: Vec<Option<Summary>>,
}

/// A table of settings and metrics.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Config keys that differ, the most telling first.
    pub keys: Vec<String>,
    /// How many more keys differ.
    pub hidden: usize,
    /// Names of the metrics.
    pub metrics: Vec<String>,
    /// One for each setting, in the order of the settings.
    pub rows: Vec<Row>,
    /// What makes the comparison doubtful.
    pub warnings: Vec<String>,
}

impl Comparison {
    /// Compares some runs.
    ///
    /// # Errors
    /// No run that can be compared, a metric or key that none of them has.
    pub fn new(
        records: Vec<Record>,
        options: &ComparisonOptions,
        reader: &dyn ConfigReader,
    ) -> Result<Self, AnalysisError> {
        let (records, mut warnings) = comparable(records, options.unfinished)?;
        let metrics = metrics(&records, &options.metrics, reader)?;
        let differing: Vec<String> =
            differing(&records).into_iter().filter(|key| !REPEATS.contains(&&**key)).collect();
        let keys = match options.keys.is_empty() {
            true => shown_first(&differing, &records, MOST_KEYS),
            false => options.keys.clone(),
        };
        let names = settings(&keys, &records, reader)?;
        let mut rows: Vec<Row> = grouped(&records, &differing)
            .into_iter()
            .map(|group| row(&group, &names, &metrics, reader))
            .collect();
        rows.sort_by(in_order);
        mark_best(&mut rows, &metrics);
        warnings.extend(warnings::of(&records));
        warnings.extend(warnings::of_repeats(&records, &rows));
        let shown = keys.iter().filter(|key| differing.contains(key)).count();
        let is_named = differing.iter().any(|key| key == "expt_name");
        let hidden = differing.len().saturating_sub(shown + usize::from(is_named));
        let metrics = metrics.into_iter().map(|(word, _)| word).collect();
        Ok(Self { keys, hidden, metrics, rows, warnings })
    }

    fn has_several<T: Ord>(&self, get: impl Fn(&Row) -> T) -> bool {
        self.rows.iter().map(get).collect::<BTreeSet<T>>().len() > 1
    }
}

/// The runs with something to compare, and what is said of the others.
fn comparable(
    records: Vec<Record>,
    unfinished: bool,
) -> Result<(Vec<Record>, Vec<String>), AnalysisError> {
    let has_metrics = |record: &Record| {
        let manifest = record.run.manifest.as_ref();
        manifest.is_some_and(|m| !m.metrics.best.is_empty() || !m.metrics.last.is_empty())
    };
    let is_done = |record: &Record| record.run.state == RunState::Known(Status::Completed);
    let (kept, others): (Vec<Record>, Vec<Record>) = records
        .into_iter()
        .partition(|record| has_metrics(record) && (unfinished || is_done(record)));
    let without = warnings::left_out(&others);
    if kept.is_empty() {
        let reason = match without.first() {
            Some(said) => said.clone(),
            None => "none is selected".to_owned(),
        };
        return Err(AnalysisError::Empty { reason });
    }
    Ok((kept, without))
}

/// The metrics asked for, or the main ones that any run has.
fn metrics(
    records: &[Record],
    words: &[String],
    reader: &dyn ConfigReader,
) -> Result<Vec<(String, Name)>, AnalysisError> {
    if words.is_empty() {
        let present = |name: &&str| records.iter().any(|one| one.metric(name).is_some());
        let main = MAIN_METRICS.into_iter().filter(present).take(MOST_METRICS);
        let either = |name: &str| Name::Metric(MetricSet::Either, name.to_owned());
        return Ok(main.map(|name| (name.to_owned(), either(name))).collect());
    }
    let named = |word: &String| Ok((word.clone(), Name::resolve(word, records, reader)?));
    words.iter().map(named).collect()
}

fn settings(
    keys: &[String],
    records: &[Record],
    reader: &dyn ConfigReader,
) -> Result<Vec<Name>, AnalysisError> {
    let named = |key: &String| match records.iter().any(|one| one.settings.contains_key(key)) {
        true => Ok(Name::Setting(key.clone())),
        false => Name::resolve(key, records, reader),
    };
    keys.iter().map(named).collect()
}

/// Repetitions together, in the order of the first of each.
fn grouped<'a>(records: &'a [Record], differing: &[String]) -> Vec<Vec<&'a Record>> {
    let mut groups: indexmap::IndexMap<String, Vec<&Record>> = indexmap::IndexMap::new();
    for record in records {
        let values: Vec<_> = differing.iter().map(|key| record.settings.get(key)).collect();
        // A run whose config cannot be read repeats nothing.
        let alone = record.settings.is_empty().then(|| record.run.path.display().to_string());
        let data = record.run.manifest.as_ref().map(|manifest| manifest.data);
        let key = serde_json::json!([values, alone, data, record.run.experiment]).to_string();
        groups.entry(key).or_default().push(record);
    }
    groups.into_values().collect()
}

fn row(
    group: &[&Record],
    names: &[Name],
    metrics: &[(String, Name)],
    reader: &dyn ConfigReader,
) -> Row {
    let first = group[0];
    let summary = |name: &Name| {
        let values = group.iter().filter_map(|record| name.value(record, reader)?.as_f64());
        Summary::of(&values.collect::<Vec<_>>())
    };
    Row {
        experiment: first.run.experiment.clone(),
        data: first.run.manifest.as_ref().map_or(DataKind::Real, |manifest| manifest.data),
        settings: names.iter().map(|name| name.value(first, reader)).collect(),
        runs: group.iter().map(|record| record.run.id()).collect(),
        summaries: metrics.iter().map(|(_, name)| summary(name)).collect(),
    }
}

fn in_order(a: &Row, b: &Row) -> std::cmp::Ordering {
    let settings = a.settings.iter().zip(&b.settings);
    let by_settings = settings.map(|(a, b)| order(a.as_ref(), b.as_ref()));
    a.experiment
        .cmp(&b.experiment)
        .then(by_settings.fold(std::cmp::Ordering::Equal, |all, one| all.then(one)))
}

/// Marks the best of each metric, where there is something to choose from.
fn mark_best(rows: &mut [Row], metrics: &[(String, Name)]) {
    for (at, (word, name)) in metrics.iter().enumerate() {
        let metric = match name {
            Name::Metric(_, metric) => metric,
            Name::Field(_) | Name::Setting(_) => word,
        };
        let (is_loss, is_rate) = (metric.starts_with("loss"), metric == "lr");
        let means = || rows.iter().filter_map(|row| Some(row.summaries[at].as_ref()?.mean));
        let best =
            if is_loss { means().min_by(f64::total_cmp) } else { means().max_by(f64::total_cmp) };
        if is_rate || means().count() < 2 {
            continue;
        }
        for row in rows.iter_mut() {
            if let Some(summary) = row.summaries[at].as_mut() {
                summary.best = Some(summary.mean) == best;
            }
        }
    }
}

#[cfg(test)]
mod tests;
