//! Several files of sorted entries as one, in order.

use heed::RoIter;
use heed::types::Bytes;

use crate::data::error::DataError;

use crate::data::mdb::{Entry, GrowingFile, StoredFile, failed};

/// Bytes of one transaction: what is written at a time decides nothing but memory.
const CHUNK: usize = 1 << 24;

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Merged {
    pub(super) entries: u64,
    /// Elements of a feature; 0 without entries.
    pub(super) width: usize,
}

/// Writes the entries of all sources, of two with one key that of the later source.
///
/// # Errors
/// Features of different widths; a file that cannot be read or written.
pub(super) fn merge(sources: &[StoredFile], target: &mut GrowingFile) -> Result<Merged, DataError> {
    let transactions = sources.iter().map(StoredFile::read).collect::<Result<Vec<_>, _>>()?;
    let mut cursors = Vec::with_capacity(sources.len());
    for (source, transaction) in sources.iter().zip(&transactions) {
        let entries = source.table().iter(transaction).map_err(failed(source.path()))?;
        cursors.push(Cursor { source, entries, head: None }.advanced()?);
    }
    let mut merged = Merged::default();
    let (mut chunk, mut bytes) = (Vec::<Entry>::new(), 0);
    while let Some(key) = cursors.iter().filter_map(Cursor::key).min() {
        let mut value = &[][..];
        for cursor in cursors.iter_mut().filter(|cursor| cursor.key() == Some(key)) {
            value = cursor.take()?;
        }
        check_width(&mut merged, key, value, &sources[0])?;
        bytes += key.len() + value.len();
        chunk.push((key.to_vec(), value.to_vec()));
        if bytes >= CHUNK {
            target.append(&chunk)?;
            chunk.clear();
            bytes = 0;
        }
    }
    target.append(&chunk)?;
    Ok(merged)
}

fn check_width(
    merged: &mut Merged,
    key: &[u8],
    value: &[u8],
    first: &StoredFile,
) -> Result<(), DataError> {
    let width = value.len() / size_of::<f32>();
    if merged.entries == 0 {
        merged.width = width;
    }
    merged.entries += 1;
    if width == merged.width {
        return Ok(());
    }
    Err(DataError::Feature {
        path: first.path().to_owned(),
        key: String::from_utf8_lossy(key).into_owned(),
        reason: format!("it has {width} elements, those before it {}", merged.width),
    })
}

/// Where reading a source stands.
struct Cursor<'t> {
    source: &'t StoredFile,
    entries: RoIter<'t, Bytes, Bytes>,
    head: Option<(&'t [u8], &'t [u8])>,
}

impl<'t> Cursor<'t> {
    fn key(&self) -> Option<&'t [u8]> {
        self.head.map(|(key, _)| key)
    }

    /// The value that is next, and goes past it.
    fn take(&mut self) -> Result<&'t [u8], DataError> {
        let value = self.head.map_or(&[][..], |(_, value)| value);
        let next = self.entries.next().transpose();
        self.head = next.map_err(failed(self.source.path()))?;
        Ok(value)
    }

    fn advanced(mut self) -> Result<Self, DataError> {
        self.take()?;
        Ok(self)
    }
}
