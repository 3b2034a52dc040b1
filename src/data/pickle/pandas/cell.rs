//! One entry of a data frame.

use std::fmt;

use super::super::error::PickleError;
use super::super::numpy;
use super::super::value::Value;
use super::{column, pandas_name};

/// A typed entry; its text is what pandas writes to a CSV file.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// `None`, `NaN`, `NaT` or `NA`.
    Missing,
    /// A bool.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A number.
    Float(f64),
    /// A text.
    Text(String),
    /// A moment, in nanoseconds since 1970.
    Time(i128),
    /// A span of time in nanoseconds.
    Span(i128),
    /// A list or tuple.
    List(Vec<Cell>),
}

impl Cell {
    /// A number, where `NaN` is missing.
    pub(super) fn float(value: f64) -> Self {
        if value.is_nan() { Cell::Missing } else { Cell::Float(value) }
    }

    /// Reads a Python object that stands in a column.
    pub(super) fn of(value: Value<'_>) -> Result<Self, PickleError> {
        value.spend(1)?;
        if let Some(bool) = value.as_bool() {
            return Ok(Cell::Bool(bool));
        }
        if let Some(int) = value.as_int() {
            return Ok(Cell::Int(int));
        }
        if let Some(float) = value.as_float() {
            return Ok(Cell::float(float));
        }
        if let Some(text) = value.as_str() {
            value.spend(text.len() / 8)?;
            return Ok(Cell::Text(text.to_owned()));
        }
        if let Some(parts) = value.as_sequence() {
            return parts.into_iter().map(Cell::of).collect::<Result<_, _>>().map(Cell::List);
        }
        if is_missing(value) {
            return Ok(Cell::Missing);
        }
        if !numpy::is_array(value) {
            return Err(value.unexpected("a number, a text or a list in a column"));
        }
        let mut array = column::array_cells(value)?;
        match (array.shape.as_slice(), array.cells.pop()) {
            ([], Some(cell)) => Ok(cell),
            (_, last) => {
                array.cells.extend(last);
                Ok(Cell::List(array.cells))
            }
        }
    }
}

/// `None`, and the two objects of pandas that mean the same.
fn is_missing(value: Value<'_>) -> bool {
    let name = value.name().or_else(|| value.call().map(|call| call.name));
    let name = name.as_deref().and_then(pandas_name);
    value.is_none() || matches!(name, Some("NA" | "NAType" | "NaT" | "_nat_unpickle"))
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cell::Missing => Ok(()),
            Cell::Bool(true) => f.write_str("True"),
            Cell::Bool(false) => f.write_str("False"),
            Cell::Int(i) => write!(f, "{i}"),
            Cell::Float(x) => write!(f, "{x:?}"),
            Cell::Text(text) => f.write_str(text),
            Cell::Time(nanoseconds) => write_time(f, *nanoseconds),
            Cell::Span(nanoseconds) => write!(f, "{nanoseconds} ns"),
            Cell::List(cells) => {
                f.write_str("[")?;
                for (i, cell) in cells.iter().enumerate() {
                    f.write_str(if i == 0 { "" } else { ", " })?;
                    match cell {
                        Cell::Missing => f.write_str("None")?,
                        Cell::Text(text) => write_quoted(f, text)?,
                        cell => cell.fmt(f)?,
                    }
                }
                f.write_str("]")
            }
        }
    }
}

/// As Python's `repr`, for texts without line breaks.
fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let text = text.replace('\\', "\\\\");
    match (text.contains('\''), text.contains('"')) {
        (true, false) => write!(f, "\"{text}\""),
        _ => write!(f, "'{}'", text.replace('\'', "\\'")),
    }
}

fn write_time(f: &mut fmt::Formatter<'_>, nanoseconds: i128) -> fmt::Result {
    const SECOND: i128 = 1_000_000_000;
    const DAY: i128 = 86_400;
    let (seconds, rest) = (nanoseconds.div_euclid(SECOND), nanoseconds.rem_euclid(SECOND));
    let (year, month, day) = date(seconds.div_euclid(DAY));
    let clock = seconds.rem_euclid(DAY);
    let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
    write!(f, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")?;
    match rest {
        0 => Ok(()),
        rest if rest % 1000 == 0 => write!(f, ".{:06}", rest / 1000),
        rest => write!(f, ".{rest:09}"),
    }
}

/// The date of a number of days since 1970, in the proleptic Gregorian calendar.
///
/// Source: H. Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`.
fn date(days: i128) -> (i128, i128, i128) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i128::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_print_as_pandas_writes_them() {
        let text = |t: &str| Cell::Text(t.into());
        for (cell, expected) in [
            (Cell::Missing, ""),
            (Cell::Bool(true), "True"),
            (Cell::Float(0.5), "0.5"),
            (Cell::Time(0), "1970-01-01 00:00:00"),
            (Cell::Time(-86_400_000_000_000), "1969-12-31 00:00:00"),
            (Cell::Time(1_514_862_245_250_000_000), "2018-01-02 03:04:05.250000"),
            (Cell::Time(951_782_400_000_000_001), "2000-02-29 00:00:00.000000001"),
            (Cell::List(vec![text("pan"), Cell::Int(3), Cell::Missing]), "['pan', 3, None]"),
            (Cell::List(vec![text("cook's"), text("a\"b'c")]), "[\"cook's\", 'a\"b\\'c']"),
        ] {
            assert_eq!(cell.to_string(), expected);
        }
    }
}
