//! The arrays behind columns: those of numpy, and those that pandas puts around them.

use super::super::error::PickleError;
use super::super::numpy::{self, Elements};
use super::super::value::{Call, Value};
use super::{Cell, index, pandas_name};

/// Cells with their shape: one column, or the columns of a block.
pub(super) struct Cells {
    pub(super) shape: Vec<usize>,
    pub(super) cells: Vec<Cell>,
}

impl Cells {
    fn column(cells: Vec<Cell>) -> Self {
        Self { shape: vec![cells.len()], cells }
    }
}

/// Reads the values of a block or an index.
pub(super) fn cells(value: Value<'_>) -> Result<Cells, PickleError> {
    const EXPECTED: &str = "the values of a column";
    if numpy::is_array(value) {
        return array_cells(value);
    }
    let call = value.call().ok_or_else(|| value.unexpected(EXPECTED))?;
    match pandas_name(&call.name) {
        Some("__pyx_unpickle_NDArrayBacked") => backed(value, &call),
        Some("Categorical") => {
            let dtype = part(&call, &["_dtype"]).unwrap_or(value);
            let codes = part(&call, &["_codes", "_ndarray"]);
            categorical(value, codes, part(&call, &["_categories"]).or_else(|| categories(dtype)))
        }
        Some("DatetimeArray" | "TimedeltaArray" | "StringArray" | "PandasArray") => {
            let values = part(&call, &["_ndarray", "_data"]);
            array_cells(values.ok_or_else(|| value.unexpected(EXPECTED))?)
        }
        Some("IntegerArray" | "FloatingArray" | "BooleanArray") => masked(value, &call),
        Some("_new_Index" | "_new_DatetimeIndex") => {
            index::index(value).map(|index| Cells::column(index.cells))
        }
        _ => Err(value.unexpected(EXPECTED)),
    }
}

/// The entry of a state that has one of the names that it had over the years.
fn part<'p>(call: &Call<'p>, names: &[&str]) -> Option<Value<'p>> {
    names.iter().find_map(|name| call.state?.get(name))
}

/// The categories of a `CategoricalDtype`.
fn categories(dtype: Value<'_>) -> Option<Value<'_>> {
    dtype.call()?.state?.get("categories")
}

/// `__pyx_unpickle_NDArrayBacked(class, ...)` with the state `(dtype, array, ...)` in either order.
fn backed(value: Value<'_>, call: &Call<'_>) -> Result<Cells, PickleError> {
    let state = call.state.and_then(Value::as_sequence).unwrap_or_default();
    let values = state.iter().copied().find(|part| numpy::is_array(*part));
    let class = call.args.first().and_then(|class| class.name()).unwrap_or_default();
    match pandas_name(&class) {
        Some("Categorical") => {
            categorical(value, values, state.iter().find_map(|part| categories(*part)))
        }
        Some("DatetimeArray" | "TimedeltaArray" | "StringArray") => {
            array_cells(values.ok_or_else(|| value.inconsistent("an array without its values"))?)
        }
        _ => Err(value.inconsistent(format!("a column of class `{class}` is not read"))),
    }
}

fn categorical(
    value: Value<'_>,
    codes: Option<Value<'_>>,
    categories: Option<Value<'_>>,
) -> Result<Cells, PickleError> {
    let (Some(codes), Some(categories)) = (codes, categories) else {
        return Err(value.inconsistent("categories need codes and names"));
    };
    let codes = numpy::array(codes)?;
    let (names, Elements::Int(numbers)) = (cells(categories)?.cells, codes.data) else {
        return Err(value.inconsistent("the codes of categories are integers"));
    };
    let longest = names.iter().map(|name| name.to_string().len()).max().unwrap_or(0);
    value.spend(numbers.len().saturating_mul(1 + longest / 8))?;
    let cell = |code: i64| match usize::try_from(code) {
        Ok(code) => names.get(code).cloned(),
        Err(_) => Some(Cell::Missing),
    };
    let cells = numbers.into_iter().map(cell).collect::<Option<_>>();
    let cells = cells.ok_or_else(|| value.inconsistent("a code that names no category"))?;
    Ok(Cells { shape: codes.shape, cells })
}

/// Values with a mask of those that are missing.
fn masked(value: Value<'_>, call: &Call<'_>) -> Result<Cells, PickleError> {
    let (Some(values), Some(mask)) = (part(call, &["_data"]), part(call, &["_mask"])) else {
        return Err(value.inconsistent("a nullable column needs values and a mask"));
    };
    let (mut values, mask) = (array_cells(values)?, numpy::array(mask)?);
    match mask.data {
        Elements::Bool(missing) if mask.shape == values.shape => {
            for (cell, missing) in values.cells.iter_mut().zip(missing) {
                if missing {
                    *cell = Cell::Missing;
                }
            }
            Ok(values)
        }
        _ => Err(value.inconsistent("the mask of a nullable column does not fit")),
    }
}

/// The elements of a numpy array.
pub(super) fn array_cells(value: Value<'_>) -> Result<Cells, PickleError> {
    let array = numpy::array(value)?;
    let cells = match array.data {
        Elements::Bool(v) => v.into_iter().map(Cell::Bool).collect(),
        Elements::Int(v) => v.into_iter().map(Cell::Int).collect(),
        Elements::Float(v) => v.into_iter().map(Cell::float).collect(),
        Elements::Text(v) => v.into_iter().map(Cell::Text).collect(),
        Elements::Time(v) => v.into_iter().map(|t| t.map_or(Cell::Missing, Cell::Time)).collect(),
        Elements::Span(v) => v.into_iter().map(|t| t.map_or(Cell::Missing, Cell::Span)).collect(),
        Elements::Object(v) => v.into_iter().map(Cell::of).collect::<Result<_, _>>()?,
        Elements::Bytes(_) | Elements::Record(_) => {
            return Err(value.inconsistent("bytes and structures in a column are not read"));
        }
    };
    Ok(Cells { shape: array.shape, cells })
}
