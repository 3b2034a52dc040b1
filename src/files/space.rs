//! Whether a place can be written to and how much fits, without writing.

use std::path::Path;

use rustix::fs::{Access, access, statvfs};

/// Whether this process may make files in a directory.
pub fn is_writable(dir: &Path) -> bool {
    access(dir, Access::WRITE_OK | Access::EXEC_OK).is_ok()
}

/// The bytes that may still be written on the file system of `path`; `None` where it does not say.
pub fn free_space(path: &Path) -> Option<u64> {
    let found = statvfs(path).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_that_is_there_and_one_that_is_not() {
        let dir = tempfile::tempdir().unwrap();
        assert!(is_writable(dir.path()) && free_space(dir.path()).is_some());
        let absent = dir.path().join("absent");
        assert!(!is_writable(&absent) && free_space(&absent).is_none());
    }
}
