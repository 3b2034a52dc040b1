//! A file that only grows: logs, `metrics.jsonl`, TensorBoard events.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;

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

/// As a stream of a process that is going to be started.
impl From<Appender> for Stdio {
    fn from(appender: Appender) -> Self {
        appender.file.into()
    }
}

/// The last bytes of a file, at most `most` and none before `from`.
pub fn read_tail(path: &Path, from: u64, most: u64) -> Result<Vec<u8>, FileError> {
    let read = || {
        let mut file = File::open(path)?;
        let end = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(end.saturating_sub(most).max(from.min(end))))?;
        let mut tail = Vec::new();
        file.take(most).read_to_end(&mut tail)?;
        Ok(tail)
    };
    read().map_err(|e| FileError::new(Operation::Read, path, e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_of_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        Appender::open(&path).unwrap().append(b"0123456789").unwrap();
        for (from, most, expected) in
            [(0, 3, "789"), (8, 3, "89"), (0, 99, "0123456789"), (99, 3, ""), (10, 3, "")]
        {
            let tail = read_tail(&path, from, most).unwrap();
            assert_eq!(String::from_utf8(tail).unwrap(), expected, "{from} {most}");
        }
        assert!(read_tail(&dir.path().join("none"), 0, 1).is_err());
    }
}
