//! Bytes and object lists into elements.

use crate::files::half_to_f32;

use super::super::error::PickleError;
use super::super::layout;
use super::super::value::Value;
use super::Elements;
use super::dtype::{Dtype, Kind};

/// The elements of an array of `count` elements, row-major.
pub(super) fn elements<'p>(
    data: Value<'p>,
    dtype: &Dtype,
    shape: &[usize],
    count: usize,
    fortran: bool,
) -> Result<Elements<'p>, PickleError> {
    let check = |found: usize| match found == count {
        true => Ok(()),
        false => Err(data.inconsistent(format!("{found} elements for shape {shape:?}"))),
    };
    if dtype.kind == Kind::Object {
        let items = data.as_sequence().ok_or_else(|| data.unexpected("a list of objects"))?;
        data.spend(items.len())?;
        check(items.len())?;
        return Ok(Elements::Object(items)); // numpy lists objects row by row in either order
    }
    let bytes = data.as_bytes().ok_or_else(|| data.unexpected("the bytes of an array"))?;
    data.spend(bytes.len())?;
    let found = match dtype.size {
        0 => 0,
        size if bytes.len() % size == 0 => bytes.len() / size,
        size => {
            let (found, size) = (bytes.len(), size);
            return Err(data.inconsistent(format!("{found} bytes are no elements of {size} bytes")));
        }
    };
    check(found)?;
    let starts: Vec<usize> = match fortran {
        true => layout::positions(shape, &layout::fortran_strides(shape), 0),
        false => (0..count).collect(),
    };
    let starts: Vec<usize> = starts.into_iter().map(|at| at * dtype.size).collect();
    plain(data, dtype, &bytes, &starts)
}

/// The elements that begin at the given offsets.
fn plain(
    data: Value<'_>,
    dtype: &Dtype,
    bytes: &[u8],
    starts: &[usize],
) -> Result<Elements<'static>, PickleError> {
    let element = |start: &usize| &bytes[*start..*start + dtype.size];
    let all = || starts.iter().map(element);
    let too_large = || data.inconsistent("an unsigned integer beyond 63 bits is not read");
    Ok(match &dtype.kind {
        Kind::Bool => Elements::Bool(all().map(|b| b[0] != 0).collect()),
        Kind::Int => Elements::Int(all().map(|b| signed(b, dtype.big_endian)).collect()),
        Kind::Unsigned => {
            let ints = all().map(|b| i64::try_from(unsigned(b, dtype.big_endian)));
            Elements::Int(ints.collect::<Result<_, _>>().map_err(|_| too_large())?)
        }
        Kind::Float => Elements::Float(all().map(|b| float(b, dtype.big_endian)).collect()),
        Kind::Text => {
            let texts = all().map(|b| text(b, dtype.big_endian)).collect::<Option<_>>();
            Elements::Text(texts.ok_or_else(|| data.inconsistent("a text that is no Unicode"))?)
        }
        Kind::Bytes => Elements::Bytes(all().map(without_padding).collect()),
        Kind::Void => Elements::Bytes(all().map(<[u8]>::to_vec).collect()),
        Kind::Time(unit) | Kind::Span(unit) => {
            let times = all().map(|b| unit.nanoseconds(signed(b, dtype.big_endian))).collect();
            match &dtype.kind {
                Kind::Time(_) => Elements::Time(times),
                _ => Elements::Span(times),
            }
        }
        Kind::Record(fields) => {
            let field = |(name, dtype, offset): &(String, Dtype, usize)| {
                let starts: Vec<usize> = starts.iter().map(|start| start + offset).collect();
                Ok((name.clone(), plain(data, dtype, bytes, &starts)?))
            };
            Elements::Record(fields.iter().map(field).collect::<Result<_, PickleError>>()?)
        }
        Kind::Object => return Err(data.unexpected("numbers")),
    })
}

/// Up to eight bytes as a number.
fn unsigned(bytes: &[u8], big_endian: bool) -> u64 {
    let step = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
    if big_endian { bytes.iter().fold(0, step) } else { bytes.iter().rev().fold(0, step) }
}

fn signed(bytes: &[u8], big_endian: bool) -> i64 {
    let unused = 64 - 8 * bytes.len().clamp(1, 8) as u32;
    ((unsigned(bytes, big_endian) << unused) as i64) >> unused
}

fn float(bytes: &[u8], big_endian: bool) -> f64 {
    let bits = unsigned(bytes, big_endian);
    match bytes.len() {
        2 => half_to_f32(bits as u16).into(),
        4 => f32::from_bits(bits as u32).into(),
        _ => f64::from_bits(bits),
    }
}

fn text(bytes: &[u8], big_endian: bool) -> Option<String> {
    let codes = bytes.as_chunks::<4>().0.iter().map(|c| unsigned(c, big_endian) as u32);
    let text = codes.map(char::from_u32).collect::<Option<String>>()?;
    Some(text.trim_end_matches('\0').to_owned())
}

fn without_padding(bytes: &[u8]) -> Vec<u8> {
    let length = bytes.iter().rposition(|b| *b != 0).map_or(0, |last| last + 1);
    bytes[..length].to_vec()
}
