//! Numbers, texts and bytes.

use std::borrow::Cow;

use super::super::bigint;
use super::super::error::{Fault, PickleError};
use super::super::node::Node;
use super::super::opcodes as op;
use super::Machine;

impl<'a> Machine<'a> {
    /// Opcodes that make one value without parts.
    pub(super) fn scalar(&mut self) -> Result<bool, PickleError> {
        let node = match self.opcode {
            op::NONE => Node::None,
            op::NEWTRUE => Node::Bool(true),
            op::NEWFALSE => Node::Bool(false),
            op::INT | op::LONG => self.decimal()?,
            op::BININT => Node::Int(self.cursor.i32()?.into()),
            op::BININT1 => Node::Int(self.cursor.u8()?.into()),
            op::BININT2 => Node::Int(self.cursor.u16()?.into()),
            op::LONG1 => {
                let length = self.cursor.u8()?;
                self.integer(length.into())?
            }
            op::LONG4 => {
                let length = self.cursor.i32()?;
                self.integer(self.length(length)?)?
            }
            op::FLOAT => self.float()?,
            op::BINFLOAT => Node::Float(self.cursor.f64_big_endian()?),
            _ => match self.sized()? {
                Some(node) => node,
                None => return Ok(false),
            },
        };
        self.push(node)?;
        Ok(true)
    }

    /// Texts and bytes; `None` for other opcodes.
    fn sized(&mut self) -> Result<Option<Node<'a>>, PickleError> {
        Ok(Some(match self.opcode {
            op::STRING => Node::OldText(Cow::Owned(self.quoted()?)),
            op::BINSTRING => {
                let length = self.cursor.i32()?;
                let length = self.length(length)?;
                Node::OldText(Cow::Borrowed(self.cursor.take(length)?))
            }
            op::SHORT_BINSTRING => {
                let length = self.cursor.u8()?.into();
                Node::OldText(Cow::Borrowed(self.cursor.take(length)?))
            }
            op::UNICODE => Node::Text(Cow::Owned(self.escaped()?)),
            op::SHORT_BINUNICODE | op::BINUNICODE | op::BINUNICODE8 => {
                let length = match self.opcode {
                    op::SHORT_BINUNICODE => self.cursor.u8()?.into(),
                    op::BINUNICODE => self.cursor.u32()?.into(),
                    _ => self.cursor.u64()?,
                };
                let bytes = self.cursor.take(length)?;
                let text = std::str::from_utf8(bytes).map_err(|_| self.bad_text("UTF-8"))?;
                Node::Text(Cow::Borrowed(text))
            }
            op::SHORT_BINBYTES | op::BINBYTES | op::BINBYTES8 | op::BYTEARRAY8 => {
                let length = match self.opcode {
                    op::SHORT_BINBYTES => self.cursor.u8()?.into(),
                    op::BINBYTES => self.cursor.u32()?.into(),
                    _ => self.cursor.u64()?,
                };
                Node::Bytes(Cow::Borrowed(self.cursor.take(length)?))
            }
            _ => return Ok(None),
        }))
    }

    /// A signed length, which must not be negative.
    fn length(&self, length: i32) -> Result<u64, PickleError> {
        u64::try_from(length).map_err(|_| self.bad_text("length that is not negative"))
    }

    fn integer(&mut self, length: u64) -> Result<Node<'a>, PickleError> {
        let bytes = self.cursor.take(length)?;
        if bytes.len() > bigint::MAX_BYTES {
            return Err(self.fault(Fault::HugeInteger { bytes: bytes.len() }));
        }
        Ok(bigint::from_bytes(bytes))
    }

    /// A line with a number; `00` and `01` of INT are bools, LONG ends with an `L`.
    fn decimal(&mut self) -> Result<Node<'a>, PickleError> {
        let line = self.cursor.line()?;
        match (self.opcode, line) {
            (op::INT, b"00") => return Ok(Node::Bool(false)),
            (op::INT, b"01") => return Ok(Node::Bool(true)),
            _ => {}
        }
        let line = line.trim_ascii();
        let line = line.strip_suffix(b"L").unwrap_or(line);
        let digits = line.strip_prefix(b"-").unwrap_or(line);
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return Err(self.bad_text("integer"));
        }
        if digits.len() > 2 * bigint::MAX_BYTES {
            return Err(self.fault(Fault::HugeInteger { bytes: digits.len() }));
        }
        Ok(bigint::from_decimal(String::from_utf8_lossy(line).into_owned()))
    }

    fn float(&mut self) -> Result<Node<'a>, PickleError> {
        let line = self.cursor.line()?;
        let text = std::str::from_utf8(line).map_err(|_| self.bad_text("number"))?;
        text.trim().parse().map(Node::Float).map_err(|_| self.bad_text("number"))
    }

    /// A line in the quotes of Python 2's `repr`.
    fn quoted(&mut self) -> Result<Vec<u8>, PickleError> {
        let line = self.cursor.line()?.trim_ascii();
        let inner = [b'\'', b'"'].into_iter().find_map(|quote| {
            line.strip_prefix(&[quote]).and_then(|rest| rest.strip_suffix(&[quote]))
        });
        inner.and_then(unescape_bytes).ok_or_else(|| self.bad_text("quoted text"))
    }

    /// A line in Python's `raw-unicode-escape`.
    fn escaped(&mut self) -> Result<String, PickleError> {
        let line = self.cursor.line()?;
        unescape_text(line).ok_or_else(|| self.bad_text("text in raw-unicode-escape"))
    }
}

