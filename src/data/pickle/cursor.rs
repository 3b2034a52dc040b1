//! Bytes of a pickle, read front to back; every read is checked against what is left.

use super::error::{Fault, PickleError};

/// A position in the bytes.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at: at.min(bytes.len()) }
    }

    /// The offset of the next byte.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The next `n` bytes, of which nothing is reserved before they are known to be there.
    pub(super) fn take(&mut self, n: u64) -> Result<&'a [u8], PickleError> {
        self.expect(n)?;
        let taken = &self.bytes[self.at..self.at + n as usize];
        self.at += taken.len();
        Ok(taken)
    }

    /// Refuses when fewer than `n` bytes are left.
    pub(super) fn expect(&self, n: u64) -> Result<(), PickleError> {
        let left = self.bytes.len() - self.at;
        match n > left as u64 {
            true => Err(Fault::Truncated { wanted: n, left }.at(self.at)),
            false => Ok(()),
        }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], PickleError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N as u64)?);
        Ok(array)
    }

    pub(super) fn u8(&mut self) -> Result<u8, PickleError> {
        Ok(self.array::<1>()?[0])
    }

    pub(super) fn u16(&mut self) -> Result<u16, PickleError> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, PickleError> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn i32(&mut self) -> Result<i32, PickleError> {
        self.array().map(i32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, PickleError> {
        self.array().map(u64::from_le_bytes)
    }

    pub(super) fn f64_big_endian(&mut self) -> Result<f64, PickleError> {
        self.array().map(f64::from_be_bytes)
    }

    /// A line without its end.
    pub(super) fn line(&mut self) -> Result<&'a [u8], PickleError> {
        let left = &self.bytes[self.at..];
        let length = left.iter().position(|b| *b == b'\n');
        let length = length.ok_or_else(|| Fault::EndlessLine.at(self.at))?;
        self.at += length + 1;
        Ok(&left[..length])
    }
}
