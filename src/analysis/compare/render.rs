//! A comparison as text, CSV, JSON, Markdown and LaTeX.

use serde_json::{Map, Value, json};

use super::super::grid::csv;
use super::super::value::{plain, short};
use super::super::{Cell, Grid, Marked};
use super::{Comparison, Row, Summary};

impl Comparison {
    /// Aligned columns.
    pub fn text(&self, marked: Marked) -> String {
        self.grid().text(marked)
    }

    /// A table of Markdown.
    pub fn markdown(&self) -> String {
        self.grid().markdown()
    }

    /// A `tabular` of LaTeX.
    pub fn latex(&self) -> String {
        self.grid().latex()
    }

    /// What tells the rows apart, their number of runs, the metrics.
    fn grid(&self) -> Grid {
        let has_experiments = self.has_several(|row| row.experiment.clone());
        let has_kinds = self.has_several(|row| row.data.as_str());
        let mut head = Vec::new();
        if has_experiments || self.keys.is_empty() {
            head.push("experiment".to_owned());
        }
        if has_kinds {
            head.push("data".to_owned());
        }
        head.extend(self.keys.iter().cloned());
        let numbers = head.len();
        head.push("n".to_owned());
        head.extend(self.metrics.iter().cloned());
        let row = |row: &Row| {
            let mut cells: Vec<Cell> = Vec::new();
            if has_experiments || self.keys.is_empty() {
                cells.push(row.experiment.clone().into());
            }
            if has_kinds {
                cells.push(row.data.as_str().to_owned().into());
            }
            cells.extend(row.settings.iter().map(|value| short(value.as_ref()).into()));
            cells.push(row.runs.len().to_string().into());
            cells.extend(row.summaries.iter().map(cell));
            cells
        };
        Grid { head, rows: self.rows.iter().map(row).collect(), numbers }
    }

    /// Mean, deviation and number of every metric in columns of their own.
    pub fn csv(&self) -> String {
        let mut head = vec!["experiment".to_owned(), "data".to_owned()];
        head.extend(self.keys.iter().cloned());
        head.extend(["n".to_owned(), "runs".to_owned()]);
        for metric in &self.metrics {
            head.extend([metric.clone(), format!("{metric} std"), format!("{metric} n")]);
        }
        let row = |row: &Row| {
            let mut cells = vec![row.experiment.clone(), row.data.as_str().to_owned()];
            let value = |value: &Option<Value>| match value {
                Some(value) => plain(Some(value)),
                None => String::new(),
            };
            cells.extend(row.settings.iter().map(value));
            cells.extend([row.runs.len().to_string(), row.runs.join(" ")]);
            for summary in &row.summaries {
                cells.extend(match summary {
                    Some(Summary { mean, deviation, n, .. }) => [
                        mean.to_string(),
                        deviation.map_or(String::new(), |deviation| deviation.to_string()),
                        n.to_string(),
                    ],
                    None => [String::new(), String::new(), "0".to_owned()],
                });
            }
            cells
        };
        csv(&head, &self.rows.iter().map(row).collect::<Vec<_>>())
    }

    /// Everything, with the warnings.
    pub fn json(&self) -> Value {
        let row = |row: &Row| {
            let config: Map<String, Value> = self
                .keys
                .iter()
                .zip(&row.settings)
                .filter_map(|(key, value)| Some((key.clone(), value.clone()?)))
                .collect();
            let metrics: Map<String, Value> = self
                .metrics
                .iter()
                .zip(&row.summaries)
                .filter_map(|(name, summary)| Some((name.clone(), number(summary.as_ref()?))))
                .collect();
            json!({
                "experiment": row.experiment,
                "data": row.data,
                "config": config,
                "n": row.runs.len(),
                "runs": row.runs,
                "metrics": metrics,
            })
        };
        json!({
            "keys": self.keys,
            "hidden_keys": self.hidden,
            "rows": self.rows.iter().map(row).collect::<Vec<_>>(),
            "warnings": self.warnings,
        })
    }
}

fn cell(summary: &Option<Summary>) -> Cell {
    match summary {
        Some(summary) => Cell { text: summary.shown(), best: summary.best },
        None => "-".to_owned().into(),
    }
}

fn number(summary: &Summary) -> Value {
    let Summary { mean, deviation, n, best } = summary;
    json!({ "mean": mean, "std": deviation, "n": n, "best": best })
}
