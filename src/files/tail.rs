//! The end of a file that others write to, and what comes after it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::{FileError, Operation};

/// How much is read at once when lines are looked for from the end.
const BLOCK: u64 = 64 * 1024;

/// The last `lines` lines of a file, as they are.
///
/// Only the end of the file is read, however long it is.
pub fn last_lines(path: &Path, lines: usize) -> Result<Vec<u8>, FileError> {
    let mut follow = Follow::from_last_lines(path, lines)?;
    follow.more()
}

/// Reads a file as it grows, by its name.
///
/// | what happens to the file | what is read |
/// |---|---|
/// | it is not there yet | nothing, until it is |
/// | it grows | what is new |
/// | it is cut shorter than what was read | all of it again |
/// | another takes its name | the rest of the first, then all of the other |
/// | it is removed | the rest of it, then nothing until there is another |
#[derive(Debug)]
pub struct Follow {
    path: PathBuf,
    open: Option<File>,
    read: u64,
}

impl Follow {
    /// From the first byte on; the file need not be there yet.
    pub fn from_start(path: &Path) -> Self {
        Self { path: path.to_owned(), open: None, read: 0 }
    }

    /// From the last `lines` lines on.
    ///
    /// # Errors
    /// Where the file is not there or cannot be read.
    pub fn from_last_lines(path: &Path, lines: usize) -> Result<Self, FileError> {
        let error = |operation| move |e| FileError::new(operation, path, e);
        let mut file = File::open(path).map_err(error(Operation::Open))?;
        let read = start_of(&mut file, lines).map_err(error(Operation::Read))?;
        Ok(Self { path: path.to_owned(), open: Some(file), read })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What was written since the last call.
    pub fn more(&mut self) -> Result<Vec<u8>, FileError> {
        let path = self.path.clone();
        self.read_new().map_err(|e| FileError::new(Operation::Read, &path, e))
    }

    fn read_new(&mut self) -> io::Result<Vec<u8>> {
        let mut new = self.rest()?;
        if self.is_replaced()? {
            // The open file keeps what was written to it until its name was taken.
            new.extend(self.rest()?);
            self.open = opened(&self.path)?;
            self.read = 0;
            new.extend(self.rest()?);
        }
        Ok(new)
    }

    fn rest(&mut self) -> io::Result<Vec<u8>> {
        let Some(file) = &mut self.open else { return Ok(Vec::new()) };
        if file.metadata()?.len() < self.read {
            self.read = 0;
        }
        file.seek(SeekFrom::Start(self.read))?;
        let mut new = Vec::new();
        self.read += file.read_to_end(&mut new)? as u64;
        Ok(new)
    }

    /// Whether the name now stands for a file that is not the open one.
    fn is_replaced(&self) -> io::Result<bool> {
        let Some(there) = opened(&self.path)? else { return Ok(false) };
        let identity = |file: &File| file.metadata().map(|meta| (meta.dev(), meta.ino()));
        match &self.open {
            Some(open) => Ok(identity(open)? != identity(&there)?),
            None => Ok(true),
        }
    }
}

/// The file, where there is one.
fn opened(path: &Path) -> io::Result<Option<File>> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// Where the last `lines` lines begin; an ending line break does not begin another.
fn start_of(file: &mut File, lines: usize) -> io::Result<u64> {
    let length = file.metadata()?.len();
    let (mut at, mut found) = (length, 0);
    while at > 0 {
        let begin = at.saturating_sub(BLOCK);
        file.seek(SeekFrom::Start(begin))?;
        let mut block = Vec::new();
        file.by_ref().take(at - begin).read_to_end(&mut block)?;
        for (index, _) in block.iter().enumerate().rev().filter(|(_, byte)| **byte == b'\n') {
            let after = begin + index as u64 + 1;
            found += usize::from(after < length);
            if found == lines.max(1) {
                return Ok(if lines == 0 { length } else { after });
            }
        }
        at = begin;
    }
    Ok(if lines == 0 { length } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::super::{Appender, remove_file, rename, write_atomic};
    use super::*;

    #[test]
    fn the_last_lines() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        for (text, lines, expected) in [
            ("", 3, ""),
            ("a", 3, "a"),
            ("a\nb\nc\n", 2, "b\nc\n"),
            ("a\nb\nc", 2, "b\nc"),
            ("a\nb\n", 2, "a\nb\n"),
            ("a\nb\n", 9, "a\nb\n"),
            ("a\n\n\n", 2, "\n\n"),
            ("a\nb\n", 0, ""),
        ] {
            write_atomic(&path, text.as_bytes()).unwrap();
            let found = last_lines(&path, lines).unwrap();
            assert_eq!(String::from_utf8(found).unwrap(), expected, "{lines} of {text:?}");
        }
        let long: String = (0..40_000).map(|n| format!("line {n}\n")).collect();
        write_atomic(&path, long.as_bytes()).unwrap();
        assert_eq!(last_lines(&path, 1).unwrap(), b"line 39999\n");
        let many = String::from_utf8(last_lines(&path, 20_000).unwrap()).unwrap();
        assert!(many.starts_with("line 20000\n") && many.lines().count() == 20_000);
        assert!(last_lines(&dir.path().join("none"), 1).unwrap_err().is_not_found());
    }

    #[test]
    fn a_file_in_all_its_fates() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        let mut follow = Follow::from_start(&path);
        let mut more = || String::from_utf8(follow.more().unwrap()).unwrap();
        assert_eq!(more(), "");
        let mut first = Appender::open(&path).unwrap();
        first.append(b"one\n").unwrap();
        assert_eq!(more(), "one\n");
        assert_eq!(more(), "");
        first.append(b"two\n").unwrap();
        rename(&path, &dir.path().join("log.1")).unwrap();
        assert_eq!(more(), "two\n");
        first.append(b"three\n").unwrap();
        write_atomic(&path, b"other\n").unwrap();
        assert_eq!(more(), "three\nother\n");
        std::fs::write(&path, b"cut\n").unwrap();
        assert_eq!(more(), "cut\n");
        remove_file(&path).unwrap();
        assert_eq!(more(), "");
        write_atomic(&path, b"again\n").unwrap();
        assert_eq!(more(), "again\n");
    }
}
