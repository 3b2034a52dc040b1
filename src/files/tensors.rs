//! Named arrays with string metadata on disk: the safetensors format, plus a checksum.
//!
//! Checkpoints and teacher stores are such files. A file written here carries the SHA-256 of its
//! arrays under `checksum`; reading verifies it, so a truncated, foreign or damaged file is an
//! error, never wrong numbers. Files from other writers (no `checksum`) are read too.

mod index;
mod write;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use super::{FileError, read};
use write::Checksum;

pub use index::TensorIndex;

const CHECKSUM: &str = "checksum";

/// The elements of an array in row-major order.
#[derive(Clone, Debug, PartialEq)]
pub enum TensorData {
    /// 32-bit floats.
    F32(Vec<f32>),
    /// 64-bit integers.
    I64(Vec<i64>),
}

/// An array on the host.
#[derive(Clone, Debug, PartialEq)]
pub struct HostTensor {
    /// Extent of each dimension; empty for a scalar.
    pub shape: Vec<usize>,
    /// Elements, row-major; as many as the product of `shape`.
    pub data: TensorData,
}

/// Arrays by name, and free-form metadata.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TensorFile {
    /// Arrays by name.
    pub tensors: BTreeMap<String, HostTensor>,
    /// Metadata; values are strings (nest JSON where more is needed).
    pub metadata: BTreeMap<String, String>,
}

/// Why a tensor file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TensorFileError {
    /// The file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The bytes are not a whole safetensors file.
    #[error("`{}` is not a complete safetensors file: {reason}", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// What the parser said.
        reason: String,
    },
    /// The arrays are not those that were written.
    #[error("`{}` is damaged: its checksum does not match its content", path.display())]
    Checksum {
        /// Which file.
        path: PathBuf,
    },
    /// An element type that is not read here.
    #[error("`{}`: tensor `{name}` has element type {dtype}, expected F32, F64, F16, BF16, BOOL, U8, I8, I16, I32 or I64", path.display())]
    Dtype {
        /// Which file.
        path: PathBuf,
        /// Which tensor.
        name: String,
        /// Its type.
        dtype: String,
    },
}

impl HostTensor {
    /// A float array.
    ///
    /// # Panics
    /// When the number of elements does not fit the shape.
    pub fn f32(shape: impl Into<Vec<usize>>, data: Vec<f32>) -> Self {
        let shape = shape.into();
        assert_eq!(shape.iter().product::<usize>(), data.len(), "elements fit the shape");
        Self { shape, data: TensorData::F32(data) }
    }

    /// An integer array.
    ///
    /// # Panics
    /// When the number of elements does not fit the shape.
    pub fn i64(shape: impl Into<Vec<usize>>, data: Vec<i64>) -> Self {
        let shape = shape.into();
        assert_eq!(shape.iter().product::<usize>(), data.len(), "elements fit the shape");
        Self { shape, data: TensorData::I64(data) }
    }

    /// The elements, when they are floats.
    pub fn as_f32(&self) -> Option<&[f32]> {
        match &self.data {
            TensorData::F32(v) => Some(v),
            TensorData::I64(_) => None,
        }
    }

    /// The elements, when they are integers.
    pub fn as_i64(&self) -> Option<&[i64]> {
        match &self.data {
            TensorData::I64(v) => Some(v),
            TensorData::F32(_) => None,
        }
    }
}

impl TensorFile {
    /// Reads and verifies a file.
    pub fn read(path: &Path) -> Result<Self, TensorFileError> {
        Self::read_some(path, |_, _| true)
    }

    /// Reads and verifies a file, and keeps the arrays that are wanted by the file's metadata and
    /// their own name; the others cost no memory.
    pub fn read_some(
        path: &Path,
        wanted: impl Fn(&BTreeMap<String, String>, &str) -> bool,
    ) -> Result<Self, TensorFileError> {
        Self::parse(path, &read(path)?, wanted)
    }

    fn parse(
        path: &Path,
        bytes: &[u8],
        wanted: impl Fn(&BTreeMap<String, String>, &str) -> bool,
    ) -> Result<Self, TensorFileError> {
        let malformed = |e: safetensors::SafeTensorError| TensorFileError::Malformed {
            path: path.to_owned(),
            reason: e.to_string(),
        };
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(malformed)?;
        let parsed = SafeTensors::deserialize(bytes).map_err(malformed)?;
        let mut metadata: BTreeMap<String, String> =
            header.metadata().clone().unwrap_or_default().into_iter().collect();
        let views: BTreeMap<String, TensorView<'_>> = parsed.tensors().into_iter().collect();
        if let Some(expected) = metadata.remove(CHECKSUM)
            && expected != checksum(views.iter().map(|(n, v)| (n.as_str(), v.data())))
        {
            return Err(TensorFileError::Checksum { path: path.to_owned() });
        }
        let mut tensors = BTreeMap::new();
        for (name, view) in views.into_iter().filter(|(name, _)| wanted(&metadata, name)) {
            let data = decode(&view).ok_or_else(|| TensorFileError::Dtype {
                path: path.to_owned(),
                name: name.clone(),
                dtype: format!("{:?}", view.dtype()),
            })?;
            tensors.insert(name, HostTensor { shape: view.shape().to_vec(), data });
        }
        Ok(Self { tensors, metadata })
    }
}

