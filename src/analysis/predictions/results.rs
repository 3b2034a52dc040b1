//! Predictions from results in HDF5.

use std::path::Path;

use super::super::AnalysisError;
use super::Table;
use super::place::unusable;
use super::stored::Stored;
use crate::data::Uid;
use crate::runs::{Rows, RunError, Uids, read_results};

/// Reads a file.
pub(super) fn read(path: &Path) -> Result<Stored, AnalysisError> {
    let results = read_results(path).map_err(|error| match error {
        RunError::Dataset { dataset, found, expected, .. } => unusable(
            path,
            format!("it is no results file: `{dataset}` should be {expected}, found {found}"),
        ),
        RunError::Hdf5 { reason, .. } => {
            unusable(path, format!("it is no whole HDF5 file: {reason}"))
        }
        other => other.into(),
    })?;
    let table = |(label, rows): (String, Rows<f32>)| match rows.shape.as_slice() {
        [_, classes] if *classes > 0 => {
            let values = rows.data.into_iter().map(f64::from).collect();
            Ok((label, Table { classes: *classes, values }))
        }
        shape => Err(unusable(
            path,
            format!("`logits/{label}` has shape {shape:?}, expected (segments, classes)"),
        )),
    };
    // a target of several moments is no class of the row
    let targets = results.target.into_iter().filter(|(_, rows)| rows.width() == 1);
    Ok(Stored {
        idx: Some(results.idx),
        uids: match results.uid {
            Uids::Numbers(all) => all.into_iter().map(Uid::Int).collect(),
            Uids::Texts(all) => Uid::column(all.iter().map(String::as_str)),
        },
        scores: results.logits.into_iter().map(table).collect::<Result<_, _>>()?,
        targets: targets.map(|(label, rows)| (label, rows.data)).collect(),
    })
}
