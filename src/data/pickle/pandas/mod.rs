//! Data frames of pandas 0.2 to 3.
//!
//! | part | written by | read from |
//! |---|---|---|
//! | frame | all | the state `_mgr`, before 1.1 `_data` |
//! | blocks | pandas 0.14 to 1.2 | the state of the block manager, entry `0.14.1` |
//! | blocks | since 1.3 | the arguments of the block manager, `new_block` or `_unpickle_block` |
//!
//! Numbers, bools, texts, times, lists, categories and nullable types become [`Cell`]s. A
//! `MultiIndex`, arrays of pyarrow, periods and sparse columns are refused by name.

mod cell;
mod column;
mod index;
mod manager;

use super::error::PickleError;
use super::value::Value;

pub use cell::Cell;

/// A data frame: an index and columns of equal length.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// The name of the index.
    pub index_name: Option<String>,
    /// The index, one cell a row.
    pub index: Vec<Cell>,
    /// The columns in order.
    pub columns: Vec<Column>,
}

/// A column of a frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// One cell a row.
    pub cells: Vec<Cell>,
}

impl Frame {
    /// The column of a name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.index.len()
    }
}

/// Whether a value is a data frame.
pub fn is_frame(value: Value<'_>) -> bool {
    value.call().is_some_and(|call| is_frame_class(&call.name))
}

fn is_frame_class(name: &str) -> bool {
    matches!(name, "pandas.core.frame.DataFrame" | "pandas.DataFrame")
}

/// Reads a data frame.
///
/// # Errors
/// Another value, a column of a type that is not read, parts that do not fit together.
pub fn frame(value: Value<'_>) -> Result<Frame, PickleError> {
    let call = value.call().filter(|call| is_frame_class(&call.name));
    let call = call.ok_or_else(|| value.unexpected("a data frame"))?;
    let state = call.state.ok_or_else(|| value.inconsistent("a data frame without its state"))?;
    let manager = state.get("_mgr").or_else(|| state.get("_data"));
    let manager = manager.ok_or_else(|| state.unexpected("the state of a data frame"))?;
    let (axes, blocks) = manager::parts(manager)?;
    let axes = axes.as_sequence().unwrap_or_default();
    let [columns, rows] = axes.as_slice() else {
        return Err(manager.inconsistent("a data frame has two axes"));
    };
    let (names, rows) = (index::index(*columns)?, index::index(*rows)?);
    let columns = manager::columns(manager, &blocks, names.cells.len(), rows.cells.len())?;
    let columns = names.cells.iter().zip(columns);
    Ok(Frame {
        index_name: rows.name,
        index: rows.cells,
        columns: columns.map(|(name, cells)| Column { name: name.to_string(), cells }).collect(),
    })
}

/// The labels of an index that stands alone.
#[cfg(test)]
pub(super) fn labels(value: Value<'_>) -> Result<Vec<Cell>, PickleError> {
    index::index(value).map(|index| index.cells)
}

/// The last part of a name in pandas, whose modules move between versions.
fn pandas_name(name: &str) -> Option<&str> {
    name.strip_prefix("pandas.").map(|rest| rest.rsplit('.').next().unwrap_or(rest))
}