/// Converts to the two element types used here; `None` for types that are not numbers of ours.
fn decode(view: &TensorView<'_>) -> Option<TensorData> {
    fn each<const N: usize, T>(bytes: &[u8], from: impl Fn([u8; N]) -> T) -> Vec<T> {
        bytes.as_chunks::<N>().0.iter().map(|c| from(*c)).collect()
    }
    let bytes = view.data();
    Some(match view.dtype() {
        Dtype::F32 => TensorData::F32(each(bytes, f32::from_le_bytes)),
        Dtype::F64 => TensorData::F32(each(bytes, |b| f64::from_le_bytes(b) as f32)),
        Dtype::BF16 => {
            TensorData::F32(each(bytes, |b| f32::from_bits(u32::from(u16::from_le_bytes(b)) << 16)))
        }
        Dtype::F16 => TensorData::F32(each(bytes, |b| half_to_f32(u16::from_le_bytes(b)))),
        Dtype::I64 => TensorData::I64(each(bytes, i64::from_le_bytes)),
        Dtype::I32 => TensorData::I64(each(bytes, |b| i64::from(i32::from_le_bytes(b)))),
        Dtype::I16 => TensorData::I64(each(bytes, |b| i64::from(i16::from_le_bytes(b)))),
        Dtype::I8 => TensorData::I64(each(bytes, |b| i64::from(i8::from_le_bytes(b)))),
        Dtype::U8 | Dtype::BOOL => TensorData::I64(each(bytes, |[b]: [u8; 1]| i64::from(b))),
        _ => return None,
    })
}

/// A 16-bit float, exactly.
pub fn half_to_f32(bits: u16) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from((bits >> 10) & 0x1f);
    let fraction = f32::from(bits & 0x3ff);
    match exponent {
        0 => sign * fraction * 2f32.powi(-24),
        31 if fraction == 0.0 => sign * f32::INFINITY,
        31 => f32::NAN,
        e => sign * (1.0 + fraction / 1024.0) * 2f32.powi(e - 15),
    }
}

/// The checksum of what was read.
fn checksum<'a>(tensors: impl Iterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut sum = Checksum::default();
    for (name, bytes) in tensors {
        sum.begin(name, bytes.len());
        sum.add(bytes);
    }
    sum.end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::write_atomic;

    fn example() -> TensorFile {
        let mut file = TensorFile::default();
        file.tensors.insert("w".into(), HostTensor::f32([2, 2], vec![1.0, -2.5, 0.0, f32::MIN]));
        file.tensors.insert("ids".into(), HostTensor::i64([3], vec![1, -1, i64::MAX]));
        file.metadata.insert("epoch".into(), "3".into());
        file
    }

    #[test]
    fn what_is_written_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.safetensors");
        example().write(&path).unwrap();
        assert_eq!(TensorFile::read(&path).unwrap(), example());
    }

    #[test]
    fn a_header_may_be_longer_than_a_width_of_a_format() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.safetensors");
        let array = |i| (format!("backbone.blocks.{i}.weight"), HostTensor::f32([1], vec![0.5]));
        let file = TensorFile { tensors: (0..1000).map(array).collect(), ..Default::default() };
        file.write(&path).unwrap();
        assert_eq!(TensorFile::read(&path).unwrap(), file);
    }

    #[test]
    fn truncated_and_damaged_files_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.safetensors");
        example().write(&path).unwrap();
        let whole = read(&path).unwrap();
        for cut in [0, 4, 20, whole.len() - 1] {
            write_atomic(&path, &whole[..cut]).unwrap();
            let error = TensorFile::read(&path).unwrap_err();
            assert!(matches!(error, TensorFileError::Malformed { .. }), "{error}");
        }
        let mut flipped = whole.clone();
        *flipped.last_mut().unwrap() ^= 1;
        write_atomic(&path, &flipped).unwrap();
        assert!(matches!(TensorFile::read(&path), Err(TensorFileError::Checksum { .. })));
    }

    #[test]
    fn halves() {
        for (bits, value) in
            [(0x3c00, 1.0), (0xc000, -2.0), (0x0001, 2f32.powi(-24)), (0x7bff, 65504.0)]
        {
            assert_eq!(half_to_f32(bits), value);
        }
    }
}
