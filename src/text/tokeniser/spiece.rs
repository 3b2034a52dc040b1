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
    pub(super) fn characters(&self) -> Option<&[u8]> {
        let table = self.normaliser.as_ref()?.precompiled_charsmap.as_deref()?;
        (!table.is_empty()).then_some(table)
    }
}
