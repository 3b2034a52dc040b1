//! Features in numpy's `.npy`: an array of elements x frames, single or double precision.
//!
//! Only the stretch of a clip is read, not the file. Source: `NPYFormatReader` and, of the format,
//! numpy's `lib/format.py`.

use std::io::{BufRead, Read, Seek, SeekFrom};
use std::path::Path;

use super::{Rows, bad};
use crate::data::DataError;
use crate::files;

/// Where the elements of a file are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) dim: usize,
    pub(super) frames: usize,
    /// Bytes in front of the elements.
    offset: u64,
    /// Bytes of an element.
    width: usize,
    /// Whether the elements of a frame lie together, not those of a row.
    by_frame: bool,
}

const MAGIC: &[u8] = b"\x93NUMPY";

impl Layout {
    /// Reads the head of a file.
    pub(super) fn read(path: &Path) -> Result<Self, DataError> {
        let bytes = files::size(path)?;
        let (head, offset) = head(&mut files::open(path)?)
            .ok_or_else(|| bad(path, "it is no array of numpy: its head is not whole".into()))?;
        let layout = Self::parse(&head, offset).map_err(|reason| bad(path, reason))?;
        let needed = (layout.dim as u64)
            .checked_mul(layout.frames as u64)
            .and_then(|n| n.checked_mul(layout.width as u64)?.checked_add(offset));
        if layout.dim == 0 || layout.frames == 0 {
            return Err(bad(path, "it has no features".into()));
        }
        match needed {
            Some(needed) if needed <= bytes => Ok(layout),
            Some(needed) => Err(bad(path, format!("it is truncated: {bytes} bytes of {needed}"))),
            None => Err(bad(path, "its shape is too large".into())),
        }
    }

    /// The head is a Python dictionary of three entries.
    fn parse(head: &str, offset: u64) -> Result<Self, String> {
        let entry = |name: &str| {
            let (_, rest) = head.split_once(&format!("'{name}':"))?;
            Some(rest.trim_start())
        };
        let dtype = entry("descr").and_then(|rest| rest.strip_prefix('\'')?.split('\'').next());
        let width = match dtype {
            Some("<f4") => size_of::<f32>(),
            Some("<f8") => size_of::<f64>(),
            found => {
                let found = found.unwrap_or("a structure");
                return Err(format!("its elements are `{found}`, expected `<f4` or `<f8`"));
            }
        };
        let by_frame = entry("fortran_order").is_some_and(|rest| rest.starts_with("True"));
        let shape = entry("shape").and_then(|rest| rest.strip_prefix('(')?.split(')').next());
        let shape = shape.unwrap_or_default();
        let extents: Option<Vec<usize>> = shape
            .split(',')
            .map(str::trim)
            .filter(|extent| !extent.is_empty())
            .map(|extent| extent.parse().ok())
            .collect();
        match extents.as_deref() {
            Some(&[dim, frames]) => Ok(Self { dim, frames, offset, width, by_frame }),
            _ => Err(format!("its shape is ({shape}), expected (elements, frames)")),
        }
    }

    /// Reads some frames, in rising order of `rows`.
    pub(super) fn fetch(&self, path: &Path, rows: &mut Rows<'_>) -> Result<(), DataError> {
        let Some((first, last)) = rows.ends() else { return Ok(()) };
        let mut file = files::open(path)?;
        // A run of elements that lie together, and the distance from one to the next.
        let (runs, length, start, step) = match self.by_frame {
            true => (last - first + 1, self.dim, first * self.dim, self.dim),
            false => (self.dim, last - first + 1, first, self.frames),
        };
        let mut bytes = vec![0; length * self.width];
        for run in 0..runs {
            let at = self.offset + ((start + run * step) * self.width) as u64;
            let read = file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(&mut bytes));
            read.map_err(|e| bad(path, e.to_string()))?;
            let value = |at: usize| self.value(&bytes[at * self.width..][..self.width]);
            match self.by_frame {
                true => rows.put_frame(first + run, value),
                false => rows.put_element(run, |frame| value(frame - first)),
            }
        }
        Ok(())
    }

    fn value(&self, bytes: &[u8]) -> f32 {
        match <[u8; 4]>::try_from(bytes) {
            Ok(bytes) => f32::from_le_bytes(bytes),
            Err(_) => bytes.try_into().map_or(f64::NAN, f64::from_le_bytes) as f32,
        }
    }
}

/// The dictionary at the start of a file, and where the elements begin; `None` without one.
fn head(file: &mut impl BufRead) -> Option<(String, u64)> {
    let mut start = [0; 8];
    file.read_exact(&mut start).ok()?;
    let (magic, version) = start.split_at(MAGIC.len());
    let width = match (magic == MAGIC, version.first()?) {
        (true, 1) => 2,
        (true, 2 | 3) => 4,
        _ => return None,
    };
    let mut length = [0; 4];
    file.read_exact(&mut length[..width]).ok()?;
    let length = u64::from(u32::from_le_bytes(length));
    let mut head = String::new();
    file.take(length).read_to_string(&mut head).ok()?;
    let whole = head.len() as u64 == length;
    whole.then_some((head, (start.len() + width) as u64 + length))
}
