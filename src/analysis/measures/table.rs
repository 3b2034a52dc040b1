//! Metrics of several places side by side: a table for each label type, the best marked.

use indexmap::IndexSet;
use serde_json::{Map, Value, json};

use super::super::grid::csv;
use super::super::{AnalysisError, Cell, Grid, Marked};
use super::Measured;

/// Metrics of places, one a row.
#[derive(Clone, Debug)]
pub struct MeasureTable {
    rows: Vec<Measured>,
    /// The metrics that are shown, in order.
    metrics: Vec<String>,
}

/// Metrics with a common beginning, as one table.
struct Block<'a> {
    title: String,
    /// Full name and name within the block.
    columns: Vec<(&'a str, String)>,
}

impl MeasureTable {
    /// A table of all metrics, or of those asked for: by name, or by the end of a name
    /// (`top1`, `action/AR5`).
    ///
    /// # Errors
    /// A metric that none of the places has.
    pub fn new(rows: Vec<Measured>, wanted: &[String]) -> Result<Self, AnalysisError> {
        let all: IndexSet<&String> = rows.iter().flat_map(|row| row.values.keys()).collect();
        let mut metrics: IndexSet<String> = IndexSet::new();
        for word in wanted {
            let ending = word.replace('.', "/");
            let meant =
                |name: &&&String| **name == &ending || name.ends_with(&format!("/{ending}"));
            let found: Vec<String> = all.iter().filter(meant).map(|name| (*name).clone()).collect();
            if found.is_empty() {
                let known = all.into_iter().cloned().collect();
                return Err(AnalysisError::NoMetric { name: word.clone(), known });
            }
            metrics.extend(found);
        }
        if wanted.is_empty() {
            metrics = all.into_iter().cloned().collect();
        }
        Ok(Self { rows, metrics: metrics.into_iter().collect() })
    }

    /// The places.
    pub fn rows(&self) -> &[Measured] {
        &self.rows
    }

    /// Aligned tables, one below the other.
    pub fn text(&self, marked: Marked) -> String {
        self.each(|grid| grid.text(marked))
    }

    /// Tables of Markdown.
    pub fn markdown(&self) -> String {
        self.each(Grid::markdown)
    }

    /// A `tabular` of LaTeX for each table.
    pub fn latex(&self) -> String {
        self.each(Grid::latex)
    }

    /// One row a place, all metrics under their full names.
    pub fn csv(&self) -> String {
        let mut head: Vec<String> = ["predictions", "data", "segments", "labelled", "from_actions"]
            .map(str::to_owned)
            .into();
        head.extend(self.metrics.iter().cloned());
        let row = |row: &Measured| {
            let mut cells = vec![
                row.name.clone(),
                row.data.clone().unwrap_or_default(),
                row.segments.to_string(),
                row.labelled.to_string(),
                row.derived.join(" "),
            ];
            let values = self.metrics.iter().map(|metric| row.values.get(metric));
            cells.extend(values.map(|value| value.map_or(String::new(), f64::to_string)));
            cells
        };
        csv(&head, &self.rows.iter().map(row).collect::<Vec<_>>())
    }

    /// An array with one object a place.
    pub fn json(&self) -> Value {
        self.rows.iter().map(|row| self.object(row)).collect()
    }

    fn object(&self, row: &Measured) -> Value {
        let shown = self.metrics.iter().filter_map(|metric| {
            Some((metric.clone(), row.values.get(metric).map(|value| json!(value))?))
        });
        json!({
            "predictions": row.name,
            "data": row.data,
            "segments": row.segments,
            "labelled": row.labelled,
            "from_actions": row.derived,
            "metrics": shown.collect::<Map<String, Value>>(),
        })
    }

    fn each(&self, show: impl Fn(&Grid) -> String) -> String {
        let tables = self.blocks().into_iter().map(|block| show(&self.grid(&block)));
        tables.collect::<Vec<_>>().join("\n")
    }

    fn blocks(&self) -> Vec<Block<'_>> {
        let mut blocks: Vec<Block<'_>> = Vec::new();
        for name in &self.metrics {
            let parts: Vec<&str> = name.split('/').collect();
            let (title, column) = match parts.as_slice() {
                ["final_acc", label, metric] => ((*label).to_owned(), (*metric).to_owned()),
                [first, rest @ ..] => ((*first).to_owned(), rest.join("/")),
                [] => continue,
            };
            match blocks.iter_mut().find(|block| block.title == title) {
                Some(block) => block.columns.push((name, column)),
                None => blocks.push(Block { title, columns: vec![(name, column)] }),
            }
        }
        blocks
    }

    fn grid(&self, block: &Block<'_>) -> Grid {
        let is_derived = |row: &Measured| row.derived.contains(&block.title);
        let has_derived = self.rows.iter().any(is_derived);
        let has_data = self.rows.iter().any(|row| row.data.as_deref().is_some_and(|d| d != "real"));
        let mut head = vec![block.title.clone()];
        head.extend(has_data.then(|| "data".to_owned()));
        head.extend(has_derived.then(|| "scores".to_owned()));
        let numbers = head.len();
        head.push("n".to_owned());
        head.extend(block.columns.iter().map(|(_, column)| column.clone()));
        let row = |row: &Measured| {
            let mut cells: Vec<Cell> = vec![row.name.clone().into()];
            cells.extend(has_data.then(|| row.data.clone().unwrap_or_else(|| "-".into()).into()));
            let from = if is_derived(row) { "of actions" } else { "own" };
            cells.extend(has_derived.then(|| from.to_owned().into()));
            cells.push(row.labelled.to_string().into());
            cells.extend(block.columns.iter().map(|(metric, _)| self.cell(row, metric)));
            cells
        };
        Grid { head, rows: self.rows.iter().map(row).collect(), numbers }
    }

    /// A value with two digits; the highest of several places is the best.
    fn cell(&self, row: &Measured, metric: &str) -> Cell {
        let Some(value) = row.values.get(metric) else { return "-".to_owned().into() };
        let all = || self.rows.iter().filter_map(|row| row.values.get(metric));
        let best = all().count() > 1 && all().all(|other| other <= value);
        Cell { text: format!("{value:.2}"), best }
    }
}
