//! SentencePiece's own file, `spiece.model`: a protocol buffer with pieces and their scores.
//!
//! Only what a Unigram tokeniser needs is read. Source: `sentencepiece_model.proto`.

use std::path::Path;

use prost::Message;

use crate::files;

use super::super::TextError;

/// `ModelProto`
#[derive(Clone, PartialEq, Message)]
pub(super) struct Model {
    #[prost(message, repeated, tag = "1")]
    pub(super) pieces: Vec<Piece>,
    #[prost(message, optional, tag = "2")]
    trainer: Option<Trainer>,
    #[prost(message, optional, tag = "3")]
    normaliser: Option<Normaliser>,
}

/// `ModelProto.SentencePiece`
#[derive(Clone, PartialEq, Message)]
pub(super) struct Piece {
    #[prost(string, optional, tag = "1")]
    pub(super) piece: Option<String>,
    #[prost(float, optional, tag = "2")]
    pub(super) score: Option<f32>,
    #[prost(int32, optional, tag = "3")]
    pub(super) kind: Option<i32>,
}

/// `TrainerSpec`
#[derive(Clone, PartialEq, Message)]
struct Trainer {
    #[prost(int32, optional, tag = "3")]
    model_type: Option<i32>,
    #[prost(int32, optional, tag = "40")]
    unk_id: Option<i32>,
}

/// `NormalizerSpec`
#[derive(Clone, PartialEq, Message)]
struct Normaliser {
    #[prost(bytes = "vec", optional, tag = "2")]
    precompiled_charsmap: Option<Vec<u8>>,
}

/// `TrainerSpec.ModelType.UNIGRAM`, which is also what is meant where nothing is said.
const UNIGRAM: i32 = 1;

impl Model {
    /// Reads such a file.
    ///
    /// # Errors
    /// A file that is none, or whose pieces are not Unigram's.
    pub(super) fn read(path: &Path) -> Result<Self, TextError> {
        let refuse = |reason: String| TextError::Tokeniser {
            path: path.to_owned(),
            what: "SentencePiece model",
            reason,
        };
        let bytes = files::read(path)?;
        let model = Self::decode(bytes.as_slice()).map_err(|error| refuse(error.to_string()))?;
        if model.pieces.is_empty() {
            return Err(refuse("it has no pieces".into()));
        }
        match model.trainer.as_ref().and_then(|trainer| trainer.model_type) {
            None | Some(UNIGRAM) => Ok(model),
            Some(other) => {
                Err(refuse(format!("its type is {other}, expected {UNIGRAM} (Unigram)")))
            }
        }
    }

    /// The number of the piece for what is in none.
    pub(super) fn unknown(&self) -> usize {
        let id = self.trainer.as_ref().and_then(|trainer| trainer.unk_id).unwrap_or(0);
        usize::try_from(id).unwrap_or(0)
    }

    /// The table of characters that are replaced, in SentencePiece's form.
    ///
    /// # Errors
    /// A table that a search would leave.
    pub(super) fn characters(&self) -> Result<Option<&[u8]>, String> {
        let table = self.normaliser.as_ref().and_then(|n| n.precompiled_charsmap.as_deref());
        match table.filter(|table| !table.is_empty()) {
            Some(table) if !is_sound(table) => Err("its table of characters is damaged".into()),
            table => Ok(table),
        }
    }
}

/// Whether a table can be searched for any text.
///
/// It is the number of bytes of a trie, the trie, and the texts that its leaves point into, each up
/// to a zero. The trie is a double array: a unit whose highest bit is set is a leaf, any other leads
/// to one of 256 units. `tokenizers` takes all this for granted.
fn is_sound(table: &[u8]) -> bool {
    let Some((size, rest)) = table.split_first_chunk::<4>() else { return false };
    let size = u32::from_le_bytes(*size) as usize;
    if size < 4 || !size.is_multiple_of(4) || size > rest.len() {
        return false;
    }
    let (trie, texts) = rest.split_at(size);
    let Ok(texts) = std::str::from_utf8(texts) else { return false };
    let units: Vec<u32> = trie.as_chunks().0.iter().map(|unit| u32::from_le_bytes(*unit)).collect();
    let is_leaf = |unit: u32| unit >> 31 == 1;
    let sound = |(at, unit): (usize, &u32)| {
        if is_leaf(*unit) {
            let text = (unit & 0x7fff_ffff) as usize;
            return text < texts.len() && texts.is_char_boundary(text);
        }
        let next = at ^ (((unit >> 10) as usize) << ((unit & 0x200) >> 6));
        let has_leaf = unit >> 8 & 1 == 1;
        next | 0xff < units.len() && (!has_leaf || is_leaf(units[next]))
    };
    units.iter().enumerate().all(sound)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the small ALBERT, and what becomes of texts when any byte of it is another.
    #[test]
    fn damaged_tables_are_refused_or_harmless() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"));
        let path = path.join("tests/parity/fixtures/tokenisers/albert/spiece.model");
        let model = Model::read(&path).unwrap();
        let table = model.characters().unwrap().unwrap();
        for at in 0..table.len() {
            for other in [0, 0x80, 0xff] {
                let mut damaged = table.to_vec();
                damaged[at] = other;
                if is_sound(&damaged) {
                    let read = tokenizers::normalizers::Precompiled::from(&damaged).unwrap();
                    read.normalize_string(
                        "\u{fb01}llet \u{2460} cup \u{ff}\u{10ffff} take <v> pan",
                    );
                }
            }
        }
        for cut in [0, 3, 4, 500, table.len() - 5] {
            assert!(!is_sound(&table[..cut]), "{cut}");
        }
    }
}
