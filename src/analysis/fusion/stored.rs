//! Sums as a results file holds them.

use super::super::{Predictions, Table};
use crate::data::Uid;
use crate::runs::{Results, Rows, Uids};

/// Scores and classes of some predictions, one row a segment, as every reader of results takes them.
pub fn results(predictions: &Predictions) -> Results {
    let n = predictions.uids.len();
    let logits = |table: &Table| {
        let single = table.values.iter().map(|score| *score as f32).collect();
        Rows::new([n, table.classes], single)
    };
    let targets = predictions.targets.iter().filter(|(l, _)| predictions.scores.contains_key(*l));
    let numbers: Option<Vec<i64>> = predictions.uids.iter().map(Uid::as_int).collect();
    let texts = || predictions.uids.iter().map(Uid::to_string).collect();
    Results {
        idx: (0..n as i64).collect(),
        uid: numbers.map_or_else(|| Uids::Texts(texts()), Uids::Numbers),
        logits: predictions.scores.iter().map(|(l, table)| (l.clone(), logits(table))).collect(),
        logits_regression: None,
        target: targets.map(|(l, all)| (l.clone(), Rows::column(all.clone()))).collect(),
        loss: Default::default(),
        // Several models have no one epoch.
        epoch: vec![f64::NAN],
    }
}
