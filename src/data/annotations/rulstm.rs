//! The RULSTM layout: no header, frames counted at 30 per second.
//!
//! `uid, video, first frame, last frame, verb, noun, action`; test sets stop after the frames and
//! are read as unlabelled. Blanks after commas and leading zeros carry no meaning.

use super::{Record, uids};
use crate::data::error::DataError;
use crate::data::table::{Column, Row, Table};
use crate::data::{RULSTM_FPS, Uid};

const UID: Column = Column::at(0, "uid");
const VIDEO: Column = Column::at(1, "video");
const START: Column = Column::at(2, "start frame");
const END: Column = Column::at(3, "end frame");
const LABELS: [Column; 3] =
    [Column::at(4, "verb class"), Column::at(5, "noun class"), Column::at(6, "action class")];

const LABELLED: usize = 7;
const UNLABELLED: usize = 4;

/// Reads all rows; the first decides whether the file has labels.
pub(super) fn read(table: &Table) -> Result<Vec<Record>, DataError> {
    let uids = uids(table, UID)?;
    let fields = match table.rows().next().map(|row| row.len()) {
        Some(UNLABELLED) => UNLABELLED,
        _ => LABELLED,
    };
    table.rows().zip(uids).map(|(row, uid)| record(row, uid, fields)).collect()
}

fn record(row: Row<'_>, uid: Uid, fields: usize) -> Result<Record, DataError> {
    if row.len() != fields {
        return Err(DataError::FieldCount {
            place: row.place(),
            found: row.len(),
            expected: "7 (uid, video, start frame, end frame, verb, noun, action), \
                       or 4 without labels, the same in all rows"
                .into(),
        });
    }
    let seconds =
        |column| row.number::<i64>(column, "a frame number").map(|frame| frame as f64 / RULSTM_FPS);
    let mut labels = [-1; 3];
    if fields == LABELLED {
        for (label, column) in labels.iter_mut().zip(LABELS) {
            *label = row.number(column, "a class number")?;
        }
    }
    let video = row.text(VIDEO)?;
    Ok(Record {
        uid,
        video: video.into(),
        participant: video.split('_').next().unwrap_or(video).into(),
        start: seconds(START)?,
        end: seconds(END)?,
        verb: labels[0],
        noun: labels[1],
        action: Some(labels[2]),
        place: row.place(),
    })
}
