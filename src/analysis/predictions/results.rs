//! Predictions from results in HDF5.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::AnalysisError;
use super::{Predictions, Table};
use crate::data::Uid;
use crate::runs::{Results, Rows, Uids, read_results};

/// Reads a file; rows of one sample become one.
pub(super) fn read(path: &Path, name: &str) -> Result<Predictions, AnalysisError> {
    let results = read_results(path)?;
    let mut rows: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (row, idx) in results.idx.iter().enumerate() {
        rows.entry(*idx).or_default().push(row);
    }
    let samples: Vec<Vec<usize>> = rows.into_values().collect();
    Ok(Predictions {
        name: name.to_owned(),
        uids: samples.iter().map(|rows| uid(&results, rows[0])).collect(),
        scores: results.logits.iter().map(|(l, all)| (l.clone(), mean(all, &samples))).collect(),
        targets: results.target.iter().map(|(l, all)| (l.clone(), first(all, &samples))).collect(),
    })
}

fn uid(results: &Results, row: usize) -> Uid {
    match &results.uid {
        Uids::Numbers(all) => all[row].into(),
        Uids::Texts(all) => Uid::Text(all[row].as_str().into()),
    }
}

fn mean(all: &Rows<f32>, samples: &[Vec<usize>]) -> Table {
    let classes = all.width();
    let mut values = Vec::with_capacity(samples.len() * classes);
    for rows in samples {
        let sum = |class| rows.iter().map(|row| f64::from(all.row(*row)[class])).sum::<f64>();
        values.extend((0..classes).map(|class| sum(class) / rows.len() as f64));
    }
    Table { classes, values }
}

fn first(all: &Rows<i64>, samples: &[Vec<usize>]) -> Vec<i64> {
    samples.iter().map(|rows| all.row(rows[0]).first().copied().unwrap_or(-1)).collect()
}
