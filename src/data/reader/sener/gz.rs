//! Features in compressed text: a frame a line, numbers with blanks between them.
//!
//! Source: `GZFormatReader`.

use std::io::{BufRead, BufReader};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use super::{Rows, bad};
use crate::data::DataError;
use crate::files;

/// Elements of the first frame, and the number of frames; no frame is empty.
pub(super) fn extent(path: &Path) -> Result<(usize, usize), DataError> {
    let (mut dim, mut frames) = (0, 0);
    lines(path, |frame, line| {
        if frame == 0 {
            dim = words(line).count();
        }
        frames = frame + 1;
        match words(line).next() {
            Some(_) => Ok(true),
            None => Err(bad(path, format!("line {} is empty", frame + 1))),
        }
    })?;
    match frames {
        0 => Err(bad(path, "it has no features".into())),
        _ => Ok((dim, frames)),
    }
}

/// Reads some frames.
pub(super) fn fetch(path: &Path, rows: &mut Rows<'_>) -> Result<(), DataError> {
    let Some((_, last)) = rows.ends() else { return Ok(()) };
    let mut values: Vec<f32> = Vec::new();
    lines(path, |frame, line| {
        if rows.wants(frame) {
            values.clear();
            for word in words(line) {
                let number = std::str::from_utf8(word).ok().and_then(|text| text.parse().ok());
                let number: f64 = number.ok_or_else(|| no_number(path, frame, word))?;
                values.push(number as f32);
            }
            if values.len() != rows.dim() {
                let (found, expected) = (values.len(), rows.dim());
                let reason = format!(
                    "line {} has {found} numbers, the first frame has {expected}",
                    frame + 1
                );
                return Err(bad(path, reason));
            }
            rows.put_frame(frame, |element| values[element]);
        }
        Ok(frame < last)
    })
}

/// Calls `each` with every line and its number from 0, until it returns `false`.
fn lines(
    path: &Path,
    mut each: impl FnMut(usize, &[u8]) -> Result<bool, DataError>,
) -> Result<(), DataError> {
    let mut text = BufReader::new(MultiGzDecoder::new(files::open(path)?));
    let mut line = Vec::new();
    for number in 0.. {
        line.clear();
        let read = text.read_until(b'\n', &mut line);
        let read = read.map_err(|e| bad(path, format!("line {}: {e}", number + 1)))?;
        if read == 0 || !each(number, &line)? {
            break;
        }
    }
    Ok(())
}

fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty())
}

fn no_number(path: &Path, frame: usize, word: &[u8]) -> DataError {
    let word = String::from_utf8_lossy(&word[..word.len().min(40)]);
    bad(path, format!("line {}: `{word}` is no number", frame + 1))
}
