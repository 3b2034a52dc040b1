//! What identifies a file or a directory: the hash of its content, read once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::files::{self, FileError, Kind, sha256_bytes, sha256_file};

/// Hashes by path, so that what several stages read is read once.
#[derive(Debug, Default)]
pub(super) struct Fingerprints(RefCell<HashMap<PathBuf, Option<String>>>);

impl Fingerprints {
    /// The hash of a file, or of a directory's files and their names; `None` where there is nothing.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub(super) fn of(&self, path: &Path) -> Result<Option<String>, FileError> {
        if let Some(known) = self.0.borrow().get(path) {
            return Ok(known.clone());
        }
        let found = match files::kind(path) {
            None => None,
            Some(Kind::Dir) => Some(of_dir(path)?),
            Some(_) => Some(sha256_file(path)?),
        };
        self.0.borrow_mut().insert(path.to_owned(), found.clone());
        Ok(found)
    }
}

/// The files of a directory by name; what lies deeper is not looked at.
fn of_dir(path: &Path) -> Result<String, FileError> {
    let mut lines = Vec::new();
    for entry in files::list(path)? {
        if entry.kind != Kind::Dir && !entry.name.starts_with('.') {
            lines.push(format!("{} {}", entry.name, sha256_file(&entry.path)?));
        }
    }
    lines.sort();
    Ok(sha256_bytes(lines.join("\n").as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_and_names_count_and_places_do_not() {
        let dir = tempfile::tempdir().unwrap();
        let folder = |name: &str, file: &str, content: &str| {
            let folder = dir.path().join(name);
            files::create_dir_all(&folder).unwrap();
            files::write_atomic(&folder.join(file), content.as_bytes()).unwrap();
            Fingerprints::default().of(&folder).unwrap().unwrap()
        };
        let one = folder("a", "x", "1");
        assert_eq!(one, folder("b", "x", "1"));
        assert_ne!(one, folder("c", "x", "2"));
        assert_ne!(one, folder("d", "y", "1"));
        let prints = Fingerprints::default();
        assert_eq!(prints.of(&dir.path().join("none")).unwrap(), None);
        let file = dir.path().join("a/x");
        let first = prints.of(&file).unwrap();
        files::write_atomic(&file, b"changed").unwrap();
        assert_eq!(prints.of(&file).unwrap(), first, "read once");
    }
}
