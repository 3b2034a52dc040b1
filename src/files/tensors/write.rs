//! Writing named arrays, piece by piece: no second copy of them is held.

use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{CHECKSUM, HostTensor, TensorData, TensorFile, TensorFileError};
use crate::files::write_with;

impl TensorFile {
    /// Writes the file atomically, with its checksum.
    pub fn write(&self, path: &Path) -> Result<(), TensorFileError> {
        let header = self.header();
        Ok(write_with(path, |out| {
            out.write_all(&(header.len() as u64).to_le_bytes())?;
            out.write_all(header.as_bytes())?;
            self.by_place()
                .try_for_each(|(_, tensor)| tensor.pieces(&mut |piece| out.write_all(piece)))
        })?)
    }

    /// The arrays in the order in which they are written: wide elements first, so that every
    /// element lies at a multiple of its size.
    fn by_place(&self) -> impl Iterator<Item = (&String, &HostTensor)> {
        let wide = |tensor: &HostTensor| matches!(tensor.data, TensorData::I64(_));
        let first = self.tensors.iter().filter(move |(_, t)| wide(t));
        first.chain(self.tensors.iter().filter(move |(_, t)| !wide(t)))
    }

    /// The JSON that says where each array lies, padded to a multiple of 8 bytes.
    fn header(&self) -> String {
        let mut metadata: serde_json::Map<String, Value> =
            self.metadata.iter().map(|(k, v)| (k.clone(), v.clone().into())).collect();
        metadata.insert(CHECKSUM.into(), self.checksum().into());
        let mut header = serde_json::Map::from_iter([("__metadata__".to_owned(), metadata.into())]);
        let mut start = 0;
        for (name, tensor) in self.by_place() {
            let (dtype, size) = tensor.data.element();
            let end = start + size * tensor.data.len();
            let place =
                json!({"dtype": dtype, "shape": tensor.shape, "data_offsets": [start, end]});
            header.insert(name.clone(), place);
            start = end;
        }
        let text = Value::from(header).to_string();
        let spaces = text.len().next_multiple_of(8) - text.len();
        text + &" ".repeat(spaces)
    }

    fn checksum(&self) -> String {
        let mut sum = Checksum::default();
        for (name, tensor) in &self.tensors {
            sum.begin(name, tensor.data.element().1 * tensor.data.len());
            let fed = tensor.pieces(&mut |piece| {
                sum.add(piece);
                Ok(())
            });
            fed.expect("a hash takes everything");
        }
        sum.end()
    }
}

impl HostTensor {
    /// Hands over the bytes of the elements, little-endian, in pieces.
    fn pieces(&self, take: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        match &self.data {
            TensorData::F32(values) => pieces(values, f32::to_le_bytes, take),
            TensorData::I64(values) => pieces(values, i64::to_le_bytes, take),
        }
    }
}

fn pieces<T: Copy, const N: usize>(
    values: &[T],
    bytes_of: fn(T) -> [u8; N],
    take: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    /// Elements in a piece.
    const PIECE: usize = 1 << 13;
    let mut buffer = vec![0; PIECE * N];
    values.chunks(PIECE).try_for_each(|chunk| {
        for (place, value) in buffer.as_chunks_mut::<N>().0.iter_mut().zip(chunk) {
            *place = bytes_of(*value);
        }
        take(&buffer[..chunk.len() * N])
    })
}

impl TensorData {
    /// The name of the element type in the format, and its bytes.
    fn element(&self) -> (&'static str, usize) {
        match self {
            TensorData::F32(_) => ("F32", size_of::<f32>()),
            TensorData::I64(_) => ("I64", size_of::<i64>()),
        }
    }

    fn len(&self) -> usize {
        match self {
            TensorData::F32(values) => values.len(),
            TensorData::I64(values) => values.len(),
        }
    }
}

/// SHA-256 over names and bytes in name order, independent of the layout in the file.
#[derive(Default)]
pub(super) struct Checksum(Sha256);

impl Checksum {
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(super) fn begin(&mut self, name: &str, bytes: usize) {
        self.0.update((name.len() as u64).to_le_bytes());
        self.0.update(name.as_bytes());
        self.0.update((bytes as u64).to_le_bytes());
    }

    pub(super) fn end(self) -> String {
        self.0.finalize().iter().map(|b| format!("{b:02x}")).collect()
    }
}
