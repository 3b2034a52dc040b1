//! Content hashes, as lower-case hexadecimal SHA-256.

use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::{FileError, Operation, open};

/// SHA-256 of `bytes`.
pub fn sha256_bytes(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// SHA-256 of a file, read in blocks.
pub fn sha256_file(path: &Path) -> Result<String, FileError> {
    sha256_file_with(path, &mut |_| {})
}

/// The same; `progress` is told the bytes of each block.
pub fn sha256_file_with(path: &Path, progress: &mut dyn FnMut(u64)) -> Result<String, FileError> {
    let mut reader = open(path)?;
    let mut hasher = Sha256::new();
    let mut block = vec![0; 1 << 16];
    loop {
        let n = reader.read(&mut block).map_err(|e| FileError::new(Operation::Read, path, e))?;
        if n == 0 {
            return Ok(hex(&hasher.finalize()));
        }
        hasher.update(&block[..n]);
        progress(n as u64);
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_digest() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sha256_bytes(b""), empty);
    }
}
