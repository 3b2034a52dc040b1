//! The samples of an evaluation as a results file holds them.

use std::collections::BTreeMap;

use crate::data::Uid;
use crate::runs::{Results, Rows, Uids};
use crate::train::EvalRows;

/// The rows, with the logits whose names start with `prefix`.
pub(super) fn results(rows: &EvalRows, prefix: &str) -> Results {
    let samples = rows.idx.len();
    Results {
        idx: rows.idx.clone(),
        uid: uids(&rows.uids),
        logits: rows
            .logits
            .iter()
            .filter(|(name, ..)| format!("logits/{name}").starts_with(prefix))
            .map(|(name, classes, v)| (name.clone(), Rows::new([samples, *classes], v.clone())))
            .collect(),
        logits_regression: (!rows.durations.is_empty())
            .then(|| Rows::new([samples, 1], rows.durations.clone())),
        target: columns(&rows.targets),
        loss: columns(&rows.losses),
        epoch: rows.epoch.clone(),
    }
}

fn columns<T: Clone>(named: &[(String, Vec<T>)]) -> BTreeMap<String, Rows<T>> {
    named.iter().map(|(name, values)| (name.clone(), Rows::column(values.clone()))).collect()
}

/// Numbers when all are numbers, else texts.
fn uids(uids: &[Uid]) -> Uids {
    let numbers: Option<Vec<i64>> = uids.iter().map(Uid::as_int).collect();
    numbers.map_or_else(|| Uids::Texts(uids.iter().map(Uid::to_string).collect()), Uids::Numbers)
}
