//! What lies below a directory, with links as links: nothing outside is reached through one.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{FileError, Operation};

/// What an entry is itself, whatever a link points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// A regular file.
    File,
    /// A directory.
    Dir,
    /// A symbolic link.
    Link,
    /// Anything else (socket, device).
    Other,
}

/// One entry below a directory.
#[derive(Clone, Debug)]
pub struct Found {
    /// Full path.
    pub path: PathBuf,
    /// What it is.
    pub kind: Own,
    /// Bytes of a regular file, 0 of anything else.
    pub size: u64,
}

/// What lies at `path` itself; `None` when there is nothing.
pub fn own_kind(path: &Path) -> Option<Own> {
    fs::symlink_metadata(path).ok().map(|meta| kind(&meta))
}

/// Everything below `root`, each directory before what is in it; no link is followed.
pub fn tree(root: &Path) -> Result<Vec<Found>, FileError> {
    let mut found = Vec::new();
    collect(root, &mut found)?;
    Ok(found)
}

fn collect(dir: &Path, found: &mut Vec<Found>) -> Result<(), FileError> {
    let error = |e| FileError::new(Operation::List, dir, e);
    for entry in fs::read_dir(dir).map_err(error)? {
        let path = entry.map_err(error)?.path();
        let meta =
            fs::symlink_metadata(&path).map_err(|e| FileError::new(Operation::Read, &path, e))?;
        let kind = kind(&meta);
        let size = if kind == Own::File { meta.len() } else { 0 };
        found.push(Found { path: path.clone(), kind, size });
        if kind == Own::Dir {
            collect(&path, found)?;
        }
    }
    Ok(())
}

fn kind(meta: &fs::Metadata) -> Own {
    let kind = meta.file_type();
    if kind.is_symlink() {
        Own::Link
    } else if kind.is_dir() {
        Own::Dir
    } else if kind.is_file() {
        Own::File
    } else {
        Own::Other
    }
}

/// How long ago what lies at `path` was changed; `None` where the system does not say.
pub fn age(path: &Path) -> Option<Duration> {
    fs::symlink_metadata(path).ok()?.modified().ok()?.elapsed().ok()
}

/// Where a link points, as it is written; `None` for what is no link.
pub fn link_target(path: &Path) -> Option<PathBuf> {
    fs::read_link(path).ok()
}

/// Removes a directory that is empty; one that is not is left alone and reported.
pub fn remove_empty_dir(path: &Path) -> Result<(), FileError> {
    fs::remove_dir(path).map_err(|e| FileError::new(Operation::Remove, path, e))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files;

    #[test]
    fn links_are_entries_and_no_doors() {
        let dir = tempfile::tempdir().unwrap();
        let (inside, outside) = (dir.path().join("in"), dir.path().join("out"));
        files::create_dir_all(&inside.join("deep")).unwrap();
        files::create_dir_all(&outside).unwrap();
        files::write_atomic(&outside.join("kept"), b"x").unwrap();
        files::write_atomic(&inside.join("deep/a"), b"four").unwrap();
        files::link_latest(&outside, &inside.join("door")).unwrap();
        let mut found = tree(&inside).unwrap();
        found.sort_by(|a, b| a.path.cmp(&b.path));
        let seen: Vec<_> = found
            .iter()
            .map(|f| (f.path.strip_prefix(&inside).unwrap().to_str().unwrap(), f.kind, f.size))
            .collect();
        let expected = [("deep", Own::Dir, 0), ("deep/a", Own::File, 4), ("door", Own::Link, 0)];
        assert_eq!(seen, expected);
        assert_eq!(link_target(&inside.join("door")), Some(outside));
        assert!(remove_empty_dir(&inside).is_err());
    }
}
