//! A file that only grows: logs, `metrics.jsonl`, TensorBoard events.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::{FileError, Operation};

/// An append-only file; each [`Appender::append`] is one `write` call, so that readers of a live
/// file see whole records.
#[derive(Debug)]
pub struct Appender {
    path: PathBuf,
    file: File,
}

impl Appender {
    /// Opens `path` for appending, creating it when absent.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        let file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(path)
            .map_err(|e| FileError::new(Operation::Open, path, e))?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// Appends one record.
    pub fn append(&mut self, record: &[u8]) -> Result<(), FileError> {
        self.file.write_all(record).map_err(|e| FileError::new(Operation::Write, &self.path, e))
    }

    /// A second handle on the same file, for a subscriber that owns its writer.
    pub fn try_clone(&self) -> Result<Self, FileError> {
        let file =
            self.file.try_clone().map_err(|e| FileError::new(Operation::Open, &self.path, e))?;
        Ok(Self { path: self.path.clone(), file })
    }
}

impl Write for Appender {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        self.file.write(buf)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}
