//! The original EPIC-Kitchens layout: a header, time stamps `HH:MM:SS.ff`, verb and noun classes.
//!
//! CSV files and pickled data frames alike. Files without classes (the test sets) are read as unlabelled.

use super::{Record, uids};
use crate::data::error::DataError;
use crate::data::table::{Column, Row, Table};

/// Columns that this layout has and whose names are no field of the other one.
const NAMES: [&str; 6] =
    ["uid", "narration_id", "participant_id", "video_id", "start_timestamp", "stop_timestamp"];

/// Whether a first line is a header of this layout, be it an incomplete one or one whose columns are
/// not separated by commas: what is wrong with it is then said by name.
pub(super) fn is_header(line: &str) -> bool {
    let name = |column: &str| NAMES.contains(&column.trim().trim_matches('"'));
    line.trim_start_matches('\u{feff}').split([',', ';', '\t']).any(name)
}

/// Reads all rows; the uid column is `uid` (EK55) or `narration_id` (EK100).
pub(super) fn read(table: &Table) -> Result<Vec<Record>, DataError> {
    let [participant, video, start, stop] =
        table.columns(["participant_id", "video_id", "start_timestamp", "stop_timestamp"])?;
    let uid = match table.find("narration_id") {
        Some(column) => column,
        None => table.columns(["uid"])?[0],
    };
    let classes = match table.header().iter().any(|h| h == "verb_class" || h == "noun_class") {
        true => Some(table.columns(["verb_class", "noun_class"])?),
        false => None,
    };
    let uids = uids(table, uid)?;
    table
        .rows()
        .zip(uids)
        .map(|(row, uid)| {
            let (verb, noun, action) = match classes {
                Some([verb, noun]) => (label(row, verb)?, label(row, noun)?, None),
                None => (-1, -1, Some(-1)),
            };
            Ok(Record {
                uid,
                video: row.text(video)?.into(),
                participant: row.text(participant)?.into(),
                start: seconds(row, start)?,
                end: seconds(row, stop)?,
                verb,
                noun,
                action,
                place: row.place(),
            })
        })
        .collect()
}

fn label(row: Row<'_>, column: Column) -> Result<i64, DataError> {
    row.number(column, "a class number")
}

fn seconds(row: Row<'_>, column: Column) -> Result<f64, DataError> {
    let text = row.text(column)?;
    parse_timestamp(text).ok_or_else(|| row.bad(column, text, "a time as in 00:01:02.34"))
}

/// `HH:MM:SS.f` with one to six digits after the point, in seconds.
///
/// Counted in whole microseconds before the one division, as Python's `total_seconds` does.
fn parse_timestamp(text: &str) -> Option<f64> {
    let (clock, fraction) = text.split_once('.')?;
    let mut parts = clock.split(':').map(|p| match p.len() {
        1 | 2 => p.parse::<u64>().ok(),
        _ => None,
    });
    let (h, m, s) = (parts.next()??, parts.next()??, parts.next()??);
    let digits = fraction.len();
    let plain = fraction.bytes().all(|b| b.is_ascii_digit());
    if parts.next().is_some() || h > 23 || m > 59 || s > 59 || !plain || !(1..=6).contains(&digits)
    {
        return None;
    }
    let micros = fraction.parse::<u64>().ok()? * 10u64.pow(6 - digits as u32);
    Some((((h * 60 + m) * 60 + s) * 1_000_000 + micros) as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps() {
        for (text, expected) in [
            ("00:00:00.14", Some(0.14)),
            ("00:27:32.152817", Some(1652.152817)),
            ("01:00:00.5", Some(3600.5)),
            ("00:00:00", None),
            ("00:00.5", None),
            ("00:61:00.5", None),
            ("00:00:00.1234567", None),
            ("00:00:-1.5", None),
            ("00:00:00:01.5", None),
            ("", None),
        ] {
            assert_eq!(parse_timestamp(text), expected, "{text}");
        }
    }
}
