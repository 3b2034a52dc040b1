//! Element types of storages.

use crate::files::{TensorData, half_to_f32};

/// The type of the elements of a storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    F64,
    F32,
    F16,
    BF16,
    I64,
    I32,
    I16,
    I8,
    U8,
    Bool,
}

impl Element {
    /// By the name of a storage class (`torch.FloatStorage`) or a type (`torch.float32`).
    ///
    /// A storage without type counts bytes.
    pub(super) fn of(name: &str) -> Option<Self> {
        let name = name.strip_prefix("torch.").unwrap_or(name);
        let name = name.strip_prefix("cuda.").unwrap_or(name);
        Some(match name {
            "DoubleStorage" | "float64" => Element::F64,
            "FloatStorage" | "float32" => Element::F32,
            "HalfStorage" | "float16" => Element::F16,
            "BFloat16Storage" | "bfloat16" => Element::BF16,
            "LongStorage" | "int64" => Element::I64,
            "IntStorage" | "int32" => Element::I32,
            "ShortStorage" | "int16" => Element::I16,
            "CharStorage" | "int8" => Element::I8,
            "ByteStorage" | "uint8" | "UntypedStorage" | "storage.UntypedStorage" => Element::U8,
            "BoolStorage" | "bool" => Element::Bool,
            _ => return None,
        })
    }

    /// Bytes of one element.
    pub(super) fn size(self) -> usize {
        match self {
            Element::F64 | Element::I64 => 8,
            Element::F32 | Element::I32 => 4,
            Element::F16 | Element::BF16 | Element::I16 => 2,
            Element::I8 | Element::U8 | Element::Bool => 1,
        }
    }

    /// The elements at the given positions, or all of them.
    ///
    /// Every position lies within the bytes.
    pub(super) fn read(
        self,
        bytes: &[u8],
        positions: Option<&[usize]>,
        big_endian: bool,
    ) -> TensorData {
        let view = View { bytes, positions, big_endian };
        match self {
            Element::F64 => TensorData::F32(view.each(|b| f64::from_le_bytes(b) as f32)),
            Element::F32 => TensorData::F32(view.each(f32::from_le_bytes)),
            Element::F16 => TensorData::F32(view.each(|b| half_to_f32(u16::from_le_bytes(b)))),
            Element::BF16 => TensorData::F32(
                view.each(|b| f32::from_bits(u32::from(u16::from_le_bytes(b)) << 16)),
            ),
            Element::I64 => TensorData::I64(view.each(i64::from_le_bytes)),
            Element::I32 => TensorData::I64(view.each(|b| i32::from_le_bytes(b).into())),
            Element::I16 => TensorData::I64(view.each(|b| i16::from_le_bytes(b).into())),
            Element::I8 => TensorData::I64(view.each(|b| i8::from_le_bytes(b).into())),
            Element::U8 => TensorData::I64(view.each(|b: [u8; 1]| b[0].into())),
            Element::Bool => TensorData::I64(view.each(|b: [u8; 1]| (b[0] != 0).into())),
        }
    }
}

struct View<'a> {
    bytes: &'a [u8],
    positions: Option<&'a [usize]>,
    big_endian: bool,
}

impl View<'_> {
    fn each<const N: usize, T>(&self, from: impl Fn([u8; N]) -> T) -> Vec<T> {
        let chunks = self.bytes.as_chunks::<N>().0;
        let element = |chunk: &[u8; N]| {
            let mut chunk = *chunk;
            if self.big_endian {
                chunk.reverse();
            }
            from(chunk)
        };
        match self.positions {
            Some(positions) => positions.iter().map(|at| element(&chunks[*at])).collect(),
            None => chunks.iter().map(element).collect(),
        }
    }
}
