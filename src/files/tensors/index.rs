//! What a safetensors file holds, in memory of the size of its header.

use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use safetensors::tensor::Metadata;

use super::write::Checksum;
use super::{CHECKSUM, TensorFileError};
use crate::files::{FileError, Operation, open, size};

/// Names, types and shapes of the arrays of a file, and its metadata.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TensorIndex {
    /// Element type, as the format names it, and shape of each array.
    pub tensors: BTreeMap<String, (String, Vec<usize>)>,
    /// As in [`super::TensorFile`].
    pub metadata: BTreeMap<String, String>,
}

impl TensorIndex {
    /// Reads the header of a file; its arrays are read piece by piece to compare their checksum,
    /// where the file has one.
    ///
    /// # Errors
    /// As [`super::TensorFile::read`], but for the types of elements.
    pub fn read(path: &Path) -> Result<Self, TensorFileError> {
        let malformed =
            |reason: String| TensorFileError::Malformed { path: path.to_owned(), reason };
        let failed = |e| TensorFileError::File(FileError::new(Operation::Read, path, e));
        let (mut file, whole) = (open(path)?, size(path)?);
        let mut bytes = vec![0; size_of::<u64>()];
        if whole < bytes.len() as u64 {
            return Err(malformed("it is shorter than the length of its header".into()));
        }
        file.read_exact(&mut bytes).map_err(failed)?;
        let length = u64::from_le_bytes(bytes[..].try_into().expect("8 bytes"));
        let start = length.saturating_add(bytes.len() as u64);
        if start > whole {
            return Err(malformed(format!("a header of {length} bytes in a file of {whole}")));
        }
        file.by_ref().take(length).read_to_end(&mut bytes).map_err(failed)?;
        let header: Metadata = serde_json::from_slice(&bytes[size_of::<u64>()..])
            .map_err(|e| malformed(format!("its header: {e}")))?;
        let end = start.saturating_add(header.data_len() as u64);
        if end != whole {
            return Err(malformed(format!("its arrays end at byte {end}, the file at {whole}")));
        }
        let metadata = header.metadata().clone().unwrap_or_default();
        let mut metadata: BTreeMap<String, String> = metadata.into_iter().collect();
        if let Some(expected) = metadata.remove(CHECKSUM)
            && expected != checksum(&mut file, start, &header).map_err(failed)?
        {
            return Err(TensorFileError::Checksum { path: path.to_owned() });
        }
        let tensors = header
            .tensors()
            .into_iter()
            .map(|(name, info)| (name, (format!("{:?}", info.dtype), info.shape.clone())));
        Ok(Self { tensors: tensors.collect(), metadata })
    }
}

/// The checksum of the arrays behind byte `start`.
fn checksum(
    file: &mut (impl Read + Seek),
    start: u64,
    header: &Metadata,
) -> std::io::Result<String> {
    const PIECE: usize = 1 << 20;
    let mut sum = Checksum::default();
    let arrays: BTreeMap<_, _> = header.tensors().into_iter().collect();
    let mut piece = vec![0; PIECE];
    for (name, info) in arrays {
        let (from, to) = info.data_offsets;
        sum.begin(&name, to - from);
        file.seek(SeekFrom::Start(start + from as u64))?;
        let mut left = to - from;
        while left > 0 {
            let n = left.min(PIECE);
            file.read_exact(&mut piece[..n])?;
            sum.add(&piece[..n]);
            left -= n;
        }
    }
    Ok(sum.end())
}

#[cfg(test)]
mod tests {
    use super::super::{HostTensor, TensorFile};
    use super::*;
    use crate::files::{read, write_atomic};

    #[test]
    fn the_header_tells_what_the_file_holds_and_damage_is_seen() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.safetensors");
        let mut file = TensorFile::default();
        file.tensors.insert("w".into(), HostTensor::f32([2, 2], vec![1.0, -2.5, 0.0, 4.0]));
        file.tensors.insert("ids".into(), HostTensor::i64([3], vec![1, -1, i64::MAX]));
        file.metadata.insert("epoch".into(), "3".into());
        file.write(&path).unwrap();
        let index = TensorIndex::read(&path).unwrap();
        assert_eq!(index.metadata, file.metadata);
        assert_eq!(index.tensors["w"], ("F32".into(), vec![2, 2]));
        assert_eq!(index.tensors["ids"], ("I64".into(), vec![3]));
        let whole = read(&path).unwrap();
        for cut in [0, 4, 20, whole.len() - 1] {
            write_atomic(&path, &whole[..cut]).unwrap();
            let error = TensorIndex::read(&path).unwrap_err();
            assert!(matches!(error, TensorFileError::Malformed { .. }), "{error}");
        }
        let mut flipped = whole.clone();
        *flipped.last_mut().unwrap() ^= 1;
        write_atomic(&path, &flipped).unwrap();
        assert!(matches!(TensorIndex::read(&path), Err(TensorFileError::Checksum { .. })));
    }
}
