//! The text of a file that a person wrote: UTF-8 and of bounded size, or an error with its place.
//!
//! It may vanish, grow or be replaced while it is read; what counts is what was read.

use std::path::Path;

use super::error::{ConfigError, ErrorKind};
use super::origin::Origin;
use crate::files::{self, FileError};

/// How many bytes a file may have: a thousand times the largest config anybody has written.
pub(crate) const LIMIT: usize = 16 << 20;

/// Reads a file; `name` is what errors call it.
pub(crate) fn read(path: &Path, name: &str) -> Result<String, ConfigError> {
    let bytes =
        files::read_head(path, LIMIT + 1).map_err(|error| unreadable(path, name, &error))?;
    from_bytes(bytes, path, name)
}

/// As [`read`]; `None` when there is no such file.
pub(crate) fn read_if_there(path: &Path, name: &str) -> Result<Option<String>, ConfigError> {
    match files::read_head(path, LIMIT + 1) {
        Ok(bytes) => from_bytes(bytes, path, name).map(Some),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(unreadable(path, name, &error)),
    }
}

fn unreadable(path: &Path, name: &str, error: &FileError) -> ConfigError {
    let cause = error.source.to_string();
    let kind = ErrorKind::Unreadable { config: name.to_owned(), cause };
    ConfigError::new(kind).at(&Origin::file(path, 1, 1))
}

fn from_bytes(bytes: Vec<u8>, path: &Path, name: &str) -> Result<String, ConfigError> {
    let refuse = |cause: String, line, column| {
        let kind = ErrorKind::Unreadable { config: name.to_owned(), cause };
        Err(ConfigError::new(kind).at(&Origin::file(path, line, column)))
    };
    if bytes.len() > LIMIT {
        return refuse(format!("it is larger than {LIMIT} bytes"), 1, 1);
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let byte = error.as_bytes()[at];
            let before = String::from_utf8_lossy(&error.as_bytes()[..at]);
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
            refuse(format!("byte 0x{byte:02X} is not UTF-8"), line, column)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(bytes: &[u8]) -> Result<String, String> {
        from_bytes(bytes.to_vec(), Path::new("f.yaml"), "f").map_err(|error| error.to_string())
    }

    #[test]
    fn bytes_that_are_no_text_are_refused_where_they_stand() {
        assert_eq!(written("a: é".as_bytes()).unwrap(), "a: é");
        let error = written(b"a: 1\n\xc3\xa9: \xff").unwrap_err();
        assert!(error.contains("0xFF") && error.contains("f.yaml:2:4"), "{error}");
        assert!(written(&vec![b' '; LIMIT + 1]).unwrap_err().contains("larger than"));
    }

    #[test]
    fn a_file_that_is_gone_is_an_error_with_its_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("gone.yaml");
        assert!(read(&path, "gone").unwrap_err().to_string().contains("gone.yaml"));
        assert!(read_if_there(&path, "gone").unwrap().is_none());
    }
}
