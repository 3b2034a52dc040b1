//! The block manager: columns of one type lie together in a block.

use super::super::error::PickleError;
use super::super::numpy::{self, Elements};
use super::super::value::Value;
use super::{Cell, column, pandas_name};

/// Values of some columns, and which columns they are.
pub(super) struct Block<'p> {
    values: Value<'p>,
    places: Value<'p>,
}

/// The axes and the blocks, in the layout of any version.
pub(super) fn parts<'p>(manager: Value<'p>) -> Result<(Value<'p>, Vec<Block<'p>>), PickleError> {
    const EXPECTED: &str = "the block manager of a data frame";
    let unexpected = || manager.unexpected(EXPECTED);
    let call = manager.call().filter(|call| pandas_name(&call.name) == Some("BlockManager"));
    let call = call.ok_or_else(unexpected)?;
    if let [blocks, axes, ..] = call.args.as_slice() {
        let blocks = blocks.as_sequence().ok_or_else(unexpected)?;
        return Ok((*axes, blocks.into_iter().map(new_block).collect::<Result<_, _>>()?));
    }
    let state = call.state.and_then(Value::as_sequence).unwrap_or_default();
    let details = state.get(3).and_then(|extra| extra.get("0.14.1"));
    let details =
        details.ok_or_else(|| manager.inconsistent("a frame of before pandas 0.14 is not read"))?;
    let axes = details.get("axes").ok_or_else(unexpected)?;
    let blocks = details.get("blocks").and_then(Value::as_sequence).ok_or_else(unexpected)?;
    let block = |block: Value<'p>| match (block.get("values"), block.get("mgr_locs")) {
        (Some(values), Some(places)) => Ok(Block { values, places }),
        _ => Err(block.unexpected("a block")),
    };
    Ok((axes, blocks.into_iter().map(block).collect::<Result<_, _>>()?))
}

/// `_unpickle_block(values, places, dimensions)`, in pandas 1.3 `new_block`.
fn new_block(value: Value<'_>) -> Result<Block<'_>, PickleError> {
    let call = value.call().ok_or_else(|| value.unexpected("a block"))?;
    match (pandas_name(&call.name), call.args.as_slice()) {
        (Some("_unpickle_block" | "new_block"), [values, places, ..]) => {
            Ok(Block { values: *values, places: *places })
        }
        _ => Err(value.unexpected("a block")),
    }
}

/// Puts the columns of all blocks in order; each must come once and have all rows.
pub(super) fn columns(
    manager: Value<'_>,
    blocks: &[Block<'_>],
    count: usize,
    rows: usize,
) -> Result<Vec<Vec<Cell>>, PickleError> {
    let mut columns: Vec<Option<Vec<Cell>>> = vec![None; count];
    for block in blocks {
        let places = places(block.places, count)?;
        let values = column::cells(block.values)?;
        let width = match values.shape.as_slice() {
            [width] => (1, *width),
            [columns, width] => (*columns, *width),
            _ => return Err(block.values.inconsistent("a block has one or two dimensions")),
        };
        if width != (places.len(), rows) {
            let (columns, found) = width;
            return Err(block.values.inconsistent(format!(
                "a block of {columns} columns and {found} rows for {} columns and {rows} rows",
                places.len()
            )));
        }
        let mut cells = values.cells.into_iter();
        for place in places {
            let column = cells.by_ref().take(rows).collect();
            if columns[place].replace(column).is_some() {
                return Err(block.places.inconsistent(format!("column {place} comes twice")));
            }
        }
    }
    let whole = columns.into_iter().collect::<Option<_>>();
    whole.ok_or_else(|| manager.inconsistent("a column is in no block"))
}

/// Positions of columns: a slice or an array; all below `count`.
fn places(value: Value<'_>, count: usize) -> Result<Vec<usize>, PickleError> {
    const EXPECTED: &str = "the positions of columns";
    let places = match value.call() {
        Some(call) if call.name == "builtins.slice" => {
            let bound = |i: usize| call.args.get(i).and_then(|v| v.as_int());
            let (Some(start), Some(stop)) = (bound(0), bound(1)) else {
                return Err(value.unexpected(EXPECTED));
            };
            let step = usize::try_from(bound(2).unwrap_or(1)).ok().filter(|step| *step > 0);
            let step = step.ok_or_else(|| value.unexpected(EXPECTED))?;
            (start..stop.min(count as i64 + 1)).step_by(step).collect()
        }
        Some(_) => match numpy::array(value)?.data {
            Elements::Int(places) => places,
            _ => return Err(value.unexpected(EXPECTED)),
        },
        None => return Err(value.unexpected(EXPECTED)),
    };
    let place = |place: i64| usize::try_from(place).ok().filter(|place| *place < count);
    let places = places.into_iter().map(place).collect::<Option<_>>();
    places.ok_or_else(|| value.inconsistent(format!("positions beyond the {count} columns")))
}
