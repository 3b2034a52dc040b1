//! The format of `torch.save` before torch 1.6, which tensors inside other pickles still use.
//!
//! Five pickles follow each other (magic number, version, system, the object, the keys of its
//! storages), then each storage with its number of elements.

use std::collections::HashMap;

use super::super::Pickle;
use super::super::cursor::Cursor;
use super::super::error::{Fault, PickleError};
use super::storages::Storages;
use super::tensor::StorageId;

const MAGIC: &str = "119547037146038801333356";

/// Storages by key.
pub(in crate::data::pickle) struct Legacy<'a> {
    storages: HashMap<String, &'a [u8]>,
    big_endian: bool,
}

impl<'a> Legacy<'a> {
    pub(super) fn storage(&self, key: &str) -> Option<&'a [u8]> {
        self.storages.get(key).copied()
    }

    pub(super) fn big_endian(&self) -> bool {
        self.big_endian
    }
}

/// Parses bytes that are one pickle, or a legacy file.
pub(in crate::data::pickle) fn parse(
    bytes: &[u8],
) -> Result<(Pickle<'_>, Storages<'_>), PickleError> {
    let (first, end) = Pickle::parse_at(bytes, 0)?;
    if first.root().as_big_int() != Some(MAGIC) {
        return match bytes.len() - end {
            0 => Ok((first, Storages::None)),
            left => Err(Fault::Trailing { left }.at(end)),
        };
    }
    let (_version, end) = Pickle::parse_at(bytes, end)?;
    let (system, end) = Pickle::parse_at(bytes, end)?;
    let big_endian = system.root().get("little_endian").and_then(|v| v.as_bool()) == Some(false);
    let (object, end) = Pickle::parse_at(bytes, end)?;
    let (keys, end) = Pickle::parse_at(bytes, end)?;
    let storages = storages(bytes, &object, &keys, end)?;
    Ok((object, Storages::Legacy(Legacy { storages, big_endian })))
}

/// Slices the storages, whose element types only the object tells.
fn storages<'a>(
    bytes: &'a [u8],
    object: &Pickle<'_>,
    keys: &Pickle<'_>,
    start: usize,
) -> Result<HashMap<String, &'a [u8]>, PickleError> {
    let mut sizes = HashMap::new();
    for id in object.persistent() {
        let storage = StorageId::of(id)?;
        sizes.insert(storage.key, storage.element.size() as u64);
    }
    let mut cursor = Cursor::new(bytes, start);
    let mut storages = HashMap::new();
    let list = keys.root();
    for key in list.as_sequence().ok_or_else(|| list.unexpected("the keys of the storages"))? {
        let name = key.as_str().ok_or_else(|| key.unexpected("the key of a storage"))?;
        let at = cursor.at();
        let (count, size) = (cursor.u64()?, sizes.get(name));
        let size =
            size.ok_or_else(|| key.inconsistent(format!("nothing uses storage `{name}`")))?;
        let length = count.checked_mul(*size);
        let length = length.ok_or_else(|| Fault::Truncated { wanted: count, left: 0 }.at(at))?;
        storages.insert(name.to_owned(), cursor.take(length)?);
    }
    match bytes.len() - cursor.at() {
        0 => Ok(storages),
        left => Err(Fault::Trailing { left }.at(cursor.at())),
    }
}
