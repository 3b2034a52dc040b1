//! Rows of an earlier attempt, back out of its results file.

use std::path::Path;

use crate::data::Uid;
use crate::runs::{RunError, Uids, read_outputs, read_results};
use crate::train::{EvalRows, StoredOutput};

/// The rows of a file, as they were before they were written; there are no targets among them.
///
/// # Errors
/// A file that is damaged.
pub(super) fn rows(path: &Path) -> Result<EvalRows, RunError> {
    let stored = read_results(path)?;
    let outputs = read_outputs(path)?.into_iter();
    let losses = stored.loss.into_iter();
    let logits = stored.logits.into_iter();
    Ok(EvalRows {
        idx: stored.idx,
        uids: match stored.uid {
            Uids::Numbers(numbers) => numbers.into_iter().map(Uid::Int).collect(),
            Uids::Texts(texts) => texts.into_iter().map(|text| Uid::Text(text.into())).collect(),
        },
        epoch: stored.epoch,
        logits: logits.map(|(name, rows)| (name, rows.width(), rows.data)).collect(),
        durations: stored.logits_regression.map(|rows| rows.data).unwrap_or_default(),
        losses: losses.map(|(name, rows)| (name, rows.data)).collect(),
        outputs: outputs
            .map(|(name, rows)| StoredOutput {
                name,
                shape: rows.shape[1..].to_vec(),
                values: rows.data,
            })
            .collect(),
        ..EvalRows::default()
    })
}
