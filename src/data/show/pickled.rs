//! Pickles of any content.

use std::path::Path;

use indexmap::IndexSet;

use super::{Shown, stores, unknown};
use crate::data::error::DataError;
use crate::data::pickle::{Document, PickleFile, Value, pandas};
use crate::files;

/// A data frame as its rows, a list of dicts as rows, tensors as a listing, all else as entries.
pub(super) fn show(path: &Path) -> Result<Shown, DataError> {
    let file = PickleFile::open(path)?;
    let document = file.parse().map_err(|error| no_pickle(path, error))?;
    let root = document.root();
    if pandas::is_frame(root) {
        return frame(&document);
    }
    if let Some(rows) = root.as_sequence()
        && rows.first().is_some_and(|row| row.as_dict().is_some())
    {
        return Ok(dicts(&document, &rows));
    }
    if root.as_dict().is_some() || root.as_sequence().is_some() || document.is_tensor(root) {
        return Ok(stores::tensors("pickle", &document.tensors()?));
    }
    let mut shown = Shown::new("pickle", []);
    shown.fact("content", describe(&document, root));
    Ok(shown)
}

fn frame(document: &Document<'_>) -> Result<Shown, DataError> {
    let frame = document.frame()?;
    let mut shown = Shown::new("pickled data frame", []);
    shown.fact("rows", frame.rows());
    shown.fact("columns", frame.columns.len());
    shown.header.push(frame.index_name.clone().unwrap_or_else(|| "index".into()));
    shown.header.extend(frame.columns.iter().map(|column| column.name.clone()));
    for (i, index) in frame.index.iter().enumerate() {
        let cells = frame.columns.iter().map(|column| column.cells[i].to_string());
        shown.rows.push(std::iter::once(index.to_string()).chain(cells).collect());
    }
    Ok(shown)
}

/// What does not begin as a pickle is probably none: from protocol 2 on they begin with `PROTO`.
fn no_pickle(path: &Path, error: DataError) -> DataError {
    const PROTO: u8 = 0x80;
    match (files::read_head(path, 1), &error) {
        (Ok(head), DataError::Pickle { error, .. }) if head != [PROTO] => {
            unknown(path, &format!("as a pickle, {error}"))
        }
        _ => error,
    }
}

/// The columns are the text keys of all dicts, in the order in which they first come.
fn dicts(document: &Document<'_>, rows: &[Value<'_>]) -> Shown {
    let mut shown = Shown::new("pickled list of dicts", []);
    shown.fact("rows", rows.len());
    let keys = rows.iter().filter_map(|row| row.as_dict()).flatten();
    let keys = keys.filter_map(|(key, _)| key.as_str().map(str::to_owned));
    shown.header = keys.collect::<IndexSet<_>>().into_iter().collect();
    let cell = |row: &Value<'_>, key: &String| {
        row.get(key).map_or(String::new(), |value| describe(document, value))
    };
    shown.rows =
        rows.iter().map(|row| shown.header.iter().map(|key| cell(row, key)).collect()).collect();
    shown
}

/// One value in a few words.
fn describe(document: &Document<'_>, value: Value<'_>) -> String {
    if let Some(text) = value.plain_text() {
        return text;
    }
    if document.is_tensor(value) {
        return match document.tensor(value) {
            Ok(tensor) if tensor.shape.is_empty() => match tensor.data {
                crate::files::TensorData::F32(v) => v.first().map_or(String::new(), f32::to_string),
                crate::files::TensorData::I64(v) => v.first().map_or(String::new(), i64::to_string),
            },
            Ok(tensor) => format!("numbers {:?}", tensor.shape),
            Err(error) => error.to_string(),
        };
    }
    match (value.as_dict(), value.as_sequence()) {
        (Some(entries), _) => format!("dict of {}", entries.len()),
        (_, Some(parts)) => format!("{} of {}", value.kind(), parts.len()),
        _ => value.kind(),
    }
}
