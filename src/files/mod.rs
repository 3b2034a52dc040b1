//! The only door to the file system.
//!
//! Decides how files are opened, written and replaced: every error carries the path and what was
//! attempted; every write of a whole file is atomic (temporary file, flush, rename), so a reader
//! sees the old content or the new, never half of it. It does not know what the files mean.
#![allow(clippy::disallowed_methods)] // the one room that may name std::fs

mod error;
mod hash;
mod lines;
mod scratch;
mod space;
mod tail;
mod tensors;
mod tree;
mod write;

use std::fs;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

pub use error::{FileError, Operation};
pub use hash::{sha256_bytes, sha256_file, sha256_file_with};
pub use lines::{Appender, read_tail};
pub use scratch::Scratch;
pub use space::{free_space, is_writable};
pub use tail::{Follow, last_lines};
pub use tensors::{HostTensor, TensorData, TensorFile, TensorFileError, TensorIndex, half_to_f32};
pub use tree::{Found, Own, age, link_target, own_kind, remove_empty_dir, tree};
pub use write::{
    create_dir_all, create_dir_new, create_new, link_latest, rename, write_atomic, write_dir,
    write_with,
};

/// What a path of the file system is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Dir,
    /// Anything else (socket, device, dangling link).
    Other,
}

/// One entry of a directory.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Full path.
    pub path: PathBuf,
    /// Last component, lossily decoded.
    pub name: String,
    /// What it is, links followed.
    pub kind: Kind,
}

/// Reads a whole file.
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    fs::read(path).map_err(|e| FileError::new(Operation::Read, path, e))
}

/// Reads a whole file as UTF-8; other encodings are an error, never replaced characters.
pub fn read_to_string(path: &Path) -> Result<String, FileError> {
    fs::read_to_string(path).map_err(|e| FileError::new(Operation::Read, path, e))
}

/// Opens a file for buffered reading.
pub fn open(path: &Path) -> Result<BufReader<fs::File>, FileError> {
    fs::File::open(path).map(BufReader::new).map_err(|e| FileError::new(Operation::Open, path, e))
}

/// Reads the first `n` bytes (fewer when the file is shorter).
pub fn read_head(path: &Path, n: usize) -> Result<Vec<u8>, FileError> {
    let mut head = Vec::new();
    open(path)?
        .take(n as u64)
        .read_to_end(&mut head)
        .map_err(|e| FileError::new(Operation::Read, path, e))?;
    Ok(head)
}

/// What lies at `path`, links followed; `None` when there is nothing.
pub fn kind(path: &Path) -> Option<Kind> {
    let meta = fs::metadata(path).ok()?;
    Some(if meta.is_file() {
        Kind::File
    } else if meta.is_dir() {
        Kind::Dir
    } else {
        Kind::Other
    })
}

/// The file of that name below the first of some directories that has one.
pub fn find_below(dirs: &[PathBuf], name: &Path) -> Option<PathBuf> {
    dirs.iter().map(|dir| dir.join(name)).find(|path| is_file(path))
}

/// Whether `path` is a regular file.
pub fn is_file(path: &Path) -> bool {
    kind(path) == Some(Kind::File)
}

/// Whether `path` is a directory.
pub fn is_dir(path: &Path) -> bool {
    kind(path) == Some(Kind::Dir)
}

/// Size in bytes.
pub fn size(path: &Path) -> Result<u64, FileError> {
    fs::metadata(path).map(|m| m.len()).map_err(|e| FileError::new(Operation::Read, path, e))
}

/// Absolute path with links resolved.
pub fn canonical(path: &Path) -> Result<PathBuf, FileError> {
    fs::canonicalize(path).map_err(|e| FileError::new(Operation::Open, path, e))
}

/// The entries of a directory, sorted by name.
pub fn list(path: &Path) -> Result<Vec<Entry>, FileError> {
    let error = |e| FileError::new(Operation::List, path, e);
    let mut entries = Vec::new();
    for entry in fs::read_dir(path).map_err(error)? {
        let entry = entry.map_err(error)?;
        let path = entry.path();
        entries.push(Entry {
            name: entry.file_name().to_string_lossy().into_owned(),
            kind: kind(&path).unwrap_or(Kind::Other),
            path,
        });
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// Removes one file that the program itself created.
pub fn remove_file(path: &Path) -> Result<(), FileError> {
    fs::remove_file(path).map_err(|e| FileError::new(Operation::Remove, path, e))
}
