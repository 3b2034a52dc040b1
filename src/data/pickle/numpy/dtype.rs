//! Element types of numpy: `numpy.dtype('f4', False, True)` and its state.

use super::super::error::PickleError;
use super::super::value::Value;

/// An element type with its size in bytes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Dtype {
    pub(super) kind: Kind,
    pub(super) size: usize,
    pub(super) big_endian: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Bool,
    Int,
    Unsigned,
    Float,
    Text,
    Bytes,
    Void,
    Time(Unit),
    Span(Unit),
    Object,
    /// Fields: name, type, offset in bytes.
    Record(Vec<(String, Dtype, usize)>),
}

/// A tick of numpy's times in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Unit {
    nanoseconds: i128,
}

const EXPECTED: &str = "`numpy.dtype`";

impl Unit {
    /// Ticks as nanoseconds; the smallest number is `NaT`.
    pub(super) fn nanoseconds(self, ticks: i64) -> Option<i128> {
        (ticks != i64::MIN).then(|| i128::from(ticks) * self.nanoseconds)
    }
}

impl Dtype {
    /// Reads a pickled dtype.
    pub(super) fn of(value: Value<'_>) -> Result<Self, PickleError> {
        let call = value.call().filter(|call| call.name == "numpy.dtype");
        let call = call.ok_or_else(|| value.unexpected(EXPECTED))?;
        let code = call.args.first().and_then(|code| code.as_str());
        let code = code.ok_or_else(|| value.unexpected(EXPECTED))?;
        let state = call.state.and_then(Value::as_sequence).unwrap_or_default();
        let big_endian = state.get(1).and_then(|order| order.as_str()) == Some(">");
        let (letter, digits) = code.split_at_checked(1).unwrap_or((code, ""));
        let mut size = match digits {
            "" => None,
            digits => digits.parse().ok(),
        };
        if let Some(stated) = state.get(5).and_then(|size| size.as_int())
            && stated >= 0
        {
            size = usize::try_from(stated).ok();
        }
        let size = size.ok_or_else(|| value.inconsistent(format!("dtype `{code}` has no size")))?;
        if state.get(2).is_some_and(|subarray| !subarray.is_none()) {
            return Err(value.inconsistent(format!("dtype `{code}` with sub-arrays is not read")));
        }
        let kind = match letter {
            "V" => fields(value, &state, size)?,
            "M" => Kind::Time(unit(value, &state)?),
            "m" => Kind::Span(unit(value, &state)?),
            _ => plain(letter, size)
                .ok_or_else(|| value.inconsistent(format!("dtype `{code}` is not read")))?,
        };
        Ok(Self { kind, size, big_endian })
    }
}

/// Types without details; `None` for those that are not read.
fn plain(letter: &str, size: usize) -> Option<Kind> {
    match (letter, size) {
        ("b", 1) => Some(Kind::Bool),
        ("i", 1 | 2 | 4 | 8) => Some(Kind::Int),
        ("u", 1 | 2 | 4 | 8) => Some(Kind::Unsigned),
        ("f", 2 | 4 | 8) => Some(Kind::Float),
        ("U", n) if n % 4 == 0 => Some(Kind::Text),
        ("S", _) => Some(Kind::Bytes),
        ("O", _) => Some(Kind::Object),
        _ => None,
    }
}

/// The fields of a structure: names in state 3, types and offsets by name in state 4.
fn fields(value: Value<'_>, state: &[Value<'_>], size: usize) -> Result<Kind, PickleError> {
    let (Some(names), Some(table)) = (state.get(3), state.get(4)) else {
        return Ok(Kind::Void);
    };
    let Some(names) = names.as_sequence() else { return Ok(Kind::Void) };
    let field = |name: Value<'_>| {
        let text = name.as_str().ok_or_else(|| name.unexpected("a field name"))?;
        let entry = table.get(text).and_then(Value::as_sequence).unwrap_or_default();
        let (Some(dtype), Some(offset)) = (entry.first(), entry.get(1).and_then(|o| o.as_int()))
        else {
            return Err(value.inconsistent(format!("field `{text}` has no type")));
        };
        let dtype = Dtype::of(*dtype)?;
        let offset = usize::try_from(offset).ok();
        let fits =
            offset.and_then(|offset| offset.checked_add(dtype.size)).is_some_and(|e| e <= size);
        match (dtype.kind == Kind::Object, offset) {
            (false, Some(offset)) if fits => Ok((text.to_owned(), dtype, offset)),
            _ => Err(value.inconsistent(format!("field `{text}` is not read"))),
        }
    };
    names.into_iter().map(field).collect::<Result<_, _>>().map(Kind::Record)
}

/// The unit of times: state 8 is `(metadata, (unit, count, ...))`.
fn unit(value: Value<'_>, state: &[Value<'_>]) -> Result<Unit, PickleError> {
    let details = state.get(8).and_then(|v| v.as_sequence()?.get(1)?.as_sequence());
    let details = details.unwrap_or_default();
    let name = details.first().and_then(|unit| {
        let text = unit.as_str().map(str::to_owned);
        text.or_else(|| String::from_utf8(unit.as_bytes()?.into_owned()).ok())
    });
    let count = details.get(1).and_then(|count| count.as_int()).filter(|count| *count > 0);
    let nanoseconds = match name.as_deref() {
        Some("ns") => 1,
        Some("us") => 1_000,
        Some("ms") => 1_000_000,
        Some("s") => 1_000_000_000,
        Some("m") => 60_000_000_000,
        Some("h") => 3_600_000_000_000,
        Some("D") => 86_400_000_000_000,
        _ => return Err(value.inconsistent("times in this unit are not read")),
    };
    let count = count.and_then(|count| i32::try_from(count).ok());
    let count = count.ok_or_else(|| value.inconsistent("times in this unit are not read"))?;
    Ok(Unit { nanoseconds: nanoseconds * i128::from(count) })
}
