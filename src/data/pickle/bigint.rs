//! Integers of any length, as decimal text beyond 64 bits.

use super::node::Node;

/// Longest integer that is converted; the time grows with the square.
pub(super) const MAX_BYTES: usize = 1024;

/// Two's complement, least significant byte first; no bytes are zero.
pub(super) fn from_bytes(bytes: &[u8]) -> Node<'static> {
    let negative = bytes.last().is_some_and(|b| b & 0x80 != 0);
    if bytes.len() <= 8 {
        let mut wide = [if negative { 0xff } else { 0 }; 8];
        wide[..bytes.len()].copy_from_slice(bytes);
        return Node::Int(i64::from_le_bytes(wide));
    }
    let digits = decimal(magnitude(bytes, negative));
    from_decimal(if negative { format!("-{digits}") } else { digits })
}

/// A decimal number that is known to be well formed.
pub(super) fn from_decimal(text: String) -> Node<'static> {
    text.parse().map_or_else(|_| Node::BigInt(text), Node::Int)
}

fn magnitude(bytes: &[u8], negative: bool) -> Vec<u8> {
    let mut carry = true;
    let mut negate = |byte: &u8| {
        let (byte, overflow) = (!byte).overflowing_add(u8::from(carry));
        carry = overflow;
        byte
    };
    if negative { bytes.iter().map(&mut negate).collect() } else { bytes.to_vec() }
}

/// Divides by 10^9 until nothing is left.
fn decimal(mut magnitude: Vec<u8>) -> String {
    const STEP: u64 = 1_000_000_000;
    let mut groups = Vec::new();
    while magnitude.iter().any(|b| *b != 0) {
        let mut rest = 0;
        for byte in magnitude.iter_mut().rev() {
            let value = rest << 8 | u64::from(*byte);
            *byte = (value / STEP) as u8;
            rest = value % STEP;
        }
        groups.push(rest);
    }
    let mut text = groups.pop().unwrap_or(0).to_string();
    groups.iter().rev().for_each(|group| text.push_str(&format!("{group:09}")));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_of_any_length() {
        let text = |bytes: &[u8]| match from_bytes(bytes) {
            Node::Int(i) => i.to_string(),
            Node::BigInt(text) => format!("big {text}"),
            other => panic!("{other:?}"),
        };
        let two_to_64 = [0, 0, 0, 0, 0, 0, 0, 0, 1];
        for (bytes, expected) in [
            (&[][..], "0"),
            (&[0xff], "-1"),
            (&[0x00, 0x80], "-32768"),
            (&[0xff, 0x00], "255"),
            (&two_to_64, "big 18446744073709551616"),
            (&[0, 0, 0, 0, 0, 0, 0, 0, 0xff], "big -18446744073709551616"),
            (&[1, 0, 0, 0, 0, 0, 0, 0, 0, 0], "1"),
            (
                &[0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19],
                "big 119547037146038801333356",
            ),
        ] {
            assert_eq!(text(bytes), expected, "{bytes:?}");
        }
    }
}
