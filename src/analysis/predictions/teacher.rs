//! Predictions of a teacher from its store.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::AnalysisError;
use super::Table;
use super::stored::Stored;
use crate::data::TeacherStore;

/// Reads a store; teachers that stand side by side are averaged.
pub(super) fn read(path: &Path) -> Result<Stored, AnalysisError> {
    let store = TeacherStore::open(path)?;
    let (members, classes) = (store.members(), store.manifest().classes);
    let mut values = Vec::with_capacity(store.len() * classes);
    for uid in store.uids() {
        let (logits, _) = store.row(uid).expect("a store has a row for each of its uids");
        let mean = |class: usize| {
            let all = logits.iter().skip(class).step_by(classes);
            all.map(|logit| f64::from(*logit)).sum::<f64>() / members as f64
        };
        values.extend((0..classes).map(mean));
    }
    Ok(Stored {
        idx: None,
        uids: store.uids().to_vec(),
        scores: BTreeMap::from([("action".to_owned(), Table { classes, values })]),
        targets: BTreeMap::new(),
    })
}
