//! Writing: atomic replacement, exclusive creation, the `latest` link.

use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{FileError, Operation};

/// Replaces the content of `path` in one step.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    write_with(path, |out| out.write_all(bytes))
}

/// Replaces the content of `path` in one step with what `fill` writes.
///
/// On any error the old content stays and the temporary file is removed.
pub fn write_with(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), FileError> {
    let temporary = temporary_beside(path);
    let written = (|| {
        let mut out =
            BufWriter::new(OpenOptions::new().write(true).create_new(true).open(&temporary)?);
        fill(&mut out)?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    })();
    written.map_err(|e| {
        let _ = fs::remove_file(&temporary);
        FileError::new(Operation::Write, path, e)
    })
}

/// Puts a directory of files at `path` in one step: `fill` gets an empty one under another name. One
/// that is there already is replaced, if there are but files in it.
///
/// On any error the old directory stays and the other one is removed.
///
/// # Errors
/// As `fill` says; a directory that cannot be made or moved.
pub fn write_dir<E: From<FileError>>(
    path: &Path,
    fill: impl FnOnce(&Path) -> Result<(), E>,
) -> Result<(), E> {
    let temporary = temporary_beside(path);
    create_dir_new(&temporary)?;
    let put = || {
        let old = temporary_beside(path);
        let is_there = fs::symlink_metadata(path).is_ok();
        if is_there {
            fs::rename(path, &old)?;
        }
        fs::rename(&temporary, path)?;
        if is_there { remove_files(&old) } else { Ok(()) }
    };
    let written = fill(&temporary)
        .and_then(|()| Ok(put().map_err(|e| FileError::new(Operation::Write, path, e))?));
    if written.is_err() {
        let _ = remove_files(&temporary);
    }
    written
}

/// Removes a directory and the files in it, not directories in it.
fn remove_files(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        fs::remove_file(entry?.path())?;
    }
    fs::remove_dir(dir)
}

/// Creates a file that must not exist yet. It appears with all it holds: no reader finds half of it.
pub fn create_new(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let temporary = temporary_beside(path);
    let created = create_whole(&temporary, bytes).and_then(|()| {
        fs::hard_link(&temporary, path).or_else(|e| match e.kind() {
            io::ErrorKind::AlreadyExists => Err(e),
            // A file system without hard links.
            _ => create_whole(path, bytes),
        })
    });
    let _ = fs::remove_file(&temporary);
    created.map_err(|e| FileError::new(Operation::Create, path, e))
}

fn create_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Creates a directory and its parents; an existing directory is fine.
pub fn create_dir_all(path: &Path) -> Result<(), FileError> {
    fs::create_dir_all(path).map_err(|e| FileError::new(Operation::Create, path, e))
}

/// Creates a directory that must not exist yet: the atomic way to claim a name.
pub fn create_dir_new(path: &Path) -> Result<(), FileError> {
    fs::create_dir(path).map_err(|e| FileError::new(Operation::Create, path, e))
}

/// Moves a file of the program's own to another name on the same file system, replacing what is there.
pub fn rename(from: &Path, to: &Path) -> Result<(), FileError> {
    fs::rename(from, to).map_err(|e| FileError::new(Operation::Write, to, e))
}

/// Points the symbolic link `link` at `target` (relative to the link's directory), atomically.
///
/// A `link` that exists and is no link is left alone and reported.
pub fn link_latest(target: &Path, link: &Path) -> Result<(), FileError> {
    let error = |e| FileError::new(Operation::Link, link, e);
    if let Ok(meta) = fs::symlink_metadata(link)
        && !meta.file_type().is_symlink()
    {
        return Err(error(io::Error::other("exists and is not a symbolic link")));
    }
    let temporary = temporary_beside(link);
    std::os::unix::fs::symlink(target, &temporary).map_err(error)?;
    fs::rename(&temporary, link).map_err(|e| {
        let _ = fs::remove_file(&temporary);
        error(e)
    })
}

/// A name in the same directory that no other writer uses, hidden from listings by its dot. Where machines
/// share the directory, processes of one number do not count from the same start.
pub(super) fn temporary_beside(path: &Path) -> PathBuf {
    static COUNTER: LazyLock<AtomicU64> =
        LazyLock::new(|| AtomicU64::new(RandomState::new().hash_one(()) >> 32));
    let n = COUNTER.fetch_add(1, Ordering::Relaxed);
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".{name}.{}.{n}.tmp", process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_fill_keeps_the_old_content() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.txt");
        write_atomic(&path, b"old").unwrap();
        let error = write_with(&path, |_| Err(io::Error::other("disk full"))).unwrap_err();
        assert!(error.to_string().contains("a.txt"), "{error}");
        assert_eq!(super::super::read(&path).unwrap(), b"old");
        assert_eq!(super::super::list(dir.path()).unwrap().len(), 1);
    }

    #[test]
    fn a_directory_appears_whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lm");
        let fill = |text: &'static str| {
            write_dir(&path, |empty| write_atomic(&empty.join("a.txt"), text.as_bytes()))
        };
        fill("old").unwrap();
        let error = write_dir(&path, |empty| {
            write_atomic(&empty.join("a.txt"), b"half")?;
            write_atomic(&empty.join("no/where"), b"")
        });
        assert!(error.unwrap_err().to_string().contains("no/where"));
        assert_eq!(super::super::read(&path.join("a.txt")).unwrap(), b"old");
        fill("new").unwrap();
        assert_eq!(super::super::read(&path.join("a.txt")).unwrap(), b"new");
        assert_eq!(super::super::list(dir.path()).unwrap().len(), 1);
    }

    #[test]
    fn creating_twice_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("0001");
        create_dir_new(&path).unwrap();
        assert!(create_dir_new(&path).unwrap_err().is_already_there());
    }

    #[test]
    fn a_new_file_is_seen_whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let content = vec![b'x'; 1 << 16];
        let paths: Vec<_> = (0..50).map(|n| dir.path().join(n.to_string())).collect();
        std::thread::scope(|threads| {
            threads.spawn(|| paths.iter().for_each(|path| create_new(path, &content).unwrap()));
            for path in &paths {
                let seen = std::iter::repeat_with(|| fs::read(path)).find_map(Result::ok).unwrap();
                assert_eq!(seen.len(), content.len());
            }
        });
        assert!(create_new(&paths[0], b"").unwrap_err().is_already_there());
        assert_eq!(super::super::list(dir.path()).unwrap().len(), paths.len());
    }

    #[test]
    fn latest_moves_and_never_replaces_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let link = dir.path().join("latest");
        link_latest(Path::new("0001"), &link).unwrap();
        link_latest(Path::new("0002"), &link).unwrap();
        assert_eq!(fs::read_link(&link).unwrap(), Path::new("0002"));
        let file = dir.path().join("file");
        write_atomic(&file, b"x").unwrap();
        assert!(link_latest(Path::new("0002"), &file).is_err());
    }
}
