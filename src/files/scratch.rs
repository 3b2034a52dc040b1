//! Room on disk for what does not fit in memory: a file without a name.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::write::temporary_beside;
use super::{FileError, Operation};

/// A file that is written once and then read; it is gone with the process, however that ends.
#[derive(Debug)]
pub struct Scratch {
    beside: PathBuf,
    file: BufWriter<File>,
}

impl Scratch {
    /// A new file on the file system of `path`, in its directory.
    pub fn beside(path: &Path) -> Result<Self, FileError> {
        let temporary = temporary_beside(path);
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(&temporary);
        let file = file.map_err(|e| FileError::new(Operation::Create, &temporary, e))?;
        // The system keeps what is open; without a name nobody has to tidy up.
        fs::remove_file(&temporary)
            .map_err(|e| FileError::new(Operation::Remove, &temporary, e))?;
        Ok(Self { beside: path.to_owned(), file: BufWriter::new(file) })
    }

    /// Reads what was written, from its start.
    pub fn into_reader(self) -> Result<BufReader<File>, FileError> {
        let path = self.beside;
        let reread = self.file.into_inner().map_err(io::IntoInnerError::into_error);
        let reread = reread.and_then(|mut file| file.seek(SeekFrom::Start(0)).map(|_| file));
        reread.map(BufReader::new).map_err(|e| FileError::new(Operation::Read, &path, e))
    }
}

impl Write for Scratch {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.file.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn nothing_is_left_and_everything_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let mut scratch = Scratch::beside(&dir.path().join("corpus.txt")).unwrap();
        scratch.write_all(b"many words").unwrap();
        assert!(super::super::list(dir.path()).unwrap().is_empty());
        let mut text = String::new();
        scratch.into_reader().unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "many words");
        assert!(Scratch::beside(&dir.path().join("absent/corpus.txt")).is_err());
    }
}
