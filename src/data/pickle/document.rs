//! A pickle file: opened, parsed, and what it is asked for.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use crate::files;

use crate::data::error::DataError;

use super::Pickle;
use super::error::PickleError;
use super::pandas::{self, Frame};
use super::torch::{Archive, Source, Storages, parse_legacy};
use super::value::Value;

/// How a zip archive begins.
const ZIP: &[u8] = b"PK\x03\x04";

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

impl PickleFile {
    /// Opens a pickle, or a file of `torch.save`.
    ///
    /// # Errors
    /// When it cannot be read, or is an archive of something else.
    pub fn open(path: &Path) -> Result<Self, DataError> {
        if files::read_head(path, ZIP.len())? == ZIP {
            let source = Box::new(files::open(path)?);
            return Self::of_archive(path, source, files::size(path)?);
        }
        Ok(Self { path: path.to_owned(), bytes: files::read(path)?, archive: None })
    }

    /// The same for the content of a file; `path` is for errors.
    pub fn of_bytes(path: &Path, bytes: Vec<u8>) -> Result<Self, DataError> {
        if bytes.starts_with(ZIP) {
            let size = bytes.len() as u64;
            return Self::of_archive(path, Box::new(Cursor::new(bytes)), size);
        }
        Ok(Self { path: path.to_owned(), bytes, archive: None })
    }

    fn of_archive(path: &Path, source: Box<dyn Source>, size: u64) -> Result<Self, DataError> {
        let (archive, bytes) = Archive::open(path, source, size)?;
        Ok(Self { path: path.to_owned(), bytes, archive: Some(archive) })
    }

    /// Parses the pickle.
    pub fn parse(&self) -> Result<Document<'_>, DataError> {
        let (pickle, storages) = match &self.archive {
            Some(archive) => {
                let pickle = Pickle::parse(&self.bytes).map_err(|e| self.error(e))?;
                pickle.grant(archive.size());
                (pickle, Storages::Archive(archive))
            }
            None => parse_legacy(&self.bytes).map_err(|e| self.error(e))?,
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

    /// Reads the pickle as a data frame of pandas.
    ///
    /// # Errors
    /// Another value, a column of a type that is not read.
    pub fn frame(&self) -> Result<Frame, DataError> {
        pandas::frame(self.root()).map_err(|e| self.error(e))
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
