//! Arrays and scalars of numpy 1 and 2.
//!
//! | callable | meaning |
//! |---|---|
//! | `numpy.core.multiarray._reconstruct` with a state | an array, protocols 0 to 4 |
//! | `numpy.core.numeric._frombuffer` | an array, protocol 5 |
//! | `numpy.core.multiarray.scalar` | one number |
//!
//! Elements come out in row-major order whatever the order in the file. Complex numbers, sub-arrays
//! and subclasses are refused by name.

mod decode;
mod dtype;

use super::error::PickleError;
use super::value::{Call, Value};

use dtype::Dtype;

/// An array, its elements row-major.
#[derive(Clone, Debug)]
pub struct Array<'p> {
    /// Extent of each dimension; empty for a scalar.
    pub shape: Vec<usize>,
    /// As many elements as the product of `shape`.
    pub data: Elements<'p>,
}

/// Elements by kind.
#[derive(Clone, Debug)]
pub enum Elements<'p> {
    /// Booleans.
    Bool(Vec<bool>),
    /// Signed and unsigned integers of all widths.
    Int(Vec<i64>),
    /// Floats of 16, 32 and 64 bits; exact.
    Float(Vec<f64>),
    /// Texts of fixed width (`U`).
    Text(Vec<String>),
    /// Bytes of fixed width (`S`, `V`), trailing zeros of `S` removed.
    Bytes(Vec<Vec<u8>>),
    /// Points in time since 1970 (`M8`) in nanoseconds; `None` is `NaT`.
    Time(Vec<Option<i128>>),
    /// Spans of time (`m8`) in nanoseconds.
    Span(Vec<Option<i128>>),
    /// Python objects.
    Object(Vec<Value<'p>>),
    /// A structure: its fields by name.
    Record(Vec<(String, Elements<'p>)>),
}

impl Elements<'_> {
    /// The elements as single floats, when they are numbers.
    pub fn to_f32(&self) -> Option<Vec<f32>> {
        match self {
            Elements::Float(v) => Some(v.iter().map(|x| *x as f32).collect()),
            Elements::Int(v) => Some(v.iter().map(|x| *x as f32).collect()),
            _ => None,
        }
    }
}

/// Whether a value is an array or scalar of numpy.
pub fn is_array(value: Value<'_>) -> bool {
    value.call().is_some_and(|call| Form::of(&call).is_some())
}

/// Reads an array or a scalar.
///
/// # Errors
/// Another value, an element type that is not read, sizes that do not fit.
pub fn array<'p>(value: Value<'p>) -> Result<Array<'p>, PickleError> {
    const EXPECTED: &str = "a numpy array";
    let call = value.call().ok_or_else(|| value.unexpected(EXPECTED))?;
    match Form::of(&call).ok_or_else(|| value.unexpected(EXPECTED))? {
        Form::Reconstruct => reconstruct(value, &call),
        Form::Buffer => from_buffer(value, &call),
        Form::Scalar => scalar(value, &call),
    }
}

/// How an array is written.
enum Form {
    Reconstruct,
    Buffer,
    Scalar,
}

impl Form {
    fn of(call: &Call<'_>) -> Option<Self> {
        match call.name.as_str() {
            "numpy._core.multiarray._reconstruct" => Some(Form::Reconstruct),
            "numpy._core.numeric._frombuffer" => Some(Form::Buffer),
            "numpy._core.multiarray.scalar" => Some(Form::Scalar),
            _ => None,
        }
    }
}

/// `_reconstruct(ndarray, (0,), b"b")` with the state `(version, shape, dtype, fortran, data)`.
fn reconstruct<'p>(value: Value<'p>, call: &Call<'p>) -> Result<Array<'p>, PickleError> {
    let class = call.args.first().and_then(|class| class.name());
    if class.as_deref() != Some("numpy.ndarray") {
        return Err(call.args.first().unwrap_or(&value).unexpected("`numpy.ndarray`"));
    }
    let state = call.state.ok_or_else(|| value.inconsistent("an array without its state"))?;
    let parts = state.as_sequence().unwrap_or_default();
    let [_version, shape, dtype, fortran, data] = parts.as_slice() else {
        return Err(state.unexpected("(version, shape, dtype, order, data)"));
    };
    let (shape, dtype) = (extents(*shape)?, Dtype::of(*dtype)?);
    let fortran = fortran.as_bool().or_else(|| fortran.as_int().map(|i| i != 0));
    let fortran = fortran.ok_or_else(|| state.unexpected("the order as a bool"))?;
    finish(*data, &dtype, shape, fortran)
}

/// `_frombuffer(bytes, dtype, shape, order)`.
fn from_buffer<'p>(value: Value<'p>, call: &Call<'p>) -> Result<Array<'p>, PickleError> {
    let [data, dtype, shape, order] = call.args.as_slice() else {
        return Err(value.inconsistent("an array needs bytes, dtype, shape and order"));
    };
    let fortran = match order.as_str() {
        Some("C") => false,
        Some("F") => true,
        _ => return Err(order.unexpected("the order `C` or `F`")),
    };
    finish(*data, &Dtype::of(*dtype)?, extents(*shape)?, fortran)
}

/// `scalar(dtype, bytes)`.
fn scalar<'p>(value: Value<'p>, call: &Call<'p>) -> Result<Array<'p>, PickleError> {
    let [dtype, data] = call.args.as_slice() else {
        return Err(value.inconsistent("a scalar needs dtype and bytes"));
    };
    finish(*data, &Dtype::of(*dtype)?, Vec::new(), false)
}

fn finish<'p>(
    data: Value<'p>,
    dtype: &Dtype,
    shape: Vec<usize>,
    fortran: bool,
) -> Result<Array<'p>, PickleError> {
    let count = count(data, &shape)?;
    let elements = decode::elements(data, dtype, &shape, count, fortran)?;
    Ok(Array { shape, data: elements })
}

/// The product of the extents.
pub(super) fn count(value: Value<'_>, shape: &[usize]) -> Result<usize, PickleError> {
    let product = shape.iter().try_fold(1usize, |n, extent| n.checked_mul(*extent));
    product.ok_or_else(|| value.inconsistent(format!("shape {shape:?} is too large")))
}

/// A tuple of extents or strides.
pub(super) fn extents(value: Value<'_>) -> Result<Vec<usize>, PickleError> {
    const EXPECTED: &str = "a tuple of sizes";
    let parts = value.as_sequence().ok_or_else(|| value.unexpected(EXPECTED))?;
    let extent = |part: &Value<'_>| part.as_int().and_then(|i| usize::try_from(i).ok());
    parts.iter().map(|part| extent(part).ok_or_else(|| part.unexpected(EXPECTED))).collect()
}
