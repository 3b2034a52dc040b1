//! The table of `runner runs list`.

use std::path::Path;

use serde_json::{Value, json};

use super::{AnalysisError, RunFilter};
use crate::runs::{Manifest, RunEntry, RunState, list_runs};

/// Metrics worth a column, most telling first; a table shows those that its runs have.
const MAIN_METRICS: [&str; 8] = [
    "final_acc/action/top1",
    "final_acc/action/top5",
    "final_acc/action/AR5",
    "acc1/action",
    "acc5/action",
    "acc1/verb",
    "acc1/noun",
    "loss",
];
const MOST_METRICS: usize = 4;

/// Runs with their main metrics.
#[derive(Clone, Debug)]
pub struct RunTable {
    runs: Vec<RunEntry>,
}

impl RunTable {
    /// The runs below `outputs` that `filter` lets through.
    pub fn load(outputs: &Path, filter: &RunFilter) -> Result<Self, AnalysisError> {
        let mut runs = list_runs(outputs)?;
        runs.retain(|run| filter.matches(run));
        Ok(Self { runs })
    }

    /// The runs.
    pub fn runs(&self) -> &[RunEntry] {
        &self.runs
    }

    /// Aligned columns under a header, one run a line; empty without runs.
    ///
    /// Metrics are those of the best evaluation, or of the last one where none was best.
    pub fn text(&self) -> String {
        if self.runs.is_empty() {
            return String::new();
        }
        let metrics = self.metric_columns();
        let mut rows = vec![header(&metrics)];
        rows.extend(self.runs.iter().map(|run| row(run, &metrics)));
        align(&rows, header(&[]).len())
    }

    /// An array with one object a run: where it is, how it stands, all metrics.
    pub fn json(&self) -> Value {
        self.runs.iter().map(object).collect()
    }

    fn metric_columns(&self) -> Vec<&'static str> {
        let manifests = || self.runs.iter().filter_map(|r| r.manifest.as_ref());
        let present = |name: &&str| manifests().any(|m| metric(m, name).is_some());
        MAIN_METRICS.into_iter().filter(|n| present(n)).take(MOST_METRICS).collect()
    }
}

fn header(metrics: &[&str]) -> Vec<String> {
    let fixed = ["experiment", "version", "status", "started", "data"];
    fixed.iter().chain(metrics).map(|s| (*s).to_owned()).collect()
}

fn row(run: &RunEntry, metrics: &[&str]) -> Vec<String> {
    let manifest = run.manifest.as_ref();
    let known = |get: &dyn Fn(&Manifest) -> String| manifest.map_or("-".to_owned(), get);
    let mut cells = vec![
        run.experiment.clone(),
        run.version.clone(),
        run.state.to_string(),
        known(&|m| m.started.clone()),
        known(&|m| m.data.as_str().to_owned()),
    ];
    cells.extend(metrics.iter().map(|name| {
        manifest.and_then(|m| metric(m, name)).map_or("-".into(), |v| format!("{v:.2}"))
    }));
    cells
}

fn metric(manifest: &Manifest, name: &str) -> Option<f64> {
    let sets = &manifest.metrics;
    sets.best.get(name).or_else(|| sets.last.get(name)).and_then(Value::as_f64)
}

/// Pads cells to the width of their column; columns from `numbers` on are flush right.
fn align(rows: &[Vec<String>], numbers: usize) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |i: usize| rows.iter().map(|r| r[i].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .enumerate()
            .map(
                |(i, (cell, w))| {
                    if i < numbers { format!("{cell:w$}") } else { format!("{cell:>w$}") }
                },
            )
            .collect();
        out += cells.join("  ").trim_end();
        out.push('\n');
    }
    out
}

fn object(run: &RunEntry) -> Value {
    let manifest = run.manifest.as_ref();
    json!({
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
        "metrics": manifest.map(|m| &m.metrics),
        "error": match &run.state {
            RunState::Broken { reason } => Some(reason),
            _ => manifest.and_then(|m| m.error.as_ref()),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::{DataKind, RunDir, RunFacts, RunManifest};

    fn finished(outputs: &Path, experiment: &str, metrics: Value) {
        let run = RunDir::create(outputs, experiment).unwrap();
        let facts = RunFacts { data: DataKind::Simulated, ..RunFacts::example(experiment, "h") };
        let mut manifest = RunManifest::begin(&run, facts).unwrap();
        manifest.record_last(metrics.as_object().unwrap()).unwrap();
        manifest.complete().unwrap();
    }

    fn outputs() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        finished(dir.path(), "ek55_bert", json!({"acc1/action": 12.345, "loss": 100.0}));
        finished(dir.path(), "ek55_ensemble", json!({"acc1/action": 7.0}));
        RunDir::create(dir.path(), "ek55_ensemble").unwrap();
        dir
    }

    #[test]
    fn columns_are_aligned() {
        let dir = outputs();
        let table = RunTable::load(dir.path(), &RunFilter::default()).unwrap().text();
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 4);
        assert!(lines[0].starts_with("experiment     version  status      started"), "{table}");
        assert!(lines[1].ends_with("simulated        12.35  100.00"), "{table}");
        assert!(lines[3].contains("0002     incomplete"), "{table}");
    }

    #[test]
    fn filters() {
        let dir = outputs();
        let count = |experiment, state| {
            let filter = RunFilter::new(experiment, state).unwrap();
            RunTable::load(dir.path(), &filter).unwrap().runs().len()
        };
        assert_eq!(count(Some("ek55_ensemble"), None), 2);
        assert_eq!(count(Some("ek55_*"), None), 3);
        assert_eq!(count(None, Some("completed")), 2);
        assert_eq!(count(Some("none"), None), 0);
        let error = RunFilter::new(None, Some("done")).unwrap_err().to_string();
        assert!(error.contains("`completed`"), "{error}");
    }

    #[test]
    fn json_has_every_run() {
        let dir = outputs();
        let value = RunTable::load(dir.path(), &RunFilter::default()).unwrap().json();
        assert_eq!(value.as_array().unwrap().len(), 3);
        assert_eq!(value[0]["metrics"]["last"]["loss"], json!(100.0));
        assert_eq!(value[2]["status"], json!("incomplete"));
        assert!(value[2]["started"].is_null());
    }

    #[test]
    fn no_runs_is_an_empty_table() {
        let dir = tempfile::tempdir().unwrap();
        let table = RunTable::load(dir.path(), &RunFilter::default()).unwrap();
        assert_eq!((table.text(), table.json()), (String::new(), json!([])));
    }
}
