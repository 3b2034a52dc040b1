//! Labels of rows and columns.

use super::super::error::PickleError;
use super::super::value::Value;
use super::{Cell, column, pandas_name};

/// An index: its name and its labels.
pub(super) struct Index {
    pub(super) name: Option<String>,
    pub(super) cells: Vec<Cell>,
}

/// `_new_Index(class, {"data": ..., "name": ...})`; a range has `start`, `stop` and `step`.
pub(super) fn index(value: Value<'_>) -> Result<Index, PickleError> {
    const EXPECTED: &str = "an index";
    let call = value.call().ok_or_else(|| value.unexpected(EXPECTED))?;
    let (function, class) = (pandas_name(&call.name), call.args.first().and_then(|c| c.name()));
    let details = match (function, call.args.get(1)) {
        (Some("_new_Index" | "_new_DatetimeIndex"), Some(details)) => *details,
        _ => return Err(value.unexpected(EXPECTED)),
    };
    let cells = match class.as_deref().and_then(pandas_name) {
        Some("RangeIndex") => range(value, details)?,
        Some("MultiIndex") | None => return Err(value.inconsistent("a MultiIndex is not read")),
        Some(_) => {
            let data = details.get("data").ok_or_else(|| details.unexpected(EXPECTED))?;
            let labels = column::cells(data)?;
            match labels.shape.as_slice() {
                [_] => labels.cells,
                _ => return Err(value.inconsistent("an index has one dimension")),
            }
        }
    };
    let name = details.get("name").filter(|name| !name.is_none());
    let name = name.map(|name| name.plain_text().ok_or_else(|| name.unexpected("a text as name")));
    Ok(Index { name: name.transpose()?, cells })
}

fn range(value: Value<'_>, details: Value<'_>) -> Result<Vec<Cell>, PickleError> {
    let number = |key| details.get(key).and_then(|v| v.as_int()).map(i128::from);
    let (Some(start), Some(stop), Some(step)) = (number("start"), number("stop"), number("step"))
    else {
        return Err(details.unexpected("start, stop and step of a range"));
    };
    if step == 0 {
        return Err(value.inconsistent("a range with step 0"));
    }
    let length = ((stop - start + step - step.signum()) / step).max(0);
    value.spend(usize::try_from(length).unwrap_or(usize::MAX))?;
    Ok((0..length).map(|i| Cell::Int((start + i * step) as i64)).collect())
}
