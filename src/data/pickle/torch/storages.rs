//! The bytes of storages, wherever they lie.

use super::super::error::{Fault, PickleError};
use super::super::value::Value;
use super::legacy::Legacy;
use super::zip::Archive;

/// Where the storages of a pickle lie.
pub(in crate::data::pickle) enum Storages<'a> {
    /// In the pickle itself.
    None,
    /// After the pickle.
    Legacy(Legacy<'a>),
    /// In other members of the archive.
    Archive(&'a Archive),
}

impl Storages<'_> {
    /// The bytes of a storage, and whether the most significant one comes first.
    ///
    /// # Errors
    /// When there is no such storage.
    pub(super) fn with_bytes<T>(
        &self,
        value: Value<'_>,
        key: &str,
        read: impl FnOnce(&[u8], bool) -> Result<T, PickleError>,
    ) -> Result<T, PickleError> {
        let missing = || value.inconsistent(format!("storage `{key}` is not in the file"));
        match self {
            Storages::None => Err(missing()),
            Storages::Legacy(legacy) => {
                read(legacy.storage(key).ok_or_else(missing)?, legacy.big_endian())
            }
            Storages::Archive(archive) => {
                let bytes = archive.storage(key);
                let bytes =
                    bytes.map_err(|reason| value.fault(Fault::Inconsistent { what: reason }))?;
                value.spend(bytes.len() / 8)?;
                read(&bytes, archive.big_endian())
            }
        }
    }
}
