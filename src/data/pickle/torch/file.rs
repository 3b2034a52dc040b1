//! A pickle file with its storages.

use std::path::{Path, PathBuf};

use crate::files;

use crate::data::error::DataError;

use super::super::Pickle;
use super::super::error::{Fault, PickleError};
use super::super::value::Value;
use super::legacy::{self, Legacy};
use super::zip::Archive;

/// A file that holds a pickle, in memory but for the storages of a zip archive.
pub struct PickleFile {
    path: PathBuf,
    bytes: Vec<u8>,
    archive: Option<Archive>,
}

/// A parsed file.
pub struct Document<'a> {
    path: &'a Path,
    pickle: Pickle<'a>,
    pub(super) storages: Storages<'a>,
}

/// Where the storages of a pickle lie.
pub(super) enum Storages<'a> {
    /// In the pickle itself.
    None,
    /// After the pickle.
    Legacy(Legacy<'a>),
    /// In other members of the archive.
    Archive(&'a Archive),
}

impl PickleFile {
    /// Opens a pickle, or a file of `torch.save`.
    ///
    /// # Errors
    /// When it cannot be read, or is an archive of something else.
    pub fn open(path: &Path) -> Result<Self, DataError> {
        const ZIP: &[u8] = b"PK\x03\x04";
        let path = path.to_owned();
        if files::read_head(&path, ZIP.len())? == ZIP {
            let (archive, bytes) = Archive::open(&path)?;
            return Ok(Self { path, bytes, archive: Some(archive) });
        }
        let bytes = files::read(&path)?;
        Ok(Self { path, bytes, archive: None })
    }

    /// A pickle in memory.
    #[cfg(test)]
    pub(in crate::data::pickle) fn of_bytes(bytes: Vec<u8>) -> Self {
        Self { path: "memory.pkl".into(), bytes, archive: None }
    }

    /// Parses the pickle.
    pub fn parse(&self) -> Result<Document<'_>, DataError> {
        let (pickle, storages) = match &self.archive {
            Some(archive) => {
                let pickle = Pickle::parse(&self.bytes).map_err(|e| self.error(e))?;
                pickle.grant(archive.size());
                (pickle, Storages::Archive(archive))
            }
            None => legacy::parse(&self.bytes).map_err(|e| self.error(e))?,
        };
        Ok(Document { path: &self.path, pickle, storages })
    }

    fn error(&self, error: PickleError) -> DataError {
        DataError::Pickle { path: self.path.clone(), error }
    }
}

impl Document<'_> {
    /// The value that was pickled.
    pub fn root(&self) -> Value<'_> {
        self.pickle.root()
    }

    /// Adds the file to an error.
    pub fn error(&self, error: PickleError) -> DataError {
        DataError::Pickle { path: self.path.to_owned(), error }
    }

    /// The error for a value of another kind.
    pub fn unexpected(&self, value: Value<'_>, expected: &'static str) -> DataError {
        self.error(value.unexpected(expected))
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.path
    }
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