/// The escapes of a Python string literal; others stand for themselves, as in Python.
fn unescape_bytes(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(rest.len());
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first != b'\\' {
            bytes.push(*first);
            continue;
        }
        let (escape, tail) = rest.split_first()?;
        rest = tail;
        match escape {
            b'n' => bytes.push(b'\n'),
            b'r' => bytes.push(b'\r'),
            b't' => bytes.push(b'\t'),
            b'a' => bytes.push(7),
            b'b' => bytes.push(8),
            b'v' => bytes.push(11),
            b'f' => bytes.push(12),
            b'\\' | b'\'' | b'"' => bytes.push(*escape),
            b'x' => {
                let (code, tail) = hexadecimal(rest, 2)?;
                rest = tail;
                bytes.push(u8::try_from(code).ok()?);
            }
            other => bytes.extend([b'\\', *other]),
        }
    }
    Some(bytes)
}

/// `\uXXXX` and `\UXXXXXXXX`; all other bytes are Latin-1.
fn unescape_text(mut rest: &[u8]) -> Option<String> {
    let mut text = String::with_capacity(rest.len());
    while let Some((first, tail)) = rest.split_first() {
        let digits = match (first, tail.first()) {
            (b'\\', Some(b'u')) => 4,
            (b'\\', Some(b'U')) => 8,
            _ => {
                text.push(char::from(*first));
                rest = tail;
                continue;
            }
        };
        let (code, after) = hexadecimal(&tail[1..], digits)?;
        let (code, after) = low_surrogate(code, after).unwrap_or((code, after));
        text.push(char::from_u32(code)?);
        rest = after;
    }
    Some(text)
}

/// The second half of a pair, as narrow builds of Python 2 write it.
fn low_surrogate(high: u32, rest: &[u8]) -> Option<(u32, &[u8])> {
    if !(0xd800..0xdc00).contains(&high) {
        return None;
    }
    let (low, after) = hexadecimal(rest.strip_prefix(b"\\u")?, 4)?;
    (0xdc00..0xe000)
        .contains(&low)
        .then(|| (0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00), after))
}

fn hexadecimal(bytes: &[u8], digits: usize) -> Option<(u32, &[u8])> {
    let (head, tail) = bytes.split_at_checked(digits)?;
    let text = std::str::from_utf8(head).ok()?;
    text.bytes().all(|b| b.is_ascii_hexdigit()).then_some(())?;
    Some((u32::from_str_radix(text, 16).ok()?, tail))
}
